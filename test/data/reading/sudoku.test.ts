/** Sudoku in the forms in which people keep it; each text is made for its form. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { valuesOf } from '../../../src/data/reading/found.ts';
import { readGrids, readQuestions } from '../../../src/data/reading/read.ts';
import { formatGrid, formatLine, parseLine } from '../../../src/data/sudoku/grid.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const ZEROS = PUZZLE.replaceAll('.', '0');
const SOLVED = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
const OTHER = SOLVED.replace(/[1-4]/g, '.');
const rows = (text = PUZZLE) => text.match(/.{9}/g)!;
/** Names of 81 columns. */
const counted = (name: (i: number) => string) => Array.from({ length: 81 }, (_, i) => name(i)).join(',');
const RENAME =
  'rename that of the puzzle to question, questions, puzzle, puzzles, quiz, quizzes, sudoku, maze, problem, unsolved, ' +
  'input, grid, board, givens, value or q, and that of its answer, if there is one, to answer, answers, solution, ' +
  'solutions, solved, output, target, lösung or a';
const family = (size: number) => familyFrom({ kind: 'sudoku', size })!;

/** Every question as a line, or its error. */
function read(text: unknown, size = 9): string[] {
  const { line } = family(size);
  return readQuestions(text, family(size), { file: 'f' }).map(({ value, error }) =>
    value ? line(value) : error!.message,
  );
}

