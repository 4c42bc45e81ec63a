/** Futoshiki as a family. */
import * as z from 'zod';
import { TrmError } from '../../errors.ts';
import { type CellSymbol, type Family, type PuzzleFamily, wholeNumber } from '../family.ts';
import { dihedral, formsOf, inTurn, renaming, type Symmetry, turned } from '../symmetry.ts';
import { generateFutoshiki } from './generate.ts';
import { BLANK, type FutoshikiShape, findConflicts, futoshikiFault, futoshikiShape } from './rules.ts';
import { search } from './solver.ts';
import { formatFutoshiki, parseFutoshiki } from './text.ts';

const schema = z.object({ kind: z.literal('futoshiki'), size: z.int().min(3).max(9) });
type FutoshikiInfo = z.infer<typeof schema>;

const sizes = ['4', '5', '6', '7'] as const;

export const futoshiki = {
  schema,
  of: ({ size }) => familyOf(futoshikiShape(size)),
  generator: {
    about: 'Futoshiki with exactly one solution',
    example: 'futoshiki --size 5 --count 20000',
    size: z
      .enum(sizes, { error: `Allowed choices are ${sizes.join(', ')}.` })
      .transform((size) => ({ kind: 'futoshiki' as const, size: Number(size) }))
      .describe(`cells in a row: ${sizes.join(', ')}`),
    options: z.object({
      clues: wholeNumber(0).default(0).describe('digits and signs to keep (default: as few as possible)'),
    }),
    level: { key: 'clues', label: 'digits and signs of a new puzzle, at least', usual: () => 0 },
    puzzles(info, random, { clues }) {
      const shape = futoshikiShape(info.size);
      return generateFutoshiki(shape, random, clues, familyOf(shape).canonical!);
    },
  },
} satisfies PuzzleFamily<FutoshikiInfo, { clues: number }>;

function familyOf(shape: FutoshikiShape): Family {
  const { size, side, cells, gaps, none, signs } = shape;
  const canvas = { rows: side, columns: side };
  const symmetries = symmetriesOf(shape);
  return {
    info: { kind: 'futoshiki', size },
    title: `Futoshiki ${size}×${size}`,
    cells: side ** 2,
    vocabulary: none + 5,
    canvas,
    symbols: symbolsOf(shape),
    marks: new Set(Array.from({ length: side ** 2 }, (_, place) => place).filter((p) => !cells.includes(p))),
    typed(place) {
      const gap = gaps.get(place);
      if (gap) return [none, ...(gap[1] - gap[0] === 2 ? [signs['<'], signs['>']] : [signs['^'], signs.v])];
      return cells.includes(place) ? Array.from({ length: size + 1 }, (_, digit) => digit + BLANK) : [none];
    },
    read: (text, file) =>
      parseFutoshiki(text, file, shape).map((tokens, i) => {
        const at = { file, key: `puzzle ${i + 1}` };
        const [conflict] = findConflicts(tokens, shape);
        if (conflict) throw new TrmError('data', `the givens break a rule: ${conflict.what}`, at);
        if (search(tokens, shape, 1).count > 0) return tokens;
        throw new TrmError('data', 'the puzzle has no solution', at);
      }),
    line: (tokens) => formatFutoshiki(tokens, shape).join('/'),
    text: (tokens) => formatFutoshiki(tokens, shape).join('\n'),
    fault: (question, answer) => futoshikiFault(question, answer, shape),
    conflicts(question, answer) {
      const changed = (place: number) => question[place] !== BLANK && question[place] !== answer[place];
      return new Set([
        ...findConflicts(answer, shape).flatMap(({ places }) => places),
        ...[...cells, ...gaps.keys()].filter(changed),
      ]);
    },
    difficulty: (question) => search(question, shape, 2).guesses,
    symmetry: (random) => symmetries[random.int(symmetries.length)]!,
    canonical: (question) => {
      const row = Int32Array.from(question);
      return symmetries.map(({ apply }) => String.fromCharCode(...apply(row))).sort()[0]!;
    },
  };
}

function symbolsOf({ size, signs }: FutoshikiShape): CellSymbol[] {
  const digits = Array.from({ length: size }, (_, i) => ({ text: String(i + 1), name: String(i + 1) }));
  return [
    { text: '', name: 'padding' },
    { text: '', key: '.', name: 'blank' },
    ...digits,
    { text: ' ', key: '.', name: 'no sign' },
    ...Object.keys(signs).map((text) => ({
      text,
      name: text === '<' || text === '^' ? 'smaller than' : 'larger than',
    })),
  ];
}

/**
 * The sixteen symmetries: a dihedral form, in which the signs turn with the grid, and digits as they are or counted from the
 * other end (d becomes n + 1 - d), in which they turn round.
 */
function symmetriesOf({ size, side, none, signs }: FutoshikiShape): Symmetry[] {
  const canvas = { rows: side, columns: side };
  const names = Array.from({ length: none + 5 }, (_, token) => token);
  const counted = (token: number) => (token > BLANK && token < none ? size + 2 * BLANK + 1 - token : token);
  const round = names.map(counted);
  for (const [a, b] of ['<>', '^v'] as const) {
    round[signs[a as '<']] = signs[b as '>'];
    round[signs[b as '>']] = signs[a as '<'];
  }
  return formsOf(canvas).flatMap((form) => {
    // Each sign points from the middle to a side; turned, what stands on that side is what its sign becomes.
    const sides: [number, '^' | '<' | '>' | 'v'][] = [
      [1, '^'],
      [3, '<'],
      [5, '>'],
      [7, 'v'],
    ];
    const cells = new Array<number>(9).fill(none);
    for (const [at, sign] of sides) cells[at] = signs[sign];
    const star = turned({ rows: 3, columns: 3, cells }, form);
    const turnedNames = names.slice();
    for (const [at, sign] of sides) turnedNames[star.cells[at]!] = signs[sign];
    const turn = inTurn(dihedral(form, canvas), renaming(turnedNames));
    return [turn, inTurn(turn, renaming(round))];
  });
}
