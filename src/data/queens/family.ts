/** N-Queens as a family: the one whose questions have several answers. */
import * as z from 'zod';
import { type Family, type PuzzleFamily, type WholeRange, wholeRange } from '../family.ts';
import { gridOn } from '../grids/canvas.ts';
import { formatBoard, meaningsOf, readBoards } from '../reading/boards.ts';
import { dihedral, formsOf, leastForm } from '../symmetry.ts';
import { generateQueens } from './generate.ts';
import { boardOf, EMPTY, findFaults, QUEEN, queensFault } from './rules.ts';
import { completions } from './solver.ts';

const schema = z.object({ kind: z.literal('queens'), size: z.int().min(4).max(12) });
const sizes = ['4', '5', '6', '7', '8', '9', '10', '11', '12'] as const;

const characters = { [EMPTY]: '.', [QUEEN]: 'Q' };
const meanings = meaningsOf({ [EMPTY]: '._-*·0', [QUEEN]: 'Qq♕♛1' });

/** A sign that is a queen to some and none to others: a cross always, a star or a 1 beside the usual signs. */
function doubt(signs: ReadonlySet<string>): string | undefined {
  const holds = (...some: string[]) => some.some((sign) => signs.has(sign));
  const sign = [...signs].find(
    (one) =>
      /[xX×✕✗❌]/u.test(one) ||
      (one === '*' && holds('.', '_', '-', '·', '0')) ||
      (one === '1' && holds('Q', 'q', '♕', '♛')),
  );
  return sign && `'${sign}' may be a queen, or mark a square without one`;
}

export const queens = {
  schema,
  of: ({ size }) => familyOf(size),
  generator: {
    about: 'N-Queens boards to complete, each with all its answers',
    example: 'queens --size 8 --given 1-3 --solutions 2-20 --count 170 --test-count 50',
    size: z
      .enum(sizes, { error: `Allowed choices are ${sizes.join(', ')}.` })
      .transform((size) => ({ kind: 'queens' as const, size: Number(size) }))
      .describe('squares in a row, and queens: 4 to 12'),
    options: z.strictObject({
      given: wholeRange(0)
        .prefault('2')
        .describe('queens that a board begins with, a number or as 1-3 (default: 2)'),
      solutions: wholeRange(1)
        .prefault('1-100')
        .describe('only boards with so many answers, a number or as 2-20 (default: 1-100)'),
    }),
    level: { key: 'given', label: 'queens of a new board', usual: () => 2 },
    keyOf: (question) => familyOf(Math.sqrt(question.length)).canonical!(question),
    recipe: ({ size }) => (size === 8 ? 'queens-8x8' : undefined),
    puzzles: ({ size }, random, options) => generateQueens(size, random, options, familyOf(size).canonical!),
  },
} satisfies PuzzleFamily<z.infer<typeof schema>, { given: WholeRange; solutions: WholeRange }>;

function familyOf(size: number): Family {
  const canvas = { rows: size, columns: size };
  const forms = formsOf(canvas);
  const typed = [EMPTY, QUEEN];
  return {
    info: { kind: 'queens', size },
    title: `${size} queens`,
    cells: size ** 2,
    vocabulary: QUEEN + 1,
    canvas,
    symbols: [
      { text: '', name: 'padding' },
      { text: '', key: '.', name: 'empty' },
      { text: 'Q', name: 'queen' },
    ],
    typed: () => typed,
    read: (text, onWords) =>
      readBoards(text, { size, meanings, legend: 'Q for a queen and . for none', doubt }, onWords),
    contradiction(question) {
      const [fault] = findFaults(question, question, size);
      if (fault) return `the givens break a rule: ${fault.what}`;
      return completions(question, size, 1).length > 0 ? undefined : 'the other queens have no place';
    },
    answer(question) {
      const [first, ...others] = completions(question, size, 2);
      return first && { answer: Int32Array.from(boardOf(first)), several: others.length > 0 };
    },
    answers(question, most) {
      const all = completions(question, size, most + 1);
      return all.length > most ? undefined : all.map((columns) => Int32Array.from(boardOf(columns)));
    },
    open: EMPTY,
    traits: (question) => ({
      'queens to place': size - Array.from(question).filter((token) => token === QUEEN).length,
    }),
    line: (tokens) => formatBoard(tokens, size, characters).join('/'),
    text: (tokens) => formatBoard(tokens, size, characters).join('\n'),
    fault: (question, answer) => queensFault(question, answer, size),
    conflicts: (question, answer) =>
      new Set(findFaults(question, answer, size).flatMap(({ places }) => places)),
    symmetry: (random) => dihedral(forms[random.int(forms.length)]!, canvas),
    canonical: (question) => leastForm(gridOn(question, canvas), forms),
  };
}
