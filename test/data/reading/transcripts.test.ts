/** What programs ask and answer in a terminal, and what documents show of it. */
import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const P = '1....2.....43.2.';
const ROWS = P.match(/.{4}/g)!;
const SPACED = ROWS.map((row) => [...row].join(' ').replaceAll('.', '0'));
const SOLVED = '1342421321343421'.match(/.{4}/g)!.map((row) => [...row].join(' '));

const read = (text: string) =>
  readQuestions(text, sudoku, { file: 'f' }).map(({ value, error }) =>
    value ? sudoku.line(value) : error!.message,
  );

describe.each(['Solution:', 'Single solution:', 'Sudoku solved in 3 ms:', 'The output is:'])(
  '%s',
  (title) => {
    const answered = (asked: readonly string[]) => `${asked.join('\n')}\n\n${title}\n${SOLVED.join('\n')}`;

    test.each([
      (row: string, i: number) => `Enter numbers for row ${i + 1}: ${row}`,
      (row: string, i: number) => `Please enter the 4 digits of line ${i + 1} (0 for a blank): ${row}`,
      (row: string, i: number) => `Row ${i + 1} (0 for a blank): ${row}`,
    ])('rows behind what a program asks for are read: %s', (asked) =>
      expect(read(answered(['Example', ...SPACED.map(asked)]))).toEqual([P]),
    );

    test.each([
      (row: string) => `Enter the next: ${row}`,
      (row: string, i: number) => `Enter numbers for row ${i + 1} of puzzle 1: ${row} please`,
      (row: string) => `Enter the next one: ${row.replaceAll(' ', '')} ok`,
    ])('no answer is asked in place of a puzzle that was not read: %s', (asked) => {
      for (const one of read(answered(SPACED.map(asked)))) expect(one).toContain('f:');
    });

    test('no answer is asked below an error', () => {
      const [one, ...more] = read(answered(ROWS.map((row) => [...row].join(' ').replaceAll('.', '▒'))));
      expect(one).toContain("'▒' is no cell");
      expect(more).toEqual([]);
    });
  },
);

test('answers alone are read below lines that hold no rows', () =>
  expect(read(`Puzzle of 2024, 3 pages\n\nSolution:\n${SOLVED.join('\n')}`)).toEqual([
    SOLVED.join('').replaceAll(' ', ''),
  ]));

test.each(['````', '~~~~', '``````text'])('a fence of %s is no row', (fence) =>
  expect(read(`# T\n\n${fence}\n${ROWS.join('\n')}\n${fence.replace('text', '')}`)).toEqual([P]),
);

describe('rows in frames within comments', () => {
  const drawn = (mark: string) =>
    ROWS.map((row) => `${mark} |${[...row].join('|').replaceAll('.', ' ')}|`).join('\n');
  const solved = (mark: string) => SOLVED.map((row) => `${mark} |${row.replaceAll(' ', '|')}|`).join('\n');

  test.each(['//', '#', '--', ' *'])('behind %s are read', (mark) => {
    expect(read(`${mark} Fill it.\n\n${drawn(mark)}\n\n${mark} It is solved so:\n\n${solved(mark)}`)).toEqual(
      [P],
    );
    const parted = ROWS.map((row) => `${mark}  ${row[0]} ${row[1]} | ${row[2]} ${row[3]}`);
    parted.splice(2, 0, `${mark}  ----+----`);
    expect(read(parted.join('\n'))).toEqual([P]);
  });

  test('are comments beside a puzzle', () =>
    expect(read(`${drawn('//')}\n\n1...........4...`)).toEqual(['1...........4...']));
});

test.each(['#', '/', '%', '# |', '1 ', 'row 1 '])('a long line of %j takes no time', (sign) => {
  const begin = performance.now();
  readQuestions(sign.repeat(60_000 / sign.length), familyFrom({ kind: 'sudoku', size: 9 })!, {});
  expect(performance.now() - begin).toBeLessThan(1500);
});
