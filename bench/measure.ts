/**
 * Interleaved measurement: in every round each side takes its turn of a few steps back to back, while the others
 * sleep. What is compared is compared within a round, since the speed of a shared machine drifts.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, Size, Task } from './cases.ts';
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

/** The replies of each side, by round. */
export async function rounds<Name extends string>(
  sides: Readonly<Record<Name, Peer>>,
  { size, task }: Case,
  { repeats, seconds }: RoundOptions,
): Promise<Record<Name, Reply[]>[]> {
  const results: Record<Name, Reply[]>[] = [];
  const begun = performance.now();
  while (results.length < repeats && (results.length < 2 || performance.now() - begun < seconds * 1000)) {
    const round = {} as Record<Name, Reply[]>;
    for (const [name, peer] of Object.entries(sides) as [Name, Peer][]) {
      await sleep(settle);
      round[name] = [];
      for (let i = 0; i < turnSteps[task][size]; i++) round[name].push(await peer.ask(task));
    }
    results.push(round);
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median over rounds of the ratio of two sides' times. */
export function ratio<Name extends string>(
  results: readonly Record<Name, Reply[]>[],
  over: Name,
  under: Name,
): number {
  const time = (replies: readonly Reply[]) => median(replies.map(({ ms }) => ms));
  return median(results.map((round) => time(round[over]) / time(round[under])));
}
