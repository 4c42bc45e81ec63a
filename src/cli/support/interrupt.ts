/**
 * Ctrl-C while a folder is made: the half-made one goes away, and the exit status says so.
 *
 * Folders are filled under a temporary name beside their place (data/node/new-folder.ts) and files are downloaded
 * under one, so a killed process would leave those behind. Here the work is made to fail instead, and cleans up.
 */

import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { realPlace } from '../../data/node/real-place.ts';
import { nothingWritten, onStopSignals } from './signals.ts';
import { stoppingAtOnce } from './stopping.ts';

/**
 * Runs `work`, which makes the folder `out`. From the first `checkpoint()` on, a signal makes the next one throw and
 * removes what is made of `out`; a second signal ends the process at once. Before, when nothing is made yet, the first does.
 *
 * @returns what `work` returns, or undefined when it was stopped; the exit status is 130 then.
 */
export async function stoppable<T>(
  out: string,
  work: (checkpoint: () => void) => Promise<T>,
): Promise<T | undefined> {
  const others = new Set(partials(out));
  let stopped = false;
  let deafen: (() => void) | undefined;
  const early = stoppingAtOnce();
  await early.working('', nothingWritten);
  const stop = () => {
    if (stopped) process.exit(130);
    stopped = true;
    // Writing into a folder that is gone fails, and so does the work.
    for (const folder of partials(out)) {
      if (!others.has(folder)) rmSync(folder, { recursive: true, force: true });
    }
  };
  const checkpoint = () => {
    if (stopped) throw new Error('stopped');
    deafen ??= onStopSignals(stop);
    early.end();
  };
  try {
    const result = await work(checkpoint);
    if (!stopped) return result;
    rmSync(realPlace(out), { recursive: true, force: true }); // begun after the signal had come: all of it is ours
  } catch (error) {
    if (!stopped) throw error;
  } finally {
    deafen?.();
    early.end();
  }
  process.exitCode = 130;
  return undefined;
}

/** Temporary folders of `out`, whole paths. */
function partials(out: string): string[] {
  const target = realPlace(out);
  const prefix = `${basename(target)}.partial-`;
  try {
    return readdirSync(dirname(target)).flatMap((name) =>
      name.startsWith(prefix) ? [join(dirname(target), name)] : [],
    );
  } catch {
    return []; // its parent is made later
  }
}
