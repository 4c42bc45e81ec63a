/** Ranks that live in one process and meet in promises. */

import type { Communicator, Gathered } from '../../src/train/communicator.ts';

type Values = Gathered;

interface Arrival {
  readonly call: string;
  readonly values: Values;
  readonly resolve: (all: readonly Values[]) => void;
  readonly reject: (error: Error) => void;
}

/** Communicators of `size` ranks. A call fails on all ranks when another one is made at the same time. */
export function ranks(size: number): Communicator[] {
  let arrived = new Map<number, Arrival>();
  const meet = (rank: number, call: string, values: Values): Promise<readonly Values[]> =>
    new Promise((resolve, reject) => {
      arrived.set(rank, { call, values, resolve, reject });
      if (arrived.size < size) return;
      const all = Array.from({ length: size }, (_, r) => arrived.get(r)!);
      arrived = new Map();
      const calls = all.map((arrival) => arrival.call);
      const given = all.map((arrival) => arrival.values.slice());
      for (const arrival of all) {
        if (new Set(calls).size === 1) arrival.resolve(given);
        else arrival.reject(new Error(`the ranks do not agree: ${calls.join(', ')}`));
      }
    });
  return Array.from({ length: size }, (_, rank) => ({
    rank,
    size,
    async allReduce(values) {
      const all = await meet(rank, `allReduce of ${values.length}`, values);
      values.fill(0);
      for (const part of all) for (let i = 0; i < values.length; i++) values[i]! += part[i]!;
    },
    async allGather<T extends Values>(values: T): Promise<T> {
      const all = await meet(rank, `allGather of ${values.constructor.name}`, values);
      const whole = new (values.constructor as new (length: number) => T)(
        all.reduce((sum, part) => sum + part.length, 0),
      );
      let at = 0;
      for (const part of all) {
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
    async allToAll(values) {
      const all = await meet(rank, `allToAll of ${values.length}`, values);
      const part = values.length / size;
      return Uint16Array.from(all.flatMap((given) => [...given.subarray(rank * part, (rank + 1) * part)]));
    },
    async barrier() {
      await meet(rank, 'barrier', new Int32Array(0));
    },
  }));
}
