/** metrics.jsonl: what a run measured, a line at a time; appended while training, cut back on resume. */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { ioError } from '../data/node/io-error.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import type { RunMetrics } from '../train/run.ts';
import { runFiles, writeAtomically } from './run-folder.ts';

/** A training step, per example: losses are means over the batch; accuracies over rows that finished in it. */
export interface StepRow {
  readonly kind: 'step';
  readonly step: number;
  readonly seconds: number;
  readonly loss: number;
  readonly cellLoss: number;
  readonly haltLoss: number;
  /** Null when no row finished in this step. */
  readonly cellAccuracy: number | null;
  readonly exactAccuracy: number | null;
  readonly haltAccuracy: number | null;
  readonly meanSteps: number | null;
  readonly examplesPerSecond: number;
  /** Share of the step's time that it waited for its batch. */
  readonly dataShare: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
}

export interface EvaluationRow extends Evaluation {
  readonly kind: 'evaluation';
  readonly step: number;
}

export type MetricsRow = StepRow | EvaluationRow;

/** A row from a step's sums. `stepSeconds` is the time from step to step, evaluation and saving left out. */
export function stepRow(metrics: RunMetrics, batchSize: number, stepSeconds: number): StepRow {
  const share = (sum: number) => (metrics.count > 0 ? sum / metrics.count : null);
  return {
    kind: 'step',
    step: metrics.step,
    seconds: metrics.seconds,
    loss: metrics.loss / batchSize,
    cellLoss: metrics.cellLoss / batchSize,
    haltLoss: metrics.haltLoss / batchSize,
    cellAccuracy: share(metrics.cellAccuracy),
    exactAccuracy: share(metrics.exactAccuracy),
    haltAccuracy: share(metrics.haltAccuracy),
    meanSteps: share(metrics.steps),
    examplesPerSecond: batchSize / stepSeconds,
    dataShare: metrics.dataSeconds / stepSeconds,
    learningRate: metrics.learningRate,
    gradientNorm: metrics.gradientNorm,
  };
}

export class MetricsLog {
  readonly #file: string;
  #waiting = '';

  /** Opens a run's log, dropping rows after `step`: a killed run may have logged steps that it will do again. */
  constructor(run: string, step: number) {
    this.#file = runFiles.metrics(run);
    const kept = readMetrics(run).filter((row) => row.step <= step);
    writeAtomically(this.#file, [kept.map((row) => `${JSON.stringify(row)}\n`).join('')]);
  }

  add(row: MetricsRow): void {
    this.#waiting += `${JSON.stringify(row)}\n`;
  }

  /** Appends what was added. @throws TrmError `io`. */
  flush(): void {
    try {
      appendFileSync(this.#file, this.#waiting, { flush: true }); // a checkpoint that follows must not outlive it
      this.#waiting = '';
    } catch (error) {
      throw ioError(error, this.#file);
    }
  }
}

/** All whole rows of a run's log; a line that a crash cut short is left out. */
export function readMetrics(run: string): MetricsRow[] {
  const file = runFiles.metrics(run);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as MetricsRow];
      } catch {
        return [];
      }
    });
}
