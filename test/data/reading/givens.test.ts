/** Cells of a page that are no givens: notes, what a player wrote, what is hidden, and lists in which a digit is chosen. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const SOLVED = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
const rowsOf = (cells: string) => cells.match(/.{9}/g)!;
const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;

const read = (text: string) =>
  readQuestions(text, sudoku, { file: 'f' }).map(({ value, error }) =>
    value ? sudoku.line(value) : error!.message,
  );

type CellOf = (digit: string, row: number, column: number) => string;
const tableOf = (cellOf: CellOf, cells = PUZZLE) =>
  `<table>${rowsOf(cells)
    .map((row, r) => `<tr>${[...row].map((cell, c) => cellOf(cell === '.' ? '' : cell, r, c)).join('')}</tr>`)
    .join('\n')}</table>`;
const PLAIN = tableOf((digit) => `<td>${digit}</td>`);
/** With two digits more, which are written otherwise. */
const withMore = (
  more: (digit: string) => string,
  given: (digit: string) => string = (d) => `<td>${d}</td>`,
) =>
  tableOf((digit, r, c) =>
    digit === '' && r === 0 && (c === 2 || c === 3) ? more(SOLVED[c]!) : digit ? given(digit) : '<td></td>',
  );
const unknown = (mark: string, cells = 2, of = 32) =>
  `f:1: a table with ${mark} in ${cells} of ${of} cells that are filled: which of them are given is not known; give the puzzle as text, . for a blank`;

describe('digits that look different are not all given', () => {
  const names =
    'note notes pencil pencilmark candidate candidates mark small hint error wrong conflict user guess hidden solution answer xyz';
  test.each(names.split(' '))('class %s', (name) => {
    expect(read(withMore((digit) => `<td class="${name}">${digit}</td>`))).toEqual([
      unknown(`class="${name}"`),
    ]);
    expect(read(withMore((digit) => `<td class="cell"><i id="${name}">${digit}</i></td>`))).not.toContain(
      PUZZLE,
    );
    expect(read(withMore((digit) => `<td><span class="${name}">${digit}</span></td>`))).toEqual([
      expect.stringMatching(/^f:1: a table with span .*which of them are given is not known/),
    ]);
  });

  test.each([
    ['<td><b>4</b></td>', 'b'],
    ['<td style="color: blue">4</td>', 'style="color:blue"'],
    ['<td bgcolor=red>4</td>', 'bgcolor="red"'],
    ['<td><span aria-hidden="true">4</span></td>', 'span'],
    ['<td><input value="4"></td>', 'input'],
    ['<td><select><option value=""><option selected>4</select></td>', 'select'],
  ])('%s', (cell, mark) =>
    expect(read(withMore((digit) => cell.replace('4', digit)))).toEqual([unknown(mark)]),
  );

  test('nor where those that are given say so', () => {
    const given = (digit: string) => `<td class="given">${digit}</td>`;
    expect(read(withMore((digit) => `<td>${digit}</td>`, given))).toEqual([unknown('class="given"', 30)]);
    const field = (digit: string) => `<td><input readonly value="${digit}"></td>`;
    expect(read(withMore((digit) => `<td><input value="${digit}"></td>`, field))).toEqual([
      unknown('input readonly', 30),
    ]);
    expect(read(tableOf((digit) => (digit ? given(digit) : '<td class="user"></td>')))).toEqual([PUZZLE]);
  });

  test('nor is one alone, but for the cell that is chosen', () => {
    const first = (name: string) =>
      tableOf((digit, r, c) => `<td${r + c === 0 ? ` class="${name}"` : ''}>${digit}</td>`);
    expect(read(first('selected'))).toEqual([PUZZLE]);
    expect(read(first('user7'))).toEqual([unknown('class="user7"', 1, 30)]);
    expect(read(first('red'))).toEqual([unknown('class="red"', 1, 30)]);
  });

  test('nor beside dots, whose looks say nothing', () => {
    const dot = (row: number, column: number) => `<td class="${row && column ? '' : 'peer'}">.</td>`;
    const dotted = (more: string) =>
      tableOf((digit, r, c) => (digit && `<td>${digit}</td>`) || (r === 0 && c === 2 && more) || dot(r, c));
    expect(read(dotted(''))).toEqual([PUZZLE]);
    expect(read(dotted('<td class="blue">4</td>'))).toEqual([unknown('class="blue"', 1, 31)]);
  });

  test('all as answers', () =>
    expect(read(tableOf((digit) => `<td${digit && ' class="answer"'}>${digit}</td>`))).toEqual([
      unknown('class="answer"', 30, 30),
    ]));

  test.each<[string, CellOf]>([
    ['all alike', (digit) => `<td><b>${digit}</b></td>`],
    ['by their digit', (digit) => `<td class="d${digit || 'none'}">${digit}</td>`],
    ['one digit of all', (digit) => `<td class="${digit === '6' ? 'same' : ''}">${digit}</td>`],
    [
      'by their row and column',
      (digit, r, c) => `<td>${digit && `<i class="r${r} c${c}">${digit}</i>`}</td>`,
    ],
    [
      'by their box',
      (digit, r, c) => `<td class="${(Math.floor(r / 3) + Math.floor(c / 3)) % 2 ? 'a' : ''}">${digit}</td>`,
    ],
    [
      'lines of boxes',
      (digit, r, c) => `<td><p class="${c % 3 === 2 ? 'r' : ''} ${r % 3 === 2 ? 'b' : ''}">${digit}</p></td>`,
    ],
    ['written blanks', (digit) => (digit ? `<td class="given">${digit}</td>` : '<td class="blank">0</td>')],
  ])('read: %s', (_, cell) => expect(read(tableOf(cell))).toEqual([PUZZLE]));

  test('read: names of rows and columns that are cells', () => {
    const name = (text: string | number) => `<td class="name">${text}</td>`;
    const header = `<tr>${['', 1, 2, 3, 4, 5, 6, 7, 8, 9].map(name).join('')}</tr>`;
    let row = 0;
    const table = PLAIN.replace('<table>', `<table>${header}`).replace(
      /<tr>(?=<td>)/g,
      () => `<tr>${name('ABCDEFGHI'[row++]!)}`,
    );
    expect(read(table)).toEqual([PUZZLE]);
  });
});

