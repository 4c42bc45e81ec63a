/** Names of what is not whole yet, and removing those whose process is gone. */

import { readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Milliseconds after which one is taken for left behind, whoever's it is. */
const ABANDONED = 3_600_000;

/** Where process numbers are given out: machines, and containers on one, may share a folder. */
const here = `${hostname()}-${pidNamespace()}`;

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''); // pid:[4026531836]
  } catch {
    return '0'; // no Linux
  }
}

/** A name for a file or folder that this process begins. */
export function partialName(pid = process.pid): string {
  return `${here}-${pid}-${Math.random().toString(36).slice(2)}.partial`;
}

const isPartial = (name: string): boolean => name.endsWith('.partial');

/** Removes from a folder what processes left half made that have ended, or most likely have. */
export async function sweepPartials(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter(isPartial)) {
    const file = join(folder, name);
    const [, where, pid] = /^(.+)-(\d+)-\w+\.partial$/.exec(name) ?? [];
    const left =
      (where === here && !isAlive(Number(pid))) || Date.now() - (await writtenAt(file)) > ABANDONED;
    if (left) await rm(file, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Milliseconds since 1970; of a file that has just gone, now. */
async function writtenAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
}
