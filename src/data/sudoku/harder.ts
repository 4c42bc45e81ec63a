/**
 * Looks for hard Sudokus: a walk from puzzle to puzzle over one complete grid, which goes on only where it is hard enough.
 *
 * A step puts a few digits of the answer back and takes away others that are no longer necessary (the {+k -m} search of those
 * who collect hard Sudokus). Of what a step leads to, a good part is about as hard as what it came from, while of puzzles
 * made at random one in thousands is: so a walk climbs at first, and then gives out what it passes.
 *
 * How many guesses a puzzle takes depends by half on how it happens to lie. A walk that asked for many guesses would find
 * puzzles that lie badly, so it asks for them on average over several symmetric forms.
 */
import { TrmError } from '../../errors.ts';
import type { Random } from '../random.ts';
import { applyTransform, randomTransform, type SudokuTransform } from './augment.ts';
import { randomPuzzle, removeDigits, type SudokuPuzzle } from './minimal.ts';
import type { SudokuShape, SudokuSize } from './rules.ts';
import { difficulty } from './solver.ts';

/** Forms in which a puzzle is solved before it is called hard. */
const FORMS = 4;

/** Forms in which a climbing walk compares puzzles: the same ones for all it meets, so that they compare well. */
const COMPARED = 2;

/** A climbing walk also goes a little down. */
const SLACK = 0.9;

/** Steps without getting higher after which a walk begins anew elsewhere. */
const PATIENCE = 200;

/** Puzzles that a walk gives out: the next one begins with another grid. */
const GIVEN = 32;

/** Digits that a step puts back, at most. */
const PUT_BACK = 3;

/** Walks in a row that come to nothing, after which such puzzles are taken to be none. */
const HOPELESS = 50;

/** Guesses are counted so many times as far as asked for: a form that lies very badly must not speak for the others. */
const COUNTED = 3;

/**
 * Puzzles that take `least` guesses or more, as they are and on average over their forms. One may come twice.
 *
 * @param clues givens that a puzzle keeps at least.
 * @throws TrmError `usage` when no walk gets so high.
 */
export function* hardPuzzles(
  shape: SudokuShape,
  random: Random,
  clues: number,
  least: number,
): Generator<SudokuPuzzle, never> {
  let [failures, highest] = [0, 0];
  for (;;) {
    const start = randomPuzzle(shape, random, clues);
    const { reached, guesses } = climb(start, random, clues, least);
    if (reached) {
      failures = highest = 0;
      yield* goOn(reached, random, clues, least);
      continue;
    }
    highest = Math.max(highest, guesses);
    if (++failures < HOPELESS) continue;
    const { size } = shape;
    throw new TrmError('usage', `found no ${size}x${size} puzzle that takes ${least} guesses`, {
      key: 'minDifficulty',
      fix: `ask for at most ${Math.floor(highest)}${clues > 0 ? ', or for fewer clues' : ''}`,
    });
  }
}

/** Walks upwards from a puzzle until one is hard enough. @returns it, where there is one, and the most guesses met. */
function climb(
  start: SudokuPuzzle,
  random: Random,
  clues: number,
  least: number,
): { readonly reached: SudokuPuzzle | undefined; readonly guesses: number } {
  const { answer } = start;
  let question = start.question;
  let forms = randomForms(COMPARED, answer, random);
  let level = meanGuesses(question, forms, 0, least);
  let highest = level;
  for (let idle = 0; idle < PATIENCE; idle++) {
    if (level >= least) {
      if (hardForm({ question, answer }, random, least))
        return { reached: { question, answer }, guesses: level };
      forms = randomForms(COMPARED, answer, random); // it only lay badly in these
      highest = level = meanGuesses(question, forms, 0, least);
    }
    const next = step(question, answer, random, clues);
    if (!next) continue;
    const guesses = meanGuesses(next, forms, SLACK * level, least);
    if (guesses < SLACK * level) continue;
    [question, level] = [next, guesses];
    if (level > highest) [highest, idle] = [level, 0];
  }
  return { reached: undefined, guesses: highest };
}

/** Walks on from a hard puzzle over others that are hard, and gives each out in a form in which it takes enough guesses. */
function* goOn(
  { question: start, answer }: SudokuPuzzle,
  random: Random,
  clues: number,
  least: number,
): Generator<SudokuPuzzle, void> {
  let question = start;
  for (let [given, idle] = [0, 0]; given < GIVEN && idle < PATIENCE; idle++) {
    const next = step(question, answer, random, clues);
    const form = next && hardForm({ question: next, answer }, random, least);
    if (!form) continue;
    yield form;
    question = next;
    given++;
    idle = 0;
  }
}

/** A puzzle of the same answer that has a few other givens; undefined where the same are necessary again. */
function step(
  question: Uint8Array,
  answer: Uint8Array,
  random: Random,
  clues: number,
): Uint8Array | undefined {
  const next = question.slice();
  const [givens, blanks]: [number[], number[]] = [[], []];
  for (const [cell, digit] of question.entries()) (digit === 0 ? blanks : givens).push(cell);
  const putBack = random.shuffle(blanks).slice(0, 1 + random.int(PUT_BACK));
  for (const cell of putBack) next[cell] = answer[cell]!;
  removeDigits(next, random.shuffle(givens), clues);
  if (givens.every((cell) => next[cell] !== 0)) return undefined;
  removeDigits(next, putBack, clues);
  return next;
}

/** The form of a puzzle, among some, that takes most guesses; undefined when they take too few on average. */
function hardForm(puzzle: SudokuPuzzle, random: Random, least: number): SudokuPuzzle | undefined {
  const forms = randomForms(FORMS, puzzle.answer, random);
  const guesses: number[] = [];
  if (meanGuesses(puzzle.question, forms, least, least, guesses) < least) return undefined;
  const hardest = forms[guesses.indexOf(Math.max(...guesses))]!;
  return { question: transformed(puzzle.question, hardest), answer: transformed(puzzle.answer, hardest) };
}

/**
 * Guesses on average over forms. It stops with 0 where they are far below `needed`.
 *
 * @param each takes those of each form.
 */
function meanGuesses(
  question: Uint8Array,
  forms: readonly SudokuTransform[],
  needed: number,
  least: number,
  each: number[] = [],
): number {
  let sum = 0;
  for (const [i, form] of forms.entries()) {
    each.push(difficulty(transformed(question, form), COUNTED * least));
    sum += each[i]!;
    const share = (i + 1) / forms.length;
    if (sum / (i + 1) < share * needed) return 0;
  }
  return sum / forms.length;
}

function randomForms(count: number, { length }: Uint8Array, random: Random): SudokuTransform[] {
  return Array.from({ length: count }, () => randomTransform(Math.sqrt(length) as SudokuSize, random));
}

function transformed(digits: Uint8Array, transform: SudokuTransform): Uint8Array {
  const target = new Uint8Array(digits.length);
  applyTransform(transform, digits, target);
  return target;
}
