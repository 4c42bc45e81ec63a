/** Ranks that meet in the MPIs of this machine: calls, what is said where one is missing, and what happens when one is lost. */

import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { launched, withoutRanks } from '../../src/train/mpi/launcher.ts';
import { openMpi } from '../../src/train/mpi/library.ts';
import { threadsFor } from '../../src/train/mpi/ranks.ts';
import { launchers, ranksOf, reasonOf } from './mpi.ts';

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

describe.each(launchers.map((launcher) => [reasonOf(launcher), launcher] as const))('%s', (_, launcher) => {
  const ranked = it.skipIf(!launcher.installed);
  ranked.each([2, 3, 4])('sums and gathers over %i ranks, waiting without a stand-still', async (size) => {
    const { status, out, err } = await ranksOf(launcher, size, [script('mpi-rank.mjs')]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const said = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .sort((a, b) => a.rank - b.rank);
    const ranks = Array.from({ length: size }, (_, rank) => rank);
    expect(said.map(({ rank }) => rank)).toEqual(ranks);
    for (const { mpi, threads, sum, hash, uneven, halves, bytes, rank, waited, turns, ...rest } of said) {
      expect(rest.patched).toEqual([]); // no jumps are written where V8's threads may be
      expect(mpi).toMatch(new RegExp(`^${launcher.name} v?\\d+\\.`));
      expect(threads).toBeGreaterThanOrEqual(1);
      expect(rest.hosts).toEqual(ranks.map(() => rest.hosts[0]));
      sum.forEach((value: number, i: number) => {
        expect(value).toBeCloseTo(
          ranks.reduce((sum, r) => sum + Math.sin(1 + i * size + r), 0),
          5,
        );
      });
      expect(hash).toBe(said[0].hash); // the same bits on all of them
      expect(uneven).toEqual(ranks.flatMap((r) => Array.from({ length: 2 * r }, (_, i) => 10 * r + i)));
      expect(halves).toEqual(ranks.flatMap((r) => [0, 1, 2].map((i) => 60_000 + 100 * r + 3 * rank + i)));
      expect(bytes).toEqual(ranks.map((r) => 250 + r));
      if (rank !== 1) expect(waited).toBeGreaterThan(150);
      expect(turns).toBeGreaterThan(3); // of 60, fewer on a busy machine
    }
  });
});

test('a process that was started alone is no rank', () => {
  expect(launched({})).toBeUndefined();
  expect(launched({ OMPI_COMM_WORLD_RANK: '0', OMPI_COMM_WORLD_SIZE: '1' })).toBeUndefined();
  expect(launched({ SLURM_PROCID: '0', SLURM_NTASKS: '8' })).toBeUndefined(); // a batch script, not a step
});

test.each([
  [
    { OMPI_COMM_WORLD_RANK: '2', OMPI_COMM_WORLD_SIZE: '4' },
    { rank: 2, size: 4, kind: 'open-mpi' },
  ],
  [
    { PMI_RANK: '0', PMI_SIZE: '3' },
    { rank: 0, size: 3, kind: 'mpich' },
  ],
  [
    { SLURM_PROCID: '5', SLURM_STEP_NUM_TASKS: '8', PMIX_RANK: '5' },
    { by: 'srun', rank: 5, size: 8, kind: undefined },
  ],
  [
    { SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '2', OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '4' },
    { by: 'mpirun of Open MPI', rank: 1, size: 4 },
  ],
])('%j is a rank', (env, expected) => {
  expect(launched(env)).toMatchObject(expected);
});

test('what a rank starts is no rank', () => {
  const env = { SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '2', PMI_RANK: '1', PMI_SIZE: '4', HOME: '/home/a' };
  expect(withoutRanks(env)).toEqual({ HOME: '/home/a' });
});

test('a file that is no library, and one that is no MPI, are named', async () => {
  await expect(openMpi('/etc/hostname')).rejects.toThrow(/^\/etc\/hostname: --mpi-library: does not load/);
  const library = process.platform === 'linux' && process.arch === 'x64' ? 'libm.so.6' : undefined;
  if (library)
    await expect(openMpi(library)).rejects.toThrow(
      /^libm\.so\.6: --mpi-library: does not load as a library of MPI \(.*MPI_Get_library_version/,
    );
});

test.each([
  [{ cores: 8, usable: 8 }, 2, 4, /^8 cores, 2 ranks on this machine$/],
  [{ cores: 8, usable: 8 }, 3, 2, /3 ranks/],
  [{ cores: 2, usable: 2 }, 4, 1, /4 ranks/],
  [{ cores: 16, usable: 16 }, 1, 16, /one rank/],
  [
    { cores: 64, usable: 1 },
    2,
    1,
    /gives each rank 1 of 64 cores, shared they would be 32; mpirun --bind-to none/,
  ],
  [{ cores: 64, usable: 32 }, 4, 16, /^64 cores, 4 ranks/],
])('%j for %i ranks: %i threads each', (machine, neighbours, threads, reason) => {
  const chosen = threadsFor(machine, neighbours);
  expect(chosen.threads).toBe(threads);
  expect(chosen.reason).toMatch(reason);
});
