/**
 * The signals that ask a command to stop: Ctrl-C, SIGTERM of an operating system or a container that shuts down, and SIGHUP
 * of a terminal that closes, unless the command was to outlive it. Ranks hear SIGUSR1 too, the one that mpirun of every MPI
 * passes on and lets them answer, and that Slurm sends before the time is up (--signal).
 */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { launched } from '../../train/mpi/launcher.ts';

/** What a command says that is stopped before it has made a file. */
export const nothingWritten = 'stopped before anything was written\n';

/** Asks `stop` at each signal until the returned function is called. A terminal that is gone takes no more text. */
export function onStopSignals(stop: () => void): () => void {
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];
  if (!outlivesTerminal()) signals.push('SIGHUP');
  if (launched()) signals.push('SIGUSR1'); // else Node's own, which opens its debugger
  const hangUp = () => {
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
    // Node gives a terminal its settings back when it ends, and aborts with a core dump where there is none any more.
    if (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY)
      process.once('exit', () => process.kill(process.pid, 'SIGKILL'));
  };
  process.on('SIGHUP', hangUp);
  for (const signal of signals) process.on(signal, stop);
  return () => {
    process.off('SIGHUP', hangUp);
    for (const signal of signals) process.off(signal, stop);
  };
}

/** The bit of SIGHUP in a mask of /proc. */
const hangUpBit = 1n;

/**
 * Whether SIGHUP was ignored when the process began (`nohup`, `trap '' HUP`). Node sets every signal back to its default
 * before a script sees it, so only traces are left: the name of the command that the shell ran, the input that `nohup`
 * takes from a terminal, and a parent that ignores the signal itself.
 */
export function outlivesTerminal(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === 'win32') return false;
  if (basename(environment._ ?? '') === 'nohup') return true;
  const ignored = /^SigIgn:\s*(\w+)/m.exec(textOf(`/proc/${process.ppid}/status`))?.[1];
  if (ignored !== undefined && (BigInt(`0x${ignored}`) & hangUpBit) !== 0n) return true;
  const flags = /^flags:\s*(\d+)/m.exec(textOf('/proc/self/fdinfo/0'))?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & 3) === 1; // write-only
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // no such thing on this system
  }
}
