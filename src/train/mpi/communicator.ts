/**
 * Ranks that meet in MPI.
 *
 * While a call is not done the event loop turns, so that signals and a lost rank are heard. Waiting for others may take
 * long (rank 0 writes a checkpoint), so after a moment it sleeps between two looks. Sums of gradients move megabytes, which
 * go on only while MPI is called: there it looks on without sleep, unless ranks share their cores.
 */

import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Communicator } from '../communicator.ts';
import type { IsDone, Mpi, Numbers } from './library.ts';

/** Milliseconds of looking without sleep, and of a sleep. */
const [PATIENCE, SLEEP] = [2, 1];

/**
 * @param lost aborted with the error that calls are to fail with once a rank is lost.
 * @param crowded ranks have to share cores, so that none may keep one while it waits.
 */
export function mpiCommunicator(mpi: Mpi, lost: AbortSignal, crowded: boolean): Communicator {
  const { rank, size } = mpi;
  const done = async (isDone: IsDone, patience: number): Promise<void> => {
    const begun = performance.now();
    while (!isDone()) {
      lost.throwIfAborted();
      await (performance.now() - begun < patience ? setImmediate() : setTimeout(SLEEP));
    }
  };
  const moving = crowded ? PATIENCE : Number.POSITIVE_INFINITY;
  const counts = new Int32Array(size);
  const ones = new Int32Array(size).fill(1);
  const gather = async <T extends Numbers>(values: T): Promise<T> => {
    await done(mpi.allGather(Int32Array.of(values.length), counts, ones), PATIENCE);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const all = new (values.constructor as new (length: number) => T)(total);
    await done(mpi.allGather(values, all, counts), PATIENCE);
    return all;
  };
  return {
    rank,
    size,
    allReduce: (values) => done(mpi.allReduce(values), moving),
    allGather: gather,
    async allToAll(values) {
      const received = new (values.constructor as new (length: number) => typeof values)(values.length);
      await done(mpi.allToAll(values, received), moving);
      return received;
    },
    async barrier() {
      await gather(new Int32Array(0));
    },
  };
}
