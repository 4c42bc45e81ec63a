/**
 * How the processes of a run, its ranks, speak to each other: all that the trainer needs to sum over machines. Every
 * rank calls the same methods in the same order, and a call resolves when all have made it. A rank that is lost makes
 * the calls of the others fail.
 *
 * Each rank holds all weights and works on its share of every batch. What is summed comes out the same to the bit on
 * all ranks, so their weights stay equal without being sent.
 */

/** What can be gathered. */
export type Gathered = Float32Array | Int32Array | Uint16Array | Uint8Array;

/** The ranks of a run, as each of them sees the others. Every call is made by all, in the same order. */
export interface Communicator {
  /** 0 to size - 1. */
  readonly rank: number;
  readonly size: number;
  /** Replaces the values by their sums over the ranks, in place; the sums are the same bits on all of them. */
  allReduce(values: Float32Array): Promise<void>;
  /** The values of all ranks, one after the other; ranks may give different numbers of them. */
  allGather<T extends Gathered>(values: T): Promise<T>;
  /** Of `size` parts of equal length, gives part r to rank r; resolves to what each rank has for this one, in their order. */
  allToAll(values: Uint16Array): Promise<Uint16Array>;
  /** Resolves when all ranks are here. */
  barrier(): Promise<void>;
}

/** One process: sums are what they are, and nothing is copied. */
export const alone: Communicator = {
  rank: 0,
  size: 1,
  allReduce: async () => {},
  allGather: async (values) => values,
  allToAll: async (values) => values,
  barrier: async () => {},
};

/** Whether it holds on any rank: no rank may stop, or go on, by itself. */
export async function onAnyRank(communicator: Communicator, holds: boolean): Promise<boolean> {
  const all = await communicator.allGather(Int32Array.of(holds ? 1 : 0));
  return all.includes(1);
}

/** What each rank has to say, by rank. */
export async function gatherJson<T>(communicator: Communicator, mine: T): Promise<T[]> {
  const bytes = new TextEncoder().encode(JSON.stringify(mine));
  const lengths = await communicator.allGather(Int32Array.of(bytes.length));
  const all = await communicator.allGather(bytes);
  let at = 0;
  return Array.from(lengths, (length) => {
    const text = new TextDecoder().decode(all.subarray(at, at + length));
    at += length;
    return JSON.parse(text) as T;
  });
}

/** At most so many bytes go at once: MPI counts in 32 bits. */
const PIECE = 2 ** 30;

/** Rank 0's bytes, on all ranks. @param given by rank 0; what others give is not looked at. */
export async function fromRankZero(communicator: Communicator, given: Uint8Array): Promise<Uint8Array> {
  if (communicator.size === 1) return given;
  const isZero = communicator.rank === 0;
  const [length] = (await gatherJson(communicator, given.length)) as [number];
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length); // no Buffer
  const all = isZero ? bytes : new Uint8Array(length);
  for (let at = 0; at < length; at += PIECE) {
    const piece = await communicator.allGather(isZero ? bytes.subarray(at, at + PIECE) : new Uint8Array(0));
    if (!isZero) all.set(piece, at);
  }
  return all;
}

/** A communicator that knows how long its rank spends in it. */
export interface TimedCommunicator extends Communicator {
  /** Seconds since the last call of it. */
  spent(): Spent;
}

export interface Spent {
  /** In gathering: mostly until the others come. */
  readonly waited: number;
  /** In sums over the ranks, for which all of them have come. */
  readonly summed: number;
}

export function timed(inner: Communicator): TimedCommunicator {
  const seconds = { waited: 0, summed: 0 };
  const counted = async <T>(as: keyof Spent, call: Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await call;
    seconds[as] += (performance.now() - begun) / 1000;
    return result;
  };
  return {
    rank: inner.rank,
    size: inner.size,
    allReduce: (values) => counted('summed', inner.allReduce(values)),
    allGather: (values) => counted('waited', inner.allGather(values)),
    allToAll: (values) => counted('summed', inner.allToAll(values)),
    barrier: () => counted('waited', inner.barrier()),
    spent() {
      const spent = { ...seconds };
      seconds.waited = seconds.summed = 0;
      return spent;
    },
  };
}
