/**
 * Who trains in a run's folder: two processes would write over each other's checkpoints.
 *
 * Node has no file locks, so each process announces itself by a file of its own, named after its number and the time it
 * began, and then looks for others: whichever looks second sees the first. A name tells whether its process still lives,
 * for a number that was given anew began at another time; what a killed process left is removed.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeFolder } from '../data/node/make-folder.ts';
import { namesIn } from '../data/node/names-in.ts';
import { TrmError } from '../errors.ts';
import { writeAtomically } from './run-folder.ts';

/** Two that begin in the same instant both see the other, step back, and try again after unequal times. */
const [ATTEMPTS, LONGEST_WAIT] = [5, 100]; // milliseconds

/**
 * Takes a run's folder until the returned function is called or the process exits. It is made where there is none, and goes
 * again where nothing was put into it.
 *
 * @throws TrmError `usage` when another process has it, `io` when it cannot be written.
 */
export async function lockRun(run: string): Promise<() => void> {
  const mine = `.lock-${process.pid}-${beginningOf(process.pid)}`;
  const isNew = !existsSync(run);
  const remove = () => rmSync(join(run, mine), { force: true });
  const release = () => {
    remove();
    if (isNew) removeEmpty(run); // the run never began
  };
  makeFolder(run);
  for (let attempt = 1; ; attempt++) {
    const fault = announce(run, mine) ?? taken(run, holderOf(run, mine));
    if (!fault) {
      process.once('exit', release);
      return () => {
        process.off('exit', release);
        release();
      };
    }
    remove();
    if (attempt === ATTEMPTS) throw fault;
    await setTimeout(Math.random() * LONGEST_WAIT);
  }
}

/** Removes a folder that nothing was put into. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {} // others have it, or it has gone
}

/** Writes this process's file; the error where it was removed half written, by who tidies the run or never began it. */
function announce(run: string, mine: string): TrmError | undefined {
  try {
    writeAtomically(join(run, mine), [hostname()]);
    return undefined;
  } catch (error) {
    if (error instanceof TrmError && (error.cause as NodeJS.ErrnoException)?.code === 'ENOENT') return error;
    throw error;
  }
}

/** Another process that trains in a run's folder. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** By which it announces itself. */
  readonly file: string;
}

/** Who has a run, beside `mine`; what dead processes left is removed. */
export function holderOf(run: string, mine?: string): Holder | undefined {
  for (const name of existsSync(run) ? namesIn(run) : []) {
    const [, pid, beginning] = /^\.lock-(\d+)-(\w+)$/.exec(name) ?? [];
    if (pid === undefined || name === mine) continue;
    const file = join(run, name);
    const host = hostIn(file);
    if (host !== hostname() || beginningOf(Number(pid)) === beginning)
      return { host, pid: Number(pid), file };
    rmSync(file, { force: true });
  }
  return undefined;
}

function taken(run: string, holder: Holder | undefined): TrmError | undefined {
  if (!holder) return undefined;
  const { host, pid, file } = holder;
  const isHere = host === hostname();
  return new TrmError('usage', `${isHere ? `process ${pid}` : `a process on ${host}`} trains here`, {
    file: run,
    fix: isHere ? 'let it end, or stop it with Ctrl-C' : `if it has ended, remove ${file}`,
  });
}

function hostIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return hostname(); // it has just ended
  }
}

/** When a process began, in the system's own terms; undefined when there is none. */
function beginningOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // After the name in brackets: the state, and 19 further on the clock ticks from boot to its beginning.
      const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return state === 'Z' ? undefined : fields[18];
    }
    if (process.platform !== 'win32')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).replace(
        /\W/g,
        '',
      );
    process.kill(pid, 0); // throws when there is none
    return 'unknown';
  } catch {
    return undefined;
  }
}
