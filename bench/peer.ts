/** The other end of a worker, of bench/pytorch/trm.py or of peak.c: a process that answers one JSON line to each command. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { TrmError } from '../src/errors.ts';
import type { Precision } from '../src/runtime/choices.ts';
import { benchCase, type Case, nameOf } from './cases.ts';
import type { WorkerOptions } from './worker.ts';

export interface Reply {
  readonly ms: number;
  /** Time inside the engine's runs; only workers tell. */
  readonly insideMs?: number;
  /** Highest resident memory since the process began. */
  readonly peakMB: number;
}

export interface Ready {
  /** What runs the graphs, with its version. */
  readonly runtime: string;
  /** Floating-point operations of the matrix products of one command; only workers tell. */
  readonly flops?: number;
}

export class Peer<Told = Ready, Answer = Reply> {
  readonly ready: Told;
  readonly #child: ChildProcess;
  readonly #next: () => Promise<unknown>;

  private constructor(child: ChildProcess, next: () => Promise<unknown>, ready: Told) {
    this.#child = child;
    this.#next = next;
    this.ready = ready;
  }

  /** Starts a process and waits until it is warm. @throws TrmError `runtime` with its last words when it dies. */
  static async start<Told = Ready, Answer = Reply>(
    what: string,
    [command, ...args]: readonly [string, ...string[]],
    env: NodeJS.ProcessEnv,
  ): Promise<Peer<Told, Answer>> {
    const child = spawn(command, args, { env: { ...process.env, ...env } });
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
    return new Peer<Told, Answer>(child, next, (await next()) as Told);
  }

  async ask(command: string): Promise<Answer> {
    this.#child.stdin!.write(`${command}\n`);
    return (await this.#next()) as Answer;
  }

  /** Ends the process and waits until its memory is free. */
  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin!.end('quit\n');
    await ended;
  }
}

/** A worker of this program. */
export function startWorker(options: WorkerOptions, env: NodeJS.ProcessEnv = {}): Promise<Peer> {
  const command = [process.execPath, process.argv[1]!, 'worker', JSON.stringify(options)] as const;
  return Peer.start(`${options.engine} ${options.precision}, ${nameOf(options)}`, command, env);
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

export interface PyTorchOptions extends Case {
  readonly mode: 'eager' | 'compiled';
  readonly dtype: Precision;
  readonly threads?: number;
  readonly warmUps: number;
}

export function startPyTorch(options: PyTorchOptions, env: NodeJS.ProcessEnv = {}): Promise<Peer> {
  const { size, mixer, task, mode, dtype, threads = 0, warmUps } = options;
  const flags = Object.entries({ mode, dtype, threads, task, warmUps });
  const command = [
    ...[python, script, ...benchCase(size, mixer).pytorchFlags],
    ...flags.flatMap(([name, value]) => [`--${name}`, String(value)]),
  ] as [string, ...string[]];
  return Peer.start(`PyTorch ${mode} ${dtype}, ${nameOf(options)}`, command, env);
}
