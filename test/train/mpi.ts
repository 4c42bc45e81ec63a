/** The MPIs of this machine, and programs started as ranks of theirs. */

import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Launcher {
  /** `Open MPI` or `MPICH`. */
  readonly name: string;
  /** The command that starts so many ranks, without the program. */
  command(ranks: number): readonly string[];
  readonly installed: boolean;
}

/**
 * Debian's names for the two side by side. Ranks share the cores here, and tests may run as root. MPICH's launcher ends all
 * ranks as soon as one is lost, before they can say which; docs/distributed.md tells its users to leave that to them, too.
 */
export const launchers: readonly Launcher[] = [
  launcher('Open MPI', 'mpirun.openmpi', ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none']),
  launcher('MPICH', 'mpirun.mpich', ['-disable-auto-cleanup']),
];

function launcher(name: string, program: string, flags: readonly string[]): Launcher {
  return {
    name,
    command: (ranks) => [program, ...flags, '-np', String(ranks)],
    installed: spawnSync(program, ['--version']).status === 0,
  };
}

/** For the name of a group of tests. */
export const reasonOf = ({ name, installed }: Launcher): string =>
  installed ? name : `${name} (skipped: ${name} is not installed)`;

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts a program under Node as so many ranks; `onStart` is told the launcher's process. */
export function ranksOf(
  { command }: Launcher,
  size: number,
  program: readonly string[],
  { onStart = () => {} }: { onStart?: (launcher: number) => void } = {},
): Promise<Ended> {
  const [file, ...args] = [...command(size), process.execPath, ...program];
  const env = { ...process.env, NO_COLOR: '1' };
  const child = spawn(file!, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onStart(child.pid!);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, out, err })));
}

/** Processes of a rank by its launcher's, whatever the launcher put between: pid by rank. */
export function pidsOf(launcher: number): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc'))
    if (/^\d+$/.test(name)) {
      const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(textOf(`/proc/${name}/stat`)) ?? [];
      if (parent) parents.set(Number(name), Number(parent));
    }
  const within = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === launcher || within(parent));
  };
  const isNode = (pid: number) => textOf(`/proc/${pid}/cmdline`).startsWith(process.execPath);
  const ranks = new Map<number, number>();
  for (const [pid, parent] of parents) {
    if (!within(pid) || !isNode(pid) || isNode(parent)) continue; // a child that a rank begins
    const [, rank] =
      /(?:^|\0)(?:OMPI_COMM_WORLD_RANK|PMI_RANK)=(\d+)/.exec(textOf(`/proc/${pid}/environ`)) ?? [];
    if (rank) ranks.set(Number(rank), pid);
  }
  return ranks;
}

/** Whether a process has not ended; one that nobody has asked for its status yet has. */
export function lives(pid: number): boolean {
  return !/^(\d+ \(.*\) Z|$)/s.test(textOf(`/proc/${pid}/stat`));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // it has just ended
  }
}
