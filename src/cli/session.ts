/** One sitting of a training run: opens it, shows progress, logs, evaluates, saves, and stops cleanly on Ctrl-C. */

import { basename, resolve } from 'node:path';
import type { PuzzleDataset } from '../data/dataset.ts';
import { TrmError } from '../errors.ts';
import { type Evaluation, evaluate, together } from '../evaluate/evaluate.ts';
import { Answerer, answerWeights } from '../inference/answer.ts';
import type { Backend } from '../runtime/backend.ts';
import type { Checkpoint, Selection } from '../train/checkpoint.ts';
import { alone } from '../train/communicator.ts';
import type { Ranks } from '../train/mpi/ranks.ts';
import { checkShapes, isFinished, train } from '../train/run.ts';
import { modelsOf, rowsAt, sizeName } from '../train/sizes.ts';
import { withAdvice } from './gentler.ts';
import { keeperOf, noKeeper } from './keeper.ts';
import { type StepRow, stepRow } from './metrics.ts';
import { saveCheckpoint } from './run-folder.ts';
import { record } from './run-record.ts';
import { countOf } from './support/count-of.ts';
import { typed, word } from './support/invocation.ts';
import { onAllRanks } from './support/ranks.ts';
import { type Stop, stopping } from './support/stopping.ts';
import { createProgress, formatDuration } from './terminal/progress.ts';

export interface Session {
  readonly run: string;
  readonly checkpoint: Checkpoint;
  readonly backend: Backend;
  /** Folders of the dataset. */
  readonly data: readonly string[];
  /** As asked for. */
  readonly threads?: number | undefined;
  /** Whether to write TensorBoard's event files; a run that has some goes on with them. */
  readonly tensorboard?: boolean | undefined;
  /** Of a run of several processes, each with a session of its own. */
  readonly ranks?: Pick<Ranks, 'communicator' | 'members' | 'mpi'> | undefined;
  /** The whole training split, of each size of puzzles. */
  readonly train: readonly PuzzleDataset[];
  readonly test: readonly PuzzleDataset[];
  /** What heard signals until now; where it was asked to stop, so is the session. */
  readonly before?: Stop;
  /** Says, for people, that it was stopped at a step, and how to go on. */
  readonly stopped: (step: number) => string;
}

export interface SessionResult {
  readonly interrupted: boolean;
  readonly step: number;
  /** The last one, and what it was made on. */
  readonly evaluation: Evaluation | undefined;
  readonly selection: Selection | undefined;
  /** The step of the best checkpoint so far; undefined before the first evaluation. */
  readonly bestStep: number | undefined;
  /** Evaluations after it. */
  readonly evaluationsSinceBest: number;
  /** Seconds of training in this sitting, evaluation included. */
  readonly seconds: number;
  /** Share of the steps' time that they waited for their batches. */
  readonly dataShare: number;
  /** That this rank summed gradients with the others, and that each rank waited for the others, by rank. */
  readonly sumShare: number;
  readonly waitShares: readonly number[];
}

/** Rows over which the progress line averages. */
const window = 100;

/**
 * Makes a run's folder: its first checkpoint, then its record. The record is the mark that a run is there, so it comes when
 * there is something to go on with.
 */
export function beginRun(
  run: string,
  checkpoint: Checkpoint,
  data: readonly string[],
  threads?: number,
): void {
  saveCheckpoint(run, 'last', checkpoint);
  record(run, { checkpoint, data, threads });
}

/** Removes what a killed process left half done, and draws the curves. */
export function tidyRun(run: string, { state }: Checkpoint): void {
  keeperOf(run, state.step).end();
}

