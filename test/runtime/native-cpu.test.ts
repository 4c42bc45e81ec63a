/** What the native engine knows of the CPU. */

import { arch, availableParallelism, cpus } from 'node:os';
import { expect, test } from 'vitest';
import { cpuIdentity, listed, machineCores, physicalCores, quotaOf } from '../../src/runtime/native/cpu.ts';

test('as many threads as cores that do arithmetic, at least one', () => {
  expect(physicalCores()).toBeGreaterThanOrEqual(1);
  expect(physicalCores()).toBeLessThanOrEqual(availableParallelism());
  expect(machineCores()).toBeGreaterThanOrEqual(physicalCores());
});

test.each([
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['5', [5]],
  ['', cpus().map((_, index) => index)],
])('cores listed as %j', (ranges, cores) => {
  expect(listed(ranges)).toEqual(cores);
});

test.each([
  ['max 100000\n', Number.POSITIVE_INFINITY],
  ['150000 100000\n', 2],
  ['50000 100000\n', 1],
  ['400000 100000\n', 4],
  ['', Number.POSITIVE_INFINITY],
])('a quota of %j is %d cores', (words, cores) => {
  expect(quotaOf(words)).toBe(cores);
});

test('a CPU is told from others by what it can do', () => {
  expect(cpuIdentity()).toContain(arch());
  if (process.platform === 'linux' && arch() === 'x64') expect(cpuIdentity()).toMatch(/flags.* sse2 /);
  expect(cpuIdentity()).toBe(cpuIdentity());
});
