/** Sudokus and mazes in the tables of web pages, Markdown and LaTeX. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';
import { tablesOf } from '../../../src/data/reading/tables.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const OTHER = PUZZLE.replace('3', '.');
const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;

/** Every question as a line, or its error. */
function read(text: unknown, family = sudoku): string[] {
  return readQuestions(text, family, { file: 'f' }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

/** Rows of cells, a blank as `blank`. */
const cellsOf = (puzzle: string, blank = '') =>
  puzzle.match(/.{9}/g)!.map((row) => [...row].map((cell) => (cell === '.' ? blank : cell)));
const cells = cellsOf(PUZZLE);

const pageOf = (rows: readonly (readonly string[])[], attributes = '') =>
  `<table>\n${rows.map((row) => `<tr>${row.map((cell) => `<td${attributes}>${cell}</td>`).join('')}</tr>`).join('\n')}\n</table>`;
const barred = (row: readonly string[]) => `| ${row.join(' | ')} |`;
const rule = (columns: number, dashes = '---') => `|${`${dashes}|`.repeat(columns)}`;
const labelled = cells.map((row, i) => ['ABCDEFGHI'[i]!, ...row]);
const counted = ['', ...'123456789'];

const forms: Record<string, string> = {
  'a table of a page': `<!DOCTYPE html><title>Sudoku 4711</title>\n<!-- <td>1</td> -->\n${pageOf(cells, ' class="g3"')}`,
  'spaces that do not break': pageOf(cellsOf(PUZZLE, '&nbsp;')),
  'zeros, on one line': pageOf(cellsOf(PUZZLE, '0')).replaceAll('\n', ''),
  'fields to fill in': pageOf(
    cells.map((row, i) => row.map((cell, j) => `<input maxlength="1" id="c${i}${j}" value="${cell}">`)),
  ),
  'tags that nobody closes': pageOf(cells).replace(/<\/t[dr]>/g, ''),
  'a frame of pandas': pageOf([[], ...cellsOf(PUZZLE, '0')])
    .replace('<tr></tr>', `<tr>${counted.map((name) => `<th>${name}</th>`).join('')}</tr>`)
    .replace(/<tr><td/g, '<tr>\n<th>7</th><td'),
  'labels in the cells of a page': pageOf([counted, ...labelled]),
  'Markdown, an empty header': [barred(Array(9).fill('')), rule(9), ...cells.map(barred)].join('\n'),
  'Markdown, the first row as header': [
    barred(cells[0]!),
    rule(9, ':-:'),
    ...cells.slice(1).map(barred),
  ].join('\n'),
  'Markdown, names above': [barred(cells.map((_, i) => `C${i + 1}`)), rule(9), ...cells.map(barred)].join(
    '\n',
  ),
  'Markdown, labels and bold digits': [
    '# My puzzle\n',
    barred(counted),
    rule(10),
    ...labelled.map(([label, ...row]) => barred([label!, ...row.map((cell) => cell && `**${cell}**`)])),
  ].join('\n'),
  'a tabular of LaTeX': `\\begin{tabular}{|ccc|ccc|ccc|} % a grid\n\\hline\n${cells
    .map((row, i) => `${row.join(' & ')} \\\\${i % 3 === 2 ? ' \\hline' : ''}`)
    .join('\n')}\n\\end{tabular}`,
  'a matrix of LaTeX': `\\[ \\begin{pmatrix} ${cellsOf(PUZZLE, '\\cdot')
    .map((row) => row.join(' & '))
    .join(' \\\\ ')} \\end{pmatrix} \\]`,
  'the sudoku of LaTeX': `\\begin{sudoku}\n${cellsOf(PUZZLE, ' ')
    .map((row) => `|${row.join('|')}|.`)
    .join('\n')}\n\\end{sudoku}`,
};
test.each(Object.entries(forms))('%s', (_, text) => expect(read(text)).toEqual([PUZZLE]));

test('several, a bad one at its line', () => {
  const bad = cells.map((row, i) => (i === 1 ? row.map(() => '5') : row));
  expect(read([PUZZLE, OTHER].map((puzzle) => pageOf(cellsOf(puzzle))).join('\n'))).toEqual([PUZZLE, OTHER]);
  expect(read([pageOf(cells), pageOf(bad)].join('\n<p>\n'))).toEqual([
    PUZZLE,
    'f:13: the givens break a rule: 5 stands twice in row 2',
  ]);
  const table = [barred(counted.slice(1)), rule(9), ...bad.map(barred)].join('\n');
  expect(read(`## One\n\n${forms['Markdown, an empty header']}\n\n## Two\n\n${table}`)).toEqual([
    PUZZLE,
    'f:17: the givens break a rule: 5 stands twice in row 2',
  ]);
});

test('a record of CSV stands at the line at which it begins, however many lines its cells have', () => {
  const quoted = (puzzle: string) => `"${puzzle.match(/.{9}/g)!.join('\n')}"`;
  const cut = quoted(PUZZLE).replace(/.\n/, '\n');
  const pair = (question: string) => `${question},${quoted(PUZZLE)}`;
  const records = [pair(quoted(PUZZLE)), pair(cut), '', `${pair(quoted(OTHER))},1`, pair(quoted(OTHER))];
  const items = readQuestions(`puzzle,solution\n${records.join('\n')}\n`, sudoku, { file: 'f' });
  expect(items.map(({ at, error }) => [at.line, error?.message])).toEqual([
    [2, undefined],
    [19, expect.stringMatching(/^f:19: expected a grid/)],
    [37, 'f:37: expected 2 columns, got 3'],
    [54, undefined],
  ]);
  const [last] = readQuestions(`puzzle,solution\n${quoted(PUZZLE)},`, sudoku, { file: 'f' });
  expect(last!.at.line).toBe(2);
});

test('a maze', () => {
  const maze = familyFrom({ kind: 'maze', rows: 4, columns: 5 })!;
  const rows = ['#####', '#S.#G', '##.#.', '#....'].map((row) => [...row]);
  const line = rows
    .map((row) => row.join(''))
    .join('')
    .replaceAll('.', ' ');
  expect(read(pageOf(rows), maze)).toEqual([line]);
  expect(read([barred(rows[0]!), rule(5), ...rows.slice(1).map(barred)].join('\n'), maze)).toEqual([line]);
});

describe('what is none', () => {
  test('a page of other tables, or with candidates in the cells', () => {
    const none = 'f: no table with one symbol in each cell; give the puzzle as text, . for a blank';
    expect(
      read(
        pageOf([
          ['Name', 'Time'],
          ['Ada', '3:15'],
        ]),
      ),
    ).toEqual([none]);
    expect(read(pageOf(cellsOf(PUZZLE, '1 2 4')))).toEqual([none]);
    expect(read(`${pageOf([['Name', 'Time']])}\n${pageOf(cells)}`)).toEqual([PUZZLE]);
  });

  test('joined cells, and cells of which some are small or struck out', () => {
    const fix = 'give the puzzle as text, . for a blank';
    const joined = `a table with joined cells, which is not read; ${fix}`;
    const spanning = (attribute: string) => pageOf(cells).replace('<td>5</td>', `<td ${attribute}>5</td>`);
    for (const attribute of ['colspan="2"', 'class=a rowspan=3', "COLSPAN = '12'"])
      expect(read(spanning(attribute))).toEqual([`f:1: ${joined}`]);
    expect(read(spanning('colspan="1"'))).toEqual([PUZZLE]);
    expect(read(`${pageOf(cells)}\n${spanning('colspan=2').replace('<td></td>', '')}`)).toEqual([
      PUZZLE,
      `f:12: ${joined}`,
    ]);
    const marked = (tag: string, digits: RegExp) =>
      pageOf(cells.map((row) => row.map((cell) => cell.replace(digits, `<${tag}>$&</${tag}>`))));
    for (const tag of ['small', 'del', 's', 'sup'])
      expect(read(marked(tag, /[57]/))).toEqual([
        `f:1: a table with <${tag}> in 6 of 30 cells, which may be notes or struck out; ${fix}`,
      ]);
    for (const page of [marked('small', /./), marked('span', /5/), marked('strong', /5/)])
      expect(read(page)).toEqual([PUZZLE]);
    const spacer = pageOf([['', ''], ['']], ' colspan=2');
    expect(read(`${spacer}\n${pageOf(cells)}`)).toEqual([PUZZLE]);
  });

  test('what LaTeX strikes out or writes small is no cell', () => {
    const tabular = (rows: readonly (readonly string[])[]) =>
      `\\begin{tabular}{ccccccccc}\n${rows.map((row) => row.join(' & ')).join(' \\\\\n')}\n\\end{tabular}`;
    const within = (command: string) =>
      read(tabular(cells.map((row) => row.map((cell) => cell.replace('5', `\\${command}{5}`)))));
    expect(within('textbf')).toEqual([PUZZLE]);
    for (const command of ['sout', 'tiny']) expect(within(command)).not.toContain(PUZZLE);
  });

  test('boxes as tables within a table: each is too small', () => {
    const boxes = pageOf(
      [0, 1, 2].map(() => [0, 1, 2].map(() => pageOf(['12', '34'].map((row) => [...row])))),
    );
    expect(read(boxes)).toHaveLength(9);
    expect(read(boxes)[0]).toBe('f:2: expected 81 cells, 9 rows of 9, got 2 rows of 2');
  });

  test.each([
    ['bars between boxes', '12|34\n--|--\n34|12'],
    ['a puzzle beside a table', `${PUZZLE}\n\n${forms['Markdown, an empty header']}`],
    ['a rule of a grid', '|---|---|---|---|\n| 1 | 2 | 3 | 4 |\n|---|---|---|---|'],
  ])('%s', (_, text) => expect(tablesOf(text)).toBeUndefined());

  test('long texts are given up at once', () => {
    const begun = performance.now();
    for (const text of [
      `<td>${'<!--'.repeat(50_000)}`,
      `<td>${'<script>'.repeat(20_000)}`,
      '<table><td>'.repeat(20_000),
      `${'<div dir=rtl>'.repeat(10_000)}${'</main><td>'.repeat(10_000)}`,
      'a|b|c|d\n-|-|-|-\n'.repeat(10_000),
      '\\begin{array}'.repeat(3000),
    ])
      tablesOf(text);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});
