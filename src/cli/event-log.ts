/**
 * TensorBoard's view of a run: an event file beside metrics.jsonl with the same numbers (docs/experiments.md).
 *
 * metrics.jsonl is the truth. Each sitting writes a new file from all rows that it keeps and takes the older ones away, so
 * that steps which are done again after a kill are not there twice.
 */

import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ioError } from '../data/node/io-error.ts';
import { namesIn } from '../data/node/names-in.ts';
import { encodeHead, encodeScalars } from '../formats/tfevents.ts';
import { writeAtomically } from './run-folder.ts';

/** Tags by the keys of a row; the part before the slash is a group of charts. */
const TAGS = {
  step: {
    loss: 'train/loss',
    cellLoss: 'train/cell loss',
    haltLoss: 'train/halt loss',
    exactAccuracy: 'train/exact',
    cellAccuracy: 'train/cell',
    haltAccuracy: 'train/halting',
    meanSteps: 'train/supervision steps',
    learningRate: 'train/learning rate',
    gradientNorm: 'train/gradient norm',
    examplesPerSecond: 'speed/examples per second',
    dataShare: 'speed/share waiting for data',
  },
  evaluation: { exact: 'held-out/exact', cell: 'held-out/cell', halting: 'held-out/halting' },
} as const;

/** A row of metrics.jsonl, as far as it must be known here. */
type LoggedRow =
  | { readonly kind: 'step'; readonly step: number; readonly seconds: number }
  | { readonly kind: 'evaluation'; readonly step: number };

/** Whether a run has event files: then it goes on with them when it is resumed. */
export function hasEvents(run: string): boolean {
  return eventFiles(run).length > 0;
}

function eventFiles(run: string): string[] {
  if (!existsSync(run)) return [];
  return namesIn(run).filter((name) => name.startsWith('events.out.tfevents.'));
}

export class EventLog {
  readonly #file: string;
  /** When training would have begun had it never stopped, in seconds since 1970. */
  readonly #begun: number;
  /** Seconds of training at the last step. */
  #seconds = 0;

  /** @param kept what was measured in earlier sittings. @throws TrmError `io`. */
  constructor(run: string, kept: readonly LoggedRow[]) {
    const now = Date.now() / 1000;
    const last = kept.findLast((row) => row.kind === 'step');
    this.#begun = now - (last?.seconds ?? 0);
    const older = eventFiles(run);
    // TensorBoard looks for "tfevents" and goes on to the name that sorts after the one it has read.
    const name = `events.out.tfevents.${now.toFixed(3)}.${process.pid}`;
    this.#file = join(run, name);
    writeAtomically(this.#file, [...encodeHead(this.#begun), ...kept.map((row) => this.#encode(row))]);
    for (const one of older) if (one !== name) rmSync(join(run, one), { force: true });
  }

  /** @throws TrmError `io`. */
  append(rows: readonly LoggedRow[]): void {
    try {
      appendFileSync(this.#file, Buffer.concat(rows.map((row) => this.#encode(row))));
    } catch (error) {
      throw ioError(error, this.#file);
    }
  }

  #encode(row: LoggedRow): Uint8Array {
    if (row.kind === 'step') this.#seconds = row.seconds;
    const values = row as unknown as Readonly<Record<string, number | null>>;
    const scalars = Object.entries(TAGS[row.kind]).flatMap(([key, tag]) => {
      const value = values[key];
      return typeof value === 'number' ? [[tag, value] as const] : []; // null while no row has finished
    });
    const wallTime = this.#begun + this.#seconds;
    return encodeScalars({ step: row.step, wallTime, scalars: Object.fromEntries(scalars) });
  }
}
