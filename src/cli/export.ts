/** `trm export`: the weights of a run in the formats that others read. */

import { readFileSync, rmSync } from 'node:fs';
import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { statAt } from '../data/node/stat-at.ts';
import { TrmError } from '../errors.ts';
import { encodeModelFile, type ModelFormat, modelFormats } from '../interop/model-file.ts';
import { compiledPrefix, exportConfig, exportTypes, plainPrefix } from '../interop/official-checkpoint.ts';
import type { OnnxWeights } from '../interop/onnx-model.ts';
import { fitsAnySize } from '../models/settings.ts';
import { atSize } from '../train/at-size.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { loadCheckpoint, writeAtomically } from './run-folder.ts';
import { flagOf, positiveInteger } from './support/options.ts';
import { checkEnding, checkNew, tryPlace } from './support/output-file.ts';
import { nothingWritten } from './support/signals.ts';
import { type Stop, stoppingAtOnce } from './support/stopping.ts';

type ExportFormat = ModelFormat | 'onnx';

/** Formats that an ending says; a file of the official code may have any name. */
const endings: Readonly<Record<string, ExportFormat>> = {
  '.onnx': 'onnx',
  '.safetensors': 'safetensors',
  '.pt': 'pytorch',
  '.pth': 'pytorch',
};

interface ExportFlags {
  readonly format?: ExportFormat;
  readonly out: string;
  readonly checkpoint: 'best' | 'last';
  readonly compiled: boolean;
  readonly dtype?: OnnxWeights;
  readonly batchSize?: number;
  readonly singleStep?: true;
  readonly size?: string;
  readonly note?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'write the averaged weights of a run for others: under the official names, or as an ONNX graph that answers',
    )
    .argument('<run>', 'folder of a run, a checkpoint file, a shipped model, or hf:owner/name')
    .addOption(
      new Option(
        '--format <format>',
        'pytorch: what torch.load(weights_only=True) and the official code read; onnx: what ONNX Runtime runs (default: as the ending of --out says)',
      ).choices([...modelFormats, 'onnx']),
    )
    .requiredOption('--out <file>', 'new file to write: .pt, .safetensors, .onnx, or any name with --format')
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--no-compiled', 'names without _orig_mod., for the official code with DISABLE_COMPILE')
    .addOption(
      new Option(
        '--dtype <dtype>',
        'round the weights (default: as imported, or float32); int8 is for onnx',
      ).choices([...exportTypes, 'int8']),
    )
    .option('--batch-size <n>', 'onnx: puzzles answered at once (default: 1)', positiveInteger)
    .option('--single-step', 'onnx: one supervision step, its latents as inputs and outputs')
    .option('--size <n>', 'onnx, of a model of any size: rows and columns of its puzzles, 30 or 12x16')
    .option(
      '--note <text>',
      'safetensors: what to know of it, as its held-out accuracy; the playground shows it',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  trm export runs/first --format pytorch --out step_1200\n' +
        '  trm export runs/first --dtype float16 --out first.safetensors\n' +
        '  trm export runs/first --out first.onnx\n',
    )
    .action(async (run: string, flags: ExportFlags) => {
      const { out, note } = flags;
      const stop = stoppingAtOnce();
      await stop.working('export: making ready the file', nothingWritten);
      const format = formatOf(flags);
      checkNew(out);
      tryPlace(out);
      if (note !== undefined && format !== 'safetensors')
        throw new TrmError('usage', `has no place in a file of kind ${format}`, {
          key: '--note',
          fix: 'use safetensors',
        });
      if (format === 'onnx') {
        await exportOnnx(run, flags, stop);
        return;
      }
      const dtype = exportTypes.find((type) => type === flags.dtype);
      if (flags.dtype !== dtype)
        throw new TrmError('usage', `${flags.dtype} is for onnx`, { key: '--dtype', fix: 'use float16' });
      for (const key of ['batchSize', 'singleStep', 'size'] as const)
        if (flags[key] !== undefined) throw new TrmError('usage', 'is for onnx', { key: flagOf(key) });
      const checkpoint = await loadCheckpoint(run, flags.checkpoint);
      const imported = checkpoint.origin?.prefix ?? compiledPrefix;
      const prefix = flags.compiled ? imported : plainPrefix;
      const file = encodeModelFile(checkpoint, format, prefix, { dtype, note });
      await stop.working(undefined);
      // A PyTorch file has no place for the config: it stands beside, where an import finds it, and is there first.
      const undo =
        format === 'pytorch' ? writeConfig(`${out}.yaml`, stringify(exportConfig(checkpoint))) : undefined;
      try {
        writeAtomically(out, file);
      } catch (error) {
        undo?.();
        throw error;
      }
      stop.end();
      process.stdout.write(`${out}: ${format}${format === 'pytorch' ? `; its config: ${out}.yaml` : ''}\n`);
      if (checkpoint.origin === undefined && format === 'pytorch') {
        process.stderr.write(
          `H_init and L_init are ${dtype ?? 'float32'}: the official code needs arch.forward_dtype=float32, or cast both to bfloat16\n`,
        );
      }
    });
}

/**
 * @returns takes the file away again, where it was not there before.
 * @throws TrmError `usage` where there is another file; the same one is of an export that was killed.
 */
function writeConfig(file: string, text: string): () => void {
  if (statAt(file)?.isFile() && readFileSync(file, 'utf8') === text) return () => {};
  checkNew(file);
  writeAtomically(file, [text]);
  return () => rmSync(file, { force: true });
}

/** @throws TrmError `usage` when the ending says none, or another than `--format`. */
function formatOf({ out, format }: ExportFlags): ExportFormat {
  const said = endings[extname(out).toLowerCase()];
  const known = Object.keys(endings).join(', ');
  if (format !== undefined && said !== undefined) checkEnding(out, said, format);
  const chosen = format ?? said;
  if (chosen) return chosen;
  throw new TrmError('usage', `the ending of ${out} says no format`, {
    key: '--out',
    fix: `end it in one of ${known}, or give --format`,
  });
}

async function exportOnnx(run: string, flags: ExportFlags, stop: Stop): Promise<void> {
  const { out, batchSize: rows = 1, dtype: weights = 'float32', singleStep = false } = flags;
  const { encodeOnnx } = await import('../interop/onnx-model.ts');
  const checkpoint = ofSize(await loadCheckpoint(run, flags.checkpoint), flags.size);
  const bytes = encodeOnnx(checkpoint, { rows, weights, singleStep });
  await stop.working(undefined);
  writeAtomically(out, [bytes]);
  stop.end();
  process.stdout.write(`${out}: onnx, ${weights} weights, ${(bytes.length / 1e6).toFixed(2)} MB\n`);
}

/** The checkpoint for puzzles of a size. @throws TrmError `usage` on a size that is none, and of a model that has its own. */
function ofSize(checkpoint: Checkpoint, size: string | undefined): Checkpoint {
  if (size === undefined) return checkpoint;
  const [rows, columns = rows] = size.split('x').map(Number) as [number, number?];
  if (!/^[1-9]\d*(x[1-9]\d*)?$/.test(size))
    throw new TrmError('usage', `expected 30, or 12x16, got ${size}`, { key: '--size' });
  const { config, family, model } = checkpoint;
  if (!fitsAnySize(config.model) || !family)
    throw new TrmError('usage', 'the model has a size of its own', { key: '--size', fix: 'leave it out' });
  const { vocabulary } = model.shape;
  return atSize(checkpoint, { family: { ...family, rows, columns }, cells: rows * columns, vocabulary });
}
