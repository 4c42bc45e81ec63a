/** `trm export`: the weights of a run in the formats that others read. */

import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { TrmError } from '../errors.ts';
import { encodeModelFile, type ModelFormat, modelFormats } from '../interop/model-file.ts';
import {
  compiledPrefix,
  type ExportType,
  exportConfig,
  exportTypes,
  plainPrefix,
} from '../interop/official-checkpoint.ts';
import { loadCheckpoint, writeAtomically } from './run-folder.ts';

interface ExportFlags {
  readonly format: ModelFormat;
  readonly out: string;
  readonly checkpoint: 'best' | 'last';
  readonly compiled: boolean;
  readonly dtype?: ExportType;
  readonly note?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write the averaged weights of a run under the official names')
    .argument('<run>', 'folder of a run, a checkpoint file, a shipped model, or hf:owner/name')
    .addOption(
      new Option(
        '--format <format>',
        'pytorch: what torch.load(weights_only=True) and the official code read',
      )
        .choices(modelFormats)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'file to write')
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--no-compiled', 'names without _orig_mod., for the official code with DISABLE_COMPILE')
    .addOption(
      new Option('--dtype <dtype>', 'round the weights (default: as imported, or float32)').choices(
        exportTypes,
      ),
    )
    .option(
      '--note <text>',
      'safetensors: what to know of it, as its held-out accuracy; the playground shows it',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  trm export runs/first --format pytorch --out step_1200\n' +
        '  trm export runs/first --format safetensors --dtype float16 --out first.safetensors\n',
    )
    .action(async (run: string, flags: ExportFlags) => {
      const { out, format, dtype, note } = flags;
      if (existsSync(out))
        throw new TrmError('usage', 'the file exists', { file: out, fix: 'choose another --out' });
      if (note !== undefined && format !== 'safetensors')
        throw new TrmError('usage', `a ${format} file has no place for it`, { key: '--note' });
      const checkpoint = await loadCheckpoint(run, flags.checkpoint);
      const imported = checkpoint.origin?.prefix ?? compiledPrefix;
      const prefix = flags.compiled ? imported : plainPrefix;
      writeAtomically(out, encodeModelFile(checkpoint, format, prefix, { dtype, note }));
      // A PyTorch file has no place for the config: it stands beside, where an import finds it.
      if (format === 'pytorch') writeAtomically(`${out}.yaml`, [stringify(exportConfig(checkpoint))]);
      process.stdout.write(`${out}: ${format}${format === 'pytorch' ? `; its config: ${out}.yaml` : ''}\n`);
      if (checkpoint.origin === undefined && format === 'pytorch') {
        process.stderr.write(
          `H_init and L_init are ${dtype ?? 'float32'}: the official code needs arch.forward_dtype=float32, or cast both to bfloat16\n`,
        );
      }
    });
}
