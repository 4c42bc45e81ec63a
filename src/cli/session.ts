/** One sitting of a training run: opens it, shows progress, logs, evaluates, saves, and stops cleanly on Ctrl-C. */

import { basename, resolve } from 'node:path';
import type { PuzzleDataset } from '../data/dataset.ts';
import { TrmError } from '../errors.ts';
import { type Evaluation, evaluate } from '../evaluate/evaluate.ts';
import { Answerer, answerWeights } from '../inference/answer.ts';
import type { Backend } from '../runtime/backend.ts';
import type { Checkpoint, Selection } from '../train/checkpoint.ts';
import { alone } from '../train/communicator.ts';
import type { Config } from '../train/config.ts';
import type { Ranks } from '../train/mpi/ranks.ts';
import { checkShape, isFinished, train } from '../train/run.ts';
import { keeperOf, noKeeper } from './keeper.ts';
import { type StepRow, stepRow } from './metrics.ts';
import { saveCheckpoint } from './run-folder.ts';
import { record } from './run-record.ts';
import { startGuard } from './support/guard.ts';
import { onAllRanks } from './support/ranks.ts';
import { onStopSignals } from './support/signals.ts';
import { createProgress, formatDuration } from './terminal/progress.ts';

export interface Session {
  readonly run: string;
  readonly checkpoint: Checkpoint;
  readonly backend: Backend;
  /** Folders of the dataset. */
  readonly data: readonly string[];
  /** As asked for. */
  readonly threads?: number | undefined;
  /** Of a run of several processes, each with a session of its own. */
  readonly ranks?: Pick<Ranks, 'communicator' | 'members' | 'mpi'> | undefined;
  /** The whole training split. */
  readonly train: PuzzleDataset;
  readonly test: PuzzleDataset;
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
export function beginRun(run: string, checkpoint: Checkpoint, data: readonly string[]): void {
  saveCheckpoint(run, 'last', checkpoint);
  record(run, { checkpoint, data });
}

/** Removes what a killed process left half done, and draws the curves. */
export function tidyRun(run: string, { state }: Checkpoint): void {
  keeperOf(run, state.step).end();
}

/** Trains until the config's last step or Ctrl-C; the run's folder is complete and resumable at any moment. */
export async function runSession(session: Session): Promise<SessionResult> {
  const { run, checkpoint, backend, test } = session;
  const { config } = checkpoint;
  checkShape(checkpoint.model, test);
  const { communicator } = session.ranks ?? { communicator: alone };
  const keeps = communicator.rank === 0;
  if (keeps) record(run, session);
  const keeper = keeps ? keeperOf(run, checkpoint.state.step) : noKeeper;
  const progress = createProgress({ label: 'train' });
  const abort = new AbortController();
  const stop = () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
    progress.log('stopping after this step; press Ctrl-C again to stop at once (the last checkpoint stays)');
  };
  const deafen = onStopSignals(stop);
  const guard = startGuard();
  /** What holds the thread from now on. */
  const making = (what: string | undefined) => guard.working(what && `train: making ready ${what}`);

