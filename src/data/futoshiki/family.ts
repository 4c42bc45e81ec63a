/** Futoshiki as a family. */
import * as z from 'zod';
import { type ExactAnswer, type Family, type PuzzleFamily, type TokenRow, wholeNumber } from '../family.ts';
import { isSeveral, noSolution } from '../one-answer.ts';
import { dihedral, formsOf, inTurn, leastImage, renaming, type Symmetry, turned } from '../symmetry.ts';
import { generateFutoshiki } from './generate.ts';
import { BLANK, type FutoshikiShape, findFaults, futoshikiFault, futoshikiShape } from './rules.ts';
import { search } from './solver.ts';
import { formatFutoshiki, readFutoshiki } from './text.ts';

const schema = z.object({ kind: z.literal('futoshiki'), size: z.int().min(3).max(9) });
const sizes = ['3', '4', '5', '6', '7', '8', '9'] as const;

export const futoshiki = {
  schema,
  of: ({ size }) => familyOf(futoshikiShape(size)),
  generator: {
    about: 'Futoshiki with exactly one solution',
    example: 'futoshiki --size 4 --count 5000',
    size: z
      .enum(sizes, { error: `Allowed choices are ${sizes.join(', ')}.` })
      .transform((size) => ({ kind: 'futoshiki' as const, size: Number(size) }))
      .describe('cells in a row, 3 to 9; a puzzle of 8 or 9 takes about a second to make'),
    options: z.strictObject({
      clues: wholeNumber().default(0).describe('digits and signs to keep (default: as few as possible)'),
    }),
    level: { key: 'clues', label: 'digits and signs of a new puzzle, at least', usual: () => 0 },
    recipe: ({ size }) => (size === 4 ? 'futoshiki-4x4' : undefined),
    puzzles({ size }, random, { clues }) {
      const shape = futoshikiShape(size);
      return generateFutoshiki(shape, random, clues, familyOf(shape).canonical!);
    },
  },
} satisfies PuzzleFamily<z.infer<typeof schema>, { clues: number }>;

function familyOf(shape: FutoshikiShape): Family {
  const { size, side, cells, symbols, takes } = shape;
  const symmetries = symmetriesOf(shape);
  const places = Array.from({ length: side ** 2 }, (_, place) => place);
  return {
    info: { kind: 'futoshiki', size },
    title: `Futoshiki ${size}×${size}`,
    cells: side ** 2,
    vocabulary: symbols.length,
    canvas: { rows: side, columns: side },
    symbols,
    marks: new Set(places.filter((place) => !cells.includes(place))),
    typed: takes,
    read: (text, onWords) => readFutoshiki(text, shape, onWords),
    written: { rows: size, columns: size },
    contradiction(question) {
      const [fault] = findFaults(question, question, shape);
      if (fault) return `the givens break a rule: ${fault.what}`;
      return noSolution(search(question, shape, 1));
    },
    answer: (question) => answerOf(question, shape),
    open: BLANK,
    traits: (question) => ({ 'cells to fill': cells.filter((cell) => question[cell] === BLANK).length }),
    line: (tokens) => formatFutoshiki(tokens, shape).join('/'),
    text: (tokens) => formatFutoshiki(tokens, shape).join('\n'),
    fault: (question, answer) => futoshikiFault(question, answer, shape),
    conflicts: (question, answer) =>
      new Set(findFaults(question, answer, shape).flatMap(({ places }) => places)),
    difficulty: { unit: 'guesses', of: (question) => search(question, shape, 2).guesses },
    symmetry: (random) => symmetries[random.int(symmetries.length)]!,
    canonical: (question) => leastImage(question, symmetries),
  };
}

function answerOf(question: TokenRow, shape: FutoshikiShape): ExactAnswer | undefined {
  const found = search(question, shape, 2);
  if (!found.first) return undefined;
  const answer = Int32Array.from(question);
  shape.cells.forEach((cell, i) => {
    answer[cell] = BLANK + found.first![i]!;
  });
  return { answer, several: isSeveral(found) };
}

/** The sixteen: a dihedral form, in which the signs turn with the grid, of the digits or of the digits counted down. */
function symmetriesOf({ size, side, none, signs, symbols }: FutoshikiShape): Symmetry[] {
  const canvas = { rows: side, columns: side };
  /** Digit d becomes n + 1 - d, and every sign its opposite. */
  const opposite = new Map([...'<>^v'].map((sign, i) => [signs[sign as '<'], signs['><v^'[i] as '<']]));
  const down = renaming(
    symbols.map((_, token) => {
      const isDigit = token > BLANK && token < none;
      return isDigit ? 2 * BLANK + size + 1 - token : (opposite.get(token) ?? token);
    }),
  );
  /** Where the signs stand that point up, left, right and down: turned, a sign becomes the one of the place it comes to. */
  const star = [none, signs['^'], none, signs['<'], none, signs['>'], none, signs.v, none];
  return formsOf(canvas).flatMap((form) => {
    const { cells } = turned({ rows: 3, columns: 3, cells: star }, form);
    const names = symbols.map((_, token) => (token > none ? star[Array.from(cells).indexOf(token)]! : token));
    const turn = inTurn(dihedral(form, canvas), renaming(names));
    return [turn, inTurn(turn, down)];
  });
}
