/** Takuzu as a family. */
import * as z from 'zod';
import { type Family, type PuzzleFamily, wholeNumber } from '../family.ts';
import { isSeveral, noSolution } from '../one-answer.ts';
import { formatBoard, meaningsOf, readBoards } from '../reading/boards.ts';
import { dihedral, formsOf, inTurn, leastImage, renaming } from '../symmetry.ts';
import { generateTakuzu } from './generate.ts';
import { BLANK, findFaults, ONE, takuzuFault, ZERO } from './rules.ts';
import { search } from './solver.ts';

const schema = z.object({ kind: z.literal('takuzu'), size: z.literal([4, 6, 8, 10]) });
const sizes = ['4', '6', '8', '10'] as const;

const characters = { [BLANK]: '.', [ZERO]: '0', [ONE]: '1' };
const meanings = { ...meaningsOf({ ...characters, [BLANK]: '._-*·?' }), '-1': BLANK };

export const takuzu = {
  schema,
  of: ({ size }) => familyOf(size),
  generator: {
    about: 'Takuzu, the binary puzzle, with exactly one solution',
    example: 'takuzu --size 6 --count 2000',
    size: z
      .enum(sizes, { error: `Allowed choices are ${sizes.join(', ')}.` })
      .transform((size) => ({ kind: 'takuzu' as const, size: Number(size) as 4 | 6 | 8 | 10 }))
      .describe('cells in a row: 4, 6, 8, 10'),
    options: z.strictObject({
      clues: wholeNumber().default(0).describe('cells to keep (default: as few as possible)'),
    }),
    level: { key: 'clues', label: 'cells of a new puzzle that are filled, at least', usual: () => 0 },
    puzzles: ({ size }, random, { clues }) => generateTakuzu(size, random, clues, familyOf(size).canonical!),
  },
} satisfies PuzzleFamily<z.infer<typeof schema>, { clues: number }>;

function familyOf(size: 4 | 6 | 8 | 10): Family {
  const canvas = { rows: size, columns: size };
  const swap = renaming([0, BLANK, ONE, ZERO]);
  const symmetries = formsOf(canvas).flatMap((form) => {
    const turn = dihedral(form, canvas);
    return [turn, inTurn(turn, swap)];
  });
  const typed = [BLANK, ZERO, ONE];
  return {
    info: { kind: 'takuzu', size },
    title: `Takuzu ${size}×${size}`,
    cells: size ** 2,
    vocabulary: ONE + 1,
    canvas,
    symbols: [
      { text: '', name: 'padding' },
      { text: '', key: '.', name: 'blank' },
      { text: '0', name: 'zero' },
      { text: '1', name: 'one' },
    ],
    typed: () => typed,
    read: (text, onWords) => readBoards(text, { size, meanings, legend: '0, 1 and . for a blank' }, onWords),
    blankNumber: -1,
    contradiction(question) {
      const [fault] = findFaults(question, question, size);
      if (fault) return `the givens break a rule: ${fault.what}`;
      return noSolution(search(question, size, 1));
    },
    answer(question) {
      const found = search(question, size, 2);
      return found.first && { answer: Int32Array.from(found.first), several: isSeveral(found) };
    },
    open: BLANK,
    traits: (question) => ({
      'cells to fill': Array.from(question).filter((token) => token === BLANK).length,
    }),
    line: (tokens) => formatBoard(tokens, size, characters).join('/'),
    text: (tokens) => formatBoard(tokens, size, characters).join('\n'),
    fault: (question, answer) => takuzuFault(question, answer, size),
    conflicts: (question, answer) =>
      new Set(findFaults(question, answer, size).flatMap(({ places }) => places)),
    difficulty: { unit: 'guesses', of: (question) => search(question, size, 2).guesses },
    symmetry: (random) => symmetries[random.int(symmetries.length)]!,
    canonical: (question) => leastImage(question, symmetries),
  };
}
