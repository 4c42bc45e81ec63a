/** Frames as pandas prints and saves them, and tables, of which a row or a cell is missing or wrong: the error names that row. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readGrids } from '../../../src/data/reading/read.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;
const read = (text: string) =>
  readGrids(text, sudoku, { file: 'f' }).map(({ value, error }) =>
    value ? sudoku.line(value) : error!.message,
  );

interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

/** How rows are written with the names of their columns, and the line of the first of them. */
interface Form {
  readonly first: number;
  readonly blank: string;
  write(rows: readonly Row[], names: readonly string[]): string;
}

const barred = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const tagged = (tag: string, cells: readonly string[]) =>
  cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('');

const forms: Record<string, Form> = {
  'a frame, printed': {
    first: 2,
    blank: '0',
    write: (rows, names) =>
      [`   ${names.join('  ')}`, ...rows.map(({ name, cells }) => `${name}  ${cells.join('  ')}`)].join('\n'),
  },
  'a frame of real numbers, printed without names of columns': {
    first: 1,
    blank: 'NaN',
    write: (rows) =>
      rows
        .map(({ name, cells }) => `${name}  ${cells.map((cell) => cell.replace(/^\d$/, '$&.0')).join('  ')}`)
        .join('\n'),
  },
  'a frame, saved': {
    first: 2,
    blank: '',
    write: (rows, names) =>
      [['', ...names], ...rows.map(({ name, cells }) => [name, ...cells])]
        .map((row) => row.join())
        .join('\n'),
  },
  'Markdown with names': {
    first: 3,
    blank: '',
    write: (rows, names) =>
      [
        barred(['', ...names]),
        `|${'---|'.repeat(10)}`,
        ...rows.map(({ name, cells }) => barred([name, ...cells])),
      ].join('\n'),
  },
  'Markdown without': {
    first: 3,
    blank: '.',
    write: (rows) =>
      [barred(Array(9).fill('')), `|${'---|'.repeat(9)}`, ...rows.map(({ cells }) => barred(cells))].join(
        '\n',
      ),
  },
  'a table of a page, names in cells': {
    first: 3,
    blank: '',
    write: (rows, names) =>
      [
        '<table>',
        `<tr>${tagged('td', ['', ...names])}</tr>`,
        ...rows.map(({ name, cells }) => `<tr>${tagged('td', [name, ...cells])}</tr>`),
        '</table>',
      ].join('\n'),
  },
  'a table of a page, names in headers': {
    first: 3,
    blank: '0',
    write: (rows, names) =>
      [
        '<table>',
        `<tr>${tagged('th', ['', ...names])}</tr>`,
        ...rows.map(({ name, cells }) => `<tr><th>${name}</th>${tagged('td', cells)}</tr>`),
        '</table>',
      ].join('\n'),
  },
  'a tabular of LaTeX': {
    first: 2,
    blank: '',
    write: (rows) =>
      `\\begin{tabular}{ccccccccc}\n${rows.map(({ cells }) => cells.join(' & ')).join(' \\\\\n')}\n\\end{tabular}`,
  },
};

const names: Record<string, readonly [rows: readonly string[], columns: readonly string[]]> = {
  'A and 1': [[...'ABCDEFGHI'], [...'123456789']],
  '0 and 0': [[...'012345678'], [...'012345678']],
  '1 and A': [[...'123456789'], [...'ABCDEFGHI']],
  'R1 and C1': [[...'123456789'].map((i) => `R${i}`), [...'123456789'].map((i) => `C${i}`)],
};

describe.each(Object.entries(forms))('%s', (_, { first, blank, write }) => {
  test.each(Object.entries(names))('%s', (_, [ofRows, ofColumns]) => {
    const rows = PUZZLE.match(/.{9}/g)!.map((row, i) => ({
      name: ofRows[i]!,
      cells: [...row].map((cell) => (cell === '.' ? blank : cell)),
    }));
    const readRows = (changed: readonly Row[]) => read(write(changed, ofColumns));
    expect(readRows(rows)).toEqual([PUZZLE]);
    for (const at of [0, 4, 8]) {
      expect(readRows(rows.toSpliced(at, 1))).toEqual([expect.stringMatching(/ 8 (?:rows )?(?:of|on)/)]);
      const withCells = (cells: string[]) => readRows(rows.with(at, { name: ofRows[at]!, cells }));
      const { cells } = rows[at]!;
      const atRow = (what: string) => expect.stringMatching(`^f:${first + at}: .*${what}`);
      expect(withCells(cells.toSpliced(2, 1))).toEqual([atRow('(?:got|has) 8\\b')]);
      expect(withCells(cells.toSpliced(2, 0, '7'))).toEqual([atRow('(?:got|has) 10\\b')]);
      expect(withCells(cells.with(2, 'Z'))).toEqual([atRow("'Z' is no cell of a 9x9 grid")]);
    }
  });
});

