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
const shared = ['train', 'evaluate', 'sweep'];

/** The ranks that this process has joined; `joining` from the attempt on. */
let joined: Ranks | undefined;
let joining = false;

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
  joining = true;
  try {
    joined = await joinRanks(mpiLibrary);
    return joined;
  } catch (error) {
    // It may be this machine alone where MPI is missing.
    if (start && start.rank > 0) writeSync(2, `rank ${start.rank}: ${(error as Error).message}\n`);
    throw error;
  }
}

/** Machines that are listed. */
const LISTED = 16;

/**
 * `2 ranks by Open MPI v4.1.4, 1 thread each: 2 cores, 2 ranks on this machine`, then a line for each machine with its ranks
 * and their processes, by which some launchers tell of one that is lost.
 */
export function describeRanks({ members, mpi, threads, threadsReason }: Ranks, asked?: number): string {
  const machines = new Map<string, string[]>();
  for (const { host, rank, pid } of members)
    machines.set(host, [...(machines.get(host) ?? []), `${rank} (process ${pid})`]);
  const count = asked ?? threads;
  const each = `${count} ${count === 1 ? 'thread' : 'threads'} each`;
  const lines = [
    `${members.length} ranks by ${mpi}, ${each}${asked === undefined ? `: ${threadsReason}` : ''}`,
    ...Array.from(machines, ([host, ranks]) => `  ${host}: rank ${ranks.join(', ')}`),
  ];
  const more = machines.size - LISTED;
  return [...lines.slice(0, LISTED + 1), ...(more > 0 ? [`  and ${more} more machines`] : [])].join('\n');
}

/** Whether an error came from another rank, and was said when it came. */
export function isSaid(error: unknown): boolean {
  return Object(error).said === true;
}

/**
 * The exit status of a rank. Until they join, all ranks come to the same fault: it is rank 0's, for a launcher that sees
 * another one end with it may end rank 0 before it has said why.
 */
export function statusOfRank(status: number): number {
  return joining || (launched()?.rank ?? 0) === 0 ? status : 0;
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
