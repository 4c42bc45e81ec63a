/** Puzzles in the scripts of a page, alone or beside what the page shows. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const SOLVED = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
const OTHER = '..9748...7.........2.1.9.....7...24..64.1.59..98...3.....8.3.2.........6...2759..';
const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;

const read = (text: string) =>
  readQuestions(text, sudoku, { file: 'f' }).map(({ value, error }) =>
    value ? sudoku.line(value) : error!.message,
  );

const rowsOf = (cells: string) => cells.match(/.{9}/g)!;
const matrixOf = (cells: string) =>
  `[${rowsOf(cells.replaceAll('.', '0'))
    .map((row) => `[${[...row].join(', ')}]`)
    .join(',\n')}]`;
const tableOf = (cells: string) =>
  `<table>${rowsOf(cells)
    .map((row) => `<tr>${[...row].map((cell) => `<td>${cell.replace('.', '')}</td>`).join('')}</tr>`)
    .join('\n')}</table>`;
const page = (...parts: string[]) => `<!doctype html>\n<html><body>\n${parts.join('\n')}\n</body></html>`;
const script = (value: string, name = 'board') => `<script>\nconst ${name} = ${value};\n</script>`;
const json = (value: string) => `<script id="data" type="application/json">{"board": ${value}}</script>`;
const DRAW = `<script>\nfor (const cell of cells) html += '<td>' + cell + '</td>';\n</script>`;

test.each([
  ['a script', page('<h1>Sudoku</h1>', '<div id="app"></div>', script(matrixOf(PUZZLE)))],
  ['beside a table that it fills', page('<table id="board"></table>', script(matrixOf(PUZZLE)), DRAW)],
  ['a text', page('<table id="board"></table>', script(`"${PUZZLE}"`), DRAW)],
  ['JSON', page('<div id="app"></div>', json(matrixOf(PUZZLE)))],
  ['JSON beside a table that is filled', page('<table id="board"></table>', json(matrixOf(PUZZLE)), DRAW)],
  [
    'a component of Vue',
    `<template>\n  <table><tr v-for="row in board"><td v-for="cell in row">{{ cell }}</td></tr></table>\n</template>\n<script>\nexport default {\n  data() {\n    return { board: ${matrixOf(PUZZLE)} }\n  }\n}\n</script>\n<style>\ntd { color: red }\n</style>`,
  ],
  [
    'a component of Svelte',
    `<script>\n  let board = ${matrixOf(PUZZLE)};\n</script>\n<table>{#each board as row}<tr>{#each row as cell}<td>{cell}</td>{/each}</tr>{/each}</table>`,
  ],
])('alone: %s', (_, text) => expect(read(text)).toEqual([PUZZLE]));

test('what changes it, or makes another puzzle of it, is seen', () => {
  const table = '<table id="board"></table>';
  expect(read(page(table, script(`${matrixOf(PUZZLE)};\nboard[0][2] = 4`), DRAW))).toEqual([
    expect.stringContaining('a matrix that a program changes'),
  ]);
  expect(read(page(json(`${matrixOf(PUZZLE)}, "type": "killer"`)))).toEqual([
    expect.stringContaining('f:3: a puzzle with type killer'),
  ]);
  expect(read(page(json(`${matrixOf(PUZZLE)}]`)))).toEqual([expect.stringContaining('f:3: not JSON')]);
});

describe('beside what the page shows', () => {
  const both = expect.stringMatching(
    /^f:3: a page with cells in a table, and others in a script at line 1[234]: which are the puzzle is not known; give the puzzle alone, as text$/,
  );
  test.each([
    script(matrixOf(OTHER)),
    script(`"${OTHER}"`),
    script(`[${rowsOf(OTHER).map((row) => `"${row}"`)}]`),
    json(matrixOf(OTHER)),
    script(matrixOf(OTHER.replaceAll('.', '1'))),
  ])('another grid %#', (other) => expect(read(page(tableOf(PUZZLE), other))).toEqual([both]));

  test.each([
    script(matrixOf(PUZZLE)),
    script(`"${PUZZLE}"`),
    json(matrixOf(PUZZLE)),
    script(matrixOf(SOLVED), 'solution'),
    script(`"${SOLVED}"`),
    script('[[1, 2], [3, 4], [5, 6], [7, 8]]', 'chart'),
    script('"----------------"', 'line'),
    '<script type="application/ld+json">{"isbn": "0123456789012345"}</script>',
  ])('the same, its answer, or none %#', (other) =>
    expect(read(page(tableOf(PUZZLE), other))).toEqual([PUZZLE]),
  );

  test('lines and JSON', () =>
    expect(read(page(`<pre>\n${rowsOf(PUZZLE).join('\n')}\n</pre>`, json(matrixOf(OTHER))))).toEqual([
      'f: a page with cells in JSON, and others elsewhere: which are the puzzle is not known; give the puzzle alone, as text',
    ]));
});
