/** What the engine must know of the CPU: how many cores do arithmetic, and what tells this CPU from another. */

import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/**
 * Physical cores that this process may use. Two threads of one core share its arithmetic: a second one of them only takes
 * cache from the first.
 */
export function physicalCores(): number {
  const cores = new Set(cpus().map((_, index) => siblings(index)));
  return Math.min(cores.size, availableParallelism());
}

/** The logical cores of a core, as Linux lists them; elsewhere each is taken for a core. */
function siblings(index: number): string {
  try {
    return readFileSync(`/sys/devices/system/cpu/cpu${index}/topology/core_cpus_list`, 'utf8');
  } catch {
    return `${index}`;
  }
}

/** Model and features: code compiled for one may not run on another, as in a home folder that machines share. */
export function cpuIdentity(): string {
  return [process.platform, process.arch, cpus()[0]?.model ?? 'unknown', features()].join('\n');
}

function features(): string {
  try {
    return /^(flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0] ?? '';
  } catch {
    return '';
  }
}
