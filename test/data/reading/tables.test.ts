/** Sudokus and mazes in the tables of web pages, Markdown and LaTeX. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';
import { tablesOf } from '../../../src/data/reading/tables/tables.ts';

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
  'lines of a page behind a heading': `<h2 class="a">Daily sudoku</h2><pre>${PUZZLE.match(/.{9}/g)!.join('\n')}\n</pre>`,
  'lines of a page within others': `<body><div class="a"><pre><code>${PUZZLE.match(/.{9}/g)!.join('\n')}\n</code></pre></div></body>`,
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

test('a damaged table among others is none of them, and is not lost', () => {
  const damaged = cells.map((row, i) => (i === 3 ? row.slice(1) : row));
  expect(read([cells, damaged, cellsOf(OTHER)].map((rows) => pageOf(rows)).join('\n'))).toEqual([
    PUZZLE,
    'f:16: row 4 of a table has 8 cells, most have 9; write as many in each row',
    OTHER,
  ]);
  const links = pageOf([['1', '2'], ['3']]);
  expect(read(pageOf(cells) + links)).toEqual([PUZZLE]);
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
  const line = rows.map((row) => row.join('')).join('/');
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

/** The lines that a table draws around boxes of 6x6, which have 2 rows and 3 columns. */
describe('boxes that a table draws', () => {
  const puzzle = '.4.3..5...2..3..1.6.5....2.6..1...4.';
  const six = familyFrom({ kind: 'sudoku', size: 6 })!;
  const rows = puzzle.match(/.{6}/g)!.map((row) => [...row].map((cell) => (cell === '.' ? '' : cell)));
  /** `between` behind each row but the last, where it is one of so many. */
  const lines = (all: readonly string[], every: number, between: string, other = '') =>
    all.map((row, i) => row + (i === 5 ? '' : i % every === every - 1 ? between : other)).join('\n');
  const latex = (columns: string, every: number, between = '\\hline', other = '') =>
    `\\begin{tabular}{${columns}}\n\\hline\n${lines(
      rows.map((row) => `${row.join(' & ')} \\\\ `),
      every,
      between,
      other,
    )} \\hline\n\\end{tabular}`;
  const dashes = `\n${rule(6)}`;
  const markdown = (every: number) =>
    `${barred(Array(6).fill(''))}${dashes}\n${lines(rows.map(barred), every, dashes)}`;
  test.each([
    latex('|ccc|ccc|', 2),
    latex('|ccc|ccc|', 9),
    latex('cccccc', 2),
    latex('|*{2}{ccc|}', 2),
    latex('|c|c|c|c|c|c|', 1),
    latex('|c|c|c||c|c|c|', 2, '\\hline\\hline', '\\hline'),
    latex('|ccc|ccc|', 4),
    markdown(2),
    markdown(1),
  ])('as the model has them, or none: %s', (text) => expect(read(text, six)).toEqual([puzzle]));

  test.each([
    [latex('|cc|cc|cc|', 3), 'height 3'],
    [latex('|cc|cc|cc|', 2), 'width 2'],
    [latex('|*{3}{cc|}', 9), 'width 2'],
    [latex('cccccc', 3), 'height 3'],
    [latex('|cc|c|ccc|', 2), 'width 1'],
    [latex('|c|c||c|c||c|c|', 1), 'width 2'],
    [latex('|c|c|c|c|c|c|', 3, '\\hline\\hline', '\\hline'), 'height 3'],
    [markdown(3), 'height 3'],
  ])('others: %s', (text, size) => {
    const fault = `f:1: a puzzle with box ${size}, where boxes have 2 rows × 3 columns; leave the lines out if they mean nothing; other boxes are not read`;
    expect(read(text, six)).toEqual([fault]);
  });

  test('beside names', () => {
    for (const columns of ['c|ccc|ccc|ccc', 'cccc|ccc|ccc']) {
      const named = labelled.map((row, i) => `${row.join(' & ')} \\\\ ${i % 3 === 2 ? '\\hline' : ''}`);
      const text = `\\begin{tabular}{${columns}}\n${counted.join(' & ')} \\\\ \\hline\n${named.join('\n')}\n\\end{tabular}`;
      expect(read(text)).toEqual([PUZZLE]);
    }
  });
});