describe('one puzzle', () => {
  const spaced = rows().map((row) => [...row].join(' '));
  const boxed = (row: string) =>
    `| ${row
      .match(/.{3}/g)!
      .map((part) => [...part].join(' '))
      .join(' | ')} |`;
  /** A cell between bars each, and lines of the frame above, between and below, each with its left, middle, other and right signs. */
  const framed = (...lines: [top: string, between: string, bottom: string]) => {
    const [top, between, bottom] = lines.map((signs) => {
      const [left, line, cross, right] = signs;
      return left! + Array(9).fill(line!.repeat(3)).join(cross) + right!;
    });
    const cells = rows().map((row) => `│ ${[...row].map((cell) => cell.replace('.', ' ')).join(' │ ')} │`);
    return [top, cells.join(`\n${between}\n`), bottom].join('\n');
  };
  const forms: Record<string, string> = {
    'a line': PUZZLE,
    'zeros, a line break of Windows, a byte order mark': `\uFEFF${ZEROS}\r\n`,
    rows: rows().join('\n'),
    'rows in bands': rows()
      .map((row, i) => row + (i % 3 === 2 ? '\n' : ''))
      .join('\n'),
    'cells between spaces': spaced.join('\n'),
    'cells between tabs': rows(ZEROS)
      .map((row) => [...row].join('\t'))
      .join('\r\n'),
    groups: rows()
      .map((row) => row.match(/.{3}/g)!.join(' '))
      .join('\n'),
    'one line of cells between commas': [...ZEROS].join(','),
    'rows of a Python list': rows(ZEROS)
      .map((row) => `[${[...row].join(', ')}],`)
      .join('\n'),
    'rows as NumPy prints them': `[${rows(ZEROS)
      .map((row) => `[${[...row].join(' ')}]`)
      .join('\n ')}]`,
    formatGrid: formatGrid(parseLine(PUZZLE)),
    'ASCII borders': [
      '+-------+-------+-------+',
      ...rows().flatMap((row, i) => (i % 3 === 2 ? [boxed(row), '+-------+-------+-------+'] : [boxed(row)])),
    ].join('\n'),
    'Simple Sudoku': [
      '*-----------*',
      ...rows().flatMap((row, i) => [
        `|${row.match(/.{3}/g)!.join('|')}|`,
        ...(i % 3 === 2 && i < 8 ? ['|---+---+---|'] : []),
      ]),
      '*-----------*',
    ].join('\n'),
    'box drawing': [
      '┌───────┬───────┬───────┐',
      ...rows().map((row) => boxed(row).replaceAll('|', '│')),
      '└───────┴───────┴───────┘',
    ].join('\n'),
    'a cell between bars each, blank or not': rows()
      .map((row) => `| ${[...row].map((cell) => (cell === '.' ? ' ' : cell)).join(' | ')} |`)
      .join('\n'),
    'spaces for blanks between bars': rows()
      .map((row) => boxed(row).replaceAll('.', ' ').replaceAll('| ', '|').replaceAll(' |', '|'))
      .join('\n'),
    'rules of dashes with spaces between': rows(ZEROS)
      .flatMap((row, i) => {
        const cells = row.match(/.{3}/g)!.map((part) => [...part].join(' '));
        return [...(i > 0 && i % 3 === 0 ? ['- '.repeat(13)] : []), cells.join('  | ')];
      })
      .join('\n'),
    'bars between cells alone, spaces for blanks': rows()
      .map((row) => [...row.replaceAll('.', ' ')].join('|'))
      .join('\n'),
    'spaces for blanks in rows': rows()
      .map((row) => row.replaceAll('.', ' '))
      .join('\n'),
    'spaces for blanks on a line': PUZZLE.replaceAll('.', ' '),
    'dashes for blanks in rows': rows()
      .map((row) => row.replaceAll('.', '-'))
      .join('\n'),
    'dashes for blanks, with rules': rows()
      .flatMap((row, i) =>
        i % 3 === 2 ? [row.replaceAll('.', '-'), '---+---+---'] : [row.replaceAll('.', '-')],
      )
      .join('\n'),
    'the frame of tabulate': framed('╒═╤╕', '├─┼┤', '╘═╧╛'),
    'a frame with round corners': framed('╭─┬╮', '├─┼┤', '╰─┴╯'),
    'a heavy frame of light lines': framed('┏━┯┓', '┠─┼┨', '┗━┷┛'),
    slashes: rows().join('/'),
    'dots between rows': rows(ZEROS).join('.'),
    quotes: `"${ZEROS}"`,
    'a link': `https://www.example.org/sudoku.htm?bd=${ZEROS}&theme=2`,
    'a link of Markdown': `See [this one](https://www.example.org/sudoku.htm?bd=${ZEROS}).`,
    'a header of .sdk': `#AExample author\n#DA puzzle\n#B01-01-2026\n${rows().join('\n')}`,
    'a section of .sdk, and the state of a game': `[Puzzle]\n${rows().join('\n')}\n[State]\n${rows(SOLVED).join('\n')}`,
    'a hash and a rating': `0123456789ab ${ZEROS}  1.2`,
    'a comment behind it': `${ZEROS} # easy one`,
    'its solution behind it': `${ZEROS},${SOLVED}`,
    HoDoKu: `:0000:x:${PUZZLE.replace('....', '.+4..')}:124 216:::`.replace('+4', '.'),
    'a table of Markdown, in backquotes': `| id | puzzle | solution |\n|---|---|---|\n| 1 | \`${ZEROS}\` | \`${SOLVED}\` |`,
    'a sentence': `Please solve ${PUZZLE}.`,
    'a sentence with backquotes': `Please solve \`${PUZZLE}\`.`,
    'a sentence before another': `Please solve ${PUZZLE}. Thanks!`,
    'a sentence with a colon, another blank': `Please solve this: ${ZEROS}.`,
    'a question': `Can you solve ${PUZZLE}?`,
    'a call': `Solve ${PUZZLE}!`,
    'a title': `Grid 01\n${rows(ZEROS).join('\n')}`,
    OpenSudoku: `<?xml version="1.0"?>\n<opensudoku>\n<game data="${ZEROS}" />\n</opensudoku>`,
    'a spreadsheet without a header': rows()
      .map((row) => [...row].join(';').replaceAll('.', ''))
      .join('\r\n'),
    'a date above it': `12.03.2024\n${rows().join('\n')}`,
    'another date above it': `2024-03-12\n${rows().join('\n')}`,
    'a message of Telegram': `Anna, [12.03.24 10:11]\n${rows().join('\n')}`,
    'a number above it': `17\n${rows().join('\n')}`,
    'a number in brackets, spaces for blanks': `(17)\n\n${rows().join('\n').replaceAll('.', ' ')}`,
    'messages of WhatsApp, a row each': rows()
      .map((row, i) => `\u200e[12/03/24, 10:11:${10 + i}] Anna Müller: ${row}`)
      .join('\n'),
    'a message of WhatsApp on Android': `12.03.24, 10:11 - Anna: ${rows().join('\n')}\n12.03.24, 10:12 - Bo: nice`,
    'a quoted mail with its head': `On 3 Mar 2024, at 10:11, Anna <a@b.c> wrote:\n\n${rows()
      .map((row) => `>> ${row}`)
      .join('\n')}`,
    'its solution below it': `${rows().join('\n')}\n\nSolution:\n${rows(SOLVED).join('\n')}`,
    'its solution on a line, rows between slashes': `${PUZZLE}\nSolution: ${rows(SOLVED).join('/')}`,
    'its solution on a line': `Puzzle: ${PUZZLE}\nSolution: ${SOLVED}`,
    'CSV of q and a': `q,a\n${ZEROS},${SOLVED}\n`,
    'CSV of other letters': `x;y\n${ZEROS};${SOLVED}\n`,
    CSV: `quizzes,solutions\n${ZEROS},${SOLVED}\n`,
    'CSV of more columns': `id,puzzle,solution,clues,difficulty\n1,${PUZZLE},${SOLVED},30,0.0\n`,
    'CSV with semicolons, a mark and no answers': `\uFEFFNr;Puzzle\r\n1;"${ZEROS}"\r\n`,
    '81 fields, empty ones blank': [...PUZZLE].map((cell) => cell.replace('.', '')).join(','),
    '81 fields in quotes': [...PUZZLE].map((cell) => `"${cell.replace('.', '')}"`).join(';'),
    'CSV of a cell a column': `id,${counted((i) => `c${i + 1}`)}\n7,${[...PUZZLE].join(',').replaceAll('.', '')}\n`,
    'CSV of cells named A1 to I9': `${counted((i) => `${'ABCDEFGHI'[Math.floor(i / 9)]}${(i % 9) + 1}`)}\n${[...ZEROS].join(',')}`,
    'CSV of cells by row and column': `${counted((i) => `r${Math.floor(i / 9) + 1}c${(i % 9) + 1}`)}\n${[...ZEROS].join(',')}`,
    'CSV of cells, then of the answer': `${counted((i) => `q${i}`)},${counted((i) => `a${i}`)}\n${[...ZEROS]},${[...SOLVED]}`,
    'a frame of pandas as CSV': `,${[0, 1, 2, 3, 4, 5, 6, 7, 8]}\n${rows(ZEROS)
      .map((row, i) => `${i},${[...row]}`)
      .join('\n')}`,
    'a frame of pandas, printed': `     0    1    2    3    4    5    6    7    8\n${rows()
      .map((row, i) => `${i}  ${[...row].map((cell) => (cell === '.' ? 'NaN' : `${cell}.0`)).join('  ')}`)
      .join('\n')}`,
    'real numbers of NumPy': `[[${rows(ZEROS)
      .map((row) => [...row].map((cell) => `${cell}.`).join(' '))
      .join(']\n [')}]]`,
    'real numbers of PyTorch': `tensor([[${rows(ZEROS)
      .map((row) => [...row].map((cell) => `${cell}.`).join(', '))
      .join('],\n        [')}]])`,
    'real numbers of a file': rows(ZEROS)
      .map((row) => [...row].map((cell) => `${cell}.000000000000000000e+00`).join(' '))
      .join('\n'),
    'a size above a board': `N = 9\nboard = ${JSON.stringify(rows(ZEROS).map((row) => [...row].map(Number)))}`,
    'labelled rows': rows()
      .map((row, i) => `R${i + 1}: ${[...row].join(' ')}`)
      .join('\n'),
    'numbered rows': rows()
      .map((row, i) => `${i + 1}) ${row}`)
      .join('\n'),
    'numbered rows and columns': `  1 2 3 4 5 6 7 8 9\n${spaced.map((row, i) => `${i + 1} ${row}`).join('\n')}`,
    'rows of letters, in bands': `   A B C D E F G H I\n${spaced
      .map((row, i) => `${'ABCDEFGHI'[i]} | ${row}${i % 3 === 2 ? '\n  +------' : ''}`)
      .join('\n')}`,
    'columns with names': `c1,c2,c3,c4,c5,c6,c7,c8,c9\n${rows()
      .map((row) => [...row].join(',').replaceAll('.', ''))
      .join('\n')}`,
    'spaces that do not break': rows()
      .map((row) => row.replaceAll('.', '\u00a0'))
      .join('\n'),
    'characters of full width': [...ZEROS]
      .map((cell) => String.fromCharCode(cell.charCodeAt(0) + 0xfee0))
      .join(''),
    'a JSON text': JSON.stringify(PUZZLE),
    'JSON digits': JSON.stringify([...ZEROS].map(Number)),
    'JSON rows': JSON.stringify(rows(ZEROS).map((row) => [...row].map(Number))),
    'JSON rows with null': JSON.stringify(
      rows().map((row) => [...row].map((cell) => (cell === '.' ? null : Number(cell)))),
    ),
    'JSON rows as texts': JSON.stringify(rows()),
    'a JSON object': JSON.stringify({ puzzle: PUZZLE, solution: SOLVED }),
    'JSON Lines': `${JSON.stringify({ question: rows().join('\n') })}\n`,
    'JSON Lines of rows': rows(ZEROS)
      .map((row) => JSON.stringify([...row].map(Number)))
      .join('\n'),
    'a list of lists of a Python program': `import numpy as np\n\n# an easy one\nboard = [${rows()
      .map((row) => `[${[...row].map((cell) => `"${cell}"`).join(',')}]`)
      .join(',\n         ')}]\n`,
    'texts in single quotes, a comma behind the last': `board = [\n${rows()
      .map((row) => `  ['${[...row].join("', '")}'],`)
      .join('\n')}\n]`,
    'None, in a call': `grid = np.array([${rows()
      .map((row) => `[${[...row].map((cell) => (cell === '.' ? 'None' : cell)).join(', ')}]`)
      .join(',\n')}], dtype=object)`,
    'an array of C': `int grid[9][9] = {\n${rows(ZEROS)
      .map((row) => `  {${[...row].join(', ')}}, // a row`)
      .join('\n')}\n};\n`,
    'an array of C#': 'int[,] grid = new int[,] {\n'
      .concat(
        rows(ZEROS)
          .map((row) => `{${[...row].join(',')}}`)
          .join(',\n'),
      )
      .concat('\n};'),
    'an array of Rust': `let board: [[u8; 9]; 9] = [\n${rows(ZEROS)
      .map((row) => `[${[...row].join(',')}],`)
      .join('\n')}\n];`,
    'an array of Go': `board := [9][9]int{\n${rows(ZEROS)
      .map((row) => `{${[...row].join(',')}},`)
      .join('\n')}\n}`,
    'what NumPy says of itself': `array([${rows(ZEROS)
      .map((row) => `[${[...row].join(', ')}]`)
      .join(',\n       ')}])`,
    'a list with a program behind it': `board = [\n${rows(ZEROS)
      .map((row) => `  [${[...row].join(', ')}],`)
      .join('\n')}\n]\nprint(solve(board))\n`,
    'a constant of TypeScript': `const board: string[] = [\n${rows()
      .map((row) => `  '${row}',`)
      .join('\n')}\n];`,
    'a text between triple quotes': `grid = """\n${rows().join('\n')}\n"""`,
    'the answer of a service': JSON.stringify({
      newboard: {
        grids: [
          {
            value: rows(ZEROS).map((row) => [...row].map(Number)),
            solution: rows(SOLVED).map((row) => [...row].map(Number)),
            difficulty: 'Hard',
          },
        ],
        results: 1,
        message: 'All Ok',
      },
    }),
    'lines of 27': PUZZLE.match(/.{27}/g)!.join('\n'),
    'lines of 27 cells between spaces': PUZZLE.match(/.{27}/g)!
      .map((line) => [...line].join(' '))
      .join('\n'),
    'a line of 72 and one of 9': `${PUZZLE.slice(0, 72)}\n${PUZZLE.slice(72)}`,
    'a line of 80 and one of 1': `${PUZZLE.slice(0, 80)}\n${PUZZLE.slice(80)}`,
    'lines of 40, in a fence of Markdown': `\`\`\`text\n${PUZZLE.match(/.{1,40}/g)!.join('\n')}\n\`\`\``,
    'lines of 18, the last of 9': PUZZLE.match(/.{1,18}/g)!.join('\n'),
    'breaks written as \\n': rows().join('\\n'),
    'breaks written as \\n, between quotes': `'${rows().join('\\n')}'`,
    'a name before it': `puzzle = "${spaced.join('\\n')}\\n"`,
    'texts that a program puts together': `grid = (\n${rows()
      .map((row) => `    "${row}\\n"`)
      .join('\n')}\n)`,
    'breaks of a page': rows().join('<br>\n'),
    'breaks of a page, on a line': rows().join('<br />'),
    'a cell of a notebook': `Out[12]: array([${rows(ZEROS)
      .map((row) => `[${[...row].join(', ')}]`)
      .join(',\n       ')}])`,
    'a matrix of MATLAB': `A = [${rows(ZEROS)
      .map((row) => [...row].join(' '))
      .join('; ')}];`,
    'a matrix of MATLAB, printed': `A =\n\n${rows(ZEROS)
      .map((row) => `     ${[...row].join('     ')}`)
      .join('\n')}`,
    'a matrix of R': `      ${Array.from({ length: 9 }, (_, i) => `[,${i + 1}]`).join(' ')}\n${rows(ZEROS)
      .map((row, i) => ` [${i + 1},]    ${[...row].join('    ')}`)
      .join('\n')}`,
    'a list of YAML': `puzzle:\n${rows()
      .map((row) => `  - ${row}`)
      .join('\n')}`,
    'a quoted mail': rows()
      .map((row) => `> ${row}`)
      .join('\r\n'),
    'a quoted mail with more than the puzzle': `On Monday Ada wrote:\n> Hello,\n>\n${rows()
      .map((row) => `> ${row}`)
      .join('\n')}\n> \n> cheers\n`,
    'a mail quoted twice, with borders': formatGrid(parseLine(PUZZLE)).replace(/^/gm, '>> '),
    'an empty line after every row': rows().join('\n\n'),
    'the end of a text of MS-DOS': `${rows().join('\r\n')}\r\n\u001a`,
    'a title with a number as long as a row is wide': `Sudoku 20240102, hard\n${PUZZLE}`,
    'line ends that were written twice': `${rows().join('\r\r\n')}\r\r\n`,
    'CSV whose line ends were written twice': `puzzle,rating\r\r\n${PUZZLE},1\r\r\n`,
    'CSV with line ends of an old Mac': `puzzle,rating\r${PUZZLE},1\r`,
    'marks that nobody sees': [...PUZZLE].join('\u200b'),
    'line ends of every kind': rows()
      .map((row, i) => row + ['\n', '\r\n', '\r'][i % 3]!)
      .join(''),
    'a question in words': JSON.stringify([
      { question: `Solve this 9x9 puzzle:\n${spaced.join('\n').replaceAll('.', '_')}` },
    ]),
  };
  test.each(Object.entries(forms))('%s', (_, text) => expect(read(text)).toEqual([PUZZLE]));

  test('digits on keys, and squares for blanks', () => {
    const keys = rows().join('\n').replace(/\d/g, '$&\ufe0f\u20e3').replaceAll('.', '⬜');
    expect(read(keys)).toEqual([PUZZLE]);
  });

  test.each(['9x9', '9 x 9', '9 × 9', '9 X 9', '9*9', '(9 x 9)'])('%s above a grid', (size) => {
    expect(read(`${size}\n${rows().join('\n')}`)).toEqual([PUZZLE]);
    expect(read(`${size}\n${rows().slice(1).join('\n')}`)).toEqual([
      `f:1: the 8 rows below ${size} are no grid of 9 rows, unless that is a row that was cut; write all 9 rows, and . for each blank`,
    ]);
    const other = size.replaceAll('9', '8');
    expect(read(`${other}\n${rows().join('\n')}`)).toEqual([
      expect.stringContaining(`line 1 says ${other}, where the puzzle has 9 rows`),
    ]);
  });

  test.each([...'*-–xX?_□⬜◻◽▫☐'])('%s for a blank', (blank) => {
    expect(read(PUZZLE.replaceAll('.', blank))).toEqual([PUZZLE]);
    expect(
      read(
        rows()
          .map((row) => [...row.replaceAll('.', blank)].join(' '))
          .join('\n'),
      ),
    ).toEqual([PUZZLE]);
  });

  test('what the terminal prints, with its marks and colours', () => {
    const printed = [
      'question',
      '.  .  │ 1  . ',
      '2  .  │ .  . ',
      '──────┼──────',
      '.  .  │ .  . ',
      '.  3  │ .  4 ',
      'step 1: halting 100.0 %, 12 cells changed',
      '\u001b[1m3!\u001b[22m 4* │ 1  2*',
      '2  1* │ 4* 3*',
      '──────┼──────',
      '4* 2* │ 3* 1*',
      '1* 3  │ 2* 4 ',
      'solved: the answer satisfies the rules',
    ].join('\n');
    expect(read(printed, 4)).toEqual(['..1.2........3.4']);
  });
});

