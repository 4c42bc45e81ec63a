/** Who started this process as one of several, told by what launchers leave in the environment; MPI is not loaded for it. */

/** Whose handles and names an MPI has. */
export type MpiKind = 'open-mpi' | 'mpich';

export interface Launched {
  /** For people. */
  readonly by: string;
  /** 0 to size - 1. */
  readonly rank: number;
  readonly size: number;
  /** The MPI that a launcher comes with; one of the other kind would start as so many runs of one process each. */
  readonly kind: MpiKind | undefined;
}

/** The first that is there decides: inside a Slurm job `mpirun` sets its own beside Slurm's. */
const launchers = [
  { by: 'mpirun of Open MPI', rank: 'OMPI_COMM_WORLD_RANK', size: 'OMPI_COMM_WORLD_SIZE', kind: 'open-mpi' },
  { by: 'srun', rank: 'SLURM_PROCID', size: 'SLURM_STEP_NUM_TASKS', kind: undefined },
  { by: 'mpiexec of MPICH', rank: 'PMI_RANK', size: 'PMI_SIZE', kind: 'mpich' },
] as const;

/** The environment in which a program that this process starts is one by itself, no rank. */
export function withoutRanks(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const names = new Set<string>(launchers.flatMap(({ rank, size }) => [rank, size]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)));
}

/** This process's place among those that a launcher started; undefined where there is one. */
export function launched(env: NodeJS.ProcessEnv = process.env): Launched | undefined {
  for (const { by, kind, ...names } of launchers) {
    const [rank, size] = [Number(env[names.rank] ?? Number.NaN), Number(env[names.size] ?? Number.NaN)];
    if (Number.isInteger(rank) && Number.isInteger(size))
      return size > 1 ? { by, rank, size, kind } : undefined;
  }
  return undefined;
}