describe('answers in tables below their puzzles', () => {
  const ANSWER = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
  const WRONG = '519748632783652419426139875357986241264317598198524367975863124832491756641275983';
  const ways: Record<string, [table: (rows: string[][]) => string, title: (words: string) => string]> = {
    Markdown: [
      (rows) => [barred(Array(9).fill('')), rule(9), ...rows.map(barred)].join('\n'),
      (words) => `### ${words}`,
    ],
    'a page': [(rows) => pageOf(rows), (words) => `<h2>${words}</h2>`],
    LaTeX: [
      (rows) =>
        `\\begin{tabular}{|ccc|ccc|ccc|}\n${rows.map((row) => row.join(' & ')).join(' \\\\\n')}\n\\end{tabular}`,
      (words) => `\\section*{${words}}`,
    ],
  };

  test.each(Object.entries(ways))('%s', (_, [table, title]) => {
    const both = (answer: string, ...titles: [string, string] | []) =>
      [PUZZLE, answer]
        .map((cells, i) => `${titles.length > 0 ? `${title(titles[i]!)}\n\n` : ''}${table(cellsOf(cells))}`)
        .join('\n\n');
    for (const name of ['Solution', 'Solution:', 'The answer'])
      expect(read(both(ANSWER, 'Puzzle', name))).toEqual([PUZZLE]);
    expect(read(both(ANSWER))).toEqual([PUZZLE]);
    const fault = expect.stringMatching(
      /^f:\d\d: it is no answer to the puzzle above it: a given was changed/,
    );
    expect(read(both(WRONG, 'Puzzle', 'Solution'))).toEqual([PUZZLE, fault]);
    expect(read(both(WRONG))).toEqual([PUZZLE, fault]);
    expect(read(both(ANSWER.replace('4', '.'), 'Puzzle', 'Solution'))).toEqual([
      PUZZLE,
      expect.stringContaining('a cell is blank'),
    ]);
    expect(read(both(OTHER, '1', '2'))).toEqual([PUZZLE, OTHER]);
    expect(read(`${title('Columns')}\n${table(cells)}`)).toEqual([
      expect.stringContaining('what is called columns may be the columns'),
    ]);
  });

  test('on the line of their title, in a caption, and a page on one line', () => {
    const page = (answer: string) =>
      `<h2>Puzzle</h2>${pageOf(cells)}\n<h2>Solution</h2>${pageOf(cellsOf(answer))}`;
    const fault = expect.stringContaining('it is no answer to the puzzle above it');
    for (const change of [
      (text: string) => text,
      (text: string) => text.replaceAll('\n', ''),
      (text: string) => text.replace(/<h2>Solution<.h2><table>/, '<table><caption>Solution</caption>'),
    ]) {
      expect(read(change(page(ANSWER)))).toEqual([PUZZLE]);
      expect(read(change(page(WRONG)))).toEqual([PUZZLE, fault]);
    }
  });
});

test('texts that a page hides are refused', () => {
  const hidden = (tag: string) => pageOf(cells).replace('<td></td>', `<td>${tag}</td>`);
  for (const tag of [
    '<b style="display:none">4</b>',
    '<b hidden>4</b>',
    '<b style="visibility: hidden">4</b>',
  ])
    expect(read(hidden(tag))).toEqual([
      'f:1: a table with hidden texts; give the puzzle as text, . for a blank',
    ]);
  expect(read(hidden('<b class="hidden-no"></b>'))).toEqual([PUZZLE]);
});

