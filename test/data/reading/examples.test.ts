import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze } from '../../../src/data/maze/family.ts';
import { gridsOfAnySize } from '../../../src/data/reading/any-size.ts';
import { readGrids } from '../../../src/data/reading/read.ts';

/** Examples as tasks of programming show them: `Input: board = [[…]]`, `Output: [[…]]`, and words. */
const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const [P, Q, S, other] = [
  '1.4.4...2....42.',
  '.32.....1......2',
  '1342421321343421',
  '4321214312343412',
] as const;

/** Every puzzle, with its answer behind `=`, or its error. */
const read = (text: string) =>
  readGrids(text, sudoku, { file: 'f' }).map((item) =>
    item.error
      ? item.error.message
      : sudoku.line(item.value) + (item.answer ? `=${sudoku.line(item.answer)}` : ''),
  );

const forms = {
  'a named list': (cells: string, title: string) =>
    `${title}: ${title === 'Input' ? 'board = ' : ''}${listOf(cells)}`,
  'a list': (cells: string, title: string) => `${title}: ${listOf(cells)}`,
  'a list below': (cells: string, title: string) => `${title}:\n${listOf(cells)}`,
  'a list of rows on lines': (cells: string, title: string) =>
    `${title}: ${listOf(cells).replaceAll('],', '],\n')}`,
  'a line': (cells: string, title: string) => `${title}: ${cells}`,
  'a line below': (cells: string, title: string) => `${title}:\n${cells}`,
  'rows below': (cells: string, title: string) => `${title}:\n${cells.replace(/.{4}(?=.)/g, '$&\n')}`,
} as const;

function listOf(cells: string): string {
  const rows = cells.match(/.{1,4}/g)!.map((row) => `[${[...row].map((cell) => `"${cell}"`).join(',')}]`);
  return `[${rows.join(',')}]`;
}

describe.each(Object.entries(forms))('%s', (_, form) => {
  const example = (number: number, question: string, answer: string, title = 'Output') =>
    `Example ${number}:\n\n${form(question, 'Input')}\n${form(answer, title)}\nExplanation: it is the only one.\n\n`;

  test.each(['Output', 'Expected', 'Expected output', 'Expected solution'])('%s', (title) => {
    expect(read(example(1, P, S, title) + example(2, Q, other, title))).toEqual([
      `${P}=${S}`,
      `${Q}=${other}`,
    ]);
  });

  test('a bad input and its output are one fault', () => {
    for (const bad of [`${P}34`, '11..............']) {
      const items = read(example(1, bad, S) + example(2, Q, other));
      expect(items.slice(1)).toEqual([`${Q}=${other}`]);
    }
    expect(read(example(1, `${P}34`, S))).toEqual([expect.stringMatching(/^f:/)]);
  });

  test('an output that answers nothing is a fault, and no puzzle', () => {
    expect(read(example(1, P, other))).toEqual([P, expect.stringContaining('it is no answer to the puzzle')]);
  });

  test('one answer of two puzzles answers both', () => {
    const blank = `.${P.slice(1)}`;
    expect(read(example(1, P, S) + example(2, blank, S))).toEqual([`${P}=${S}`, `${blank}=${S}`]);
  });
});

test('mazes as lists', () => {
  const cells = (rows: string[]) => JSON.stringify(rows.map((row) => [...row]));
  const input = cells(['#####', '#S.G#', '#####']);
  const items = gridsOfAnySize(
    `Example 1:\nInput: maze = ${input}\nOutput: ${cells(['#####', '#SoG#', '#####'])}\n`,
    maze.ofAnySize,
    {},
  );
  expect(
    items.map((item) => (item.error ? item.error.message : [item.value.info, item.answer?.info])),
  ).toEqual([
    [
      { kind: 'maze', rows: 3, columns: 5 },
      { kind: 'maze', rows: 3, columns: 5 },
    ],
  ]);
});
