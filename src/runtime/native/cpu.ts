/** What the engine must know of the CPU: how many cores do arithmetic, and what tells this CPU from another. */

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * Physical cores that this process may use. Two threads of one core share its arithmetic: a second one of them only takes
 * cache from the first.
 */
export function physicalCores(): number {
  const [, allowed = ''] = /^Cpus_allowed_list:\s*(.+)$/m.exec(read('/proc/self/status')) ?? [];
  return Math.min(coresOf(listed(allowed)), availableParallelism(), machineCores());
}

/** Physical cores of the machine, or what of them its container may use: for all processes on it. */
export function machineCores(): number {
  return Math.min(coresOf(cpus().map((_, index) => index)), quotaOf(read('/sys/fs/cgroup/cpu.max')));
}

/** `0-3,8` as numbers; every logical core where nothing is listed. */
export function listed(ranges: string): number[] {
  if (ranges === '') return cpus().map((_, index) => index);
  return ranges.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** How many physical cores some logical ones belong to. */
const coresOf = (logical: readonly number[]): number => new Set(logical.map(siblings)).size;

/** Cores' worth of time that a container may use, in the words of cgroup v2: `150000 100000` is two, `max …` any number. */
export function quotaOf(words: string): number {
  const [most, period] = words.split(' ').map(Number) as [number, number];
  return most > 0 ? Math.ceil(most / period) : Number.POSITIVE_INFINITY;
}

/** The logical cores of a core, as Linux lists them; elsewhere each is taken for a core. */
function siblings(index: number): string {
  return read(`/sys/devices/system/cpu/cpu${index}/topology/core_cpus_list`) || `${index}`;
}

/** Model and features: code compiled for one may not run on another, as in a home folder that machines share. */
export function cpuIdentity(): string {
  return [process.platform, process.arch, cpus()[0]?.model ?? 'unknown', features()].join('\n');
}

function features(): string {
  return /^(flags|Features)\s*:.*$/m.exec(read('/proc/cpuinfo'))?.[0] ?? '';
}

/** What the system says in a file; nothing where it has no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
