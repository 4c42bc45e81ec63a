/** Names of rows and columns: where a grid has cells, for another of its rows or columns is missing, and in another order. */
import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readGrids } from '../../../src/data/reading/read.ts';
import { formatGrid, parseLine } from '../../../src/data/sudoku/grid.ts';

/** Every grid as a line, whether or not it has a solution, or its error. */
function read(given: unknown, size: number): string[] {
  const family = familyFrom({ kind: 'sudoku', size })!;
  return readGrids(given, family, { file: 'f' }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

describe('rows that have names', () => {
  const named = (word: string, rows: readonly string[], from = 1) =>
    rows.map((row, i) => `${word} ${i + from}: ${[...row].join(' ')}`);
  test.each(['Row', 'Zeile', 'fila'])('are none too few and none too many: %s', (word) => {
    const whole = named(word, grids[9]);
    const line = grids[9].join('');
    expect(read(whole.join('\n'), 9)).toEqual([line]);
    const more = [...whole, ...named(word, ['.........'], 10)].join('\n');
    expect(read(more, 9)).toEqual([
      `f:10: ${word} 10 is none of 9 rows that count on; write all 9 rows, and . for each blank`,
    ]);
    const between = [...whole, '', ...whole.toSpliced(4, 1), '', ...whole].join('\n');
    expect(read(between, 9)).toEqual([
      line,
      expect.stringContaining(`f:11: puzzle 2: ${word} 1 is none of 9 rows that count on`),
      line,
    ]);
    const words = `${word} 1: has the most givens\n${word} 3 is hard: try it\n\n`;
    expect(read(words + whole.join('\n'), 9)).toEqual([line]);
  });
});

const counted = (size: number) => Array.from({ length: size }, (_, i) => String(i + 1));

/** Rows of a grid to which no name adds a fault. */
const grids = {
  4: ['..2.', '3...', '....', '4.1.'],
  6: ['...1.2', '....6.', '......', '432...', '...3.4', '5.....'],
  9: [
    '.........',
    '.....7.6.',
    '..4.9....',
    '...2.3...',
    '..8...4..',
    '.1.......',
    '2.......3',
    '..9.4....',
    '....8....',
  ],
} as const;

const written: Record<string, (rows: readonly (readonly string[])[]) => string> = {
  'between spaces': (rows) => rows.map((row) => row.join(' ')).join('\n'),
  glued: (rows) => rows.map((row) => row.join('')).join('\n'),
  CSV: (rows) => rows.map((row) => row.join(',').replaceAll('.', '')).join('\n'),
  'between tabs': (rows) => rows.map((row) => row.join('\t').replaceAll('.', '')).join('\n'),
  Markdown: (rows) =>
    [rows[0]!.map(() => ' '), rows[0]!.map(() => '---'), ...rows]
      .map((row) => `|${row.join('|')}|`)
      .join('\n'),
  'of a page': (rows) =>
    `<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}</table>`,
  'texts in JSON': (rows) => JSON.stringify({ puzzle: rows }),
};

describe('a column a row', () => {
  const [whole, names] = [
    grids[9].join(''),
    (word: string, from = 1) => grids[9].map((_, i) => `${word}${i + from}`),
  ];
  const cells = grids[9].join(',');
  test.each([
    `${names('r')}\n${cells}`,
    `id,${names('r')}\n1,${cells}`,
    `id;${names('Zeile ').join(';')}\n1;${grids[9].join(';')}`,
    `${names('row_', 0)},difficulty\n${cells},easy`,
  ])('is read: %j', (text) => expect(read(text, 9)).toEqual([whole]));
  test('of several puzzles each', () =>
    expect(read(`id,${names('row')}\n1,${cells}\n2,${cells}`, 9)).toEqual([whole, whole]));
  test.each([
    [`${names('row').toReversed()}\n${cells}`, 'the columns have names of rows'],
    [`${names('col')}\n${cells}`, 'may be the columns of the puzzle'],
    [`id,${names('c')}\n1,${cells}`, 'may be the columns of the puzzle'],
    [`${names('box')}\n${cells}`, 'may be the columns of the puzzle, and what is called boxes its boxes'],
    [`${names('row')},type\n${cells},killer`, 'a puzzle with type killer'],
    [`${names('row')}\n${cells}\n${cells.slice(0, -1)}`, 'expected'],
  ])('is refused: %j', (text, fault) => expect(read(text, 9).at(-1)).toEqual(expect.stringContaining(fault)));
});

describe('words of names', () => {
  const [whole, header] = [grids[9].join(''), (word: string) => counted(9).map((i) => `${word}${i}`)];
  const rows = grids[9].map((row) => [...row]);
  const below = (names: readonly string[]) => [names, ...rows].map((row) => row.join(',')).join('\n');
  const labelled = (word: string) => grids[9].map((row, i) => `${word} ${i + 1}: ${row}`).join('\n');
  test.each(['x', 'V', 'cell', 'feature_', 'n'])('any above columns: %s1', (word) =>
    expect(read(below(header(word)), 9)).toEqual([whole]),
  );
  test.each(['L', 'y', 'i', 'Z', 'r', 'Rij '])('but of rows: %s1', (word) =>
    expect(read(below(header(word)), 9)).toEqual([
      expect.stringContaining('f:2: the columns have names of rows'),
    ]),
  );
  test('and none that are several', () => {
    const names = header('x').with(3, 'y4');
    expect(read(below(names), 9)).toEqual([expect.stringContaining('f:1: puzzle 1'), whole]);
  });
  test.each(['Line', 'Rij', 'Rząd', 'Řádek', 'Строка', 'Satır', '行', 'Z'])('before rows: %s 1', (word) =>
    expect(read(labelled(word), 9)).toEqual([whole]),
  );
  test.each(['Kasten', 'Pylväs', 'Q'])('others may be of columns or boxes: %s 1', (word) =>
    expect(read(`${labelled(word)}\n\n${whole}`, 9)).toEqual([
      `f:1: puzzle 1: ${word} 1 to ${word} 9 may be the rows of a grid, its columns or its boxes; call rows Row 1 to Row 9, or leave the names out`,
      whole,
    ]),
  );
  const counts: Record<string, (i: number) => string> = {
    '9:': (i) => `${9 - i}:`,
    '9': (i) => `${9 - i}`,
    'Row 9:': (i) => `Row ${9 - i}:`,
    'I |': (i) => `${'IHGFEDCBA'[i]} |`,
  };
  test.each(Object.entries(counts))('%s before the first row and on downwards', (_, name) =>
    expect(read(rows.map((row, i) => `${name(i)} ${row.join(' ')}`).join('\n'), 9)).toEqual([
      expect.stringContaining('f:1: the names of the rows count in another order than the rows stand in'),
    ]),
  );
  test.each(['B 1:', 'Row A1:', '1. First row:', 'r1c1 |', '11:'])(
    '%s says nothing that is known',
    (name) => {
      const lines = rows.map((row, i) => `${name.replace(/1(?=\D*$)/, String(i + 1))} ${row.join(' ')}`);
      const [first, last] = [name, name.replace(/1(?=\D*$)/, '9')].map((one) => one.replace(/ ?[:|]$/, ''));
      expect(read(`Hello\n\n${lines.join('\n')}\n\n${whole}`, 9)).toEqual([
        `f:3: puzzle 1: the 9 rows have the names ${first} to ${last}, which may be those of columns, boxes or cells; call rows Row 1 to Row 9, or leave the names out`,
        whole,
      ]);
    },
  );
  test('of R1C1 in another language', () => {
    const named = rows.map((row, i) => [`Z${i + 1}`, ...row]);
    expect(read([['', ...header('S')], ...named].map((row) => row.join(',')).join('\n'), 9)).toEqual([whole]);
  });
  test('in quotes, as R writes them', () => {
    const named = rows.map((row, i) => `"${i + 1}" ${row.join(' ')}`);
    const names = header('V').map((name) => `"${name}"`);
    expect(read([names.join(' '), ...named].join('\n'), 9)).toEqual([whole]);
  });
  test.each(['Row1=', 'row_1 = ', '1='])('of an INI file: %s', (name) => {
    const lines = grids[9].map((row, i) => name.replace('1', String(i + 1)) + row);
    expect(read(`[Puzzle]\nName=Foo\n${lines.join('\n')}`, 9)).toEqual([whole]);
  });
});

describe.each([4, 6, 9] as const)('%i', (size) => {
  const rows = grids[size].map((row) => [...row]);
  const names = counted(size);
  const edges = {
    'first column': rows.map((row, i) => [names[i]!, ...row.slice(0, -1)]),
    'last column': rows.map((row, i) => [...row.slice(1), names[i]!]),
    'first row': [names, ...rows.slice(0, -1)],
    'last row': [...rows.slice(1), names],
  };

  test.each(Object.keys(written))('names in the place of cells are refused with both readings: %s', (how) => {
    for (const [edge, grid] of Object.entries(edges)) {
      const [whose, missing] = edge.endsWith('column') ? ['rows', 'column'] : ['columns', 'row'];
      const fault = `1 to ${size} in the ${edge} may be givens, or the names of ${whose} of which a ${missing} is missing; where they are givens, write the grid on one line`;
      expect(read(written[how]!(grid), size)).toEqual([expect.stringContaining(fault)]);
    }
  });

  test('names that count down or from 0 are refused too', () => {
    const down = rows.map((row, i) => [String(size - i), ...row.slice(0, -1)].join(' '));
    expect(read(down.join('\n'), size)).toEqual([
      expect.stringContaining(`${size} to 1 in the first column may be givens`),
    ]);
    const from0 = rows.map((row, i) => [String(i), ...row.slice(0, -1)].join(' '));
    expect(read(from0.join('\n'), size)).toEqual([
      expect.stringContaining(`0 to ${size - 1} in the first column may be givens`),
    ]);
  });

  test('a number before a bracket is never a cell', () => {
    const cut = rows.map((row, i) => `${i + 1}) ${row.slice(0, -1).join(' ')}`);
    expect(read(cut.join('\n'), size)).toEqual([expect.stringContaining("'1)' is no cell")]);
    const glued = rows.map((row, i) => `${i + 1})${row.slice(0, -1).join('')}`);
    expect(read(glued.join('\n'), size)).toEqual([
      expect.stringContaining(`row of ${size}, got ${size + 1}`),
    ]);
    const whole = rows.map((row, i) => `${i + 1}) ${row.join(' ')}`);
    expect(read(whole.join('\n'), size)).toEqual([grids[size].join('')]);
  });

  test('a header above a whole grid goes, and the same header above rows of which one is missing is refused', () => {
    const whole = written['between spaces']!([names, ...rows]);
    expect(read(`${whole}\n\n${written['between spaces']!(edges['first row'])}`, size)).toEqual([
      grids[size].join(''),
      expect.stringContaining(`f:${size + 3}: puzzle 2: 1 to ${size} in the first row may be givens`),
    ]);
  });

  test('givens that count are read on one line, between the bars of boxes, and as numbers of a program', () => {
    for (const grid of Object.values(edges)) {
      const line = grid.flat().join('');
      expect(read(line, size)).toEqual([line]);
      expect(read(formatGrid(parseLine(line)), size)).toEqual([line]);
      const numbers = grid.map((row) => row.map((cell) => (cell === '.' ? 0 : Number(cell))));
      expect(read(numbers, size)).toEqual([line]);
      expect(read(JSON.stringify({ puzzle: numbers }), size)).toEqual([line]);
    }
  });
});

test('a solved grid has no names', () => {
  expect(read('1234\n3412\n2143\n4321', 4)).toEqual(['1234341221434321']);
});

describe('names in another order than they stand in', () => {
  const rows = grids[9].map((row) => [...row]);
  const down = counted(9).reverse();
  const orders = {
    backwards: down,
    swapped: ['2', '1', ...counted(9).slice(2)],
    letters: [...'IHGFEDCBA'],
    'with a word': down.map((name) => `c${name}`),
  };
  const fault = (what: string) =>
    `f:1: the names of the ${what} count in another order than the ${what} stand in`;

  test.each(Object.entries(orders))('%s', (_, names) => {
    const labelled = rows.map((row, i) => [String(i + 1), ...row]);
    for (const how of ['between spaces', 'CSV', 'between tabs'])
      for (const below of ['', '\n']) {
        const table = (head: string[], all: string[][]) =>
          `${written[how]!([head])}\n${below}${written[how]!(all)}`;
        expect(read(table(['y', ...names], labelled), 9)).toEqual([
          expect.stringContaining(fault('columns')),
        ]);
        if (names === orders.letters || names === orders['with a word'])
          expect(read(table(names, rows), 9)).toEqual([expect.stringContaining(fault('columns'))]);
      }
    const cells = rows.map((row) => row.map((cell) => `<td>${cell}</td>`).join(''));
    const heads = names.map((name) => `<th>${name}</th>`);
    const above = `<table><tr>${heads.join('')}</tr>${cells.map((row) => `<tr>${row}</tr>`).join('')}</table>`;
    const beside = `<table>${cells.map((row, i) => `<tr>${heads[i]}${row}</tr>`).join('')}</table>`;
    expect(read(above, 9)).toEqual([expect.stringContaining(fault('columns'))]);
    expect(read(above.replace('<tr>', '<tr><th>y</th>'), 9)).toEqual([
      expect.stringContaining(fault('columns')),
    ]);
    expect(read(beside, 9)).toEqual([expect.stringContaining(fault('rows'))]);
  });

  test.each([
    ['rows', (r: number) => `<tr id="r${r}">`, () => '<td>'],
    ['rows', (r: number) => `<tr class=x data-row='${r}'>`, () => '<td>'],
    ['rows', (r: number) => `<tr aria-rowindex="${r}">`, () => '<td>'],
    ['columns', () => '<tr>', (c: number) => `<td data-col="${c}">`],
    ['columns', () => '<tr>', (c: number) => `<td id="r1c${c}">`],
    ['columns', () => '<tr>', (c: number) => `<td class=x aria-colindex=${c}>`],
  ])('%s of a page whose tags say so: %s', (what, row, cell) => {
    const page = (places: number[]) =>
      `<table>${rows.map((cells, r) => row(places[r]!) + cells.map((one, c) => `${cell(places[c]!)}${one}</td>`).join('')).join('')}</table>`;
    expect(read(page(down.map(Number)), 9)).toEqual([expect.stringContaining(fault(what))]);
    expect(read(page([2, 1, 3, 4, 5, 6, 7, 8, 9]), 9)).toEqual([expect.stringContaining(fault(what))]);
    expect(read(page(counted(9).map(Number)), 9)).toEqual([grids[9].join('')]);
  });

  test('columns of a page that run from right to left', () => {
    const body = rows.map((cells) => `<tr><td>${cells.join('</td><td>')}</td></tr>`).join('');
    const message =
      'f:1: a table whose columns run from right to left: its cells may belong where a page shows them, or in the order in which they are written; give the puzzle as text, . for a blank';
    for (const page of [
      `<table dir="rtl">${body}</table>`,
      `<table style="direction: rtl">${body}</table>`,
      `<html dir=rtl><p dir="ltr">text</p><table>${body}</table></html>`,
      `<div><div DIR='RTL'><div></div><table>${body}</table></div></div>`,
    ])
      expect(read(page, 9)).toEqual([message]);
    for (const page of [
      `<div dir="rtl"><div>text</div></div><table>${body}</table>`,
      `<html dir="rtl"><table dir="ltr">${body}</table></html>`,
    ])
      expect(read(page, 9)).toEqual([grids[9].join('')]);
  });

  test('a grid above them is read, and names in their order or of another kind go', () => {
    const whole = written.CSV!(rows);
    expect(read(`${whole}\n\n${orders['with a word'].join(',')}\n${whole}`, 9)).toEqual([
      grids[9].join(''),
      expect.stringContaining('f:11: puzzle 2: the names of the columns'),
    ]);
    for (const names of [counted(9), [...'ABCDEFGHI'], rows.map((_, i) => `c${i}`), rows.map(() => 'x')]) {
      const cells = rows.map(
        (row, i) => `<th>${names[i]}</th>${row.map((cell) => `<td>${cell}</td>`).join('')}`,
      );
      const head = `<th></th>${names.map((name) => `<th>${name}</th>`).join('')}`;
      expect(read(`<table><tr>${[head, ...cells].join('</tr><tr>')}</tr></table>`, 9)).toEqual([
        grids[9].join(''),
      ]);
    }
  });
});

/** Rows as the columns of a table, or boxes as its rows: names, keys and titles that say so. */
describe('rows that are called columns or boxes', () => {
  const rows = grids[9].map((row) => [...row]);
  const grid = grids[9].join('');
  const count = (word: string) => counted(9).map((number) => word + number);
  const across = (what: string, of: string) =>
    expect.stringContaining(
      `the ${what} have names of ${of}: the cells may belong where the names say, or where they are; write the rows of the puzzle as rows, or leave the names out`,
    );
  const below = expect.stringContaining(
    'what is called columns may be the columns of the puzzle, and what is called boxes its boxes, not its rows; write its rows, under no such name',
  );

  test.each([
    'cols',
    'col',
    'columns',
    'columnMajor',
    'byColumns',
    'by_columns',
    'boxes',
    'blocks',
    'squares',
    'subgrids',
    'units',
    'houses',
  ])('a key of JSON at any depth: %s', (key) => {
    for (const list of [rows.map((row) => row.map(Number)), grids[9], grid])
      for (const [json, expected] of [
        [{ grid: { [key]: list } }, below],
        [{ a: [{ sudoku: { [key]: list } }] }, below],
        [{ [key]: { puzzle: list } }, /col/i.test(key) ? below : grid], // a block may hold puzzles
      ])
        expect(read(JSON.stringify(json).replaceAll('null', '0'), 9)).toEqual([expected]);
    expect(read(JSON.stringify({ grid: { rows: grids[9], [key]: grids[9] } }), 9)).toEqual([grid, below]);
    expect(read(`${key} = ${JSON.stringify(rows)}`, 9)).toEqual([below]);
    expect(read(`grid:\n  ${key}:\n${grids[9].map((row) => `    - "${row}"`).join('\n')}`, 9)).toEqual([
      below,
    ]);
    expect(read(JSON.stringify({ puzzle: grid, [key]: 9 }), 9)).toEqual([grid]);
    expect(read(JSON.stringify({ puzzle: grid, orient: 'columns' }), 9)).toEqual([
      expect.stringContaining('a puzzle with orient columns, which is not read'),
    ]);
  });

  test.each([
    'Columns (left to right):',
    'The columns are:',
    'Column-wise:',
    'Read column by column',
    'columns, top to bottom',
    'List of columns',
    'Kolommen:',
    'Spalten von links nach rechts:',
    'Boxes:',
    'Box by box',
    'The nine boxes:',
    'The puzzle, column by column:',
    'Here is the grid, listed by columns:',
  ])('a title: %s', (title) => {
    expect(read(`${title}\n${grids[9].join('\n')}`, 9)).toEqual([below]);
  });

  const turned = expect.stringContaining(
    'what is called transposed, rotated, mirrored or flipped may be another order of the cells; write the rows of the puzzle as they are, under no such name',
  );
  test.each([
    'Transposed:',
    'Rotated by 90 degrees:',
    'Mirrored',
    'Flipped:',
    'This is the puzzle, rotated 90° clockwise:',
    'Grid (flipped horizontally)',
  ])('a title of a grid that was turned: %s', (title) => {
    expect(read(`${title}\n${grids[9].join('\n')}`, 9)).toEqual([turned]);
    expect(read(`${grid}\n${title}\n${grid}`, 9)).toEqual([grid, turned]);
  });

  test('a key and a name of a program that say so', () => {
    expect(read(JSON.stringify({ original: { puzzle: grid }, rotated: { puzzle: grid } }), 9)).toEqual([
      grid,
      turned,
    ]);
    expect(read(`flipped_grid = ${JSON.stringify(rows)}`, 9)).toEqual([turned]);
  });

  test.each([
    'Rows and columns:',
    'Rows, columns and boxes of the grid:',
    'Block 1',
    'Column by Anna',
    'Box of the day',
    'Sudoku Box',
    'Solve it column by column:',
    'Rotate the page',
    'Mirror',
    'Start',
    'Rotational symmetry:',
    'Mirrored from sudoku.example',
    'The rotated ones are on page two',
  ])('a title that says no such thing: %s', (title) =>
    expect(read(`${title}\n${grids[9].join('\n')}`, 9)).toEqual([grid]),
  );

  const tables = {
    CSV: (above: string[]) => [above, ...rows].map((row) => row.join(',')).join('\n'),
    'between semicolons': (above: string[]) => [above, ...rows].map((row) => row.join(';')).join('\n'),
    'between tabs': (above: string[]) => [above, ...rows].map((row) => row.join('\t')).join('\n'),
    'between spaces': (above: string[]) => [above, ...rows].map((row) => row.join(' ')).join('\n'),
    'behind a corner': (above: string[]) =>
      [['', ...above], ...rows.map((row, i) => [String(i), ...row])].map((row) => row.join(',')).join('\n'),
    'of a page': (above: string[]) =>
      `<table>${[above.map((name) => `<th>${name}</th>`), ...rows.map((row) => row.map((cell) => `<td>${cell}</td>`))].map((row) => `<tr>${row.join('')}</tr>`).join('')}</table>`,
    Markdown: (above: string[]) =>
      [above, above.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n'),
  };
  test.each(Object.entries(tables))('names of rows or boxes above the columns: %s', (how, table) => {
    for (const word of ['row', 'Row ', 'Zeile', 'r', 'Box ', 'block_']) {
      if (how === 'Markdown' && word === 'r') continue; // it is a row there, and one too many
      const of = /b/i.test(word) ? 'boxes' : 'rows';
      expect(read(table(count(word)), 9), word).toEqual([across('columns', of)]);
    }
    for (const word of ['col', 'Column ', 'Spalte'])
      expect(read(table(count(word)), 9), word).toEqual([grid]);
  });

  test.each([
    ['C1: 5 3 .', (name: string, row: readonly string[]) => `${name}: ${row.join(' ')}`],
    ['C1 53.', (name: string, row: readonly string[]) => `${name} ${row.join('')}`],
  ])('names of columns before the rows: %s', (_, labelled) => {
    const text = rows.map((row, i) => labelled(`C${i + 1}`, row)).join('\n');
    expect(read(text, 9)).toEqual([across('rows', 'columns')]);
  });

  test('names of columns before the rows of a page, also in its tags', () => {
    const page = (row: (name: number) => string, cell = (_: number, __: number) => '<td>') =>
      `<table>${rows.map((cells, r) => row(r + 1) + cells.map((one, c) => `${cell(r, c)}${one}</td>`).join('')).join('</tr>')}</table>`;
    for (const row of [
      '<tr><th>C#</th>',
      '<tr><th>Column #</th>',
      '<tr id="c#">',
      '<tr class=x data-col="#">',
    ])
      expect(
        read(
          page((i) => row.replace('#', String(i))),
          9,
        ),
      ).toEqual([across('rows', 'columns')]);
    for (const row of ['<tr><th>R#</th>', '<tr id="row#">', '<tr data-index="#">'])
      expect(
        read(
          page((i) => row.replace('#', String(i))),
          9,
        ),
      ).toEqual([grid]);
    const turned = page(
      () => '<tr>',
      (r, c) => `<td data-row="${c}" data-col="${r}">`,
    );
    expect(read(turned, 9)).toEqual([
      expect.stringContaining('the names of the columns count in another order'),
    ]);
  });

  test('names of rows before them and of columns above them go, also in other languages and as R calls them', () => {
    for (const word of ['R', 'Row ', 'Reihe ', 'Zeile ', 'fila '])
      expect(read(rows.map((row, i) => `${word}${i + 1}: ${row.join('')}`).join('\n'), 9)).toEqual([grid]);
    for (const word of ['V', 'c', 'Spalte']) expect(read(tables.CSV(count(word)), 9)).toEqual([grid]);
    const printed = rows.map((row, i) => [i + 1, ...row].join(' ')).join('\n');
    expect(read(`  ${count('V').join(' ')}\n${printed}`, 9)).toEqual([grid]);
  });

  test('a text with one such table is read but for it', () => {
    const named = tables.CSV(count('r'));
    expect(read(`${named}\n\n${grids[9].join('\n')}\n\n${named}`, 9)).toEqual([
      across('columns', 'rows'),
      grid,
      across('columns', 'rows'),
    ]);
  });

  test('mazes and Takuzu too', () => {
    const maze = ['#####', '#S..#', '#.#.#', '#..G#', '#####'];
    const takuzu = ['1..0..', '..0..1', '.1....', '....0.', '0....1', '..1...'];
    for (const [info, lines] of [
      [{ kind: 'maze', rows: 5, columns: 5 }, maze],
      [{ kind: 'takuzu', size: 6 }, takuzu],
    ] as const) {
      const family = familyFrom(info)!;
      const errors = (text: string) => readGrids(text, family, {}).map(({ error }) => error?.message);
      const cells = lines.map((line) => [...line].join(','));
      for (const word of ['row', 'r', 'Box '])
        expect(errors([cells.map((_, i) => word + (i + 1)).join(','), ...cells].join('\n'))).toEqual([
          across('columns', word === 'Box ' ? 'boxes' : 'rows'),
        ]);
      expect(errors(cells.map((line, i) => `c${i + 1},${line}`).join('\n'))).toEqual([
        across('rows', 'columns'),
      ]);
      expect(errors(JSON.stringify({ puzzle: { cols: lines } }))).toEqual([below]);
    }
  });
});

/** Lines of words beside a puzzle that make another puzzle of its cells. */
describe('words that say other rules or another order', () => {
  const grid = grids[9].join('');
  const rows = grids[9].join('\n');
  const beside = (words: string) => [`${words}\n${rows}`, `${words}\n\n${rows}`, `${rows}\n\n${words}`];

  test.each([
    ['transposed: true', 'transposed, which is not read'],
    ['- rotated: yes', 'rotated, which is not read'],
    ['Type: killer', 'Type killer, which the model knows nothing of'],
    ['variant: "Killer Sudoku"', 'variant Killer Sudoku, which the model knows nothing of'],
    ['Type: Sudoku X', 'Type Sudoku X, which the model knows nothing of'],
    ['type: Greater Than Sudoku', 'type Greater Than Sudoku, which the model knows nothing of'],
    ['Title: Killer Sudoku', 'Title Killer Sudoku, which the model knows nothing of'],
    ['cages: [[0, 1]]', 'cages, which the model knows nothing of'],
    ['Odd: r1c1, r2c2', 'Odd r1c1, r2c2, which the model knows nothing of'],
    ['Puzzle type: Jigsaw', 'Puzzle type Jigsaw, which the model knows nothing of'],
  ])('a field: %s', (words, message) => {
    for (const text of beside(words))
      expect(read(text, 9)).toEqual([expect.stringContaining(`a puzzle with ${message}`)]);
  });

  test.each<[string, string]>([
    ['Cages:\n- A1, A2: sum 8\n- A3, B3: sum 12', 'a puzzle with Cages, which the model knows nothing of'],
    [
      'Thermometers:\nA1 to A3, from its bulb',
      'a puzzle with Thermometers, which the model knows nothing of',
    ],
    [
      counted(9)
        .map(() => 'AAABBBCCD')
        .join('\n'),
      'a puzzle beside a map of letters, which may be its regions',
    ],
  ])('lines below it: %s', (words, message) => {
    expect(read(`${rows}\n\n${words}`, 9)).toEqual([expect.stringContaining(message)]);
    expect(read(`\`\`\`\n${rows}\n\`\`\`\n\n${words}`, 9)).toEqual([expect.stringContaining(message)]);
  });

  test.each(['Jigsaw 3', 'Little Killer', 'Anti-King', '**X-Sudoku**', 'Squiggly Sudoku', 'Jigsaw 9x9 Hard'])(
    'a name: %s',
    (name) => {
      const refused = [expect.stringContaining(`${name}, which the model knows nothing of`)];
      expect(read(JSON.stringify({ name, puzzle: grid }), 9)).toEqual(refused);
      expect(read(`name,puzzle\n${name},${grid}\nEasy,${grid}\n`, 9)).toEqual([...refused, grid]);
      expect(read(`${name}\n\n${rows}`, 9)).toEqual(refused);
    },
  );

  test.each(['The killer of joy', 'Arrow of time', 'Diagonal mirror', 'Hard', 'Daily 17', 'Mirrors'])(
    'a name that says no such thing: %s',
    (name) => expect(read(JSON.stringify({ name, puzzle: grid }), 9)).toEqual([grid]),
  );

  test.each(['Killer Sudoku', 'Sudoku X', 'Diagonal Sudoku #3 (hard)', '## Windoku', 'Anti-Knight Sudoku:'])(
    'a title: %s',
    (title) => {
      const refused = [expect.stringContaining(', which the model knows nothing of')];
      expect(read(`${title}\n${rows}`, 9)).toEqual(refused);
      expect(read(`${title}\n\n${rows}`, 9)).toEqual(refused);
      for (const key of ['title', 'name', 'puzzleName'])
        expect(read(JSON.stringify({ [key]: title, puzzle: grid }), 9)).toEqual(refused);
      expect(read(`name,puzzle\n"${title}",${grid}\nEasy,${grid}\n`, 9)).toEqual([...refused, grid]);
    },
  );

  test.each<[object, string]>([
    [{ mode: 'killer' }, 'mode killer'],
    [{ mode: 'X' }, 'mode X'],
    [{ tags: ['hard', 'diagonal'] }, 'tags'],
    [{ shape: 'jigsaw' }, 'shape jigsaw'],
    [{ lines: [{ type: 'thermo', cells: [0, 1] }] }, 'lines'],
    [{ betweenline: [{ lines: [['R1C1', 'R1C2']] }] }, 'betweenline'],
    [{ underlays: [{ center: [4.5, 4.5] }] }, 'underlays'],
    [{ negative: ['ratio'] }, 'negative'],
    [{ blocked: [[2, 3]] }, 'blocked'],
    [{ holes: [[2, 3]] }, 'holes'],
    [
      {
        less: [
          [
            [0, 2],
            [0, 3],
          ],
        ],
      },
      'less',
    ],
  ])('a key of other editors: %j', (key, name) =>
    expect(read({ puzzle: grid, ...key }, 9)).toEqual([
      expect.stringContaining(`a puzzle with ${name}, which the model knows nothing of`),
    ]),
  );

  test('relations of cells under any name, and no other texts or numbers', () => {
    const family = familyFrom({ kind: 'futoshiki', size: 4 })!;
    const errors = (key: object) =>
      readGrids({ grid: ['....', '....', '...3', '3...'], ...key }, family, {}).map(
        ({ error }) => error?.what,
      );
    for (const name of ['hints', 'edges', 'pairs'])
      expect(errors({ [name]: ['A3<A4'] })).toEqual([
        `a puzzle with ${name}, relations between cells, which are not read`,
      ]);
    for (const key of [{ holes: 30 }, { less: 5 }, { hints: ['look at r1c3'] }, { notes: ['a < b'] }])
      expect(errors(key)).toEqual([undefined]);
  });

  test.each(['Constraints: R1C3 < R1C4', 'where (1,3) < (1,4)', 'Inequalities: A1<A2, B2 > B3'])(
    'relations between cells: %s',
    (words) => {
      const message = `a puzzle with ${words}, relations between cells, which are not read; leave the line out if`;
      for (const text of beside(words)) expect(read(text, 9)).toEqual([expect.stringContaining(message)]);
      expect(read(`Here:\n{"puzzle": "${grid}"}\n${words}`, 9)).toEqual([expect.stringContaining(message)]);
      const [futoshiki, takuzu] = [
        familyFrom({ kind: 'futoshiki', size: 4 })!,
        familyFrom({ kind: 'takuzu', size: 4 })!,
      ];
      for (const [family, cells] of [
        [futoshiki, '3...\n....\n..1.\n....'],
        [takuzu, '1...\n....\n..1.\n....'],
      ] as const)
        expect(readGrids(`${cells}\n\n${words}`, family, {}).map(({ error }) => error?.message)).toEqual([
          expect.stringContaining('relations between cells'),
        ]);
    },
  );

  test.each(['A1 < A2', 'r1c3 > r1c4', '(1,3) < (1,4)'])(
    'alone on a line they are no puzzle: %s',
    (words) => {
      for (const text of beside(words)) for (const message of read(text, 9)) expect(message).not.toBe(grid);
    },
  );

  test.each([
    'transposed: false',
    'Type: classic',
    'Cages: none',
    'Constraints: every row, column and box holds each digit once',
    'Rules: the usual ones',
    'Score < 10 minutes',
    'Hint: look at r1c3 and r1c4',
    'Level: hard',
    'Size: 9x9',
    'Mode: expert level one',
    'Box: first of three',
    'Clues:',
    'Notes:',
    'Givens:',
    'Symbols: letters and digits',
    'Not a killer sudoku',
    'Killer puzzles by Anna',
    'Unlike the diagonal sudoku of Monday it has the usual rules',
  ])('what says no such thing: %s', (words) => {
    for (const text of beside(words)) expect(read(text, 9)).toEqual([grid]);
  });
});
