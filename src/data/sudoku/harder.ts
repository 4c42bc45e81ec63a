/**
 * Looks for hard Sudokus: a walk from puzzle to puzzle of one complete grid, which goes on only where it is hard enough.
 *
 * A good part of a puzzle's neighbours is about as hard as it is itself, while of puzzles made at random one in thousands
 * is: so a walk climbs at first, and then gives out what it passes.
 *
 * How many guesses a puzzle takes depends by half on how it happens to lie. A walk that asked for many guesses alone would
 * find puzzles that lie badly, so it asks for them on average over symmetric forms.
 */
import { TrmError } from '../../errors.ts';
import type { Random } from '../random.ts';
import { applyTransform, randomTransform, type SudokuTransform } from './augment.ts';
import { CompleteGrid, fromWalks, type SudokuPuzzle } from './minimal.ts';
import type { SudokuShape } from './rules.ts';
import { difficulty, randomSolution } from './solver.ts';

/** Forms in which a puzzle is solved to see whether to go there, and to be given out. */
const FORMS = { step: 2, given: 8 };

/** Guesses of a form are counted so many times as far as asked for: one that lies very badly must not speak for the others. */
const COUNTED = 3;

/** A walk also goes down: to a puzzle that takes this share of the guesses of the one it is at. */
const SLACK = 0.75;

/** Steps in a row without getting higher, or without a hard puzzle, after which a walk begins anew with another grid. */
const PATIENCE = 400;

/** Puzzles of one grid that are given out. */
const GIVEN = 64;

/** Grids in a row without a hard puzzle, after which there is taken to be none. */
const HOPELESS = 100;

/**
 * Puzzles that take `least` guesses or more, as they are and on average over their forms. One may come twice.
 *
 * @param clues givens that a puzzle keeps at least.
 * @throws TrmError `usage` when none is found.
 */
export function* hardPuzzles(
  shape: SudokuShape,
  random: Random,
  clues: number,
  least: number,
): Generator<SudokuPuzzle, never> {
  let highest = 0;
  function* begin(): Generator<SudokuPuzzle, void> {
    const walk = new Walk(shape, random, clues, least);
    yield* walk.puzzles();
    highest = Math.max(highest, walk.highest);
  }
  const { size } = shape;
  return yield* fromWalks(
    begin,
    HOPELESS,
    () =>
      new TrmError('usage', `found no ${size}x${size} puzzle that takes ${least} guesses`, {
        key: 'minDifficulty',
        fix: `ask for at most ${Math.floor(highest)}${clues > 0 ? ', or for fewer clues' : ''}`,
      }),
  );
}

/** A walk over the puzzles of one complete grid. */
class Walk {
  readonly #shape: SudokuShape;
  readonly #random: Random;
  readonly #clues: number;
  readonly #least: number;
  readonly #grid: CompleteGrid;
  #question: Uint8Array;
  /** The most guesses met while climbing. */
  highest = 0;

  constructor(shape: SudokuShape, random: Random, clues: number, least: number) {
    [this.#shape, this.#random, this.#clues, this.#least] = [shape, random, clues, least];
    this.#grid = new CompleteGrid(randomSolution(shape, random));
    this.#question = this.#grid.randomPuzzle(random, clues);
  }

  /** Climbs, and gives out the hard puzzles that it comes to, each in a form in which it takes enough guesses. */
  *puzzles(): Generator<SudokuPuzzle, void> {
    let level = 0;
    for (let idle = 0, given = 0; idle < PATIENCE && given < GIVEN; idle++) {
      const next = this.#grid.neighbour(this.#question, this.#random, this.#clues);
      const rated = next && this.#rate(next, FORMS.step, Math.min(SLACK * level, this.#least));
      if (!rated) continue;
      if (rated.guesses >= SLACK * level) [this.#question, level] = [next, rated.guesses];
      const sure = rated.guesses < this.#least ? undefined : this.#rate(next, FORMS.given, this.#least);
      if (sure) {
        const form = sure.form!;
        yield { question: transformed(next, form), answer: transformed(this.#grid.digits, form) };
        given++;
        idle = 0;
      } else if (level > this.highest) {
        this.highest = level;
        idle = 0;
      }
    }
  }

  /** Guesses on average over random forms, and a form that takes enough; undefined where the average falls short of `needed`. */
  #rate(
    question: Uint8Array,
    forms: number,
    needed: number,
  ): { readonly guesses: number; readonly form: SudokuTransform | undefined } | undefined {
    let sum = 0;
    let enough: SudokuTransform | undefined;
    for (let i = 1; i <= forms; i++) {
      const form = randomTransform(this.#shape.size, this.#random);
      const guesses = difficulty(transformed(question, form), COUNTED * this.#least);
      if (guesses >= this.#least) enough ??= form;
      sum += guesses;
      if (sum / i < (i / forms) * needed) return undefined; // the first of two may take half of it
    }
    return { guesses: sum / forms, form: enough };
  }
}

function transformed(digits: Uint8Array, transform: SudokuTransform): Uint8Array {
  const target = new Uint8Array(digits.length);
  applyTransform(transform, digits, target);
  return target;
}
