/**
 * How the processes of a run, its ranks, speak to each other: all that the trainer needs to sum over machines. Every
 * rank calls the same methods in the same order, and a call resolves when all have made it. A rank that is lost makes
 * the calls of the others fail.
 *
 * Each rank holds all weights and works on its share of every batch. What is summed comes out the same to the bit on
 * all ranks, so their weights stay equal without being sent.
 */

export interface Communicator {
  /** 0 to size - 1. */
  readonly rank: number;
  readonly size: number;
  /** Replaces the values by their sums over the ranks, in place; the sums are the same bits on all of them. */
  allReduce(values: Float32Array): Promise<void>;
  /** The values of all ranks, one after the other; ranks may give different numbers of them. */
  allGather<T extends Float32Array | Int32Array>(values: T): Promise<T>;
  /** Resolves when all ranks are here. */
  barrier(): Promise<void>;
}

/** One process: sums are what they are, and nothing is copied. */
export const alone: Communicator = {
  rank: 0,
  size: 1,
  allReduce: async () => {},
  allGather: async (values) => values,
  barrier: async () => {},
};

/** Whether it holds on any rank: no rank may stop, or go on, by itself. */
export async function onAnyRank(communicator: Communicator, holds: boolean): Promise<boolean> {
  const all = await communicator.allGather(Int32Array.of(holds ? 1 : 0));
  return all.includes(1);
}