describe('several puzzles', () => {
  test('dashes for blanks of 4x4 are no decoration: four puzzles, not one grid', () => {
    const four = ['..1.2........3.4', '.3.4........1..2', '...2..1...4.3...', '..4.....3.2.1...'];
    expect(read(four.join('\n').replaceAll('.', '-'), 4)).toEqual(four);
    expect(read(four.join('\n'), 4)).toEqual(four);
  });

  test('lines and rows in one text, with comments and titles between', () => {
    const text = `# a collection\n${ZEROS}\n\nGrid 02\n${rows().join('\n')}\nGrid 03\n${rows(OTHER).join('\n')}`;
    expect(read(text)).toEqual([PUZZLE, PUZZLE, OTHER]);
  });

  test('a bad one is an error at its place, the others are read', () => {
    const text = `${ZEROS}\n${ZEROS.slice(1)}\n${ZEROS}\n\n${rows().slice(1).join('\n')}\n\n${rows().join('\n')}`;
    expect(read(text)).toEqual([
      PUZZLE,
      'f:2: puzzle 2: expected a grid of 81 cells or a row of 9, got 80',
      PUZZLE,
      'f:12: puzzle 4: the grid ends after 8 of 9 rows',
      PUZZLE,
    ]);
    expect(read([PUZZLE, '12', 5, null, { question: SOLVED }])).toEqual([
      PUZZLE,
      'f: puzzles[1]: expected a grid of 81 cells or a row of 9, got 2',
      expect.stringContaining('f: puzzles[2]: expected a puzzle, got 5'),
      expect.stringContaining('f: puzzles[3]: expected a puzzle, got null'),
      SOLVED,
    ]);
    expect(read(`question;answer\n${PUZZLE};1\n;\n${'9'.repeat(81)};2`)).toEqual([
      PUZZLE,
      'f:3: expected 81 cells, 9 rows of 9, got an empty text',
      'f:4: the givens break a rule: 9 stands twice in row 1',
    ]);
    expect(read(`{"puzzle": "${PUZZLE}"}\n{"puzzle"\n{"pzzle": 1}`)).toEqual([
      PUZZLE,
      'f:2: not JSON: it ends too early; it may have been cut: copy or save all of it',
      `f:3: no key is known to name a puzzle, got pzzle; ${RENAME}`,
    ]);
    expect(read('[{"puzzle": "12"')).toEqual([expect.stringContaining('f: not JSON: ')]);
  });

  test('rows that are numbered on from one grid to the next', () => {
    const numbered = [...rows(), ...rows(OTHER)].map((row, i) => `${i + 1} ${[...row].join(' ')}`);
    expect(read(numbered.join('\n'))).toEqual([PUZZLE, OTHER]);
    expect(read(numbered.toSpliced(9, 0, '').join('\n'))).toEqual([PUZZLE, OTHER]);
  });

  test('numbers between them', () => {
    const numbered = [PUZZLE, OTHER].map((one, i) => `${i + 17}.\n${rows(one).join('\n')}`);
    expect(read(numbered.join('\n'))).toEqual([PUZZLE, OTHER]);
    // What may be a row that was cut is none, nor is a number above what is no whole grid.
    expect(read(`53467\n${rows().join('\n')}`)).toEqual([expect.stringContaining('f:1: expected a grid')]);
    expect(read(`17\n${rows().slice(1).join('\n')}`)).toEqual([
      'f:1: the 8 rows below 17 are no grid of 9 rows, unless that is a row that was cut; write all 9 rows, and . for each blank',
    ]);
    expect(read(`1234\n1...\n..1.\n.1..\n...1`, 4)).toEqual([
      expect.stringContaining('5 rows follow each other'),
    ]);
  });

  test('messages of others between the rows end a grid', () => {
    const said = (who: string) => (text: string) => `[3/12/24, 10:11:12 PM] ${who}: ${text}`;
    const lines = rows().map(said('Anna')).toSpliced(4, 0, said('Bo')('what is this?'));
    expect(read(lines.join('\n'))).toEqual([
      'f:4: puzzle 1: the grid ends after 4 of 9 rows',
      'f:10: puzzle 2: the grid ends after 5 of 9 rows',
    ]);
  });

  test('answers below them are none of them, and answer them', () => {
    const [second, solved] = [SOLVED.replace(/[1-3]/g, '.'), rows(SOLVED).join('\n')];
    const below = `${PUZZLE}\nSolution:\n${SOLVED}\n\n${second}\n\n## Answer 2\n${solved}\n${PUZZLE}`;
    expect(read(below)).toEqual([PUZZLE, second, PUZZLE]);
    expect(read(`${PUZZLE}\n${second}\nSolutions\n${solved}\n\n${solved}`)).toEqual([PUZZLE, second]);
    const [other] = [`4${SOLVED.slice(1)}`];
    expect(read(`${PUZZLE}\nSolution:\n${other}\n${second}`)).toEqual([
      PUZZLE,
      'f:3: puzzle 2: it is no answer to the puzzle above it: 4 stands twice in row 1; leave out the answers, or the title above them',
      second,
    ]);
    expect(read(`Solution:\n${SOLVED}`)).toEqual([SOLVED]);
    expect(read(`${PUZZLE}\nSolución:\n${SOLVED}\n\n${second}`)).toEqual([PUZZLE, second]);
    expect(read(`${PUZZLE}\nThe solution is another page\n${second}`)).toEqual([PUZZLE, second]);
  });

  test('answers in another order, or fewer of them, have their puzzles, and one that answers none is a fault', () => {
    const shifted = (digits: string, by: number) =>
      digits.replace(/[1-9]/g, (digit) => `${((Number(digit) - 1 + by) % 9) + 1}`);
    const numbered = (grids: readonly string[], from: number) =>
      grids.map((grid, i) => `${from + i}.\n${rows(grid).join('\n')}\n`).join('\n');
    const [puzzles, answers] = [PUZZLE, SOLVED].map((grid) => [0, 1, 2].map((by) => shifted(grid, by)));
    const { fault } = family(9);
    const answered = (text: string) =>
      readGrids(text, family(9), {}).map((item) => {
        if (item.error) return item.error.message;
        return item.answer && (fault!(item.value, item.answer) ?? family(9).line(item.answer));
      });
    const above = `${numbered(puzzles!, 1)}\nSolutions\n\n`;
    expect(answered(above + numbered(answers!, 1))).toEqual(answers);
    expect(answered(above + numbered(answers!.toReversed(), 1))).toEqual(answers);
    const titled = answers!.toReversed().map((answer, i) => `Solution ${3 - i}:\n${answer}\n`);
    expect(answered(above + titled.join(''))).toEqual(answers);
    const two = [answers![2]!, answers![1]!];
    expect(answered(above + numbered(two, 2))).toEqual([undefined, ...answers!.slice(1)]);
    const foreign = shifted(SOLVED, 5);
    expect(answered(above + numbered([foreign, ...two], 1))).toEqual([
      undefined,
      ...answers!.slice(1),
      'puzzle 4: it answers none of the 3 puzzles above it; leave out the answers, or the title above them',
    ]);
  });

  test('a row missing or too many shifts no grid behind it', () => {
    const run = (count: number) =>
      `${count} rows follow each other, which are no whole grids of 9 rows; leave an empty line between grids`;
    expect(read([...rows(), ...rows().slice(1), ...rows()].join('\n'))).toEqual([`f:1: ${run(26)}`]);
    expect(read(['.........', ...rows()].join('\n'))).toEqual([`f:1: ${run(10)}`]);
    expect(read([...rows(), 'Next', ...rows().slice(1), '', ...rows()].join('\n'))).toEqual([
      PUZZLE,
      'f:18: puzzle 2: the grid ends after 8 of 9 rows',
      PUZZLE,
    ]);
    // Nor do rows that stand on a line of words.
    const titled = rows().join('\n');
    expect(read(`Grid one is ${titled}\nGrid two is ${titled}`)).toEqual([
      'f:9: puzzle 1: the grid ends after 8 of 9 rows',
      'f:18: puzzle 2: the grid ends after 8 of 9 rows',
    ]);
    // Bands, of which one is missing.
    const bands = PUZZLE.match(/.{27}/g)!.map((band) => band.match(/.{9}/g)!.join('\n'));
    expect(read([...bands.slice(1), ...bands].join('\n\n'))).toEqual([`f:1: ${run(15)}`]);
    expect(read([...bands, ...bands].join('\n\n'))).toEqual([PUZZLE, PUZZLE]);
    // An empty line after every row.
    expect(read([...rows(), ...rows()].join('\n\n'))).toEqual([PUZZLE, PUZZLE]);
    expect(read([...rows(), ...rows().slice(1)].join('\n\n'))).toEqual([`f:1: ${run(17)}`]);
    expect(read(rows().join('\n\n').replace('98', '987'))).toEqual([
      'f:5: expected a grid of 81 cells or a row of 9, got 10',
    ]);
    expect(read(bands.join('\n\n').replace('98', '987'))).toEqual([
      'f:3: expected a grid of 81 cells or a row of 9, got 10',
    ]);
  });

  test('one behind the other in broken lines, in a program, and in the answer of a service', () => {
    const broken = [PUZZLE, OTHER].map((line) => line.match(/.{27}/g)!.join('\n'));
    expect(read(broken.join('\n'))).toEqual([PUZZLE, OTHER]);
    expect(read(`${rows().slice(0, 2).join('\n')}\n${broken[1]}`)).toEqual([
      'f:2: puzzle 1: the grid ends after 2 of 9 rows',
      OTHER,
    ]);
    const [easy, hard] = [PUZZLE, OTHER].map((line) => JSON.stringify(rows(line)));
    expect(read(`easy = ${easy}\nhard = ${hard}`)).toEqual([PUZZLE, OTHER]);
    const grids = [PUZZLE, SOLVED].map((value) => ({ value, solution: SOLVED }));
    expect(read({ newboard: { grids } })).toEqual([PUZZLE, SOLVED]);
    expect(read({ newboard: { solutions: [[1, 2]] } })).toEqual([expect.stringContaining('got newboard')]);
  });

  test('lists of lists are one grid or several by their form', () => {
    const flat = [...ZEROS].map(Number);
    expect(read([flat, flat])).toEqual([PUZZLE, PUZZLE]);
    expect(read(Uint8Array.from(flat))).toEqual([PUZZLE]);
    expect(read([rows(), rows(SOLVED)])).toEqual([PUZZLE, SOLVED]);
    expect(read(Array(9).fill(rows()))).toEqual(Array(9).fill(PUZZLE));
    expect(read({ puzzles: [flat, PUZZLE] })).toEqual([PUZZLE, PUZZLE]);
    expect(read(JSON.stringify({ puzzles: [flat, PUZZLE] }))).toEqual([PUZZLE, PUZZLE]);
  });
});

