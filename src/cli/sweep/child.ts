/**
 * `trm` as a process of its own. What it says goes into a log; a fault of it is told apart from one of the sweep, and does
 * not end it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { withoutRanks } from '../../train/mpi/launcher.ts';

export interface Ended {
  /** `stopped` after a signal that was passed on. */
  readonly outcome: 'done' | 'failed' | 'stopped';
  /** Of a failure: what it said last. */
  readonly reason: string;
  readonly stdout: string;
}

/** The processes that a sweep has started. */
export class Children {
  readonly #alive = new Set<ChildProcess>();
  #stopping = false;

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Asks all to save and end; those that come later end at once. The second time they are killed. */
  stop(): void {
    for (const child of this.#alive) child.kill(this.#stopping ? 'SIGKILL' : 'SIGINT');
    this.#stopping = true;
  }

  /** Runs `trm` to its end. @param log to which its words are added. */
  async run(args: readonly string[], log: string): Promise<Ended> {
    if (this.#stopping) return { outcome: 'stopped', reason: '', stdout: '' };
    return startTrm(args, log, this.#alive);
  }
}

function startTrm(args: readonly string[], log: string, alive: Set<ChildProcess>): Promise<Ended> {
  mkdirSync(dirname(log), { recursive: true });
  const handle = openSync(log, 'a');
  writeSync(
    handle,
    `$ trm ${args.map((word) => (/[^\w./:=,+-]/.test(word) ? `'${word}'` : word)).join(' ')}\n`,
  );
  // In a group of its own: Ctrl-C in a terminal goes to the sweep alone, which passes it on once. A second one would end it unsaved.
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutRanks(), NO_COLOR: '1' },
  });
  alive.add(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    writeSync(handle, text);
    stderr = (stderr + text).slice(-4096);
  });
  return new Promise<Ended>((resolve) => {
    const end = (outcome: Ended['outcome'], reason: string) => {
      if (!alive.delete(child)) return; // one that could not be started may say so twice
      closeSync(handle);
      resolve({ outcome, reason, stdout });
    };
    child.once('error', (error) => end('failed', error.message));
    child.once('close', (status, signal) => {
      if (status === 0) end('done', '');
      // One that was still starting is ended by the signal itself.
      else if (status === 130 || signal === 'SIGINT') end('stopped', '');
      else
        end('failed', lastWords(stderr) ?? `it ended ${signal ? `by ${signal}` : `with status ${status}`}`);
    });
  });
}

/** The error that a command ended with. */
function lastWords(stderr: string): string | undefined {
  const lines = stderr.trim().split('\n');
  return lines.findLast((line) => line.startsWith('error: '))?.slice('error: '.length);
}
