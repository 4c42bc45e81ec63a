/** The other end of a worker or of bench/pytorch/trm.py: a process that answers one JSON line to each command. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { TrmError } from '../src/errors.ts';
import type { BenchCase } from './cases.ts';
import type { WorkerOptions } from './worker.ts';

export interface Reply {
  readonly ms: number;
  /** Time inside ONNX Runtime; only workers tell. */
  readonly insideMs?: number;
  /** Highest resident memory since the process began. */
  readonly peakMB: number;
}

export interface Ready {
  /** What runs the graphs, with its version. */
  readonly runtime?: string;
  readonly device?: string;
  readonly reason?: string;
  /** Floating-point operations of the matrix products of one command. */
  readonly flops?: number;
  readonly torch?: string;
}

export class Peer {
  readonly ready: Ready;
  readonly #child: ChildProcess;
  readonly #next: () => Promise<unknown>;

  private constructor(child: ChildProcess, next: () => Promise<unknown>, ready: Ready) {
    this.#child = child;
    this.#next = next;
    this.ready = ready;
  }

  /** Starts a process and waits until it is warm. @throws TrmError `runtime` with its last words when it dies. */
  static async start(what: string, command: string, args: readonly string[]): Promise<Peer> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-2000);
    });
    const died = new Promise<never>((_, reject) => {
      const fail = (message: string) => reject(new TrmError('runtime', `${what} ${message}`));
      child.on('error', (error) => fail(error.message));
      child.on('close', (code, signal) => fail(`ended (${signal ?? `status ${code}`})\n${words}`));
    });
    died.catch(() => {}); // Ending is no fault after the last answer.
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => {
      const line = await Promise.race([lines.next(), died]);
      return line.done ? died : JSON.parse(line.value);
    };
    return new Peer(child, next, (await next()) as Ready);
  }

  async ask(command: string): Promise<Reply> {
    this.#child.stdin!.write(`${command}\n`);
    return (await this.#next()) as Reply;
  }

  /** Ends the process and waits until its memory is free. */
  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin!.end('quit\n');
    await ended;
  }
}

/** A worker of this program. */
export function startWorker(options: WorkerOptions): Promise<Peer> {
  const { size, mixer, task, side } = options;
  return Peer.start(`worker ${side} ${task} ${mixer} ${size}`, process.execPath, [
    process.argv[1]!,
    'worker',
    JSON.stringify(options),
  ]);
}

const script = 'bench/pytorch/trm.py';
const python = process.env.TRM_PYTHON ?? 'python3';

/** @throws TrmError `runtime` when there is no PyTorch, saying how to install it. */
export function checkPyTorch(): void {
  if (!existsSync(script))
    throw new TrmError('io', 'not found', { file: script, fix: 'run this in the repository' });
  const { status } = spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
  if (status === 0) return;
  throw new TrmError('runtime', `${python} has no PyTorch`, {
    key: '--pytorch',
    fix: 'pip install -r bench/pytorch/requirements.txt, and name that interpreter in TRM_PYTHON',
  });
}

export interface PyTorchMode {
  readonly mode: 'eager' | 'compiled';
  readonly dtype: 'float32' | 'bfloat16';
}

export function startPyTorch(
  bench: BenchCase,
  { mode, dtype }: PyTorchMode,
  threads?: number,
): Promise<Peer> {
  const flags = ['--mode', mode, '--dtype', dtype, '--threads', String(threads ?? 0)];
  return Peer.start(`PyTorch ${mode} ${dtype}`, python, [script, ...bench.pytorchFlags, ...flags]);
}
