/**
 * How long a training step takes on many ranks: on paper, and by a simulation of every rank and every message.
 *
 *   npm run bench:scaling [-- --row 0.6 --fixed 0.05 --weights 5e6 --batch 768 --width 512 --noise 0.02]
 *
 * A step of R ranks: each computes its rows of the batch and, as all do, the update of all weights; they gather what the rows
 * gave, and sum the gradient. With a link of latency α and bandwidth β, a sum of n bytes takes 2 log2(R) α + 2 (R-1)/R n/β
 * (recursive halving and doubling: Thakur, Rabenseifner, Gropp 2005), a gathering log2(R) α and what is gathered over β.
 */

import { parseArgs } from 'node:util';
import { Random } from '../src/data/random.ts';

export interface Link {
  readonly name: string;
  /** Seconds from one rank to another. */
  readonly latency: number;
  /** Bytes a second of a sum: over TCP it moves about two thirds of what the link carries (docs/distributed.md). */
  readonly bandwidth: number;
}

export const links: readonly Link[] = [
  { name: '10 GbE', latency: 30e-6, bandwidth: 0.77e9 },
  { name: '100 GbE', latency: 10e-6, bandwidth: 7.3e9 },
  { name: 'InfiniBand HDR', latency: 2e-6, bandwidth: 23e9 },
];

export interface Work {
  /** Rows of the global batch. */
  readonly batch: number;
  /** Seconds that a rank takes for a row's gradient. */
  readonly row: number;
  /** Seconds of a step that do not depend on the rows: the update, batches, the host. */
  readonly fixed: number;
  /** Elements of the gradient. */
  readonly weights: number;
  /** Width of a puzzle embedding. */
  readonly width: number;
  /** Standard deviation of a rank's time for its rows, as a share of it. */
  readonly noise: number;
}

export interface Ways {
  /** Of an element of the gradient on its way. */
  readonly bytes: 2 | 4;
  /** Steps between two sums. */
  readonly localSteps: number;
}

/** Collective calls of a step beside the sum: each gathers lengths, then numbers (train/run.ts, trainer.ts). */
const GATHERS = 10;

const gathered = ({ batch, width }: Work) => 4 * batch * (width + 1 + 8);

/** By how many standard deviations the slowest of R is slower than the mean, for normal noise and R of some size. */
function excess(R: number): number {
  const root = Math.sqrt(2 * Math.log(R));
  return Math.max(0.56, root - (Math.log(Math.log(R)) + Math.log(4 * Math.PI)) / (2 * root));
}

/** Seconds of a step, on paper. */
export function predicted(R: number, work: Work, link: Link, { bytes, localSteps }: Ways): number {
  const { batch, row, fixed, weights, noise } = work;
  const compute = Math.ceil(batch / R) * row;
  if (R === 1) return compute + fixed;
  const rounds = Math.ceil(Math.log2(R));
  const share = (R - 1) / R;
  const sum = 2 * rounds * link.latency + (2 * share * bytes * weights) / link.bandwidth;
  const gather = GATHERS * rounds * link.latency + (share * gathered(work)) / link.bandwidth;
  const slowest = (noise * excess(R)) / Math.sqrt(localSteps);
  return compute * (1 + slowest) + fixed + (sum + gather) / localSteps;
}