/** Trains until the config's last step or Ctrl-C; the run's folder is complete and resumable at any moment. */
export async function runSession(session: Session): Promise<SessionResult> {
  const { run, checkpoint, backend, test } = session;
  const { config } = checkpoint;
  checkShapes(checkpoint, test);
  const { communicator } = session.ranks ?? { communicator: alone };
  const keeps = communicator.rank === 0;
  if (keeps) record(run, session);
  const keeper = keeps ? keeperOf(run, checkpoint.state.step, session.tensorboard) : noKeeper;
  const progress = createProgress({ label: 'train' });
  const recent: TimedRow[] = [];
  /** While no step was taken nothing would be lost; ranks end together all the same. */
  const farewell = () =>
    recent.length === 0 && communicator.size === 1 ? session.stopped(checkpoint.state.step) : undefined;
  const stop = stopping(() => {
    const words = farewell();
    if (words !== undefined) {
      process.stderr.write(words);
      return 'exit';
    }
    progress.log(
      typed(
        `stopping after this step; a second signal or Ctrl-C stops at once, and the last checkpoint goes on with: trm train --resume ${word(run)}`,
      ),
    );
    return undefined;
  });
  session.before?.end();
  /** What holds the thread from now on. */
  const making = (what: string | undefined) =>
    stop.working(what && `train: making ready ${what}`, farewell());

  const spent = { data: 0, all: 0, summed: 0, waited: new Float64Array(communicator.size) }; // seconds
  const begun = performance.now();
  let last: Evaluation | undefined;
  let selection: Selection | undefined;
  let saved = checkpoint;
  let savedStep = checkpoint.state.step;
  const models = modelsOf(checkpoint);
  let answerers: readonly Answerer[] | undefined;
  try {
    await making('the graph of a training step');
    await train(
      checkpoint,
      session.train,
      backend,
      {
        onStep(metrics) {
          if (recent.length === 0) void making(undefined);
          const row = stepRow(metrics);
          const { stepSeconds } = metrics;
          spent.data += metrics.dataSeconds;
          spent.all += stepSeconds;
          spent.summed += metrics.ranks?.summed ?? 0;
          metrics.ranks?.waited.forEach((seconds, rank) => {
            spent.waited[rank]! += seconds;
          });
          keeper.log(row);
          if (metrics.step % 20 === 0) keeper.flush();
          recent.push({ ...row, stepSeconds });
          if (recent.length > window) recent.shift();
          progress.update(progressState(recent, config.steps));
        },
        async evaluate(state, validation) {
          if (!answerers) {
            await making('the graph that answers');
            answerers = await Promise.all(
              models.map((model) => {
                const { batchSize, microBatchSize } = rowsAt(config, models[0]!, model);
                return Answerer.create(model, Math.min(microBatchSize, batchSize), backend);
              }),
            );
            void making(undefined);
          }
          const each: Evaluation[] = [];
          for (const [i, answerer] of answerers.entries()) {
            const one = await evaluate(answerer, answerWeights(state), (validation ?? test)[i]!, {
              supervisionSteps: config.supervisionSteps,
              examples: Math.ceil(config.evaluateExamples / models.length),
              communicator,
              onProgress: (done, total) => progress.update(`evaluating, ${done} of ${total}`),
            });
            each.push(one);
            if (models.length > 1)
              progress.log(`step ${state.step}: ${sizeName(models[i]!.shape)}: ${describe(one)}`);
          }
          last = together(each);
          keeper.log({ kind: 'evaluation', step: state.step, ...last });
          selection = {
            split: validation ? 'validation' : 'test',
            data: session.data.map((folder) => basename(resolve(folder))),
            examples: last.examples,
            metric: 'exact',
          };
          progress.log(`step ${state.step}: ${describeHeldOut(last, selection)}`);
          return last.exact;
        },
        async onCheckpoint(state, best) {
          saved = state;
          savedStep = state.state.step;
          keeper.save(state, best ? selection : undefined);
        },
      },
      session.before ? AbortSignal.any([session.before.signal, stop.signal]) : stop.signal,
      communicator,
    );
    progress.end();
  } catch (error) {
    if (error instanceof TrmError && error.code === 'numeric')
      throw onAllRanks(withAdvice(error, run, checkpoint, savedStep, checkpoint.state.step));
    throw error;
  } finally {
    stop.end();
    progress.end();
    keeper.end();
    await Promise.all((answerers ?? []).map((answerer) => answerer.dispose()));
  }
  const interrupted = !isFinished(saved); // this rank, or another one
  if (interrupted) process.stderr.write(session.stopped(checkpoint.state.step));
  const share = (seconds: number) => (spent.all > 0 ? seconds / spent.all : 0);
  return {
    interrupted,
    step: checkpoint.state.step,
    evaluation: last,
    selection,
    bestStep: saved.bestStep,
    evaluationsSinceBest: saved.evaluationsSinceBest ?? 0,
    seconds: (performance.now() - begun) / 1000,
    dataShare: share(spent.data),
    sumShare: share(spent.summed),
    waitShares: Array.from(spent.waited, share),
  };
}

interface TimedRow extends StepRow {
  /** From step to step. */
  readonly stepSeconds: number;
}

/** Means over the rows that are there. */
function mean(
  rows: readonly TimedRow[],
  key: 'loss' | 'exactAccuracy' | 'cellAccuracy' | 'meanSteps' | 'examplesPerSecond' | 'stepSeconds',
): number {
  const values = rows.map((row) => row[key]).filter((value) => value !== null);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function progressState(recent: readonly TimedRow[], steps: number) {
  const { step } = recent.at(-1)!;
  // Until the first rows finish there is nothing to average.
  const shown = (value: number, unit: string) => (Number.isNaN(value) ? '–' : `${value.toFixed(1)} ${unit}`);
  return {
    done: step,
    total: steps,
    rate: mean(recent, 'examplesPerSecond'),
    unit: 'examples',
    eta: (steps - step) * mean(recent, 'stepSeconds'),
    fields: {
      loss: mean(recent, 'loss').toFixed(3),
      exact: shown(100 * mean(recent, 'exactAccuracy'), '%'),
      cell: shown(100 * mean(recent, 'cellAccuracy'), '%'),
      thinking: shown(mean(recent, 'meanSteps'), 'steps'),
    },
  };
}

/** `exact 98.4 % (95 % interval 96.1-99.4), cell 99.7 %, 256 puzzles in 3.1 s`; `valid 99.2 %` too where other answers are. */
export function describe({ exact, valid = exact, cell, examples, seconds, ...rest }: Evaluation): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const between = (bounds: readonly number[]) => `(95 % interval ${bounds.map(percent).join('-')})`;
  const others = valid > exact ? `valid ${percent(valid)} % ${between(rest.validInterval!)}, ` : '';
  return `exact ${percent(exact)} % ${between(rest.exactInterval)}, ${others}cell ${percent(cell)} %, ${countOf(examples, 'puzzle')} in ${formatDuration(seconds)}`;
}

/** The same with the split that was held out: the test split, or puzzles of the training split. */
export function describeHeldOut(evaluation: Evaluation, { split }: Selection): string {
  return `${split === 'test' ? 'held-out' : 'validation'} ${describe(evaluation)}`;
}
