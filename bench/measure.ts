/**
 * Interleaved measurement: in every round each side takes its turn of a few steps back to back, while the others
 * sleep. What is compared is compared within a round, since the speed of a shared machine drifts.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, Size, Task } from './cases.ts';
import type { RunningPeak } from './peak.ts';
import type { Peer, Reply } from './peer.ts';

export interface RoundOptions {
  /** Most rounds. */
  readonly repeats: number;
  /** No round begins after this time, but two are always taken. */
  readonly seconds: number;
}

/** Idle time before a turn, in which the threads of the side before stop spinning, ms. */
const settle = 100;

/** Steps of a turn: a turn of a small model would else be a few dozen milliseconds after a sleep. */
const turnSteps: Readonly<Record<Task, Readonly<Record<Size, number>>>> = {
  train: { 64: 5, 128: 2, 512: 1, maze: 1 },
  evaluate: { 64: 2, 128: 1, 512: 1, maze: 1 },
};

export interface Round<Name extends string> {
  readonly replies: Readonly<Record<Name, Reply[]>>;
  /** GFLOP/s of multiply-adds alone, before and after the turns; missing where there is no C compiler. */
  readonly peak?: number;
}

/** The replies of each side, by round. */
export async function rounds<Name extends string>(
  sides: Readonly<Record<Name, Peer>>,
  peak: RunningPeak | undefined,
  { size, task }: Case,
  { repeats, seconds }: RoundOptions,
): Promise<Round<Name>[]> {
  const results: Round<Name>[] = [];
  const begun = performance.now();
  while (results.length < repeats && (results.length < 2 || performance.now() - begun < seconds * 1000)) {
    const replies = {} as Record<Name, Reply[]>;
    const before = await peak?.ask('now');
    for (const [name, peer] of Object.entries(sides) as [Name, Peer][]) {
      await sleep(settle);
      replies[name] = [];
      for (let i = 0; i < turnSteps[task][size]; i++) replies[name].push(await peer.ask(task));
    }
    const after = await peak?.ask('now');
    results.push({ replies, ...(before && after && { peak: (before.gflops + after.gflops) / 2 }) });
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median over rounds of the ratio of two sides' times. */
export function ratio<Name extends string>(results: readonly Round<Name>[], over: Name, under: Name): number {
  return median(results.map(({ replies }) => time(replies[over]) / time(replies[under])));
}

/** Median over rounds of a side's rate as a share of the peak in the same round. */
export function shareOfPeak<Name extends string>(
  results: readonly Round<Name>[],
  name: Name,
  flops: number,
): number | undefined {
  if (results[0]?.peak === undefined) return undefined;
  return median(results.map(({ replies, peak }) => flops / 1e6 / time(replies[name]) / peak!));
}

const time = (replies: readonly Reply[]) => median(replies.map(({ ms }) => ms));