describe('lines of words', () => {
  const wordsIn = (text: string, size = 9) => {
    const words: unknown[] = [];
    readQuestions(text, family(size), { file: 'f', onWords: (one) => words.push(one) });
    return words;
  };

  test('are told with their places: one of them may have been meant as a puzzle', () => {
    expect(wordsIn(`# a comment\nGrid 01\n${rows().join('\n')}\n\n${ZEROS}\nlorem ipsum`)).toEqual([
      { file: 'f', line: 2, text: 'Grid 01' },
      { file: 'f', line: 14, text: 'lorem ipsum' },
    ]);
  });

  test('long texts that look like a program are given up at once', () => {
    const begun = performance.now();
    for (const text of [
      `${'\n'.repeat(5000)}x\na = [1]`,
      `a = f([${'1,'.repeat(50_000)}(`,
      'a b '.repeat(20_000),
      `${' '.repeat(100_000)}x`,
      `# ${' '.repeat(100_000)}#`,
      `0 1${'\t'.repeat(100_000)}x`,
      `A=${'\t'.repeat(100_000)}x`,
      `h=0${'\t'.repeat(100_000)}n`,
      `name:${' '.repeat(100_000)}"x`,
      `<td dir=${'\t'.repeat(100_000)}`,
      `board = [[1, 2], [3, 4]]\nfor${'\t'.repeat(100_000)}x`,
    ])
      for (const info of [
        { kind: 'sudoku', size: 9 },
        { kind: 'maze', rows: 10, columns: 10 },
      ] as const)
        readQuestions(text, familyFrom(info)!, { file: 'f' });
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test('comments, borders and sections are none', () => {
    const text = `#AExample author\n[Puzzle]\n*-----------*\n${rows().join('\n')}\n[State]\nanything`;
    expect(wordsIn(text)).toEqual([]);
    expect(wordsIn(formatGrid(parseLine(PUZZLE)))).toEqual([]);
  });

  test.each(['***', '* * *', '*****'])('%s is a rule, unless it is a row', (rule) => {
    const grid = rows().join('\n');
    for (const between of [`\n\n${rule}\n\n`, `\n${rule}\n`])
      expect(read(grid + between + grid)).toEqual([PUZZLE, PUZZLE]);
    const stars = (text: string) => text.replaceAll('.', '*');
    const open = stars('21../..../..../..12'.replaceAll('/', '\n'));
    const four = (text: string) => readQuestions(text, family(4)).map(({ error }) => error?.message);
    expect(four(`${open}\n\n${rule}\n\n${open}`)).toEqual([undefined, undefined]);
    expect(four(open.replace('****', '***'))).toEqual([expect.stringContaining('after 3 of 4 rows')]);
  });
});

describe('two names of one thing', () => {
  const other = PUZZLE.replace('5', '4');
  const [grid, tokens] = [rows().map((row) => [...row]), [...ZEROS].map((cell) => Number(cell) + 1)];
  test.each([
    { puzzle: PUZZLE, grid },
    { sudoku: ZEROS, board: PUZZLE, value: 3 },
    { tokens, puzzle: PUZZLE },
    `puzzle,puzzle\n${PUZZLE},${ZEROS}`,
  ])('that say the same: %#', (given) => expect(read(given)).toEqual([PUZZLE]));
  test.each<[unknown, string]>([
    [
      { puzzle: PUZZLE, question: other },
      'f: question and puzzle are both there, and differ; leave one of them out',
    ],
    [[{ sudoku: other, board: grid }], 'f: puzzles[0]: sudoku and board are both there, and differ'],
    [JSON.stringify({ tokens, puzzle: other }), 'f: tokens and puzzle are both there, and differ'],
    [`puzzle,board\n${PUZZLE},${other}`, 'f:2: puzzle and board are both there, and differ'],
    [`puzzle,puzzle\n${PUZZLE},${other}`, 'f:2: puzzle is there twice, and differs; leave one of them out'],
    [`Puzzle;puzzle\n${PUZZLE};${other}`, 'f:2: Puzzle and puzzle are both there, and differ'],
    [{ Puzzle: PUZZLE, puzzle: other }, 'f: Puzzle and puzzle are both there, and differ'],
    [
      `puzzle,answer,answer\n${PUZZLE},${SOLVED},${other}`,
      'f:2: answer is there twice, and differs; leave one of them out',
    ],
  ])('that differ: %#', (given, message) => expect(read(given)).toEqual([expect.stringContaining(message)]));
});

test('a first row that counts up is a row, unless there is one too many', () => {
  const first = '123456789456789123789123456231674895875912364694538217317265948542897631968341572';
  expect(read(rows(first).join('\n'))).toEqual([first]);
  expect(read(`${rows(first).join('\n')}\n\n${PUZZLE}`)).toEqual([first, PUZZLE]);
});

/** As many bands of rows, an empty line between; between spaces of three a line, else as they stand. */
const bands = (rows: readonly string[], count: number) =>
  Array(count)
    .fill(rows.map((row) => (row.includes('|') ? row : Array(3).fill(row).join('   '))).join('\n'))
    .join('\n\n');

describe('what could be read in two ways is refused with both', () => {
  test.each<[string, number, RegExp]>([
    [
      '1   2   3   4   ',
      4,
      /16 characters may be a row of 4 cells between spaces, or a grid with spaces for blanks/,
    ],
    ['-'.repeat(16), 4, /16 dashes may be a rule between grids, or a grid without givens/],
    [
      Array(9).fill(PUZZLE.slice(0, 27)).join('\n'),
      9,
      /9 lines of 27 cells may be 3 grids beside each other, or grids whose lines were broken; write each/,
    ],
    ['12344321\n34122143\n21433412\n43211234', 4, /4 lines of 8 cells may be 2 grids beside each other/],
    [
      '3 0 0 0  0 1 0 0\n0 1 0 4  0 0 3 0\n0 0 4 0  0 4 0 0\n4 0 0 1  2 0 0 1',
      4,
      /2 grids beside each other/,
    ],
    ['34..      3412\n..34      1234\n43..      4321\n..43      2143', 4, /2 grids beside each other/],
    ['1 2 3 4  3 4 1 2', 4, /16 characters may be 2 such rows beside each other, or a grid with spaces/],
    [bands(['53. .7. ...', '6.. 195 ...', '.98 ... .6.'], 3), 9, /9 lines of 27 cells may be 3 grids beside/],
    [bands(['12.. | ..12', '..12 | 12..'], 2), 4, /4 lines of 8 cells may be 2 grids beside each other/],
    [`${ZEROS} ${ZEROS}`, 9, /a line holds 2 grids; give each a line of its own/],
  ])('%j', (text, size, message) => {
    expect(read(text, size)).toEqual([expect.stringMatching(message)]);
  });

  test('0 of a hexadecimal 16x16', () => {
    const hex = Array.from({ length: 16 }, (_, row) =>
      Array.from({ length: 16 }, (_, column) => ((4 * row + (row >> 2) + column) % 16).toString(16)),
    );
    const text = hex.map((row, i) =>
      row.map((cell, j) => ((i + j) % 5 === 0 && cell !== '0' ? '.' : cell)).join(''),
    );
    expect(read(text.join('\n'), 16)).toEqual([
      expect.stringContaining('0 may be a blank beside digits 1 to G, or the first of the digits 0 to F'),
    ]);
    const shifted = text.map((row) =>
      [...row].map((cell) => (cell === '.' ? '.' : Number.parseInt(cell, 16) + 1)),
    );
    const [line] = read(shifted.map((row) => row.join(' ')).join('\n'), 16);
    expect(line).toMatch(/^[1-9A-G.]{256}$/);
    expect(read(line!.replaceAll('.', '0'), 16)).toEqual([line]);
  });
});

describe('what is refused', () => {
  test.each<[unknown, number, string]>([
    ['12', 6, 'f:1: expected a grid of 36 cells or a row of 6, got 2'],
    [PUZZLE, 4, 'f:1: a grid of 81 cells; this model solves 4x4; use a model of its size'],
    [`${PUZZLE.slice(1)}z`, 9, "f:1: 'z' is no cell of a 9x9 grid; use digits 1 to 9"],
    ['1 2 3 5', 4, "f:1: '5' is no cell of a 4x4 grid"],
    ['99', 9, 'f:1: expected a grid of 81 cells or a row of 9, got 2'],
    ['53  7\n6  195', 9, 'f:1: expected a grid of 81 cells or a row of 9, got 3; write . for a blank'],
    [[1, 2, 3], 4, 'f: expected 16 cells, 4 rows of 4, got 3'],
    [Array(16).fill(7), 4, "f: '7' is no cell of a 4x4 grid"],
    [[-1, ...Array(15).fill(0)], 4, 'f: expected whole numbers from 0, 0 for a blank, got -1'],
    [
      [Array(9).fill(false), ...Array(8).fill(Array(9).fill(1))],
      9,
      'f: expected cells as numbers or texts, got false',
    ],
    [Array(16).fill(0.5), 4, 'f: expected whole numbers from 0, 0 for a blank, got 0.5'],
    [{ tokens: Array(16).fill(0) }, 4, 'f: token 0 is 0; a question holds 1, 2, 3, 4, 5 there'],
    [{ tokens: [1, 2] }, 4, 'f: expected 16 tokens, got 2'],
    [{ tokens: 'abc' }, 4, 'f: expected tokens as a list of numbers'],
    [
      null,
      4,
      'f: expected a puzzle, got null; give a text, a list of numbers, a list of rows, or { tokens }',
    ],
    [{ query: 1 }, 4, 'f: no key is known to name a puzzle, got query; rename'],
    ['123....4........', 4, 'f:1: the puzzle has no solution'],
    ['Solve this puzzle please', 4, 'f: expected 16 cells, 4 rows of 4, got a text without them'],
    ['', 9, 'f: expected 81 cells, 9 rows of 9, got an empty text'],
    [' \r\n\t ', 9, 'f: expected 81 cells, 9 rows of 9, got an empty text'],
    [[], 9, 'f: expected 81 cells, 9 rows of 9, got an empty list'],
    ['[]', 9, 'f: expected 81 cells, 9 rows of 9, got a text without them'],
    [{ puzzle: ' ' }, 9, 'f: expected 81 cells, 9 rows of 9, got an empty text'],
    [{ puzzles: [] }, 9, 'f: expected 81 cells, 9 rows of 9, got an empty list'],
    [{}, 9, `f: no key is known to name a puzzle, got no key; ${RENAME}`],
    [{ mission: PUZZLE, level: 3 }, 9, `f: no key is known to name a puzzle, got mission, level; ${RENAME}`],
    [undefined, 9, 'f: expected a puzzle, got undefined; give a text'],
    [
      Object.assign(Array(16), { 0: 1 }),
      4,
      'f: cell 2 of the list is undefined; write 0 or null for a blank',
    ],
    [
      [[1, 0, 0, undefined], ...Array(3).fill([0, 0, 0, 0])],
      4,
      'f: expected cells as numbers or texts, got undefined; write 0',
    ],
    [Buffer.from('1..4..1..1..4..1'), 4, 'f: the bytes of a text; give the text itself: new TextDecoder()'],
    [[''], 9, 'f: puzzles[0]: expected 81 cells, 9 rows of 9, got an empty text'],
  ])('%j', (given, size, message) => {
    const [fault, ...more] = read(given, size);
    expect(more).toEqual([]);
    expect(fault).toContain(message);
  });

  /** n rows of digits 1 to n and blanks. */
  const square = (n: number) =>
    Array.from({ length: n }, (_, r) =>
      Array.from({ length: n }, (_, c) => ((r + c) % 3 === 0 ? 0 : ((r * 7 + c) % n) + 1)),
    );
  /** A character a cell: letters after 9. */
  const characters = (n: number, blank = '.') =>
    square(n).map((row) => row.map((digit) => (digit ? digit.toString(36).toUpperCase() : blank)));
  const boxes = (n: number, b: number, blank = '.') =>
    characters(n, blank).flatMap((row, i) => [
      ...(i % b === 0 ? ['+---+'] : []),
      `| ${row.join(' ').replace(new RegExp(`((?:\\S| (?= )) ?){${b}}`, 'g'), (part) => `${part.trimEnd()} | `)}`.trim(),
    ]);
  const written: Record<string, (n: number) => unknown> = {
    'numbers between spaces': (n) =>
      square(n)
        .map((row) => row.join(' '))
        .join('\n'),
    characters: (n) =>
      characters(n)
        .map((row) => row.join(''))
        .join('\n'),
    'characters between spaces, in bands': (n) =>
      characters(n)
        .map((row, i) => row.join(' ') + (i % 2 === 1 ? '\n' : ''))
        .join('\n'),
    groups: (n) =>
      characters(n)
        .map((row) => `${row.slice(0, 2).join('')} ${row.slice(2).join('')}`)
        .join('\n'),
    borders: (n) => boxes(n, Math.ceil(Math.sqrt(n))).join('\n'),
    'a spreadsheet': (n) =>
      square(n)
        .map((row) => row.map((digit) => digit || '').join(','))
        .join('\n'),
    'lists of lists': square,
    'a JSON text': (n) => JSON.stringify({ puzzle: square(n) }),
    'JSON Lines': (n) =>
      square(n)
        .map((row) => JSON.stringify(row))
        .join('\n'),
    'texts of a list': (n) => characters(n).map((row) => row.join('')),
    'a CSV file': (n) =>
      `puzzle,rating\n"${characters(n)
        .map((row) => row.join(''))
        .join('\n')}",1\n`,
  };
  const pairs = [
    [16, 9],
    [25, 9],
    [6, 9],
    [4, 9],
    [10, 9],
    [9, 4],
    [16, 4],
    [9, 6],
    [9, 16],
  ] as const;
  const cases = Object.keys(written).flatMap((form) => pairs.map((pair) => [...pair, form] as const));
  test.each(cases)('%i rows of as many cells, for a model of %i, as %s: one error', (n, size, form) => {
    const errors = read(written[form]!(n), size);
    expect(errors).toHaveLength(1);
    const asText = `a grid of ${n}x${n}; this model solves ${size}x${size}; use a model of its size`;
    const asList = `expected ${size * size} cells, ${size} rows of ${size}, got ${n} rows of ${n}`;
    expect([asText, asList]).toContain(errors[0]!.replace(/^f(:\d+)?: /, ''));
  });

  test('a grid of another size among others is one error at its first line', () => {
    const other = characters(16).map((row) => row.join(' '));
    expect(read([PUZZLE, '', ...other, '', ...rows(SOLVED)].join('\n'))).toEqual([
      PUZZLE,
      'f:3: puzzle 2: a grid of 16x16; this model solves 9x9; use a model of its size',
      SOLVED,
    ]);
    // The first row of 16x16 alone might be a grid of 4x4.
    const sparse = [
      '.'.repeat(16),
      ...characters(16)
        .slice(1)
        .map((row) => row.join('')),
    ];
    expect(read(sparse.join('\n'), 4)).toEqual([expect.stringContaining('f:1: a grid of 16x16; this model')]);
  });

  test('a bad row of a list is one error, bad puzzles of a list are each their own', () => {
    const nine = rows(ZEROS).map((row) => [...row].map(Number));
    expect(read([...nine.slice(0, 8), [1, 2]])).toEqual([
      'f: expected 81 cells, 9 rows of 9, got 2 in row 9',
    ]);
    expect(read([...rows().slice(0, 8), '1..'])).toEqual([
      'f: expected 81 cells, 9 rows of 9, got 3 in row 9',
    ]);
    expect(read(Array(9).fill(`${PUZZLE.slice(1)}z`))).toHaveLength(9);
    expect(read(Array(50).fill(`${PUZZLE.slice(1)}z`))).toHaveLength(50);
    expect(read([PUZZLE.slice(1), PUZZLE.slice(2)])).toHaveLength(2);
    const four = ['..1.2........3.4', '.3.4........1..2', '...2..1...4.3..9', '..4.....3.2.1...'];
    expect(read(Array(4).fill(four).flat().join('\n'), 4)).toHaveLength(16);
  });

  test('tokens by their name', () => {
    const tokens = Array.from('12..3...........', (cell) => (cell === '.' ? 1 : Number(cell) + 1));
    expect(read({ tokens }, 4)).toEqual(['12..3...........']);
    expect(valuesOf(readQuestions({ tokens }, family(4)))[0]).toEqual(Int32Array.from(tokens));
    expect(formatLine(parseLine('12..3...........'))).toBe('12..3...........');
  });
});

describe('spaces for blanks between bars without a frame', () => {
  const puzzles = [
    [9, 3, 3, PUZZLE],
    [6, 2, 3, '.4.3..5...2..3..1.6.5....2.6..1...4.'],
    [4, 2, 2, '1....2.....4..21'],
  ] as const;
  const written = (puzzle: string, boxRows: number, boxColumns: number, bar: string, between: string) => {
    const box = new RegExp(`.{${boxColumns}}`, 'g');
    const size = Math.sqrt(puzzle.length);
    return puzzle
      .replaceAll('.', ' ')
      .match(new RegExp(`.{${size}}`, 'g'))!
      .map((row) => row.match(box)!.map((part) => [...part].join(between)))
      .flatMap((parts, row) => [
        ...(row > 0 && row % boxRows === 0 ? [parts.map(() => '-----').join('+')] : []),
        parts.join(bar),
      ])
      .join('\n');
  };
  const forms = [
    ['|', ''],
    ['|', ' '],
    [' | ', ' '],
    ['  |  ', ' '],
    ['  | ', ' '],
    [' | ', '  '],
  ] as const;
  test.each(puzzles.flatMap((puzzle) => forms.map((form) => [...puzzle, ...form] as const)))(
    '%i cells in a row, boxes of %i x %i, %j, between bars as %j, between cells %j',
    (size, boxRows, boxColumns, puzzle, bar, between) => {
      const text = written(puzzle, boxRows, boxColumns, bar, between);
      expect(read(text, size)).toEqual([puzzle]);
      expect(read(text.replace(/ +$/gm, ''), size)).toEqual([puzzle]);
      expect(read(text, size === 9 ? 6 : 9)).toHaveLength(1);
    },
  );
  test('cells that stand in no columns are one error', () => {
    const text = written(PUZZLE, 3, 3, ' | ', '');
    expect(read(text)).toEqual([expect.stringContaining('write . for a blank')]);
    expect(read(written(PUZZLE, 3, 3, ' | ', ' ').replace(/^/gm, '   '))).toHaveLength(1);
    expect(read('| 1 | 2 |\n'.repeat(4), 4)).toHaveLength(1);
  });
  test.each(puzzles.flatMap((puzzle) => ['', '|'].map((frame) => [...puzzle, frame] as const)))(
    '%i cells, boxes of %i x %i, %j: lines of nothing but bars are space between rows, or refused; frame %j',
    (size, boxRows, boxColumns, puzzle, frame) => {
      const lines = written(puzzle, boxRows, boxColumns, '|', '')
        .replace(/^.*$/gm, `${frame}$&${frame}`)
        .split('\n');
      const space = lines[0]!.replace(/\d/g, ' ');
      const isRule = (line: string) => line.includes('-');
      const spread = lines.flatMap((line) => (isRule(line) ? [line] : [line, space])).join('\n');
      const around = lines.flatMap((line) => (isRule(line) ? [line] : [space, line, space])).join('\n');
      for (const text of [spread, around]) {
        if (frame === '') expect(read(text, size)).toEqual([puzzle]);
        for (const one of read(text, size)) if (one !== puzzle) expect(one).toMatch(/^f:/);
        for (const one of read(text.replaceAll('|', '│'), size))
          expect(one).toMatch(/rows of nothing but bars|drawn with boxes|drawn between the cells/);
      }
    },
  );
  test('a rule as long as a row may be one of blanks', () => {
    const rule = (cells: number) => `${'- '.repeat(cells)}\n`;
    const ruled = (cells: number) =>
      rows(ZEROS)
        .join('\n')
        .replace(/(.{9}\n){3}/g, `$&${rule(cells)}`);
    for (const cells of [8, 10, 11, 13]) expect(read(ruled(cells))).toEqual([PUZZLE]);
    expect(read(ruled(9))).toEqual([expect.stringContaining('11 rows follow each other')]);
    expect(read(ruled(10).replaceAll('0', '-'))).toEqual([expect.stringContaining('got 10')]);
  });
});

test('a full stop behind a label, or without words, may be a blank', () => {
  for (const text of [`Puzzle: ${PUZZLE}.`, `${PUZZLE}.`, `${ZEROS}.`])
    expect(read(text)).toEqual([expect.stringContaining('expected a grid of 81 cells')]);
});

describe('16x16 in letters from A to P', () => {
  const letters = 'ABCDEFGHIJKLMNOP';
  const family = familyFrom({ kind: 'sudoku', size: 16 })!;
  const cells = (blank: string, digits: string) =>
    Array.from({ length: 16 }, (_, row) =>
      Array.from({ length: 16 }, (_, column) =>
        (row * 7 + column * 3) % 5 < 3 ? blank : digits[(4 * (row % 4) + Math.floor(row / 4) + column) % 16]!,
      ).join(''),
    );
  const line = cells('.', '123456789ABCDEFG').join('');
  const found = (given: unknown) =>
    readQuestions(given, family).map(({ value, error }) => (value ? family.line(value) : error!.message));
  test.each(['.', '-', '0', '_'])('%s for a blank', (blank) => {
    const rows = cells(blank, letters);
    const spaced = rows.map((row) => [...row].join(' '));
    for (const given of [rows.join('\n'), rows.join(''), spaced.join('\n'), rows, JSON.stringify(rows)])
      expect(found(given)).toEqual([line]);
    expect(found(`question\n${rows.join('')}\n`)).toEqual([line]);
    expect(found(rows.join('\n').toLowerCase())).toEqual([line]);
  });
  test('beside digits they are none', () => {
    const mixed = cells('.', letters).join('\n').replace('A', '1');
    expect(found(mixed)).toEqual([expect.stringContaining("'I' is no cell of a 16x16 grid")]);
  });
  test('where none is beyond G, they may be others', () => {
    const few = cells('.', letters).join('\n').replace(/[H-P]/g, '.');
    expect(found(few)).toEqual([
      expect.stringContaining('may be 10 to 16, or the first of the letters A to P; write digits 1 to G'),
    ]);
  });
});

describe('rows as people and programs draw them', () => {
  const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;
  const lines = rows();
  const found = (given: string) =>
    readQuestions(given, sudoku).map(({ value, error }) => (value ? sudoku.line(value) : error!.message));
  test.each([
    ['[', ']', ''],
    ['[ ', ' ]', ''],
    ['[', ']', ' '],
    ['(', ')', ''],
  ])('%s5%s around each cell', (open, close, between) => {
    for (const blank of [' ', '.', ''])
      expect(
        found(
          lines
            .map((row) => [...row].map((cell) => open + (cell === '.' ? blank : cell) + close).join(between))
            .join('\n'),
        ),
      ).toEqual([PUZZLE]);
  });
  test.each([undefined, '012345678', '123456789', 'ABCDEFGHI'])('rules of tabulate, below %s', (header) => {
    const [rule, ...below] = ['---------', ...lines].map((row) => [...row].join('  '));
    const above = header === undefined ? [] : [[...header].join('  ')];
    expect(found([...above, rule, ...below, ...(header ? [] : [rule])].join('\n'))).toEqual([PUZZLE]);
    const cut = below.toSpliced(4, 1);
    expect(found([...above, rule, ...cut].join('\n'))).not.toEqual([PUZZLE]);
  });
  test('but where dashes are blanks, a line of them is a row', () => {
    const dashed = lines.toSpliced(3, 1, '.........').map((row) => [...row.replaceAll('.', '-')].join(' '));
    expect(found(dashed.join('\n'))).toEqual([lines.toSpliced(3, 1, '.........').join('')]);
  });
});
