/**
 * Looks for deep Sudokus, which few digits give away (backdoors.ts): a walk from puzzle to puzzle of one complete grid, as in
 * harder.ts, which goes on where it becomes no easier, and gives out what is deep enough.
 */
import { TrmError } from '../../errors.ts';
import type { Random } from '../random.ts';
import { easeOf } from './backdoors.ts';
import { CompleteGrid, fromWalks, type SudokuPuzzle } from './minimal.ts';
import type { SudokuShape } from './rules.ts';
import { randomSolution } from './solver.ts';

/** Steps in a row that lead no deeper, after which a walk begins anew with another grid. */
const PATIENCE = 600;

/** Puzzles of one grid that are given out. */
const GIVEN = 24;

/** Grids in a row without a deep puzzle, after which there is taken to be none. */
const HOPELESS = 200;

/** How easy the next puzzle of a walk may be: the share of backdoors may grow a little. */
const within = (ease: number): number => (ease > 1 ? 1 + within(ease - 1) : 1.2 * ease + 0.01);

/**
 * Puzzles that no digit gives away, and of pairs of digits this share at most. One may come twice.
 *
 * @param clues givens that a puzzle keeps at least.
 * @throws TrmError `usage` when none is found.
 */
export function* deepPuzzles(
  shape: SudokuShape,
  random: Random,
  clues: number,
  most: number,
): Generator<SudokuPuzzle, never> {
  return yield* fromWalks(
    () => walk(shape, random, clues, most),
    HOPELESS,
    () =>
      new TrmError('usage', `found no ${shape.size}x${shape.size} puzzle with so few backdoors`, {
        key: 'backdoors',
        fix: `ask for more than ${most}, or for another size`,
      }),
  );
}

function* walk(
  shape: SudokuShape,
  random: Random,
  clues: number,
  most: number,
): Generator<SudokuPuzzle, void> {
  const grid = new CompleteGrid(randomSolution(shape, random));
  let question = grid.randomPuzzle(random, clues);
  let ease = easeOf(question, grid.digits, random);
  for (let idle = 0, given = 0; idle < PATIENCE && given < GIVEN; idle++) {
    const next = grid.neighbour(question, random, clues);
    const found = next && easeOf(next, grid.digits, random, within(ease));
    if (found === undefined || found === Number.POSITIVE_INFINITY) continue;
    if (found < ease) idle = 0;
    [question, ease] = [next!, found];
    if (found > most) continue;
    yield { question, answer: grid.digits };
    given++;
    idle = 0;
  }
}