/** Seconds of a step, the mean of some in which each rank has a clock of its own and each message its time. */
export function simulated(
  R: number,
  work: Work,
  link: Link,
  { bytes, localSteps }: Ways,
  steps = 20,
): number {
  const { batch, row, fixed, weights, noise } = work;
  const random = new Random(1);
  const clock = new Float64Array(R);
  const rounds = Math.ceil(Math.log2(R));
  /** Pairs at distance 1, 2, 4, … exchange as many bytes as the round says; whoever comes first waits. */
  const exchange = (round: number, size: number) => {
    const before = clock.slice();
    for (let r = 0; r < R; r++) {
      const other = r ^ (2 ** round);
      const met = other < R ? Math.max(before[r]!, before[other]!) : before[r]!;
      clock[r] = met + link.latency + size / link.bandwidth;
    }
  };
  for (let step = 1; step <= steps; step++) {
    for (let r = 0; r < R; r++) {
      const rows = Math.floor(((r + 1) * batch) / R) - Math.floor((r * batch) / R);
      clock[r]! += rows * row * Math.max(0, 1 + noise * random.normal()) + fixed;
    }
    if (R === 1 || step % localSteps !== 0) continue;
    for (let call = 0; call < GATHERS; call++)
      for (let round = 0; round < rounds; round++)
        exchange(round, (gathered(work) / GATHERS) * (2 ** round / R));
    for (let round = 0; round < rounds; round++) exchange(round, (bytes * weights) / 2 ** (round + 1));
    for (let round = rounds - 1; round >= 0; round--) exchange(round, (bytes * weights) / 2 ** (round + 1));
  }
  return Math.max(...clock) / steps;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const ways: readonly (readonly [string, Ways])[] = [
  ['float32', { bytes: 4, localSteps: 1 }],
  ['bfloat16', { bytes: 2, localSteps: 1 }],
  ['16 local steps', { bytes: 4, localSteps: 16 }],
];
const columns = links.flatMap((link) =>
  ways.map(([name, way]) => ({ name: `${link.name}, ${name}`, link, way })),
);

/** Efficiency on paper, and simulated in brackets, by number of ranks. */
function table(work: Work): string {
  const one = predicted(1, work, links[0]!, ways[0]![1]);
  const rows = [8, 16, 32, 64, 128, 256, 512, 768, 1024].map((R) => [
    String(R),
    ...columns.map(({ link, way }) => {
      if (R > work.batch) return '-'; // no row for each
      const seconds = [predicted(R, work, link, way), simulated(R, work, link, way)] as const;
      return `${percent(one / R / seconds[0])} (${percent(one / R / seconds[1])})`;
    }),
  ]);
  const head = ['ranks', ...columns.map(({ name }) => name)];
  return [head, head.map(() => '-'), ...rows].map(line).join('\n');
}

/** The most ranks that are efficient enough, on paper, of those that share the batch evenly. */
function limits(work: Work, least: number): string {
  const one = predicted(1, work, links[0]!, ways[0]![1]);
  const even = Array.from({ length: work.batch }, (_, i) => i + 1).filter((R) => work.batch % R === 0);
  const most = columns.map(({ link, way }) =>
    String(even.findLast((R) => one / R / predicted(R, work, link, way) >= least)),
  );
  return line([`${work.row} s`, ...most]);
}

if (process.argv[1]?.includes('scaling')) {
  const { values } = parseArgs({
    options: {
      row: { type: 'string', multiple: true, default: ['5.6', '0.18', '0.02'] },
      fixed: { type: 'string', default: '0.05' },
      weights: { type: 'string', default: '6.8e6' },
      batch: { type: 'string', default: '768' },
      width: { type: 'string', default: '512' },
      noise: { type: 'string', default: '0.02' },
    },
  });
  const { row: rows, ...rest } = values;
  const numbers = Object.fromEntries(Object.entries(rest).map(([key, text]) => [key, Number(text)]));
  const works = rows.map((row) => ({ ...numbers, row: Number(row) }) as unknown as Work);
  for (const work of works)
    console.log(`efficiency, on paper (simulated), of ${JSON.stringify(work)}\n\n${table(work)}\n`);
  for (const least of [0.9, 0.5]) {
    const head = ['a row takes', ...columns.map(({ name }) => name)];
    console.log(`the most ranks with an efficiency of ${percent(least)}\n`);
    console.log(
      [line(head), line(head.map(() => '-')), ...works.map((work) => limits(work, least)), ''].join('\n'),
    );
  }
}
