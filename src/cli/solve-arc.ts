/**
 * `trm solve` on an ARC task that was not in training: learns the puzzle embedding of the task and its augmentations from
 * the demonstration pairs, then every augmentation answers and votes.
 */

import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { arcDataset } from '../data/arc/dataset.ts';
import { CANVAS, VOCABULARY } from '../data/arc/sequence.ts';
import { type ArcTask, gridToRows, hasTests, isKnown, taskToJson } from '../data/arc/task.ts';
import { parseTasks } from '../data/arc/task-file.ts';
import type { PuzzleDataset } from '../data/dataset.ts';
import type { RowShape } from '../data/families.ts';
import { textAt } from '../data/node/text-at.ts';
import { TrmError } from '../errors.ts';
import { type ArcTestResult, attemptsAt, evaluateArc } from '../evaluate/arc.ts';
import { Solver } from '../evaluate/solver.ts';
import { noArcModel } from '../interop/no-arc-model.ts';
import type { Backend } from '../runtime/backend.ts';
import { adaptation } from '../train/adapt.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { train } from '../train/run.ts';
import { percent } from './comparison.ts';
import { loadCheckpoint, removePartials, runFiles, saveCheckpoint, writeAtomically } from './run-folder.ts';
import { lockRun } from './run-lock.ts';
import { countOf } from './support/count-of.ts';
import { type EngineFlags, openEngine } from './support/engine.ts';
import { checkOutside } from './support/output-file.ts';
import { stopping } from './support/stopping.ts';
import { renderArcGrids } from './terminal/arc-grid.ts';
import { supportsColor } from './terminal/grid.ts';
import { createProgress, formatDuration } from './terminal/progress.ts';

/** What is asked of `trm solve`, as far as a task is concerned. */
export interface ArcSolveFlags extends EngineFlags {
  readonly steps?: number;
  readonly json?: true;
  readonly trainSteps: number;
  readonly trainBatch: number;
  readonly trainWeights?: true;
  readonly augment: number;
  readonly out?: string;
}

/** Seed of the augmentations: a resumed run must draw the same ones. */
const SEED = 0;

/** Columns of a terminal that does not say. */
const WIDTH = 100;

/** Whether a text is JSON with demonstrations and questions, as ARC's task files are; for a model of ARC also where some are missing. */
export function isArcTask(text: string, shape: RowShape): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  return isOfArc(shape)
    ? /"(train|test|input)"/.test(text)
    : text.includes('"train"') && text.includes('"test"');
}

const isOfArc = ({ cells, vocabulary }: RowShape) => cells === CANVAS && vocabulary === VOCABULARY;

/** Learns the task in `text` and prints the attempts at its questions. `--out` is this process's meanwhile. */
export async function solveArcTask(
  from: Checkpoint,
  text: string,
  file: string,
  flags: ArcSolveFlags,
): Promise<void> {
  const { cells, vocabulary } = from.model.shape;
  if (!isOfArc(from.model.shape)) {
    const needed = `a model of ${CANVAS} cells and ${VOCABULARY} tokens`;
    const message = `an ARC task needs ${needed}, this one has ${cells} and ${vocabulary}`;
    throw new TrmError('data', message, { file, fix: noArcModel });
  }
  const task = onlyTask(parseTasks(text, basename(file, extname(file)), file), file);
  const unlock = flags.out === undefined ? () => {} : await takeFolder(flags.out);
  try {
    await learnAndAnswer(from, task, flags);
  } finally {
    unlock();
  }
}

/** @throws TrmError `usage` when it is meant for a file, is that of a run, or another process has it; `io`. */
async function takeFolder(out: string): Promise<() => void> {
  if (/^\.(json|csv|txt)$/i.test(extname(out))) {
    const fix = 'name a folder; the answers go to standard output: --json > FILE';
    throw new TrmError('usage', 'an ARC task is learnt, which a folder keeps', { key: '--out', fix });
  }
  checkOutside(out, [], 'give the task a folder of its own, as tasks/first');
  const others = [runFiles.config(out), runFiles.checkpoint(out, 'last')];
  if (!existsSync(taskFile(out)) && others.some((file) => existsSync(file)))
    throw new TrmError('usage', 'there is a run here', { file: out, fix: 'choose another --out' });
  return lockRun(out);
}

const taskFile = (out: string): string => join(out, 'task.json');

async function learnAndAnswer(from: Checkpoint, task: ArcTask, flags: ArcSolveFlags): Promise<void> {
  const { augment, trainWeights = false } = flags;
  const { train: demonstrations, ...questions } = arcDataset([{ tasks: [task], test: true }], {
    augment,
    seed: SEED,
  });
  const start = adaptation(from, demonstrations, {
    steps: flags.trainSteps,
    batchSize: flags.trainBatch,
    trainable: trainWeights ? 'all' : 'puzzle-embedding',
    precision: flags.precision,
  });
  const about = JSON.stringify({ task: taskToJson(task), augment, trainWeights });
  const run = await resumed(start, about, flags);
  const backend = await openEngine({ ...flags, precision: run.config.precision });
  const learnt = await learn(run, demonstrations, backend, flags);
  const { state, seconds } = learnt.checkpoint;
  const what = trainWeights ? 'all weights' : 'the puzzle embedding';
  const learning = `learnt ${what} from ${countOf(demonstrations.count, 'example')} in ${formatDuration(seconds)}, ${countOf(state.step, 'step')}`;
  if (learnt.interrupted) {
    process.stderr.write(`stopped: ${learning}; ${whatNext(flags)}\n`);
    process.exitCode = 130;
    return;
  }

  const rows = Math.min(flags.trainBatch, questions.test.count);
  const solver = new Solver(learnt.checkpoint, backend);
  const { answerer, weights } = await solver.thinker(rows);
  const progress = createProgress({ label: 'answer' });
  const { tasks } = await evaluateArc(
    answerer,
    weights,
    { dataset: questions.test, identifiers: [...questions.identifiers()], tasks: questions.testTasks },
    {
      supervisionSteps: flags.steps ?? from.config.supervisionSteps,
      onProgress: (done, total) => progress.update({ done, total }),
    },
  );
  progress.end();
  await solver.dispose();
  const asked = task.parts.flatMap(({ kind, pairs }) => (kind === 'test' ? pairs : []));
  const tests = tasks[0]!.tests.map((test, i) => ({ ...test, known: isKnown(asked[i]!) }));
  if (flags.json) {
    const training = { trainable: learnt.checkpoint.config.trainable, steps: state.step, seconds };
    process.stdout.write(`${JSON.stringify({ task: task.name, training, tests: tests.map(toJson) })}\n`);
    return;
  }
  process.stdout.write(`${learning}\n\n${tests.map(show).join('\n\n')}\n`);
}

