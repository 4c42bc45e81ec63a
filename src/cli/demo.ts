/** `trm demo`: from nothing to a trained solver, on the CPU, in about two minutes. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { temporaryFolder } from '../data/node/make-folder.ts';
import type { SolveStep } from '../evaluate/solver.ts';
import { computing, type EngineFlags, openEngine } from './support/engine.ts';
import { typed, word } from './support/invocation.ts';
import { integer } from './support/options.ts';
import { checkNewFolder } from './support/output-file.ts';
import { stoppingAtOnce } from './support/stopping.ts';

interface DemoFlags extends EngineFlags {
  readonly seed: number;
  readonly keep?: string;
}

const trainPuzzles = 2000;
const testPuzzles = 256;

export function demoCommand(): Command {
  const command = new Command('demo')
    .description(
      'train a tiny model on 4x4 Sudoku from scratch, then watch it solve a puzzle that is none of the training puzzles as they stand (of 4x4 nearly every one is a form of one of them)',
    )
    .option('--seed <n>', 'seed of puzzles and weights', integer, 0)
    .option(
      '--keep <folder>',
      'keep the dataset and the run in this new or empty folder (default: a temporary one)',
    );
  return computing(command)
    .addHelpText('after', '\nExample:\n  trm demo --keep runs/demo\n')
    .action(async (flags: DemoFlags) => {
      const { keep } = flags;
      if (keep !== undefined)
        await checkNewFolder(keep, 'give the demo a folder of its own, as runs/demo', '--keep');
      const folder = keep ?? temporaryFolder('trm-demo-');
      // At exit, not after the work: a broken pipe ends the process in the middle of it.
      if (keep === undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      await demo(folder, flags);
    });
}

/** What is said of a signal before and after the training, which says its own. */
const STOPPED = 'stopped\n';

async function demo(folder: string, { seed, keep, ...flags }: DemoFlags): Promise<void> {
  const { readSizes } = await import('../data/node/folder.ts');
  const { generateDataset } = await import('../data/builders/generated.ts');
  const { newRun } = await import('../train/run.ts');
  const { loadConfig } = await import('./support/config-file.ts');
  const { beginRun, describe, runSession } = await import('./session.ts');
  const { loadCheckpoint } = await import('./run-folder.ts');
  const { lockRun } = await import('./run-lock.ts');
  const { showSteps } = await import('./solve-answers.ts');
  const { Solver } = await import('../evaluate/solver.ts');
  const early = stoppingAtOnce(undefined, STOPPED);
  await early.working('', STOPPED);
  const backend = await openEngine(flags);
  const say = (text: string) => process.stdout.write(`${typed(text)}\n`);
  const [data, run] = [join(folder, 'data'), join(folder, 'run')];

  say(
    `generating ${trainPuzzles} training and ${testPuzzles} held-out 4x4 Sudoku with as few givens as possible`,
  );
  const family = { kind: 'sudoku', size: 4 };
  await generateDataset({ family, count: trainPuzzles, testCount: testPuzzles, seed, out: data });
  const splits = await readSizes([data]);
  const checkpoint = newRun({ ...loadConfig('sudoku-4x4', []), seed }, splits.train);
  const { count } = (await import('../inference/weights.ts')).layoutOf(checkpoint.model.parameters);
  say(`training ${count.toLocaleString('en')} weights from scratch`);
  const unlock = await lockRun(run);
  const { threads } = flags;
  beginRun(run, checkpoint, [data], threads);
  const stopped = () => typed(keep ? `stopped; go on with: trm train --resume ${word(run)}\n` : 'stopped\n');
  const session = { run, checkpoint, backend, data: [data], threads, stopped, before: early, ...splits };
  const result = await runSession(session).finally(unlock);
  if (result.interrupted) {
    process.exitCode = 130;
    return;
  }
  const stop = stoppingAtOnce(undefined, STOPPED);
  await stop.working('', STOPPED);
  if (result.evaluation)
    say(`after ${Math.round(result.seconds)} s: held-out ${describe(result.evaluation)}`);

  say(
    '\none held-out puzzle, step by step (no training puzzle as it stands, but most likely a form of one):',
  );
  const solver = new Solver(await loadCheckpoint(run, 'best'), backend);
  const [test] = splits.test;
  const question = new Int32Array(test!.metadata.seq_len);
  test!.read(0, question, question.slice());
  const steps: SolveStep[] = [];
  for await (const step of solver.steps({ tokens: question }, { steps: 4 })) steps.push(step);
  await solver.dispose();
  stop.end();
  say(showSteps(question, steps, solver.family));
  if (keep)
    say(
      `\nthe run is in ${run}: trm solve ${word(run)} FILE, trm evaluate ${word(run)} --data ${word(data)}`,
    );
}
