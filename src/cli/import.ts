/** `trm import`: a checkpoint of the official code as a run of ours. */

import { Command } from 'commander';
import { parseMetadata } from '../data/dataset.ts';
import { checkFree, newFolder } from '../data/node/new-folder.ts';
import { TrmError } from '../errors.ts';
import { fetchSource, runFiles, saveCheckpoint, writeAtomically } from './run-folder.ts';
import { stoppable } from './support/interrupt.ts';
import { typed, word } from './support/invocation.ts';
import { checkOutside } from './support/output-file.ts';
import { nothingWritten } from './support/signals.ts';
import { endingAtOnce } from './support/stopping.ts';
import { packageVersion } from './support/version.ts';

interface ImportFlags {
  readonly out: string;
  readonly config?: string;
  readonly data?: string;
  readonly set?: readonly string[];
  readonly key?: string;
  readonly json?: true;
}

export function importCommand(): Command {
  return new Command('import')
    .description('make a run of a PyTorch checkpoint of the official code; no code of the file is run')
    .argument('<source>', 'torch.save file, safetensors with the official names, or hf:owner/name')
    .requiredOption('--out <run>', 'folder of the new run')
    .option(
      '--config <file>',
      'official config, YAML or JSON (default: FILE.yaml or all_config.yaml beside it)',
    )
    .option(
      '--data <folder>',
      'dataset it was trained on, or will be: gives the sizes that the file does not tell',
    )
    .option('--set <key=value...>', 'official keys, e.g. --set seq_len=81 num_heads=8')
    .option('--key <name>', 'the state dict to take, of a file with several, e.g. ema or ema.shadow')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  trm import step_65000 --data datasets/sudoku-extreme --out runs/official\n  trm evaluate runs/official --data datasets/sudoku-extreme\n',
    )
    .action(async (source: string, flags: ImportFlags) => {
      const { kind, checkpoint, notes } = await endingAtOnce('import: reading the weights', async () => {
        const { loadModel } = await import('../interop/node/source.ts');
        const { modelFileAt } = await import('../interop/node/run-checkpoint.ts');
        checkOutside(flags.out, [], 'give the run a folder of its own, as runs/official');
        await checkFree(flags.out);
        const settings = { ...(await datasetSettings(flags.data)), ...(await overrides(flags.set ?? [])) };
        const path = modelFileAt(await fetchSource(source), 'best');
        try {
          return loadModel(path, settings, flags.config, flags.key);
        } catch (error) {
          throw notOfDataset(error, flags.data);
        }
      });
      if (kind === 'checkpoint') {
        throw new TrmError('usage', 'a checkpoint of this package: there is nothing to import', {
          file: source,
          fix: 'give it to trm evaluate, trm solve or trm train --init as it is',
        });
      }
      const { resolve } = await import('node:path');
      const content = {
        config: checkpoint.config,
        imported: { source, notes },
        ...(flags.data !== undefined && { data: resolve(flags.data) }),
        versions: { 'tiny-recursive-model': packageVersion(), node: process.versions.node },
      };
      const made = await stoppable(flags.out, async (heed) => {
        heed();
        await newFolder(flags.out, async (run) => {
          writeAtomically(runFiles.config(run), [`${JSON.stringify(content, null, 2)}\n`]);
          saveCheckpoint(run, 'last', checkpoint);
        });
        return true;
      });
      if (!made) {
        process.stderr.write(nothingWritten);
        return;
      }
      for (const note of notes) process.stderr.write(`${note}\n`);
      process.stderr.write(
        'optimizer state: none in the file; training it begins at step 1 with zero moments\n',
      );
      if (flags.json) {
        const { config, model } = checkpoint;
        process.stdout.write(
          `${JSON.stringify({ run: flags.out, model: config.model, shape: model.shape, notes })}\n`,
        );
        return;
      }
      const data = flags.data ?? 'DATASET';
      process.stdout.write(`${flags.out}: imported ${source}\n`);
      process.stdout.write(typed(`evaluate with: trm evaluate ${word(flags.out)} --data ${word(data)}\n`));
      process.stdout.write(
        typed(`train on with: trm train --init ${word(flags.out)} --data ${word(data)} --out RUN\n`),
      );
    });
}

/** What a dataset tells of a model. */
async function datasetSettings(folder: string | undefined) {
  if (folder === undefined) return {};
  const { join } = await import('node:path');
  const { readYaml } = await import('../data/node/yaml.ts');
  const file = join(folder, 'train', 'dataset.json');
  const { seq_len, vocab_size, num_puzzle_identifiers, puzzle } = parseMetadata(readYaml(file), file);
  return { seq_len, vocab_size, num_puzzle_identifiers, ...(puzzle && { puzzle }) };
}

/** An error about a tensor also names the dataset that gave the sizes. */
function notOfDataset(error: unknown, data: string | undefined): unknown {
  if (data === undefined || !(error instanceof TrmError)) return error;
  const { code, what, detail } = error;
  if (code !== 'checkpoint' || detail.key === undefined) return error;
  const fix = `name the dataset that it was trained on, if that is not ${data}, or the config that describes the file`;
  return new TrmError(code, `${what} by the sizes of ${data}`, { ...detail, fix });
}

async function overrides(texts: readonly string[]) {
  const { applyOverrides } = await import('./support/config-file.ts');
  const { officialKeys, parseOfficialSettings } = await import('../interop/official-config.ts');
  const { didYouMean } = await import('../suggest.ts');
  const settings: Record<string, unknown> = {};
  applyOverrides(settings, texts);
  for (const key of Object.keys(settings)) {
    if (officialKeys.includes(key)) continue;
    const fix = didYouMean(key, officialKeys, `known are ${officialKeys.join(', ')}`);
    throw new TrmError('usage', 'unknown official key', { file: '--set', key, fix });
  }
  return parseOfficialSettings(settings, '--set');
}
