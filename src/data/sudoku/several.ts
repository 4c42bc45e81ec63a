/**
 * Puzzles with several solutions: of a complete grid digits go one by one, in random order, as long as there are not too many.
 * All solutions are found, so that it is known what a model may answer.
 */
import type { WholeRange } from '../family.ts';
import type { Random } from '../random.ts';
import type { SudokuPuzzle } from './minimal.ts';
import type { SudokuShape } from './rules.ts';
import { allSolutions, randomSolution } from './solver.ts';

/** Guesses to find all solutions of a grid; what takes more keeps its digit. */
const GUESSES = 2000;

/**
 * An endless stream of puzzles, some more than once.
 *
 * @param clues givens that are kept at least.
 * @param solutions how many there may be; how many are aimed at is drawn anew for each puzzle.
 */
export function* severalPuzzles(
  shape: SudokuShape,
  random: Random,
  clues: number,
  { least, most }: WholeRange,
): Generator<SudokuPuzzle, never> {
  for (;;) {
    const answer = randomSolution(shape, random);
    const question = answer.slice();
    const aim = least + random.int(most - least + 1);
    let answers: readonly Uint8Array[] = [answer];
    let left = question.length;
    for (const cell of random.permutation(question.length)) {
      if (left <= clues || answers.length >= aim) break;
      question[cell] = 0;
      const found = allSolutions(question, most, GUESSES);
      if (found) [answers, left] = [found, left - 1];
      else question[cell] = answer[cell]!;
    }
    if (answers.length >= least) yield { question, answer: answers[0]!, answers };
  }
}
