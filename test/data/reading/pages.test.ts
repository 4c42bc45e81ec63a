/** Pages and XML: what cells look like, words and attributes around them, and rows behind tags. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze } from '../../../src/data/maze/family.ts';
import { formatMaze } from '../../../src/data/maze/maze.ts';
import { readAnySize } from '../../../src/data/reading/any-size.ts';
import type { OnWords } from '../../../src/data/reading/found.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const OTHER = '..9748...7.........2.1.9.....7...24..64.1.59..98...3.....8.3.2.........6...2759..';
const ROWS = PUZZLE.match(/.{9}/g)!;
const LINES = ROWS.join('\n');
const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;

/** Every question as a line, or its error. */
function read(text: string, onWords?: OnWords, family = sudoku): string[] {
  return readQuestions(text, family, { file: 'f', onWords }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

/** The same of mazes, whose cells are kept. */
const readMaze = (text: string) =>
  readAnySize(text, maze.ofAnySize, { file: 'f' }).map(({ value, error }) =>
    value ? formatMaze(value.tokens) : error!.message,
  );

type CellOf = (row: number, column: number, text: string) => string;

/** A table with a tag for each cell, or with all of the cell where the tag ends it. */
const tableOf = (rows: readonly string[], cellOf: CellOf, table = '<table>') =>
  `${table}${rows
    .map((row, r) => {
      const cells = [...row].map((cell, c) => {
        const text = cell === '.' ? '' : cell;
        const html = cellOf(r, c, text);
        return html.endsWith('</td>') ? html : `${html}${text}</td>`;
      });
      return `<tr>${cells.join('')}</tr>`;
    })
    .join('\n')}</table>`;
const PLAIN = tableOf(ROWS, () => '<td>');

describe('cells in which nothing is written', () => {
  const MAZE = ['.......', '.S...#.', '...#.#.', '...#...', '.###...', '....G..', '.......'];
  const isWall = (row: number, column: number) => '#'.includes(MAZE[row]![column]!) || row * column === 0;
  const drawn = MAZE.map((row) => row.replaceAll('#', '.'));

  test.each([
    ['class="wall"', (wall: boolean) => `<td class="${wall ? 'wall' : 'path'}">`],
    ['class="wall"', (wall: boolean) => `<td class="cell${wall ? ' wall' : ''}">&nbsp;`],
    ['bgcolor="black"', (wall: boolean) => `<td bgcolor=${wall ? 'black' : 'white'}>`],
    [
      'style="background:black"',
      (wall: boolean) => `<td style="width: 9px; background: ${wall ? 'black' : '#fff'}">`,
    ],
    ['img src="w.png"', (wall: boolean) => `<td><img src='${wall ? 'w' : 'f'}.png'>`],
    ['img', (wall: boolean) => `<td>${wall ? '<img src=w.png>' : ''}`],
    ['div class="wall"', (wall: boolean) => `<td><div class="${wall ? 'wall' : 'free'}"></div>`],
    ['data-wall="1"', (wall: boolean) => `<td data-wall="${wall ? 1 : 0}">`],
  ])('walls of a maze: %s', (attribute, cell) => {
    const fault = readMaze(tableOf(drawn, (row, column) => cell(isWall(row, column))));
    expect(fault).toEqual([
      expect.stringMatching(
        /^f:1: a table with .* in \d+ of 47 empty cells: what tells them apart is not read; give the puzzle as text, with a sign in each cell$/,
      ),
    ]);
    expect(fault[0]).toContain(`with ${attribute} in`);
  });

  test('a maze whose walls are written is read, whatever its cells are called', () => {
    const cell: CellOf = (r, c, text) =>
      `<td id="m-${r}-${c}" class="cell r${r} c${c} ${text === '' ? 'free' : 'other'}" onclick="at(${r}, ${c})">`;
    expect(readMaze(tableOf(MAZE, cell))).toEqual([MAZE.join('').replaceAll('.', ' ')]);
  });

  const cage: CellOf = (r, c) => `<td class="cage-${(r * 7 + c * c) % 5}">`;
  test.each<[string, CellOf]>([
    ['regions', (r, c) => `<td class="region-${(r + c) % 9}">`],
    ['cages', cage],
    ['diagonals', (r, c) => `<td class="${r === c || r + c === 8 ? 'shaded' : ''}">`],
    ['values', (r, c) => `<td data-value="${ROWS[r]![c]!.replace('.', '0')}"></td>`],
    ['values in fields', (r, c) => `<td><input data-v="${ROWS[r]![c]}"></td>`],
    ['pictures', (r, c) => `<td><img src="${ROWS[r]![c]}.gif"></td>`],
  ])('of a Sudoku, %s', (_, cell) =>
    expect(read(tableOf(ROWS, cell))).toEqual([expect.stringContaining('what tells them apart is not read')]),
  );

  test.each<[string, CellOf]>([
    ['givens and others', (_, __, text) => `<td class="${text ? 'given' : 'empty editable'}">`],
    [
      'boxes in two colours',
      (r, c) => `<td bgcolor="${(Math.floor(r / 3) + Math.floor(c / 3)) % 2 ? '#eee' : '#fff'}">`,
    ],
    [
      'lines around boxes',
      (r, c) => `<td class="${r % 3 === 2 ? 'b' : ''} ${c % 3 === 2 ? 'r' : ''} ${r === 0 ? 'top' : ''}">`,
    ],
    [
      'widths of lines',
      (r, c) =>
        `<td style="border-width: ${r % 3 ? 1 : 3}px ${c % 3 === 2 ? 3 : 1}px ${r === 8 ? 3 : 1}px ${c ? 1 : 3}px; width: 2em">`,
    ],
    ['rows and columns by turns', (r, c) => `<td class="${r % 2 ? 'odd' : 'even'} ${c % 2 ? 'a' : 'b'}">`],
    [
      'names',
      (r, c) =>
        `<td id="c${c}${r}" data-row="${r}" data-col="${c}" class="r${r} c${c} b${Math.floor(r / 3)}${Math.floor(c / 3)}">`,
    ],
    ['one that is chosen', (r, c) => `<td class="cell${r === 0 && c === 2 ? ' selected' : ''}">`],
    ['an answer', (r, c, text) => `<td data-solution="${text || ((r + c) % 9) + 1}">`],
    [
      'fields',
      (r, c, text) =>
        text
          ? `<td class=g0 id=c${c}${r}><input class=s0 name=x${r * 9 + c} readonly value="${text}"></td>`
          : `<td class=g0 id=c${c}${r}><input class=d0 name=x${r * 9 + c}></td>`,
    ],
  ])('of a Sudoku, read all the same: %s', (_, cell) => expect(read(tableOf(ROWS, cell))).toEqual([PUZZLE]));

  test('beside names of rows and columns', () => {
    const named = ['.123456789', ...ROWS.map((row, i) => `${'ABCDEFGHI'[i]}${row}`)];
    const cell: CellOf = (r, c) => {
      const isGrey = r * c > 0 && (Math.floor((r - 1) / 3) + Math.floor((c - 1) / 3)) % 2;
      return `<td class="${isGrey ? 'grey' : 'white'}">`;
    };
    expect(read(tableOf(named, cell))).toEqual([PUZZLE]);
  });

  test('squares of a chessboard', () => {
    const queens = familyFrom({ kind: 'queens', size: 6 })!;
    const board = ['.Q....', '......', '......', 'Q.....', '......', '......'];
    const chess: CellOf = (r, c) => `<td class="${(r + c) % 2 ? 'dark' : 'light'}">`;
    expect(read(tableOf(board, chess), undefined, queens)).toEqual([board.join('/')]);
    expect(read(tableOf(board, cage), undefined, queens)).toEqual([
      expect.stringContaining('what tells them apart is not read'),
    ]);
  });
});

describe('words of a page around its cells', () => {
  const KILLER = expect.stringContaining('Killer Sudoku, which the model knows nothing of');
  const headed = (row: string) => PLAIN.replace('<table>', `<table>${row}`);
  test.each([
    `<html><body><h1>Killer Sudoku</h1>${PLAIN}`,
    `<div><h1>Killer <b>Sudoku</b></h1>\n<p>Fill it</p>\n${PLAIN}</div>`,
    `<html><head><title>Killer Sudoku</title></head><body>\n<h1>Puzzle 12</h1>\n${PLAIN}`,
    headed('<caption>Killer Sudoku</caption>'),
    headed('<thead><tr><th colspan="9">Killer Sudoku</th></tr></thead>'),
    `<p>Here</p><p>Killer Sudoku</p>${PLAIN}`,
    `<h2><img src="a.png" alt="Killer Sudoku"></h2>${PLAIN}`,
    PLAIN.replace('<table>', '<table summary="Killer Sudoku">'),
    `<div data-type="Killer Sudoku"><p>One</p>${PLAIN}</div>`,
    `<table><tr><td><h1>Killer Sudoku</h1></td></tr><tr><td>${PLAIN}</td></tr></table>`,
    `<html><head><title>Killer Sudoku</title></head><body><pre>\n${LINES}</pre></body></html>`,
    `<h1>Killer Sudoku</h1><p>Fill it</p><pre>${LINES}</pre>`,
    `<body><h1>Killer Sudoku</h1><div><pre>${LINES}</pre></div></body>`,
    `<div data-type="Killer Sudoku"><pre>${LINES}</pre></div>`,
  ])('%#', (page) => expect(read(page)).toEqual([KILLER]));

  test('a class of a table', () => {
    const fault =
      'f:1: a table with class killer, which the model knows nothing of; if it has the usual rules all the same, leave out killer';
    expect(read(PLAIN.replace('<table>', '<table class="grid killer">'))).toEqual([fault]);
  });

  test.each([
    `<title>Sudoku</title><h1>Sudoku of the day</h1>${PLAIN}<h2>More</h2><p>Killer Sudoku</p>`,
    `<h1>Sudoku</h1><h2>Killer Sudoku</h2><p>tomorrow</p><h2>Classic</h2><p>Easy</p>${PLAIN}`,
    `<div data-type="killer"><p>none</p></div>${PLAIN.replace('<table>', '<table id="grid" class="sudoku table" data-level=3>')}`,
  ])('of other puzzles: %#', (page) => expect(read(page)).toEqual([PUZZLE]));

  test('the same of what stands in lines', () => {
    const page = `<h2>Killer Sudoku</h2><p>tomorrow</p><h2>Classic</h2><p>Easy</p><pre>${LINES}</pre>`;
    expect(read(page)).toEqual([PUZZLE]);
    expect(read(`<h2>Classic</h2><p>Killer Sudoku</p><pre>${LINES}</pre>`)).toEqual([KILLER]);
    expect(read(`<h2>Killer Sudoku</h2><p>tomorrow</p><h3>Classic</h3><pre>${LINES}</pre>`)).toEqual([
      KILLER,
    ]);
  });

  describe.each([
    ['a table', PLAIN],
    ['lines', `<pre>${LINES}</pre>`],
  ])('of %s', (_, puzzle) => {
    test.each([
      '<ul><li><a href="/">Sudoku</a></li><li><a href="/k">Killer Sudoku</a></li></ul>',
      '<h1>Sudoku</h1><ul><li>Sudoku<li>Killer Sudoku</li></ul>',
      '<nav><a href="/">Sudoku</a> | <a href="/k">Killer Sudoku</a></nav>',
      '<p><a href="/">Sudoku</a> <a href="/k">Killer Sudoku</a></p>',
      '<select><option>Classic</option><option>Killer</option><option>Killer Sudoku</option></select>',
      '<button>Diagonal</button><button>Diagonal Sudoku</button>',
      '<p>Types:</p><ul><li><a href="/k">Killer</a></li></ul>',
      '<input type="checkbox" id="d"><label for="d">Diagonal Sudoku</label>',
      '<p>Killer Sudoku</p><p>is for tomorrow</p>',
    ])('menus and buttons above are none: %s', (above) =>
      expect(
        read(`<html><head><title>Free Sudoku</title></head><body>${above}${puzzle}</body></html>`),
      ).toEqual([PUZZLE]),
    );

    test.each([
      '<p>Killer Sudoku</p><button>New game</button>',
      '<div class="title">Killer Sudoku</div>',
      '<h1><a href="/k">Killer Sudoku</a></h1><p>Fill it</p>',
      '<ul><li><a href="/">Sudoku</a></li></ul><p>Killer Sudoku</p><ul><li>New</li></ul>',
    ])('titles above them are: %s', (above) => {
      expect(read(`<body>${above}${puzzle}</body>`)).toEqual([KILLER]);
    });

    test('of several without words between them', () => {
      expect(read(`<p>Killer Sudoku</p>${puzzle}<br>${puzzle}`)).toEqual([KILLER, KILLER]);
      expect(read(`<p>Killer Sudoku</p>${puzzle}<p>Easy</p>${puzzle}`)).toEqual([KILLER, PUZZLE]);
    });

    test('words of a list that it stands in are', () =>
      expect(read(`<ol><li>Killer Sudoku ${puzzle}</li></ol>`)).toEqual([KILLER]));
  });

  test('each by the headings that it stands below', () => {
    const pages = [`<h1>All</h1><h2>Killer Sudoku</h2>${PLAIN}`, `<h2>Classic</h2>${PLAIN.replace('5', '')}`];
    expect(read(pages.join(''))).toEqual([KILLER, PUZZLE.replace('5', '.')]);
  });

  test('a name above the names of the rows, and rows whose tags call them boxes', () => {
    const named = (corner: string) =>
      `<table><tr><th>${corner}</th>${ROWS.map((_, i) => `<th>${i + 1}</th>`).join('')}</tr>${ROWS.map(
        (row, i) => `<tr><th>${i + 1}</th>${[...row].map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
      ).join('')}</table>`;
    for (const corner of ['Col', 'Column', 'Box', 'Spalte'])
      expect(read(named(corner))).toEqual([expect.stringContaining('what is called columns may be')]);
    for (const corner of ['', 'Row', '#', 'R/C', 'Row \\ Column', 'Sudoku'])
      expect(read(named(corner))).toEqual([PUZZLE]);
    const tagged = (tag: string) => {
      let row = 0;
      return PLAIN.replace(/<tr>/g, () => tag.replace('#', String(row++)));
    };
    for (const tag of ['<tr id="box-#">', '<tr data-box=#>', '<tr class="row box_#">'])
      expect(read(tagged(tag))).toEqual([expect.stringContaining('the rows have names of boxes')]);
    for (const tag of ['<tr id="row-#">', '<tr data-index=#>', '<tr class="box">'])
      expect(read(tagged(tag))).toEqual([PUZZLE]);
  });
});

describe('rows of a page behind tags', () => {
  test.each([
    `<div class="highlight"><pre><span></span>${LINES}\n</pre></div>`,
    `<html><body>\n<h2>No. 12</h2>\n<div class="highlight"><pre><span></span>${LINES}\n</pre></div>\n</body></html>`,
    `<html><body><h1>Easy</h1><pre>${LINES}</pre></body></html>`,
    `<section><pre class="a"><code class="b"><b>${LINES}</b></code></pre></section>`,
    `<p>Hi<br>${ROWS.join('<br>')}<br>Bye</p>`,
    `<body><p>${ROWS.join('<br>')}</p></body>`,
    `<body>${ROWS.join('<br>')}</body>`,
    `<div><br>${ROWS.join('<br/>\n')}<br></div>`,
  ])('%#', (page) => expect(read(page)).toEqual([PUZZLE]));

  test('several, with their lines and the words between', () => {
    const other = OTHER.match(/.{9}/g)!.join('\n');
    const words: [number | undefined, string][] = [];
    const page = `<p>Puzzle 1:</p><pre>${LINES}</pre><p>Puzzle 2:</p><pre>${other}</pre>`;
    const items = readQuestions(page, sudoku, {
      file: 'f',
      onWords: ({ line, text }) => words.push([line, text]),
    });
    expect(items.map(({ at, value }) => [at.line, value && sudoku.line(value)])).toEqual([
      [1, PUZZLE],
      [9, OTHER],
    ]);
    expect(words).toEqual([
      [1, 'Puzzle 1:'],
      [9, 'Puzzle 2:'],
    ]);
    const bad = page.replace('53..7', '55..7').replace('..9748', '.99748');
    expect(read(bad)).toEqual([
      'f:1: puzzle 1: the givens break a rule: 5 stands twice in row 1',
      'f:9: puzzle 2: the givens break a rule: 9 stands twice in row 1',
    ]);
    expect(read(`<ul><li>${PUZZLE}</li><li>${OTHER}</li></ul>`)).toEqual([PUZZLE, OTHER]);
  });

  test('mazes', () => {
    const rows = ['#######', '#S  # #', '# # # #', '# #   #', '# ### #', '#    G#', '#######'];
    for (const page of [
      `<div class="highlight"><pre><span></span>${rows.join('\n')}\n</pre></div>`,
      `<body><h1>A maze</h1><pre>${rows.join('\n')}</pre><p>by Anna</p></body>`,
    ])
      expect(readMaze(page)).toEqual([rows.join('')]);
    const two = `<pre>${rows.join('\n')}</pre><pre>${rows.join('\n')}</pre>`;
    expect(readMaze(two)).toEqual([rows.join(''), rows.join('')]);
    const free = ['S  #', ' # G'];
    expect(readMaze(`<pre>${free.join('\n')}</pre>`)).toEqual([free.join('')]);
  });

  test('what tags within a row hold is not guessed', () => {
    const marked = LINES.replace('7', '<del>7</del>').replace('1', '<span class="no">1</span>');
    expect(read(`<pre>${marked}</pre>`)).not.toContain(PUZZLE);
    const box = (cells: string) => `<div class="box">${cells}</div>`;
    expect(read(`<div>${ROWS.map(box).join('\n')}</div>`)).not.toContain(PUZZLE);
  });

  test('what looks like a tag and is none', () => {
    expect(read(`From: Anna <anna@example.org>\n<Anna> ${PUZZLE}`)).toEqual([PUZZLE]);
    const futoshiki = familyFrom({ kind: 'futoshiki', size: 4 })!;
    const text = '. .<. 3\n\n. . . .\n\n.>. . .\n\n. . . .';
    expect(read(text, undefined, futoshiki)).toEqual(['. .<. 3//. . . .//.>. . .//. . . .']);
  });
});

describe('XML', () => {
  const inRows = (name: string, attributes = '') =>
    `<puzzle${attributes}>\n${ROWS.map((row) => `  <${name}>${row}</${name}>\n`).join('')}</puzzle>`;

  test.each(['row', 'line', 'Zeile'])('rows in elements: %s', (name) => {
    expect(read(inRows(name))).toEqual([PUZZLE]);
    expect(read(`<puzzles>\n${inRows(name)}\n${inRows(name)}\n</puzzles>`)).toEqual([PUZZLE, PUZZLE]);
    expect(read(inRows(name, ' type="killer"'))).toEqual([expect.stringContaining('type killer')]);
  });

  test.each(['col', 'box'])('but no columns, nor boxes: %s', (name) =>
    expect(read(inRows(name))).toEqual([expect.stringContaining('got a text without them')]),
  );

  test('rows that are numbered in another order are none', () => {
    const numbered = ROWS.map((row, i) => `<row n="${9 - i}">${row}</row>`).join('\n');
    expect(read(`<puzzle>\n${numbered}\n</puzzle>`)).toEqual([
      expect.stringContaining('got a text without them'),
    ]);
  });

  const fault = (what: string) =>
    expect.stringContaining(`a puzzle with ${what}, which the model knows nothing of`);
  test.each([
    [`<puzzle type="jigsaw"><data>${PUZZLE}</data></puzzle>`, 'type jigsaw'],
    [`<puzzle><variant>diagonal</variant><data>${PUZZLE}</data></puzzle>`, 'variant diagonal'],
    [`<puzzle>\n<data>${PUZZLE}</data>\n<variant>diagonal</variant>\n</puzzle>`, 'variant diagonal'],
    [
      `<?xml version="1.0"?>\n<puzzles type='killer'>\n<puzzle>\n${PUZZLE}\n</puzzle>\n</puzzles>`,
      'type killer',
    ],
    [`<puzzle data="${PUZZLE}" rules="diagonals too"/>`, 'rules diagonals too'],
    [`<opensudoku>\n<name>Killer Sudoku</name>\n<game data="${PUZZLE}"/></opensudoku>`, 'name Killer Sudoku'],
    [`<opensudoku><game type="jigsaw" data="${PUZZLE}"/></opensudoku>`, 'type jigsaw'],
  ])('%#', (text, what) => expect(read(text)).toEqual([fault(what)]));

  test('of which each puzzle has its own', () => {
    const puzzle = (type: string, cells: string) =>
      `<puzzle><type>${type}</type><cells>${cells}</cells></puzzle>`;
    const text = `<list>\n${puzzle('classic', PUZZLE)}\n${puzzle('killer', OTHER)}\n${puzzle('hard', OTHER)}\n</list>`;
    expect(read(text)).toEqual([PUZZLE, fault('type killer'), OTHER]);
    const games = `<opensudoku><name>Easy</name>\n<game data="${PUZZLE}" variant="x"/>\n<game data="${OTHER}"/></opensudoku>`;
    expect(read(games)).toEqual([fault('variant x'), OTHER]);
  });

  test('of the usual rules', () => {
    const text = `<sudoku version="2" size="9" author="A"><level>hard</level><box_size>3</box_size><data>${PUZZLE}</data></sudoku>`;
    expect(read(text)).toEqual([PUZZLE]);
  });
});

test('long pages are given up at once', () => {
  const begun = performance.now();
  for (const text of [
    `${'<a>'.repeat(30_000)}</a>`,
    `<b></b>${'<p>'.repeat(30_000)}${'</b>'.repeat(20_000)}`,
    `<p></p>${'<p\n'.repeat(60_000)}`,
    `<div>${'\n'.repeat(200_000)}</div>`,
    `${'<puzzle><type>easy</type></puzzle>'.repeat(3000)}${PUZZLE}`,
    `<table>${'<caption>'.repeat(20_000)}<td>1<td>2`,
    `<table>${`<tr>${'<td class="a b"></td><td class=c></td>'.repeat(30)}`.repeat(80)}</table>`,
    `${'<h1>a</h1>'.repeat(10_000)}<pre>${LINES}</pre>`,
    `${'<table><tr><td>1<td>2<tr><td>3<td>4</table>'.repeat(2000)}`,
  ])
    read(text);
  expect(performance.now() - begun).toBeLessThan(20_000);
});
