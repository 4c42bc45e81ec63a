/**
 * Commands on several ranks, under mpirun or srun: rank 0 speaks and writes for all, and all end together.
 *
 * Which rank a process is it knows from its launcher (train/mpi/launcher.ts) before anything is loaded, so that what is wrong
 * with a command line is said once. Commands that do not share their work are rank 0's alone.
 */

import { writeSync } from 'node:fs';
import { Option } from 'commander';
import { launched } from '../../train/mpi/launcher.ts';
import type { Ranks } from '../../train/mpi/ranks.ts';

export interface RankFlags {
  readonly mpiLibrary?: string;
}

export const mpiOption = (): Option =>
  new Option(
    '--mpi-library <file>',
    "MPI's library, under mpirun or srun (default: found by its usual names)",
  );

/** The commands whose ranks share the work. */
const shared = ['train', 'evaluate'];

/** The ranks that this process has joined. */
let joined: Ranks | undefined;

/** Ranks but 0 say nothing, and have nothing to do in a command that is not shared. */
export function asRank(command: string | undefined): void {
  const start = launched();
  if (!start || start.rank === 0) return;
  for (const stream of [process.stdout, process.stderr]) stream.write = () => true;
  if (!shared.includes(command ?? '')) process.exit(0);
}

/** Joins the ranks that were started beside this process; undefined where there are none. */
export async function joinedRanks({ mpiLibrary }: RankFlags): Promise<Ranks | undefined> {
  const start = launched();
  if (!start && mpiLibrary === undefined) return undefined;
  const { joinRanks } = await import('../../train/mpi/ranks.ts');
  try {
    joined = await joinRanks(mpiLibrary);
    return joined;
  } catch (error) {
    // It may be this machine alone where MPI is missing.
    if (start && start.rank > 0) writeSync(2, `rank ${start.rank}: ${(error as Error).message}\n`);
    throw error;
  }
}

/** `4 ranks by Open MPI v4.1.4 on a (2), b (2), 8 threads each: 16 cores, 2 ranks on this machine`. */
export function describeRanks({ members, mpi, threads, threadsReason }: Ranks, asked?: number): string {
  const counts = new Map<string, number>();
  for (const { host } of members) counts.set(host, (counts.get(host) ?? 0) + 1);
  const machines = Array.from(counts, ([host, count]) => (count > 1 ? `${host} (${count})` : host));
  const shown = machines.length > 8 ? [...machines.slice(0, 8), `${machines.length - 8} more`] : machines;
  const each = (count: number) => `${count} ${count === 1 ? 'thread' : 'threads'} each`;
  const reason = asked === undefined ? `${each(threads)}: ${threadsReason}` : each(asked);
  return `${members.length} ranks by ${mpi} on ${shown.join(', ')}; ${reason}`;
}

/** Whether an error came from another rank, and was said when it came. */
export function isSaid(error: unknown): boolean {
  return Object(error).said === true;
}

/** Errors that all ranks have come to: none is left behind in a call of MPI. */
const common = new WeakSet<object>();

/** Marks an error that all ranks throw, each in its place. */
export function onAllRanks<E extends object>(error: E): E {
  common.add(error);
  return error;
}

/** At the end of a command: takes leave of the other ranks; where this one alone failed, ends them. Rank 0 has said why. */
export async function endRanks(error?: unknown, status = 0): Promise<void> {
  if (!joined) return;
  if (status === 0 || common.has(Object(error))) return joined.leave();
  await joined.fail(error instanceof Error ? error.message : String(error), status);
}