test.each(['\t', ',', ';'])('a first column whose name is empty, between %j', (delimiter) => {
  const table = [
    ['', 'puzzle', 'level'],
    ['0', PUZZLE, 'easy'],
    ['1', OTHER, 'hard'],
  ];
  expect(read(table.map((row) => row.join(delimiter)).join('\n'))).toEqual([PUZZLE, OTHER]);
  const killer = table.map(([i, puzzle, level]) => [i, puzzle, level === 'level' ? 'type' : 'killer']);
  expect(read(killer.map((row) => row.join(delimiter)).join('\n'))).toEqual([
    expect.stringContaining('killer'),
    expect.stringContaining('killer'),
  ]);
});

describe('a matrix of R', () => {
  const names = `     ${Array.from({ length: 9 }, (_, i) => `[,${i + 1}]`).join(' ')}`;
  const printed = (blank: string, quote = '') =>
    [
      names,
      ...cellsOf(PUZZLE, blank).map(
        (row, i) =>
          `[${i + 1},] ${row.map((cell) => (cell === blank ? cell : quote + cell + quote).padEnd(4)).join(' ')}`,
      ),
    ].join('\n');
  test.each([
    ['NA', ''],
    ['NA', '"'],
    ['""', '"'],
    ['" "', '"'],
    ['0', ''],
  ])('%s for blanks', (blank, quote) => expect(read(printed(blank, quote))).toEqual([PUZZLE]));
  test('that lacks a cell or a row is refused', () => {
    const lines = printed('NA').split('\n');
    for (const cut of [lines.slice(0, -1), lines.with(4, lines[4]!.replace('  NA', '    '))])
      expect(read(cut.join('\n')).filter((one) => !one.startsWith('f:'))).toEqual([]);
  });
  test('a maze', () => {
    const rows = ['####', '#S #', '# G#', '####'].map(
      (row, i) => `[${i + 1},] ${[...row].map((cell) => `"${cell}" `).join(' ')}`,
    );
    const maze = familyFrom({ kind: 'maze', rows: 4, columns: 4 })!;
    expect(read(`     [,1] [,2] [,3] [,4]\n${rows.join('\n')}`, maze)).toEqual(['#####S ## G#####']);
  });
});

describe('an empty cell among others with a sign for blanks', () => {
  const empty = expect.stringMatching(
    /row 3, column 1 is empty beside others with [.0]: what stood there may be lost/,
  );
  const one = (blank: string) =>
    cellsOf(PUZZLE, blank).map((row, i) => (i === 2 ? ['', ...row.slice(1)] : row));
  const cases: [string, string][] = [
    ...[',', ';', '\t'].map((delimiter): [string, string] => [
      `a sheet with ${delimiter}`,
      one('0')
        .map((row) => row.join(delimiter))
        .join('\n'),
    ]),
    [
      'with points',
      one('.')
        .map((row) => row.join(','))
        .join('\n'),
    ],
    ['a line', one('0').flat().join(',').replace(',,', ',,')],
    [
      'columns of cells',
      `${one('0')
        .flatMap((row, r) => row.map((_, c) => `r${r + 1}c${c + 1}`))
        .join(',')}\n${one('0').flat().join(',')}`,
    ],
    ['Markdown', [barred(one('.')[0]!), rule(9), ...one('.').slice(1).map(barred)].join('\n')],
    ['a page', pageOf(one('.'))],
  ];
  test.each(cases)('%s', (_, text) => expect(read(text)).toEqual([empty]));
  test('in boards and mazes', () => {
    const of = (kind: 'takuzu' | 'queens', text: string) => read(text, familyFrom({ kind, size: 4 })!);
    expect(of('takuzu', '1,.,.,0\n.,.,.,.\n,0,.,.\n.,.,.,1')).toEqual([empty]);
    expect(of('queens', '.,Q,.,.\n.,.,.,.\n,.,.,.\n.,.,.,.')).toEqual([empty]);
    expect(of('takuzu', '1,,,0\n,,,\n,0,,\n,,,1')).toEqual(['1..0/..../.0../...1']);
    const maze = familyFrom({ kind: 'maze', rows: 4, columns: 4 })!;
    expect(read('#,#,#,#\n#,S,.,#\n,G,#,#\n#,#,#,#', maze)).toEqual([empty]);
  });
});
