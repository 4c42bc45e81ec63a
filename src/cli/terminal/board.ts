/**
 * Several lines that say how far works are that go on side by side, on stderr: on a terminal rewritten in place, elsewhere
 * written at most every half minute. One line is createProgress's work.
 */

import { createLogUpdate } from 'log-update';
import { fitLine, type ProgressStream } from './progress.ts';

const PLAIN_INTERVAL_MS = 30_000;

export interface Board {
  /** Shows other lines in place of the last. */
  update(lines: readonly string[]): void;
  /** Writes a line that stays, above the others. */
  log(line: string): void;
  /** Takes the lines away. */
  end(): void;
}

export function createBoard(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): Board {
  const live = stream.isTTY === true && process.env.TERM !== 'dumb';
  const rewrite = live ? createLogUpdate(stream) : undefined;
  let shownAt = now(); // what is said first stays true for a while
  return {
    update(lines) {
      if (rewrite) return void rewrite(lines.map((line) => fitLine(line, stream.columns ?? 80)).join('\n'));
      if (now() - shownAt < PLAIN_INTERVAL_MS) return;
      shownAt = now();
      stream.write(lines.map((line) => `${line}\n`).join(''));
    },
    log(line) {
      rewrite?.clear();
      stream.write(`${line}\n`);
    },
    end() {
      rewrite?.clear();
      rewrite?.done();
    },
  };
}