  const recent: StepRow[] = [];
  const spent = { data: 0, all: 0, summed: 0, waited: new Float64Array(communicator.size) }; // seconds
  const begun = performance.now();
  let last: Evaluation | undefined;
  let selection: Selection | undefined;
  let saved = checkpoint;
  let savedStep = checkpoint.state.step;
  let answerer: Answerer | undefined;
  try {
    making('the graph of a training step');
    await train(
      checkpoint,
      session.train,
      backend,
      {
        onStep(metrics) {
          if (recent.length === 0) making(undefined);
          const row = stepRow(metrics, config.batchSize);
          spent.data += metrics.dataSeconds;
          spent.all += metrics.stepSeconds;
          spent.summed += metrics.ranks?.summed ?? 0;
          metrics.ranks?.waited.forEach((seconds, rank) => {
            spent.waited[rank]! += seconds;
          });
          keeper.log(row);
          if (metrics.step % 20 === 0) keeper.flush();
          recent.push(row);
          if (recent.length > window) recent.shift();
          progress.update(progressState(recent, config.steps, config.batchSize));
        },
        async evaluate(state, validation) {
          if (!answerer) {
            making('the graph that answers');
            const rows = Math.min(config.microBatchSize, config.batchSize);
            answerer = await Answerer.create(checkpoint.model, rows, backend);
            making(undefined);
          }
          last = await evaluate(answerer, answerWeights(state), validation ?? test, {
            supervisionSteps: config.supervisionSteps,
            examples: config.evaluateExamples,
            communicator,
            onProgress: (done, total) => progress.update(`evaluating, ${done} of ${total}`),
          });
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
      abort.signal,
      communicator,
    );
    progress.end();
  } catch (error) {
    if (error instanceof TrmError && error.code === 'numeric')
      throw onAllRanks(withAdvice(error, run, config, savedStep, checkpoint.state.step));
    throw error;
  } finally {
    deafen();
    guard.end();
    progress.end();
    keeper.end();
    await answerer?.dispose();
  }
  const share = (seconds: number) => (spent.all > 0 ? seconds / spent.all : 0);
  return {
    interrupted: !isFinished(saved),
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

/**
 * The error of a loss or gradient that is not finite, with a way around it that can be followed as it stands.
 *
 * @param saved the step of the last checkpoint, and of the last step that went well.
 */
function withAdvice(error: TrmError, run: string, config: Config, saved: number, last: number): TrmError {
  const lower = (rate: number) => Number((rate / 4).toPrecision(3));
  const gentler = `learningRate=${lower(config.learningRate)} puzzleLearningRate=${lower(config.puzzleLearningRate)} clipNorm=1`;
  const anew = `begin anew, more gently: trm train --from-run ${run} --out ${run}-gentler --set ${gentler}`;
  const onward = `go on from step ${saved}, more gently: trm train --resume ${run} --set ${gentler}`;
  const smaller = 'nothing was learnt yet, so no rate is at fault: lower model.layers, cycles or latentSteps';
  const fix = last === 0 ? smaller : last > saved ? onward : anew; // else the checkpoint itself is past mending
  const { message, detail } = error;
  return new TrmError('numeric', message.replace(`; ${detail.fix}`, ''), { fix, cause: error });
}

/** Means over the rows that are there. */
function mean(
  rows: readonly StepRow[],
  key: 'loss' | 'exactAccuracy' | 'cellAccuracy' | 'meanSteps' | 'examplesPerSecond',
): number {
  const values = rows.map((row) => row[key]).filter((value) => value !== null);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function progressState(recent: readonly StepRow[], steps: number, batchSize: number) {
  const { step } = recent.at(-1)!;
  // Until the first rows finish there is nothing to average.
  const shown = (value: number, unit: string) => (Number.isNaN(value) ? '–' : `${value.toFixed(1)} ${unit}`);
  const rate = mean(recent, 'examplesPerSecond');
  return {
    done: step,
    total: steps,
    rate,
    unit: 'examples',
    eta: ((steps - step) * batchSize) / rate,
    fields: {
      loss: mean(recent, 'loss').toFixed(3),
      exact: shown(100 * mean(recent, 'exactAccuracy'), '%'),
      cell: shown(100 * mean(recent, 'cellAccuracy'), '%'),
      thinking: shown(mean(recent, 'meanSteps'), 'steps'),
    },
  };
}

/** `exact 98.4 % (95 % interval 96.1-99.4), cell 99.7 %, 256 puzzles in 3.1 s`. */
export function describe({ exact, exactInterval: [low, high], cell, examples, seconds }: Evaluation): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  return `exact ${percent(exact)} % (95 % interval ${percent(low)}-${percent(high)}), cell ${percent(cell)} %, ${examples} puzzles in ${formatDuration(seconds)}`;
}

/** The same with the split that was held out: the test split, or puzzles of the training split. */
export function describeHeldOut(evaluation: Evaluation, { split }: Selection): string {
  return `${split === 'test' ? 'held-out' : 'validation'} ${describe(evaluation)}`;
}
