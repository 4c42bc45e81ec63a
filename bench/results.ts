/** What was measured, as data: kept in a JSON file, to which further runs on the same machine add. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { TrmError } from '../src/errors.ts';
import type { Precision } from '../src/runtime/choices.ts';
import { type Case, type Mixer, mixers, nameOf, sizes, tasks } from './cases.ts';
import type { Peak } from './peak.ts';

export interface Results {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly date: string;
  /** Missing where there is no C compiler. */
  readonly peak?: Peak | undefined;
  readonly measurements: readonly Measurement[];
  readonly firstRuns: readonly FirstRun[];
}

/** A case in one precision. */
export interface Measurement extends Case {
  readonly precision: Precision;
  /** What ran it, with its version. */
  readonly runtime: string;
  readonly batch: number;
  readonly rounds: number;
  /** Median; an evaluation has 16 supervision steps. */
  readonly msPerExample: number;
  /** Floating-point operations of the matrix products. */
  readonly gflopPerExample: number;
  readonly gflopsPerSecond: number;
  /** Of the multiply-adds that the CPU did in the same rounds; missing where there is no C compiler. */
  readonly ofPeak?: number | undefined;
  /** Time outside the engine / time of the step. */
  readonly hostShare: number;
  readonly peakMB: number;
  readonly others: readonly Other[];
}

/** ONNX Runtime, which computes in float32, or PyTorch in the same precision. */
export interface Other {
  readonly name: string;
  readonly runtime: string;
  readonly msPerExample: number;
  /** Its time / ours, median over rounds. */
  readonly timesOurs: number;
  readonly peakMB: number;
}

/** From the start of a process to the end of its tenth training step in float32, with empty caches. */
export interface FirstRun {
  readonly mixer: Mixer;
  readonly name: string;
  readonly seconds: number;
}

const thisMachine = (): Results['machine'] => ({
  cpu: cpus()[0]!.model,
  cores: availableParallelism(),
  node: process.version,
});

/**
 * The results so far in a file, or none.
 *
 * @throws TrmError `usage` when they are of another machine.
 */
export function openResults(file?: string): Results {
  const machine = thisMachine();
  const date = new Date().toISOString().slice(0, 10);
  if (file === undefined || !existsSync(file)) return { machine, date, measurements: [], firstRuns: [] };
  const before = JSON.parse(readFileSync(file, 'utf8')) as Results;
  if (before.machine.cpu !== machine.cpu || before.machine.cores !== machine.cores)
    throw new TrmError('usage', `measured on another machine (${before.machine.cpu})`, {
      file,
      fix: 'name another file',
    });
  return { ...before, machine, date };
}

/** With further results, in the order of the tables; what is measured again replaces what was. */
export function withResults(
  results: Results,
  measurements: readonly Measurement[],
  firstRuns: readonly FirstRun[] = [],
): Results {
  const key = (m: Measurement) => `${nameOf(m)} ${m.precision}`;
  const place = ({ size, mixer, task }: Case) =>
    (tasks.indexOf(task) * sizes.length + sizes.indexOf(size)) * mixers.length + mixers.indexOf(mixer);
  return {
    ...results,
    measurements: replaced(results.measurements, measurements, key).sort((a, b) => place(a) - place(b)),
    firstRuns: replaced(results.firstRuns, firstRuns, ({ mixer, name }) => `${mixer} ${name}`),
  };
}

function replaced<T>(before: readonly T[], now: readonly T[], key: (item: T) => string): T[] {
  return [...new Map([...before, ...now].map((item) => [key(item), item])).values()];
}

export function saveResults(results: Results, file: string): void {
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}