/** The run as `--out` keeps it, else as it starts. @throws TrmError `usage` when another task is kept there. */
async function resumed(start: Checkpoint, about: string, { out }: ArcSolveFlags): Promise<Checkpoint> {
  if (out === undefined) return start;
  const file = taskFile(out);
  const before = textAt(file);
  if (before === undefined) {
    writeAtomically(file, [about]);
    return start;
  }
  if (before !== about) {
    throw new TrmError('usage', 'the folder keeps another task, or this one with other settings', {
      file,
      fix: 'choose another --out, or the same --augment and --train-weights',
    });
  }
  removePartials(out);
  if (!existsSync(runFiles.checkpoint(out, 'last'))) return start;
  const { config, ...kept } = await loadCheckpoint(out, 'last');
  process.stderr.write(`going on at step ${kept.state.step}\n`);
  return { ...kept, config: { ...config, steps: Math.max(start.config.steps, kept.state.step) } };
}

const whatNext = ({ out }: ArcSolveFlags): string =>
  out === undefined ? 'nothing was kept: there is no --out' : 'the same command goes on';

/** Trains to the last step or Ctrl-C; `--out` has the state at any moment. */
async function learn(
  run: Checkpoint,
  demonstrations: PuzzleDataset,
  backend: Backend,
  flags: ArcSolveFlags,
): Promise<{ checkpoint: Checkpoint; interrupted: boolean }> {
  const { steps } = run.config;
  const progress = createProgress({ label: 'learn' });
  const first = run.state.step;
  let step = first;
  const farewell = `stopped at step ${first}; ${whatNext(flags)}\n`;
  const stop = stopping(() => {
    if (step === first) {
      process.stderr.write(farewell);
      return 'exit';
    }
    progress.log('stopping after this step; a second signal or Ctrl-C stops at once');
    return undefined;
  });
  let checkpoint = run;
  const begun = performance.now();
  try {
    await stop.working('learn: making ready the graph of a training step', farewell);
    await train(
      run,
      demonstrations,
      backend,
      {
        onStep(metrics) {
          if (step === first) void stop.working(undefined);
          step = metrics.step;
          const rate = (metrics.step - first) / ((performance.now() - begun) / 1000);
          const eta = (steps - metrics.step) / rate;
          const fields = { loss: metrics.loss };
          progress.update({ done: metrics.step, total: steps, rate, unit: 'steps', eta, fields });
        },
        async onCheckpoint(saved) {
          checkpoint = saved;
          if (flags.out !== undefined) saveCheckpoint(flags.out, 'last', saved);
        },
      },
      stop.signal,
    );
  } finally {
    stop.end();
    progress.end();
  }
  return { checkpoint, interrupted: stop.signal.aborted && checkpoint.state.step < steps };
}

/** @throws TrmError `data` where there are several tasks, or there is nothing to answer. */
function onlyTask([task, ...others]: readonly ArcTask[], file: string): ArcTask {
  if (others.length > 0) {
    throw new TrmError('data', `${others.length + 1} tasks; one is learnt at a time`, {
      file,
      fix: 'give a file of one task',
    });
  }
  if (task && hasTests(task)) return task;
  const fix = 'give it as {"train": […], "test": [{"input": …}]}';
  throw new TrmError('data', 'it has demonstrations alone, no test to answer', { file, fix });
}

type Test = ArcTestResult & { readonly known: boolean };

function show(test: Test, i: number): string {
  const all = test.candidates.reduce((sum, { votes }) => sum + votes, 0);
  const attempts = attemptsAt(test).map(({ grid, votes, confidence }, a) => ({
    title: `attempt ${a + 1}: ${votes} of ${all} votes, ${percent(confidence)}`,
    grid,
  }));
  const grids = [{ title: `question ${i + 1}`, grid: test.question }, ...attempts];
  const picture = renderArcGrids(grids, supportsColor(process.stdout), process.stdout.columns ?? WIDTH);
  if (!test.known) return picture;
  const right = test.rank !== undefined && test.rank <= attempts.length;
  return `${picture}\n${right ? `attempt ${test.rank} is right` : 'neither attempt is right'}`;
}

function toJson(test: Test) {
  return {
    attempts: attemptsAt(test).map(({ grid, votes, confidence }) => ({
      grid: gridToRows(grid),
      votes,
      confidence,
    })),
    rank: test.known ? (test.rank ?? null) : undefined,
  };
}