describe('lists to choose from', () => {
  const list = (digit: string, first: string, attributes = '') =>
    `<td><select${attributes}>${first}${[...'123456789']
      .map((one) => `<option value="${one}"${one === digit ? ' selected' : ''}>${one}</option>`)
      .join('')}</select></td>`;
  test.each(['', '<option value=""></option>', '<option value="">-</option>', '<option>'])('%#', (first) => {
    expect(read(tableOf((digit) => list(digit, first)))).toEqual([PUZZLE]);
    expect(read(tableOf((digit) => (digit ? `<td>${digit}</td>` : list('', first))))).toEqual([PUZZLE]);
  });
  test('of which some can be changed', () => {
    const cell: CellOf = (digit, r, c) =>
      list(r + c === 0 ? '5' : digit, '', digit && r + c > 0 ? ' disabled' : '');
    expect(read(tableOf(cell))).toEqual([unknown('select disabled', 29, 30)]);
  });
});

describe('what is hidden is not read', () => {
  test('fields', () => {
    const hidden = (value: string) => `<input type="hidden" name="s" value="${value}">`;
    expect(read(tableOf((digit) => `<td>${hidden('')}${digit}</td>`))).toEqual([PUZZLE]);
    expect(read(tableOf((digit, r, c) => `<td>${digit || hidden(SOLVED[r * 9 + c]!)}</td>`))).toEqual([
      expect.stringContaining('what tells them apart is not read'),
    ]);
  });
  test('a template in a cell', () =>
    expect(read(withMore((digit) => `<td><template>${digit}</template></td>`))).toEqual([
      'f:1: a table with hidden texts; give the puzzle as text, . for a blank',
    ]));

  const answer = (cells: string) => tableOf((digit) => `<td>${digit}</td>`, cells);
  const pre = (cells: string) => `<pre>\n${rowsOf(cells).join('\n')}\n</pre>`;
  const fault = (tag: string) =>
    expect.stringContaining(
      `a grid within ${tag}, which is hidden or a solution; give it as text if it is a puzzle`,
    );
  test.each([
    ['<div hidden>', '</div>'],
    ['<div class="box hidden">', '</div>'],
    ['<div id="solution">', '</div>'],
    ["<section style='display: none'><p>", '</p></section>'],
    ['<template>', '</template>'],
  ])('%s', (begin, end) => {
    for (const grid of [answer, pre]) {
      const page = (...parts: string[]) => `<html><body><p>Sudoku</p>\n${parts.join('\n')}\n</body></html>`;
      const within = (cells: string) => `${begin}${grid(cells)}${end}`;
      const tag = begin.replace(/<p>$/, '');
      expect(read(page(grid(PUZZLE), within(SOLVED)))).toEqual([PUZZLE]);
      expect(read(page(grid(PUZZLE), within(PUZZLE.replace('53.', '534'))))).toEqual([PUZZLE, fault(tag)]);
      expect(read(page(within(PUZZLE)))).toEqual([fault(tag)]);
    }
  });
  test('a solution that is folded', () => {
    const folded = (cells: string) => `<details>\n<summary>Solution</summary>\n${answer(cells)}</details>`;
    expect(read(`<html><body>${PLAIN}\n${folded(SOLVED)}</body></html>`)).toEqual([PUZZLE]);
    expect(read(`<html><body>${folded(PUZZLE)}</body></html>`)).toEqual([fault('<details>')]);
    expect(read(`<html><body>${folded(PUZZLE).replace('Solution', 'Hard')}</body></html>`)).toEqual([PUZZLE]);
  });
  test('the template of a component is shown', () =>
    expect(read(`<template>\n${PLAIN}\n</template>\n<style>\ntd { color: red }\n</style>`)).toEqual([
      PUZZLE,
    ]));
});
