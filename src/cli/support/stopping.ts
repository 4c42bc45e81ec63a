/** Work that is asked to stop: the first signal lets it come to an end, the second ends the process, whatever it is doing. */

import { type Guard, startGuard } from './guard.ts';
import { nothingWritten, onStopSignals } from './signals.ts';

export interface Stop extends Pick<Guard, 'working'> {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Signals act as they did before. */
  end(): void;
}

/**
 * Hears signals until `end()`.
 *
 * @param onStop says what will happen; where it returns `exit`, since nothing would be lost, the first signal ends the
 *   process too, with the status of Ctrl-C.
 */
export function stopping(onStop: () => 'exit' | undefined): Stop {
  const guard = startGuard();
  const abort = new AbortController();
  const deafen = onStopSignals(() => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
    if (onStop() === 'exit') process.exit(130);
  });
  return {
    signal: abort.signal,
    working: guard.working,
    end() {
      deafen();
      guard.end();
    },
  };
}

/**
 * The same for work that has written nothing until its end: the first signal ends the process, which says so.
 *
 * @param keeps whether there is something to write by now: then the work comes to its end.
 * @param words what it says.
 */
export function stoppingAtOnce(keeps = () => false, words = nothingWritten): Stop {
  return stopping(() => {
    if (keeps()) return undefined;
    process.stderr.write(words);
    return 'exit';
  });
}

/**
 * Does such work, which may keep the process so busy that no listener runs.
 *
 * @param on what is said of it every so often; empty where it says itself how far it is.
 */
export async function endingAtOnce<T>(on: string, work: () => T | Promise<T>): Promise<T> {
  const stop = stoppingAtOnce();
  try {
    await stop.working(on, nothingWritten);
    const result = await work();
    await stop.working(undefined); // a signal that came meanwhile is told
    return result;
  } finally {
    stop.end();
  }
}
