/**
 * Joins this process to the ranks that a launcher started beside it: MPI to sum and gather with, a watch over each other.
 * A process that was started alone loads none of it.
 */

import { randomBytes } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrmError } from '../../errors.ts';
import { machineCores, physicalCores } from '../../runtime/native/cpu.ts';
import { type Communicator, gatherJson } from '../communicator.ts';
import { mpiCommunicator } from './communicator.ts';
import { launched } from './launcher.ts';
import { type Mpi, openMpi } from './library.ts';
import { type Address, describeFault, type Fault, type Member, startWatch, type Watch } from './watch.ts';

/** Milliseconds from MPI's start, when all are there, until they watch over each other; that rank 0 has for its last words. */
const [MEETING, LAST_WORDS] = [9000, 6000];

/** What a rank says of itself when all meet. */
interface Introduction extends Member {
  /** Physical cores of its machine, and those that it may use. */
  readonly cores: number;
  readonly usable: number;
  /** Of rank 0. */
  readonly address?: Address;
}

/** The processes that `mpirun` or `srun` began together, and what this one is among them. */
export interface Ranks {
  readonly communicator: Communicator;
  /** `Open MPI v4.1.4` */
  readonly mpi: string;
  /** Where each rank runs, by rank. */
  readonly members: readonly Member[];
  /** Threads for this rank, so that the ranks of a machine share its cores, and why so many. */
  readonly threads: number;
  readonly threadsReason: string;
  /** Aborted when another rank is lost or fails; calls of the communicator fail then, and the process has seconds left. */
  readonly lost: AbortSignal;
  /** What is said behind the name of a rank that is lost. */
  advise(fix: string): void;
  /** Takes leave of the others; resolves when all do. */
  leave(): Promise<void>;
  /** Ends all ranks, for this one fails with a message; of rank 0 after it has said so itself. */
  fail(message: string, status: number): Promise<never>;
}

/** Another rank failed or is lost: this one has to end, too. What is to be said of a lost one has been said. */
export class OtherRankFailed extends TrmError {
  readonly said: boolean;

  constructor(fault: Fault) {
    super('runtime', describeFault(fault));
    this.said = fault.message === undefined;
  }
}

/**
 * Joins the ranks of this job; undefined where the process was started alone and no library is named.
 *
 * @param library MPI's file; else it is looked for.
 * @throws TrmError `runtime` when MPI is not there, or sees other processes than the launcher started.
 */
export async function joinRanks(library?: string): Promise<Ranks | undefined> {
  const start = launched();
  if (!start && library === undefined) return undefined;
  const mpi = await openMpi(library, start?.kind);
  if (start && mpi.size !== start.size) {
    const fix =
      start.by === 'srun'
        ? 'start them so that MPI knows of each other: srun --mpi=pmix (srun --mpi=list tells what there is)'
        : 'give the library of the same MPI as the launcher: --mpi-library FILE';
    const message = `${start.by} started ${start.size} processes, ${mpi.version} sees ${mpi.size}`;
    throw new TrmError('runtime', message, { key: 'mpi', fix });
  }
  return meet(mpi);
}

async function meet(mpi: Mpi): Promise<Ranks> {
  const me: Member = { rank: mpi.rank, host: hostname(), pid: process.pid };
  const token = randomBytes(16).toString('hex');
  const watch = startWatch(me, token);
  const lost = faultsAsErrors(watch.lost);
  const address = mpi.rank === 0 ? { port: await watch.port, addresses: addressesOf(), token } : undefined;
  const missing = new AbortController();
  const limit = setTimeout(() => missing.abort(notMet()), MEETING);
  const early = mpiCommunicator(mpi, AbortSignal.any([lost, missing.signal]), true);
  const mine: Introduction = {
    ...me,
    cores: machineCores(),
    usable: physicalCores(),
    ...(address && { address }),
  };
  const all = await gatherJson(early, mine);
  await findZero(watch, all, me);
  await early.barrier();
  clearTimeout(limit);
  const neighbours = all.filter(({ host }) => host === me.host);
  const { threads, reason } = threadsFor(mine, neighbours.length);
  const crowded = mine.cores < neighbours.length;
  return {
    communicator: mpiCommunicator(mpi, lost, crowded),
    mpi: mpi.version,
    members: all.map(({ rank, host, pid }) => ({ rank, host, pid })),
    threads,
    threadsReason: reason,
    lost,
    advise: (fix) => watch.advise(fix),
    async leave() {
      await early.barrier();
      await watch.end();
      mpi.finalize();
    },
    async fail(message, status) {
      await watch.fail(message);
      if (mpi.rank > 0) await sleep(LAST_WORDS); // rank 0 says why, and ends all
      return mpi.abort(status);
    },
  };
}

function notMet(): TrmError {
  const seconds = MEETING / 1000;
  const message = `the ranks did not find each other within ${seconds} s of MPI's start: one of them is gone, or its machine is busy`;
  return new TrmError('runtime', message, { key: 'mpi', fix: 'start the job again' });
}

/** Ranks that cannot reach rank 0 are not watched; they say so, for a launcher may leave the others waiting then. */
async function findZero(watch: Watch, all: readonly Introduction[], me: Member): Promise<void> {
  const [zero] = all as [Introduction];
  if (me.rank === 0 || (await watch.join(zero.address!, zero))) return;
  process.stderr.write(
    `rank ${me.rank} on ${me.host} does not reach rank 0 on ${zero.host} (${zero.address!.addresses.join(', ')}): when a rank is lost, only the launcher can notice\n`,
  );
}

function addressesOf(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ address }) => !address.startsWith('fe80')) // which need a zone
    .map(({ address }) => address);
}

/** A share of the machine's cores, or those that the launcher binds the rank to, where they are fewer. */
export function threadsFor(
  { cores, usable }: Pick<Introduction, 'cores' | 'usable'>,
  neighbours: number,
): { threads: number; reason: string } {
  const share = Math.max(1, Math.floor(cores / neighbours));
  const ranks = neighbours === 1 ? 'one rank' : `${neighbours} ranks`;
  if (usable < share)
    return {
      threads: usable,
      reason: `the launcher or the system gives each rank ${usable} of ${cores} cores, shared they would be ${share}; mpirun --bind-to none leaves them all`,
    };
  return { threads: share, reason: `${cores} cores, ${ranks} on this machine` };
}

function faultsAsErrors(faults: AbortSignal): AbortSignal {
  const errors = new AbortController();
  faults.addEventListener('abort', () => errors.abort(new OtherRankFailed(faults.reason as Fault)));
  return errors.signal;
}
