/** Sudoku as a family: 4x4, 6x6, 9x9 and 16x16. */
import * as z from 'zod';
import { type Family, type PuzzleFamily, share, type TokenRow, wholeNumber, wholeRange } from '../family.ts';
import { applyTransform, inverseTransform, randomTransform, type SudokuTransform } from './augment.ts';
import { depthOf } from './backdoors.ts';
import { canonicalSudoku, sudokuInvariant } from './canonical.ts';
import { generatePuzzles, keyOf } from './generate.ts';
import { formatDigit, formatLine } from './grid.ts';
import { faultOfAnswer, findConflicts, type SudokuSize, sudokuShape } from './rules.ts';
import { allSolutions, difficulty, isSolvable, solveOnce } from './solver.ts';
import { readGrids } from './text.ts';
import { BLANK_TOKEN, decodeGrid, encodeGrid } from './tokens.ts';

/** Datasets made by hand may leave the size out: their rows tell it. */
const schema = z.object({ kind: z.literal('sudoku'), size: z.int().positive().optional() });
type SudokuInfo = z.infer<typeof schema>;

const sizes = ['4', '6', '9', '16'] as const;

const error = 'It must be as 0:0.3,10:0.3,60:0.4, guesses at least and their share of the puzzles.';

/** Bounds of difficulty with their shares: as a list, or as the text that the message shows. */
const difficulties = z
  .union(
    [
      z.array(z.strictObject({ atLeast: z.int().min(0), share: z.number().positive() })).min(1),
      z
        .string()
        .regex(/^(\d+:(\d*\.)?\d+(,(?!$)|$))+$/)
        .transform((text) =>
          text.split(',').map((part) => {
            const [atLeast, share] = part.split(':').map(Number);
            return { atLeast: atLeast!, share: share! };
          }),
        ),
    ],
    { error },
  )
  .refine((all) => Math.abs(all.reduce((sum, { share }) => sum + share, 0) - 1) <= 1e-6, {
    error: 'The shares must sum to 1.',
  });

const options = z
  .strictObject({
    clues: wholeNumber()
      .default(0)
      .describe(
        'givens to keep, and those that one solution needs beside them (default: as few as possible)',
      ),
    minDifficulty: wholeNumber()
      .default(0)
      .describe('guesses that a puzzle takes at least (trm data check prints them)'),
    difficulty: difficulties
      .optional()
      .describe('several such bounds, each with its share of the puzzles: 0:0.3,10:0.3,60:0.4')
      .meta({ placeholder: 'n:share,...' }),
    backdoors: share()
      .optional()
      .describe(
        'puzzles that no further digit gives away to simple logic, and of pairs of digits this share at most: 0.1',
      ),
    solutions: wholeRange(1)
      .optional()
      .describe('puzzles with so many solutions, a number or as 2-8, all of which are kept (default: 1)'),
  })
  .refine(({ minDifficulty, difficulty }) => minDifficulty === 0 || difficulty === undefined, {
    path: ['difficulty'],
    error: 'it takes the place of minDifficulty: leave out one of them',
  })
  .refine(
    ({ minDifficulty, difficulty, solutions, backdoors }) =>
      backdoors === undefined ||
      (minDifficulty === 0 && difficulty === undefined && (solutions?.most ?? 1) === 1),
    { path: ['backdoors'], error: 'it takes the place of minDifficulty, difficulty and solutions' },
  )
  .refine(
    ({ minDifficulty, difficulty, solutions }) =>
      (solutions?.most ?? 1) === 1 || (minDifficulty === 0 && difficulty === undefined),
    { path: ['solutions'], error: 'how hard a puzzle with several solutions is, is not measured' },
  );

export const sudoku = {
  schema,
  assumed: [9, 4, 6, 16].map((size) => ({ kind: 'sudoku', size })),
  of: ({ size }, cells) => familyOf(sudokuShape(size ?? Math.sqrt(cells)).size),
  generator: {
    about: 'Sudoku with exactly one solution, or with all of several',
    example: 'sudoku --size 6 --count 5000',
    size: z
      .enum(sizes, { error: `Allowed choices are ${sizes.join(', ')}.` })
      .transform((size) => ({ kind: 'sudoku' as const, size: Number(size) }))
      .describe(`cells in a row: ${sizes.join(', ')}`),
    options,
    level: {
      key: 'clues',
      label: 'givens of a new puzzle, at least',
      usual: ({ size }) => (size === 9 ? 36 : 0),
    },
    keyOf: (question) => keyOf(decodeGrid(question)),
    // Counted over all sets of givens of the 288 complete grids: with one solution, and of these with no given to spare.
    most: ({ size }, { clues, solutions }) =>
      size !== 4 || (solutions?.most ?? 1) > 1 ? undefined : clues > 0 ? 13_579_680 : 85_632,
    recipe: ({ size }, { solutions } = {}) => {
      if ((solutions?.most ?? 1) > 1) return size === 4 ? 'sudoku-4x4-several' : undefined;
      return size === 16 ? undefined : `sudoku-${size}x${size}`;
    },
    *puzzles({ size }, random, options) {
      const stream = generatePuzzles(sudokuShape(size!).size, random, options);
      for (;;) {
        const { question, answer, answers } = stream.next().value;
        const all = answers?.map((one) => tokensOf(one, Uint8Array));
        yield {
          question: tokensOf(question, Uint8Array),
          answer: tokensOf(answer, Uint8Array),
          ...(all && { answers: all }),
        };
      }
    },
  },
} satisfies PuzzleFamily<SudokuInfo, z.infer<typeof options>>;

