/** The first question of a text, which is the first of all of them, and the only one that is searched. */

import { expect, test } from 'vitest';
import { familyFrom, puzzleFamily } from '../../../src/data/families.ts';
import { firstOfAnySize, readAnySize } from '../../../src/data/reading/any-size.ts';
import { firstQuestion, readQuestions } from '../../../src/data/reading/read.ts';

const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const find = puzzleFamily({ kind: 'maze', rows: 4, columns: 4 })!.ofAnySize!;

const texts = [
  '1....2.....4..21\n'.repeat(3),
  '11..............\n1....2.....4..21',
  'S..\n.#.\n..G',
  'hello',
  '',
];

test.each(texts)('%j', (text) => {
  const [all, sized] = [readQuestions(text, sudoku), readAnySize(text, find)];
  expect(firstQuestion(text, sudoku)).toEqual({ item: all[0], of: all.length });
  expect(firstOfAnySize(text, find)).toEqual({ item: sized[0], of: sized.length });
});

test('the others are not searched', () => {
  const searched: Int32Array[] = [];
  const contradiction = (question: Int32Array) => {
    searched.push(question);
    return undefined;
  };
  expect(firstQuestion(texts[0]!, { ...sudoku, contradiction }).of).toBe(3);
  expect(searched.length).toBe(1);
});
