/** metrics.jsonl: what a run measured, a line at a time; appended while training, cut back on resume. */

import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { ioError } from '../data/node/io-error.ts';
import { textAt } from '../data/node/text-at.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import type { RunMetrics } from '../train/run.ts';
import { EventLog, hasEvents } from './event-log.ts';
import { runFiles, writeAtomically } from './run-folder.ts';
import { spansOf } from './support/options.ts';

/** A training step: the library's metrics without what no curve needs, and its speed. */
export interface StepRow
  extends Omit<RunMetrics, 'rows' | 'count' | 'continueLoss' | 'stepSeconds' | 'dataSeconds'> {
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
export function stepRow(metrics: RunMetrics): StepRow {
  const { rows, count: _, continueLoss: __, stepSeconds, dataSeconds, ranks, ...reported } = metrics;
  const milliseconds = (seconds: number) => Math.round(seconds * 1000) / 1000;
  return {
    kind: 'step',
    ...reported,
    ...(ranks && { ranks: { waited: ranks.waited.map(milliseconds), summed: milliseconds(ranks.summed) } }),
    examplesPerSecond: rows / stepSeconds,
    dataShare: dataSeconds / stepSeconds,
  };
}

export class MetricsLog {
  readonly #file: string;
  readonly #events: EventLog | undefined;
  #waiting: MetricsRow[] = [];

  /**
   * Opens a run's log, dropping rows after `step`: a killed run may have logged steps that it will do again. Lines that are
   * no rows go too, which is said on stderr unless it is the last one, cut short by a crash.
   *
   * @param tensorboard whether event files are written too; where there are some, they are.
   * @throws TrmError `io`.
   */
  constructor(run: string, step: number, tensorboard = false) {
    this.#file = runFiles.metrics(run);
    const lines = textAt(this.#file)?.split('\n') ?? [];
    const broken = lines.flatMap((line, i) =>
      line !== '' && i < lines.length - 1 && rowIn(line) === undefined ? [i + 1] : [],
    );
    if (broken.length > 0)
      process.stderr.write(`${this.#file}: left out are lines that are no rows: ${spansOf(broken)}\n`);
    const kept = lines.flatMap((line) => rowIn(line) ?? []).filter((row) => row.step <= step);
    writeAtomically(this.#file, [textOf(kept)]);
    if (tensorboard || hasEvents(run)) this.#events = new EventLog(run, kept);
  }

  add(row: MetricsRow): void {
    this.#waiting.push(row);
  }

  /** Appends what was added. @throws TrmError `io`. */
  flush(): void {
    const rows = this.#waiting;
    try {
      appendFileSync(this.#file, textOf(rows), { flush: true }); // a checkpoint that follows must not outlive it
    } catch (error) {
      throw ioError(error, this.#file);
    }
    this.#waiting = [];
    this.#events?.append(rows);
  }
}

function textOf(rows: readonly MetricsRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Bytes that hold the last few rows of steps, evaluations with their many numbers among them. */
const TAIL = 2 ** 15;

/**
 * The last step that a run's log tells of, without reading the whole of it; undefined where there is none yet.
 *
 * @throws TrmError `io`.
 */
export function lastStep(run: string): StepRow | undefined {
  const file = runFiles.metrics(run);
  if (!existsSync(file)) return undefined;
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(size, TAIL));
    readSync(handle, bytes, 0, bytes.length, size - bytes.length);
    return rowsIn(bytes.toString('utf8')).findLast((row) => row.kind === 'step');
  } catch (error) {
    throw ioError(error, file);
  } finally {
    closeSync(handle);
  }
}

/** All whole rows of a run's log; a line that a crash cut short is left out. @throws TrmError `io`. */
export function readMetrics(run: string): MetricsRow[] {
  return rowsIn(textAt(runFiles.metrics(run)) ?? '');
}

function rowsIn(text: string): MetricsRow[] {
  return text.split('\n').flatMap((line) => rowIn(line) ?? []);
}

/** The row of a line; undefined where it is none. */
function rowIn(line: string): MetricsRow | undefined {
  try {
    const row = JSON.parse(line) as Partial<MetricsRow> | null;
    return typeof row?.kind === 'string' && typeof row.step === 'number' ? (row as MetricsRow) : undefined;
  } catch {
    return undefined;
  }
}
