/**
 * A thread beside a long computation, which works where the main thread does not: inside a call of ONNX Runtime, or while a
 * graph is traced, no JavaScript of the main thread runs, neither a signal's listener nor a progress line.
 *
 * A second signal within that time ends the process, or the first where nothing would be lost; what is to be said of the
 * time is said every so often.
 */

import { Worker } from 'node:worker_threads';
import { launched } from '../../train/mpi/launcher.ts';
import { outlivesTerminal } from './signals.ts';

export interface Guard {
  /**
   * Says every ten seconds, on a terminal every second, that this is what is done and for how long; nothing when undefined.
   *
   * @param farewell what is said at the first signal, which then ends the process.
   */
  working(on: string | undefined, farewell?: string): void;
  end(): void;
}

/** What the thread is started with. */
interface Watch {
  readonly signals: readonly number[];
  /** Milliseconds between two lines; and from the signal that ends the process until the main thread has had its chance. */
  readonly interval: number;
  readonly grace: readonly [first: number, second: number];
  readonly terminal: boolean;
  /** Of several ranks one speaks. */
  readonly speaks: boolean;
}

export function startGuard(): Guard {
  const terminal = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  const watch: Watch = {
    signals: outlivesTerminal() ? [2, 15] : [2, 15, 1], // SIGINT, SIGTERM, SIGHUP
    interval: terminal ? 1000 : 10_000,
    grace: [1500, 300],
    terminal,
    speaks: (launched()?.rank ?? 0) === 0,
  };
  const worker = new Worker(`(${watching})(require, ${JSON.stringify(watch)})`, { eval: true, execArgv: [] });
  worker.unref();
  worker.on('error', () => {}); // without it a second signal waits for the main thread, as in any program
  return {
    working: (on, farewell) => worker.postMessage({ on, farewell }),
    end: () => void worker.terminate(),
  };
}

/**
 * The thread's program, sent as text: a worker cannot begin with a file of TypeScript. Node gives signals to the main thread
 * alone, but its own wrapper of libuv's, which `process.binding` (DEP0111) hands out to every thread, hears them in each.
 */
function watching(require: NodeJS.Require, { signals, interval, grace, terminal, speaks }: Watch): void {
  const { writeSync } = require('node:fs') as typeof import('node:fs');
  const { parentPort } = require('node:worker_threads') as typeof import('node:worker_threads');
  const write = (text: string) => {
    if (!speaks) return;
    try {
      writeSync(2, text);
    } catch {} // a terminal that is gone
  };
  let timer: NodeJS.Timeout | undefined;
  let farewell: string | undefined;
  const leave = (words: string | undefined) => {
    if (words === undefined) return; // the work has gone on
    write(terminal ? `\n${words}` : words);
    process.kill(process.pid, 'SIGKILL');
  };
  parentPort!.on('message', ({ on, ...rest }: { on?: string; farewell?: string }) => {
    if (terminal && timer) write('\r\u001b[K');
    clearInterval(timer);
    timer = undefined;
    farewell = on && rest.farewell;
    if (on === undefined) return;
    const begun = Date.now();
    timer = setInterval(() => {
      const line = `${on}, ${Math.round((Date.now() - begun) / 1000)} s`;
      write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
    }, interval);
  });
  const { binding } = process as unknown as {
    binding(name: 'signal_wrap'): { Signal: new () => { onsignal: () => void; start(signal: number): void } };
  };
  process.noDeprecation = true; // in this thread
  const { Signal } = binding('signal_wrap');
  let heard = 0;
  for (const number of signals) {
    const signal = new Signal();
    signal.onsignal = () => {
      if (++heard === 2) setTimeout(leave, grace[1], '');
      if (heard !== 1) return;
      if (farewell !== undefined) setTimeout(() => leave(farewell), grace[0]);
      else if (timer) write('\nstopping when the graph is ready; press Ctrl-C again to stop at once\n');
    };
    signal.start(number);
  }
}
