/** The most that the CPU multiplies and adds (peak.c), and whether it does so in bfloat16. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrmError } from '../src/errors.ts';
import { findCompiler, flagsOf } from '../src/runtime/native/compiler.ts';
import { Peer } from './peer.ts';

/** GFLOP/s in float32, the best of many short bursts. */
export interface Peak {
  /** Floats in a vector. */
  readonly lanes: number;
  /** Of one core, the others idle. */
  readonly alone: number;
  /** Of all threads at once. */
  readonly together: number;
  readonly threads: number;
}

export type RunningPeak = Peer<Omit<Peak, 'threads'>, PeakNow>;

/** GFLOP/s of all threads at once in a tenth of a second: what other work on the machine leaves of the peak. */
interface PeakNow {
  readonly gflops: number;
}

/** peak.c at work: it measures again for each line that it reads. Missing where there is no C compiler. */
export async function startPeak(threads: number): Promise<RunningPeak | undefined> {
  const compiler = await findCompiler();
  if (typeof compiler === 'string') return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'trm-peak-'));
  try {
    const file = join(folder, 'peak');
    const flags = flagsOf(compiler).filter((flag) => flag !== '-shared');
    compile([...compiler.command, ...flags, '-Isrc/compiler/c', 'bench/peak.c', '-o', file, '-lm']);
    return await Peer.start('peak.c', [file, String(threads)], {});
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile([command, ...args]: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command!, args, { encoding: 'utf8' });
  if (status !== 0) throw new TrmError('runtime', `peak.c: ${error?.message ?? stderr}`);
}

/** Whether this CPU has instructions for products of bfloat16. PyTorch and the native engine take them; elsewhere both only imitate them. */
export function multipliesBfloat16(): boolean {
  try {
    return /\b(avx512_bf16|amx_bf16|bf16)\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}
