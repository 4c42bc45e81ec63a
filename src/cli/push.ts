/** `trm push`: a run's model on the Hugging Face hub, with a card made from the run. Nothing is sent but by this command. */

import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { familyOf } from '../data/families.ts';
import { textAt } from '../data/node/text-at.ts';
import { TrmError } from '../errors.ts';
import { encodeModelFile } from '../interop/model-file.ts';
import type { PushedFile } from '../interop/node/hub-push.ts';
import { compiledPrefix } from '../interop/official-checkpoint.ts';
import { readMetrics } from './metrics.ts';
import { type CardFacts, modelCard } from './model-card.ts';
import { fetchSource, runFiles } from './run-folder.ts';
import { readRecord } from './run-record.ts';
import { typed } from './support/invocation.ts';
import { endingAtOnce, stopping } from './support/stopping.ts';
import { packageVersion } from './support/version.ts';
import { createProgress, formatDuration } from './terminal/progress.ts';

interface PushFlags {
  readonly checkpoint: 'best' | 'last';
  readonly license?: string;
  readonly public?: true;
  readonly replace?: true;
  readonly dryRun?: true;
}

export function pushCommand(): Command {
  return new Command('push')
    .description('put a model on the Hugging Face hub, with a card made from its run; the token is HF_TOKEN')
    .argument('<run>', 'folder of a run, a checkpoint file, or a shipped model')
    .argument('<repository>', 'hf:owner/name')
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--license <id>', 'of the weights, e.g. mit; none is stated without')
    .option(
      '--public',
      'make it for everybody to see (default: for its owner alone, or for whom it was before)',
    )
    .option('--replace', 'put it in place of the files of a repository that is there already')
    .option('--dry-run', 'send nothing: print the card, and what would be sent')
    .addHelpText(
      'after',
      '\nExamples:\n  trm push runs/sudoku-4x4 hf:me/sudoku-4x4 --dry-run\n  HF_TOKEN=… trm push runs/sudoku-4x4 hf:me/sudoku-4x4 --license mit --public\n',
    )
    .action(async (run: string, target: string, flags: PushFlags) => {
      const { onHub } = await import('../interop/node/source.ts');
      const { repository, path } = onHub(target) ?? {};
      if (repository === undefined || path !== undefined)
        throw new TrmError('usage', 'expected hf:owner/name', { key: target });
      const token = process.env.HF_TOKEN;
      if (!token?.startsWith('hf_') && !flags.dryRun) {
        const fix = 'make one that may write at https://huggingface.co/settings/tokens, or use --dry-run';
        const fault = token ? 'is no token: those begin with hf_' : 'is not set';
        throw new TrmError('usage', fault, { key: 'HF_TOKEN', fix });
      }
      const { card, files } = await endingAtOnce('push: reading the model', () =>
        filesOf(run, repository, flags),
      );
      if (flags.dryRun) {
        process.stdout.write(card);
        for (const { path, content } of files) process.stderr.write(`${path}: ${content.size} bytes\n`);
        process.stderr.write(`nothing was sent to ${target}\n`);
        return;
      }
      const { pushModel } = await import('../interop/node/hub-push.ts');
      const progress = createProgress({ label: 'push' });
      const stop = stopping(() => {
        progress.end();
        process.stderr.write(
          `stopped; ${target} may be there without its files: --replace puts them there\n`,
        );
        return 'exit';
      });
      try {
        const address = await pushModel(repository, files, {
          token: token!,
          title: `Model of ${basename(run)}`,
          isPublic: flags.public === true,
          replace: flags.replace === true,
          onProgress: (event) => progress.update(event.event === 'phase' ? event.phase : event.state),
        });
        progress.end();
        const before = flags.replace ? ', visible to whom it was if it was there before' : '';
        const visible = flags.public ? ', visible to everybody' : before || ', visible to its owner alone';
        process.stdout.write(typed(`${address}${visible}\nuse it with: trm solve ${target} FILE\n`));
      } finally {
        progress.end();
        stop.end();
      }
    });
}

async function filesOf(source: string, repository: string, flags: PushFlags) {
  const { loadModelAt } = await import('../interop/node/source.ts');
  const path = await fetchSource(source);
  const run = statSync(path).isDirectory() ? path : undefined;
  const { checkpoint, note } = loadModelAt(path, flags.checkpoint);
  const curves = run === undefined ? undefined : textAt(runFiles.curves(run));
  const card = modelCard({
    repository,
    checkpoint,
    note,
    puzzles: familyOf({ family: checkpoint.family, ...checkpoint.model.shape }).title,
    version: packageVersion(),
    license: flags.license,
    curves: curves !== undefined,
    ...(run === undefined ? { data: checkpoint.selection?.data ?? [] } : recorded(run, checkpoint)),
  });
  const weights = encodeModelFile(checkpoint, 'safetensors', checkpoint.origin?.prefix ?? compiledPrefix);
  const files: PushedFile[] = [
    { path: 'README.md', content: new Blob([card]) },
    { path: 'model.safetensors', content: new Blob(weights as Uint8Array<ArrayBuffer>[]) },
  ];
  if (checkpoint.state.step > 0)
    files.push({ path: 'recipe.yaml', content: new Blob([stringify(checkpoint.config)]) });
  if (curves !== undefined) files.push({ path: 'curves.svg', content: new Blob([curves]) });
  return { card, files };
}

/** What a run's files tell of a checkpoint. Of paths the last part: the rest is of the machine. */
function recorded(run: string, { state: { step }, seconds }: CardFacts['checkpoint']) {
  const evaluations = readMetrics(run).filter((row) => row.kind === 'evaluation');
  const config = existsSync(runFiles.config(run))
    ? (readRecord(run) as {
        data?: string | readonly string[];
        hardware?: { cpu: string; device: string };
      })
    : {};
  const { cpu, device } = config.hardware ?? {};
  return {
    evaluation: evaluations.findLast((row) => row.step === step),
    data: [config.data ?? []].flat().map((folder) => basename(folder)),
    ...(cpu !== undefined && { hardware: `${cpu} (${device})` }),
    ...(seconds > 0 && { trained: formatDuration(seconds) }),
  };
}
