/**
 * A thread beside a long computation, which works where the main thread does not: inside a call of ONNX Runtime, or while a
 * graph is traced, no JavaScript of the main thread runs, neither a signal's listener nor a progress line.
 *
 * A second signal within that time ends the process, or the first where nothing would be lost; what is to be said of the
 * time is said every so often.
 */

import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { launched } from '../../train/mpi/launcher.ts';
import { outlivesTerminal } from './signals.ts';

export interface Guard {
  /**
   * Says every ten seconds, on a terminal every second, that this is what is done and for how long; nothing when undefined, or
   * when empty, where the work itself says how far it is.
   * Resolves when the thread hears signals and those that came before it did have been told: then the work may begin.
   *
   * @param farewell what is said at the first signal, which then ends the process, also one that has come already.
   */
  working(on: string | undefined, farewell?: string): Promise<void>;
  end(): void;
}

/** What the thread is started with. */
interface Watch {
  readonly signals: readonly number[];
  /** Milliseconds between two lines; and from the signal that ends the process until the main thread has had its chance. */
  readonly interval: number;
  readonly grace: readonly [first: number, second: number];
  /** That a call out of JavaScript then has to come back, milliseconds. */
  readonly patience: number;
  readonly terminal: boolean;
  /** Of several ranks one speaks. */
  readonly speaks: boolean;
  /** The file of koffi, where it is installed. */
  readonly koffi: string | undefined;
}

/** The thread, and how many have asked for it: one takes over from another without a moment in which no thread hears. */
let thread: { readonly worker: Worker; readonly listens: Promise<void> } | undefined;
let users = 0;

export function startGuard(): Guard {
  thread ??= startThread();
  users++;
  const { worker, listens } = thread;
  let ended = false;
  return {
    async working(on, farewell) {
      worker.postMessage({ on, farewell });
      await listens;
      await turn();
      await turn(); // signals are told between the two
    },
    end() {
      if (ended) return;
      ended = true;
      if (--users > 0) return;
      thread = undefined;
      void worker.terminate();
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function startThread(): NonNullable<typeof thread> {
  const terminal = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  const watch: Watch = {
    signals: outlivesTerminal() ? [2, 15] : [2, 15, 1], // SIGINT, SIGTERM, SIGHUP
    interval: terminal ? 1000 : 10_000,
    grace: [1500, 300],
    patience: 500,
    terminal,
    speaks: (launched()?.rank ?? 0) === 0,
    koffi: resolved('koffi'),
  };
  const worker = new Worker(`(${watching})(require, ${JSON.stringify(watch)}, ${leaving})`, {
    eval: true,
    execArgv: ['--expose-internals', '--no-warnings'], // in this thread alone
  });
  worker.on('error', () => {}); // without it a second signal waits for the main thread, as in any program
  const listens = new Promise<void>((resolve) => {
    worker.once('message', () => resolve());
    worker.once('exit', () => resolve());
  }).then(() => worker.unref()); // until then it holds the process, which may wait for nothing else
  return { worker, listens };
}

function resolved(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * Ends the process with all that is to be done at its exit; sent to the main thread as text, where it breaks into whatever
 * JavaScript runs. What Node then says of a debugger is not for whoever pressed Ctrl-C.
 */
function leaving(): void {
  const { closeSync, openSync } = process.getBuiltinModule('node:fs');
  const { devNull } = process.getBuiltinModule('node:os');
  process.once('exit', () => {
    closeSync(2);
    openSync(devNull, 'w'); // takes the lowest number that is free
  });
  process.exit(130);
}

/**
 * The thread's program, sent as text: a worker cannot begin with a file of TypeScript. Node gives signals to the main thread
 * alone, but its own wrapper of libuv's hears them in each. Node 24 no longer hands it out by `process.binding` (DEP0111); a
 * thread that sees the internals, as Node's own tests do, has it from Node 20 on.
 */
function watching(require: NodeJS.Require, watch: Watch, inMainThread: typeof leaving): void {
  const { signals, interval, grace, patience, terminal, speaks, koffi } = watch;
  const { writeSync } = require('node:fs') as typeof import('node:fs');
  const { Session } = require('node:inspector') as typeof import('node:inspector');
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
    setTimeout(leaveAtOnce, patience);
    try {
      const session = new Session();
      session.connectToMainThread();
      session.post('Runtime.evaluate', { expression: `(${inMainThread})()` });
    } catch {} // a Node without an inspector
  };
  /** From within a call that is not JavaScript, as ONNX Runtime's: nothing is done at exit, and without koffi no status of ours. */
  const leaveAtOnce = () => {
    try {
      require(koffi!).load(null).func('void _exit(int status)')(130);
    } catch {
      process.kill(process.pid, 'SIGKILL');
    }
  };
  let heard = 0;
  const leaveAsTold = () => setTimeout(() => leave(farewell), grace[0]);
  parentPort!.on('message', ({ on, ...rest }: { on?: string; farewell?: string }) => {
    if (terminal && timer) write('\r\u001b[K');
    clearInterval(timer);
    timer = undefined;
    farewell = on === undefined ? undefined : rest.farewell;
    if (farewell !== undefined && heard > 0) leaveAsTold();
    if (!on) return;
    const begun = Date.now();
    timer = setInterval(() => {
      const line = `${on}, ${Math.round((Date.now() - begun) / 1000)} s`;
      write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
    }, interval);
  });
  const { internalBinding } = require('internal/test/binding') as {
    internalBinding(name: 'signal_wrap'): {
      Signal: new () => { onsignal: () => void; start(signal: number): void };
    };
  };
  const { Signal } = internalBinding('signal_wrap');
  for (const number of signals) {
    const signal = new Signal();
    signal.onsignal = () => {
      if (++heard === 2) setTimeout(leave, grace[1], '');
      if (heard !== 1) return;
      if (farewell !== undefined) leaveAsTold();
      else if (timer) write('\nstopping when the graph is ready; a second signal or Ctrl-C stops at once\n');
    };
    signal.start(number);
  }
  parentPort!.postMessage('listening');
}
