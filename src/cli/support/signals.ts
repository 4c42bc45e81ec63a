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
  const deafen = signals.map((signal) => hear(signal, stop));
  standIn?.();
  return () => {
    process.off('SIGHUP', hangUp);
    for (const one of deafen) one();
  };
}

/** Of who hears until others do. */
let standIn: (() => void) | undefined;

/** The same, until others hear too: they take over. */
export function untilOthersHear(stop: () => void): () => void {
  const deafen = onStopSignals(stop);
  standIn = () => {
    standIn = undefined;
    deafen();
  };
  return standIn;
}

/** Ranks end on SIGUSR1, as on SIGTERM, where nobody hears it: Node would open its debugger, and go on. */
export function heedUserSignal(): void {
  if (!launched()) return;
  process.on('SIGUSR1', () => {
    if ((hearers.get('SIGUSR1')?.stops.size ?? 0) === 0) process.kill(process.pid, 'SIGTERM');
  });
}

interface Hearers {
  readonly stops: Set<() => void>;
  readonly listener: () => void;
}

const hearers = new Map<NodeJS.Signals, Hearers>();

/**
 * Adds one who hears a signal, until the returned function is called. The process listens a moment longer: with its last
 * listener Node forgets a signal that came while the thread was busy, and it is for the next one who begins to hear.
 */
function hear(signal: NodeJS.Signals, stop: () => void): () => void {
  const { stops, listener } = hearers.get(signal) ?? listen(signal);
  stops.add(stop);
  return () => {
    stops.delete(stop);
    const forget = () => {
      if (stops.size > 0 || hearers.get(signal)?.stops !== stops) return;
      process.off(signal, listener);
      hearers.delete(signal);
    };
    setImmediate(() => setImmediate(forget)); // signals are told between the two
  };
}

function listen(signal: NodeJS.Signals): Hearers {
  const stops = new Set<() => void>();
  const listener = () => {
    const heard = [...stops];
    for (const stop of heard) stop();
    if (heard.length > 0) return;
    process.off(signal, listener); // it ends the process, as any other
    process.kill(process.pid, signal);
  };
  process.on(signal, listener);
  hearers.set(signal, { stops, listener });
  return { stops, listener };
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