test('names of columns above eight rows are no row', () => {
  const rows = PUZZLE.match(/.{9}/g)!.map((row) => [...row].join());
  const below = (header: string) => read([header, ...rows.slice(1)].join('\n'));
  expect(below('C1,C2,C3,C4,C5,C6,C7,C8,C9')).toEqual(['f:9: the grid ends after 8 of 9 rows']);
  expect(below('1,2,3,4,5,6,7,8,9')).toEqual([expect.stringContaining('of which a row is missing')]);
});

describe('a text of the wrong length in a statement', () => {
  test.each([
    "puzzle = '?'",
    'const p = "?";',
    "let x = '?'",
    'p <- "?"',
    'char s[82] = "?";',
    'String p = "?";',
    'board = "?".split("")',
    'solve("?")',
    'puzzle: ?',
    "'?',",
  ])('%s', (statement) => {
    for (const text of [PUZZLE.slice(1), `${PUZZLE}.`, `${PUZZLE.slice(2)}x`])
      expect(read(`\n${statement.replace('?', text)}`)).toEqual([
        `f:2: expected a grid of 81 cells or a row of 9, got ${text.length}`,
      ]);
    const foreign = PUZZLE.replace('3', '%');
    expect(read(statement.replace('?', foreign))).toEqual([
      expect.stringMatching(/^f:1: '%' is no cell of a 9x9 grid/),
    ]);
  });
});

describe('frames in blocks of columns', () => {
  /** A 16x16 grid of which each row is the one above it, turned by four places and one more at every band; every third is blank. */
  const grid = Array.from({ length: 16 }, (_, row) =>
    Array.from({ length: 16 }, (_, column) =>
      (row + column) % 3 === 0 ? 0 : ((4 * (row % 4) + Math.floor(row / 4) + column) % 16) + 1,
    ),
  );
  const family = familyFrom({ kind: 'sudoku', size: 16 })!;
  const lines = (text: string, of = family) =>
    readGrids(text, of, { file: 'f' }).map(({ value, error }) => (value ? of.line(value) : error!.message));
  const whole = grid.flatMap((row) => row.map((digit) => '.123456789ABCDEFG'[digit])).join('');
  const pad = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(6)).join('');
  const parts = (width: number) =>
    Array.from({ length: Math.ceil(16 / width) }, (_, part) => [part * width, (part + 1) * width] as const);
  const pandas = (width: number, hasNames = true) =>
    parts(width)
      .map(([from, to]) => {
        const names = pad([...grid.keys()].slice(from, to)) + (to < 16 ? '  \\' : '  ');
        const rows = grid.map((row, i) => `${hasNames ? i : ''}${pad(row.slice(from, to))}   `);
        return [`  ${names}`, ...rows].join('\n');
      })
      .join('\n\n');
  const r = (width: number) =>
    parts(width)
      .map(([from, to]) => {
        const names = pad([...grid.keys()].slice(from, to).map((i) => `[,${i + 1}]`));
        const rows = grid.map((row, i) => `[${i + 1},]${pad(row.slice(from, to).map((one) => one || 'NA'))}`);
        return [`     ${names}`, ...rows].join('\n');
      })
      .join('\n');

  test.each([4, 9, 11])('%i columns are joined', (width) => {
    expect(lines(pandas(width))).toEqual([whole]);
    expect(lines(pandas(width, false))).toEqual([whole]);
    expect(lines(r(width))).toEqual([whole]);
    expect(lines(`${r(width)}\n\n${r(width)}`)).toEqual([whole, whole]);
  });

  test('that do not fit together are refused', () => {
    const refused = [expect.stringMatching(/^f:1: blocks of columns below each other/)];
    for (const text of [pandas(9), r(9)]) {
      const rows = text.split('\n');
      expect(lines(rows.toSpliced(5, 1).join('\n'))).toEqual(refused);
      expect(lines(rows.with(5, rows[5]!.replace(/\S+\s*$/, '')).join('\n'))).toEqual(refused);
    }
    const first = pandas(9).split('\n\n')[0]!;
    expect(lines(first)).toEqual(refused);
    expect(lines(first, sudoku)).toEqual(refused);
  });
});

test('a maze in a frame in blocks of columns', () => {
  const maze = ['##########', '#S   #   #', '# ## # # #', '#  #   #G#', '##########'];
  const rows = maze.map((row) => [...row].map((cell) => (cell === ' ' ? '.' : cell)));
  const block = (from: number, to: number) =>
    [
      `   ${[...rows[0]!.keys()].slice(from, to).join('  ')}  ${to < 10 ? '\\' : ''}`,
      ...rows.map((row, i) => `${i}  ${row.slice(from, to).join('  ')}`),
    ].join('\n');
  const text = [block(0, 4), block(4, 8), block(8, 10)].join('\n\n');
  const family = familyFrom({ kind: 'maze', rows: 5, columns: 10 })!;
  const found = (given: string) =>
    readGrids(given, family, {}).map(({ value }) => value && family.text!(value));
  expect(found(text)).toEqual([maze.join('\n')]);
  expect(found(block(0, 4))).toEqual([undefined]);
});
