/** `--effort`, of what solves puzzles. */

import { Option } from 'commander';
import { MOST_EFFORT, USUAL_EFFORT } from '../../evaluate/thinking-settings.ts';
import { integerBetween } from './options.ts';

export function effortOption(): Option {
  return new Option(
    '--effort <n>',
    `1 to ${MOST_EFFORT}: one look at a puzzle, then more and longer ones until an answer is accepted; each step up may take twice as long (default: ${USUAL_EFFORT}, unless --steps or --setting says how)`,
  ).argParser(integerBetween(1, MOST_EFFORT));
}
