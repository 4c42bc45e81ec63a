/** `--effort`, of what solves puzzles. */

import { Option } from 'commander';
import { MOST_EFFORT } from '../../evaluate/thinking-settings.ts';
import { integerBetween } from './options.ts';

/** @param usual the effort where nothing says how to think. */
export function effortOption(usual: number): Option {
  return new Option(
    '--effort <n>',
    `1 to ${MOST_EFFORT}: one look at a puzzle, then more and longer ones until an answer is accepted; each step up may take twice as long (default: ${usual}, unless other settings say how)`,
  ).argParser(integerBetween(1, MOST_EFFORT));
}
