/** What is said of a checkpoint that was chosen as the best of its run: on which puzzles, and what that means. */

import type { Selection } from '../train/checkpoint.ts';
import type { Arm } from './arms.ts';

/** `exact accuracy on the first 256 examples of the test split of sudoku-4x4` */
export function describeSelection({ split, data, examples, metric }: Selection): string {
  const of = split === 'test' ? 'test split' : 'puzzles held out of the training split';
  return `${metric} accuracy on the first ${examples} examples of the ${of} of ${data.join(', ')}`;
}

/** A line, with its break before, for each run whose checkpoint was chosen: the reader of an evaluation must know. */
export function showSelections(arms: readonly Arm[]): string {
  const lines = arms.flatMap(({ run, checkpoint: { selection } }) => {
    if (!selection) return [];
    const meaning =
      selection.split === 'test'
        ? 'on the same puzzles it looks better than on new ones'
        : 'the test split had no part in it';
    return [`\n${run}: chosen as the best by ${describeSelection(selection)}; ${meaning}`];
  });
  return [...new Set(lines)].join('');
}
