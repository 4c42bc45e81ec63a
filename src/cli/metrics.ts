/** metrics.jsonl: what a run measured, a line at a time; appended while training, cut back on resume. */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { ioError } from '../data/node/io-error.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import type { RunMetrics } from '../train/run.ts';
import { runFiles, writeAtomically } from './run-folder.ts';

/** A training step: the library's metrics without what no curve needs, and its speed. */
export interface StepRow extends Omit<RunMetrics, 'count' | 'continueLoss' | 'stepSeconds' | 'dataSeconds'> {
  readonly kind: 'step';
  readonly examplesPerSecond: number;
  /** Share of the step's time that it waited for its batch. */
  readonly dataShare: number;
}

export interface EvaluationRow extends Evaluation {
  readonly kind: 'evaluation';
  readonly step: number;
}

export type MetricsRow = StepRow | EvaluationRow;

/** A row of a step. */
export function stepRow(metrics: RunMetrics, batchSize: number): StepRow {
  const { count: _, continueLoss: __, stepSeconds, dataSeconds, ranks, ...reported } = metrics;
  const milliseconds = (seconds: number) => Math.round(seconds * 1000) / 1000;
  return {
    kind: 'step',
    ...reported,
    ...(ranks && { ranks: { waited: ranks.waited.map(milliseconds), summed: milliseconds(ranks.summed) } }),
    examplesPerSecond: batchSize / stepSeconds,
    dataShare: dataSeconds / stepSeconds,
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