/** Guesses to refute a question without a solution; what is not refuted by then is left to the model. */
const MOST_GUESSES = 20_000;

function familyOf(size: SudokuSize): Family {
  const { boxRows, boxColumns } = sudokuShape(size);
  const digits = Array.from({ length: size }, (_, i) => formatDigit(i + 1));
  const blank = { text: '', key: '.', name: 'blank' };
  const typed = Array.from({ length: size + 1 }, (_, digit) => digit + BLANK_TOKEN);
  return {
    info: { kind: 'sudoku', size },
    title: `Sudoku ${size}×${size}`,
    cells: size * size,
    vocabulary: size + 2,
    canvas: { rows: size, columns: size },
    box: { rows: boxRows, columns: boxColumns },
    symbols: [{ ...blank, name: 'padding' }, blank, ...digits.map((text) => ({ text, name: text }))],
    typed: () => typed,
    read: (text, onWords) =>
      readGrids(text, size, onWords).map((found) =>
        found.fault === undefined ? { ...found, value: tokensOf(found.value, Int32Array) } : found,
      ),
    contradiction: (question, guesses = MOST_GUESSES) => contradiction(decodeGrid(question), guesses),
    answer(question, guesses = MOST_GUESSES) {
      const { solution, several } = solveOnce(decodeGrid(question), guesses);
      return solution && { answer: tokensOf(solution, Int32Array), several };
    },
    answers: (question, most) =>
      allSolutions(decodeGrid(question), most, MOST_GUESSES)?.map((one) => tokensOf(one, Int32Array)),
    open: BLANK_TOKEN,
    traits: (question) => ({
      'cells to fill': Array.from(question).filter((token) => token === BLANK_TOKEN).length,
    }),
    line: (tokens) => formatLine(decodeGrid(tokens)),
    fault: (question, answer) => faultOfAnswer(decodeGrid(question), decodeGrid(answer)),
    conflicts: (question, answer) =>
      new Set([
        ...findConflicts(decodeGrid(answer)).flatMap(({ cells }) => cells),
        ...changedGivens(question, answer),
      ]),
    difficulty: { unit: 'guesses', of: (question) => difficulty(decodeGrid(question)) },
    depth: (question, answer) => depthOf(decodeGrid(question), decodeGrid(answer)),
    symmetry(random) {
      const transform = randomTransform(size, random);
      // Training never undoes: the inverse is made where it is asked for.
      return { apply: by(transform), undo: (tokens) => by(inverseTransform(transform))(tokens) };
    },
    canonical: (question) => canonicalSudoku(decodeGrid(question)),
    invariant: (question) => sudokuInvariant(decodeGrid(question)),
  };
}

function by(transform: SudokuTransform) {
  return (tokens: Int32Array) => {
    const target = new Int32Array(tokens.length);
    applyTransform(transform, tokens, target, BLANK_TOKEN);
    return target;
  };
}

function contradiction(digits: Uint8Array, guesses: number): string | undefined {
  const [conflict] = findConflicts(digits);
  if (conflict) {
    const { digit, unit, index } = conflict;
    return `the givens break a rule: ${digit} stands twice in ${unit} ${index + 1}`;
  }
  return isSolvable(digits, guesses) === false ? 'the puzzle has no solution' : undefined;
}

function changedGivens(question: TokenRow, answer: TokenRow): number[] {
  return Array.from(question).flatMap((token, cell) =>
    token > BLANK_TOKEN && token !== answer[cell] ? [cell] : [],
  );
}

function tokensOf<T extends Uint8Array | Int32Array>(
  digits: Uint8Array,
  array: new (length: number) => T,
): T {
  const tokens = new array(digits.length);
  encodeGrid(digits, tokens);
  return tokens;
}
