/** One sitting of a training run: opens it, shows progress, logs, evaluates, saves, and stops cleanly on Ctrl-C. */

import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { basename, resolve } from 'node:path';
import type { PuzzleDataset } from '../data/dataset.ts';
import { type Evaluation, evaluate } from '../evaluate/evaluate.ts';
import { Answerer, answerWeights } from '../inference/answer.ts';
import type { Backend } from '../runtime/backend.ts';
import type { Checkpoint, Selection } from '../train/checkpoint.ts';
import { checkShape, train } from '../train/run.ts';
import { MetricsLog, type MetricsRow, readMetrics, type StepRow, stepRow } from './metrics.ts';
import { removePartials, runFiles, saveCheckpoint, writeAtomically } from './run-folder.ts';
import { packageVersion } from './support/version.ts';
import { renderCurves } from './terminal/curves.ts';
import { createProgress, formatDuration } from './terminal/progress.ts';

export interface Session {
  readonly run: string;
  readonly checkpoint: Checkpoint;
  readonly backend: Backend;
  /** Folders of the dataset. */
  readonly data: readonly string[];
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
  /** Seconds of training in this sitting, evaluation included. */
  readonly seconds: number;
  /** Share of the steps' time that they waited for their batches. */
  readonly dataShare: number;
}

/** Rows over which the progress line averages. */
const window = 100;

/**
 * Makes a run's folder: its first checkpoint, then settings, data, versions and hardware. The settings are the mark that a
 * run is there, so they come when there is something to go on with.
 */
export function beginRun({ run, checkpoint, data, backend }: Session): void {
  const content = {
    config: checkpoint.config,
    data: data.map((folder) => resolve(folder)),
    versions: {
      'tiny-recursive-model': packageVersion(),
      node: process.versions.node,
      runtime: backend.runtime,
    },
    hardware: {
      platform: `${platform()} ${arch()}`,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      device: backend.device,
      deviceReason: backend.reason,
    },
  };
  saveCheckpoint(run, 'last', checkpoint);
  writeAtomically(runFiles.config(run), [`${JSON.stringify(content, null, 2)}\n`]);
}

/** Trains until the config's last step or Ctrl-C; the run's folder is complete and resumable at any moment. */
export async function runSession(session: Session): Promise<SessionResult> {
  const { run, checkpoint, backend, test } = session;
  const { config } = checkpoint;
  checkShape(checkpoint.model, test);
  removePartials(run);
  const log = new MetricsLog(run, checkpoint.state.step);
  const progress = createProgress({ label: 'train' });
  const abort = new AbortController();
  const stop = () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
    progress.log('stopping after this step; press Ctrl-C again to stop at once (the last checkpoint stays)');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const recent: StepRow[] = [];
  const spent = { data: 0, all: 0 }; // seconds
  const begun = performance.now();
  let stepBegun = begun;
  let last: Evaluation | undefined;
  let selection: Selection | undefined;
  let answerer: Answerer | undefined;
  try {
    await train(
      checkpoint,
      session.train,
      backend,
      {
        onStep(metrics) {
          const now = performance.now();
          const stepSeconds = (now - stepBegun) / 1000;
          const row = stepRow(metrics, config.batchSize, stepSeconds);
          stepBegun = now;
          spent.data += metrics.dataSeconds;
          spent.all += stepSeconds;
          log.add(row);
          if (metrics.step % 20 === 0) log.flush();
          recent.push(row);
          if (recent.length > window) recent.shift();
          progress.update(progressState(recent, config.steps, config.batchSize));
        },
        async evaluate(state, validation) {
          answerer ??= await Answerer.create(checkpoint.model, config.microBatchSize, backend);
          last = await evaluate(answerer, answerWeights(state), validation ?? test, {
            supervisionSteps: config.supervisionSteps,
            examples: config.evaluateExamples,
            onProgress: (done, total) => progress.update(`evaluating, ${done} of ${total}`),
          });
          log.add({ kind: 'evaluation', step: state.step, ...last });
          selection = {
            split: validation ? 'validation' : 'test',
            data: session.data.map((folder) => basename(resolve(folder))),
            examples: last.examples,
            metric: 'exact',
          };
          progress.log(`step ${state.step}: ${describeHeldOut(last, selection)}`);
          stepBegun = performance.now();
          return last.exact;
        },
        async onCheckpoint(saved, best) {
          // In this order a kill in between leaves rows to drop or a best to write again, never one that is missing.
          log.flush();
          if (best) saveCheckpoint(run, 'best', { ...saved, selection });
          saveCheckpoint(run, 'last', saved);
          stepBegun = performance.now();
        },
      },
      abort.signal,
    );
    progress.end();
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    progress.end();
    log.flush();
    drawCurves(run);
    await answerer?.dispose();
  }
  return {
    interrupted: abort.signal.aborted && checkpoint.state.step < config.steps,
    step: checkpoint.state.step,
    evaluation: last,
    selection,
    seconds: (performance.now() - begun) / 1000,
    dataShare: spent.all > 0 ? spent.data / spent.all : 0,
  };
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

/** Draws a run's metrics into its folder. */
function drawCurves(run: string): void {
  const rows = readMetrics(run);
  if (rows.length === 0) return;
  const of = <K extends MetricsRow['kind']>(kind: K) =>
    rows.filter((row): row is Extract<MetricsRow, { kind: K }> => row.kind === kind);
  const steps = of('step').map((row) => ({
    ...row,
    cellAccuracy: row.cellAccuracy ?? Number.NaN,
    exactAccuracy: row.exactAccuracy ?? Number.NaN,
  }));
  writeAtomically(runFiles.curves(run), [renderCurves(steps, of('evaluation'))]);
}
