/** Futoshiki as a family. */
import * as z from 'zod';
import { TrmError } from '../../errors.ts';
import { type Family, type PuzzleFamily, wholeNumber } from '../family.ts';
import { dihedral, formsOf, inTurn, renaming, type Symmetry, turned } from '../symmetry.ts';
import { generateFutoshiki } from './generate.ts';
import { BLANK, type FutoshikiShape, findFaults, futoshikiFault, futoshikiShape } from './rules.ts';
import { search } from './solver.ts';
import { formatFutoshiki, parseFutoshiki } from './text.ts';

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
    read: (text, file) =>
      parseFutoshiki(text, file, shape).map((tokens, i) => {
        const [fault] = findFaults(tokens, tokens, shape);
        const { count, gaveUp } = search(tokens, shape, 1);
        if (!fault && (count > 0 || gaveUp)) return tokens;
        const what = fault ? `the givens break a rule: ${fault.what}` : 'the puzzle has no solution';
        throw new TrmError('data', what, { file, key: `puzzle ${i + 1}` });
      }),
    line: (tokens) => formatFutoshiki(tokens, shape).join('/'),
    text: (tokens) => formatFutoshiki(tokens, shape).join('\n'),
    fault: (question, answer) => futoshikiFault(question, answer, shape),
    conflicts: (question, answer) =>
      new Set(findFaults(question, answer, shape).flatMap(({ places }) => places)),
    difficulty: (question) => search(question, shape, 2).guesses,
    symmetry: (random) => symmetries[random.int(symmetries.length)]!,
    canonical: (question) =>
      symmetries.map(({ apply }) => String(apply(Int32Array.from(question)))).sort()[0]!,
  };
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
