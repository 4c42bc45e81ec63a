/** What words and keys around a puzzle say of other rules, another order or other places: the same in every dress. */
import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readGrids, readQuestions } from '../../../src/data/reading/read.ts';
import { parseLine } from '../../../src/data/sudoku/grid.ts';

const family = familyFrom({ kind: 'sudoku', size: 9 })!;
const grid = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const rows = grid.match(/.{9}/g)!;
const text = rows.join('\n');
const lists = JSON.stringify(rows.map((row) => [...row].map((cell) => Number(cell) || 0)));

/** Every grid as a line, or its error. */
const read = (given: string) =>
  readGrids(given, family, {}).map(({ value, error }) => (value ? family.line(value) : error!.message));

/** What the rules and the order of a puzzle are called under. */
const dresses: Readonly<Record<string, (word: string) => string>> = {
  'a title': (word) => `${word}\n${text}`,
  'a title and a colon': (word) => `${word}:\n\n${text}`,
  'a heading of Markdown': (word) => `## ${word}\n\n${text}`,
  'an underlined heading': (word) => `${word}\n================\n\n::\n\n  ${rows.join('\n  ')}`,
  'a comment': (word) => `# ${word}\n${text}`,
  'a comment of C': (word) => `// ${word}\n${grid}`,
  'a comment of INI': (word) => `; ${word}\n${text}`,
  'a description of SudoCue': (word) => `#D ${word}\n[Puzzle]\n${text}`,
  'a comment behind it': (word) => `${grid} # ${word}`,
  'a comment behind its first row': (word) => text.replace('\n', ` # ${word}\n`),
  'a name before it': (word) => `${word}: ${grid}`,
  'a list in YAML': (word) => `variants: [${word}]\npuzzle: |\n  ${rows.join('\n  ')}`,
  'lines of a list in YAML': (word) => `rules:\n  - ${word}\npuzzle: |\n  ${rows.join('\n  ')}`,
  'a comment above a matrix': (word) => `# ${word}\nboard = ${lists}`,
  'a comment behind a matrix': (word) => `board = ${lists}  # ${word}`,
  'a comment of TOML': (word) => `# ${word}\n[puzzle]\ngrid = "${grid}"`,
  'a heading above words and an object': (word) => `# ${word}\n\nHere it is:\n{"puzzle": "${grid}"}`,
  'a title above a header': (word) =>
    `${word}\n${counted(81, 'c').join(',')}\n${[...grid].map((cell) => cell.replace('.', '')).join(',')}`,
  'a key above it': (word) => JSON.stringify({ [word]: [{ puzzle: grid }] }),
  'a title of JSON': (word) => JSON.stringify({ title: word, puzzle: grid }),
  'a format of JSON': (word) => JSON.stringify({ format: word, puzzle: grid }),
  'a column of CSV': (word) => `type,puzzle\n${word},${grid}`,
  'an object beside it': (word) => JSON.stringify({ puzzle: grid, extra: { variant: word } }),
};

function counted(count: number, word: string): string[] {
  return Array.from({ length: count }, (_, i) => word + (i + 1));
}

describe('words around a puzzle', () => {
  const cases = Object.entries(dresses);

  describe.each(['Killer Sudoku', 'jigsaw', 'Anti-Knight', 'Diagonal Sudoku'])('%s', (word) => {
    test.each(cases)('is of other rules as %s', (_, dressed) => {
      const found = read(dressed(word));
      expect(found).toEqual([expect.stringContaining(', which the model knows nothing of')]);
    });
  });

  describe.each(['column-major', 'transposed', 'Spaltenweise', 'rotated by 90 degrees', 'par colonnes'])(
    '%s',
    (word) => {
      test.each(cases.filter(([dress]) => !/YAML|title of JSON/.test(dress)))(
        'is another order as %s',
        (_, dressed) => {
          const found = read(dressed(word));
          expect(found).toEqual([
            expect.stringMatching(/which is not read|may be the columns|another order of the cells/),
          ]);
        },
      );
    },
  );

  describe.each(['Hard', 'Puzzle 17', 'The killer of Anna', 'csv', 'portrait', 'Anna'])('%s', (word) => {
    const ofKinds = /YAML|format|column of CSV|an object/;
    test.each(cases.filter(([dress]) => !(/kill/.test(word) ? ofKinds : /lines of a list/).test(dress)))(
      'says nothing as %s',
      (_, dressed) => expect(read(dressed(word))).toEqual([grid]),
    );
  });

  test('a heading above several lines of words is that of the grid below them, and of those below it without a title', () => {
    const refused = expect.stringContaining('title # Killer Sudoku, which the model knows nothing of');
    const other = rows.toReversed().join('\n');
    const found = read(`# Killer Sudoku\n\nfrom Anna\n\n${text}\n\n${other}\n\nEasy one\n${text}`);
    expect(found).toEqual([refused, expect.stringContaining('puzzle 2: a puzzle with title'), grid]);
  });

  describe('a heading of other rules further above', () => {
    test.each([
      '## Killer Sudoku\n\nComing soon.\n\n## Sudoku',
      '## Killer Sudoku\n\nComing soon.\n\n## Classic Sudoku\n\nfrom Anna',
      '## Killer Sudoku\n\nComing soon.\n\n## Sudoku 12',
      '## Killer Sudoku\n\nComing soon.\n\n# Daily',
      '# Killer Sudoku\n\n# Sudoku',
      'Killer Sudoku\n\nComing soon.\n\nSudoku',
      'Killer Sudoku\n\nComing soon.\n\nDaily Sudoku 12 (hard)',
      'Killer Sudoku\n\nComing soon.\n\n## Classic',
      '// Killer Sudoku\n\n// Sudoku',
    ])('ends at the own title of the grid: %j', (above) =>
      expect(read(`${above}\n\n${text}`)).toEqual([grid]),
    );

    test.each([
      '# Killer Sudoku\n\nIntro\n\n## Sudoku 12',
      '# Killer Sudoku\n# by Anna\n# Easy Sudoku',
      '# Killer Sudoku\n\n# Difficulty: hard',
      '## Killer Sudoku\n\nIntro\n\n## Puzzle 1',
      '## Killer Sudoku\n\nIntro\n\n## How to\n\nNormal rules',
      '## Killer Sudoku\n\nNormal Sudoku rules apply',
      '## Killer Sudoku\n\nIntro\n\nSudoku 12',
      'Killer Sudoku\n\nNormal Sudoku rules',
      'Killer Sudoku\nSudoku 12',
      '## Killer Sudoku\n\nIntro\n\n## Diagonal Sudoku',
      '## Sudoku\n\nIntro\n\n## Killer Sudoku\n\nIntro',
      '## Killer Sudoku\n\nIntro\n\n# Diagonal Sudoku\n\nIntro\n\n## Sudoku',
    ])('does not end: %j', (above) =>
      expect(read(`${above}\n\n${text}`)).toEqual([
        expect.stringContaining('Sudoku, which the model knows nothing of'),
      ]),
    );
  });
});

test.each([
  '{"orientation":"transposed"}',
  '{"orientation":90}',
  '{"indexing":"column-major"}',
  '{"meta":{"layout":{"reading":"by columns"}}}',
  '{"transform":"rot90"}',
  '{"gedreht":true}',
])('a key that says another order: %s', (key) => {
  const found = read(JSON.stringify({ puzzle: grid, ...JSON.parse(key) }));
  expect(found).toEqual([expect.stringContaining('which is not read')]);
});

test.each([
  '{"orientation":"portrait"}',
  '{"orientation":0}',
  '{"format":"row-major"}',
  '{"columns":9,"extra":{"width":500,"region":"EU"}}',
  '{"hint":"look at column 3"}',
  '{"user":{"name":"Killer Jones","rules":""}}',
])('a key that says no such thing: %s', (key) =>
  expect(read(JSON.stringify({ puzzle: grid, ...JSON.parse(key) }))).toEqual([grid]),
);

describe('a map of regions in numbers', () => {
  const map = ['111222333', '111222333', '111222333', '444555666', '444555666', '444555666', '777888999'];
  const regions = [...map, '777888999', '777888999'];
  const refused =
    'a puzzle beside a map of numbers, which may be its regions and is not read; leave the map out';

  test.each<[string, string]>([
    ['below it', `${text}\n\n${regions.join('\n')}`],
    ['above it', `${regions.join('\n')}\n\n${text}`],
    ['with spaces', `${text}\n\n${regions.map((row) => [...row].join(' ')).join('\n')}`],
    ['under a name', `${text}\n\nBoxes of it:\n${regions.join('\n')}`],
    ['on a line', `${grid}\n${regions.join('')}`],
  ])('%s', (_, given) => expect(read(given)).toEqual([expect.stringContaining(refused)]));

  test('under any key', () => {
    for (const value of [regions, regions.join(''), regions.map((row) => [...row].map(Number))])
      expect(read(JSON.stringify({ puzzle: grid, pieces: value }))).toEqual([
        expect.stringContaining('a puzzle with pieces, which the model knows nothing of'),
      ]);
  });

  test('the digits of an answer are none, be it right or wrong', () => {
    const answer = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
    const wrong = `${answer.slice(0, 79)}97`;
    expect(parseLine(answer).length).toBe(81);
    for (const one of [answer, wrong])
      expect(read(JSON.stringify({ puzzle: grid, solution: one, check: one }))).toEqual([grid]);
    expect(read(`${text}\n\n${answer.match(/.{9}/g)!.join('\n')}`)).toEqual([grid]);
  });
});

describe('a corner above the names of rows', () => {
  const cells = rows.map((row) => [...row].map((cell) => cell.replace('.', '')));
  const table = (corner: string, separator: string, names = counted(9, '')) =>
    [[corner, ...names], ...cells.map((row, i) => [String(i + 1), ...row])]
      .map((row) => row.map((cell) => (separator === ' ' ? cell || '.' : cell)).join(separator))
      .join('\n');
  const short = (corner: string) => `${corner},cells\n${rows.map((row, i) => `${i + 1},${row}`).join('\n')}`;
  const markdown = (corner: string) =>
    table(corner, ' | ')
      .split('\n')
      .map((row, i) => (i === 0 ? `| ${row} |\n${'|---'.repeat(10)}|` : `| ${row} |`))
      .join('\n');
  const all = (corner: string) => [
    ...[',', ';', '\t', ' '].map((separator) => table(corner, separator)),
    short(corner),
    markdown(corner),
  ];

  test.each([
    ['Col', 'columns'],
    ['Column', 'columns'],
    ['Spalte', 'columns'],
    ['Box', 'boxes'],
  ])('%s', (corner, of) => {
    for (const given of all(corner))
      expect(read(given)).toEqual([
        expect.stringContaining(`the rows have names of ${of}: the cells may belong where the names say`),
      ]);
  });

  test.each(['Row', 'Zeile'])('%s says what is read', (corner) => {
    for (const given of all(corner)) expect(read(given)).toEqual([grid]);
  });

  test('it is that of the columns where the rows have names of their own, or none', () => {
    const named = rows.map((row, i) => `Row ${i + 1} ${[...row].join(' ')}`);
    expect(read(`Col 1 2 3 4 5 6 7 8 9\n${named.join('\n')}`)).toEqual([grid]);
    expect(read(`Puzzle 1\n${text}`)).toEqual([grid]);
  });

  test('letters count rows above the columns too', () => {
    const named = [...'ABCDEFGHI'].map((letter) => `Row ${letter}`).join(',');
    const sheet = rows.map((row) => [...row].join(',')).join('\n');
    expect(read(`${named}\n${sheet}`)).toEqual([
      expect.stringContaining('the columns have names of rows: the cells may belong'),
    ]);
    expect(read(`${named.replaceAll('Row', 'Column')}\n${sheet}`)).toEqual([grid]);
  });
});

describe('a short title that says in which order its lines are read', () => {
  const lines = '1...\n.2..\n...4\n..21';
  const read4 = (title: string) =>
    readQuestions(`${title}\n${lines}\n`, familyFrom({ kind: 'sudoku', size: 4 })!, {}).map(({ error }) =>
      error ? 'refused' : 'read',
    );
  test.each([
    'Right to left:',
    'From bottom to top:',
    'Rows from bottom to top:',
    '(bottom row first)',
    'Last row first:',
    'Backwards:',
    'turned 90°',
    'Vertically:',
    'Senkrecht:',
    'Each line is a column:',
    'Each line below is one 2x2 box:',
    '2x2 boxes, one per line:',
    'One column per line',
    '# each inner list is a column',
  ])('%s', (title) => expect(read4(title)).toEqual(['refused']));
  test.each([
    'Left to right, top to bottom:',
    'Each row is unique and each column is a set',
    'Fill each box by the rules',
    'Every line holds a digit once',
  ])('not so %s', (title) => expect(read4(title)).toEqual(['read']));
});

describe('names of other Sudokus', () => {
  const refused = (name: string) => expect.stringMatching(`${name}.*, which the model knows nothing of`);
  const named = [
    'Digits 0-8',
    'Digits from 0 to 8',
    ...'XSudoku|Anti-Queen|Greater-than|Argyle|Center Dot|Asterisk Sudoku|Disjoint groups|Frame Sudoku'.split(
      '|',
    ),
    ...'Girandola|Chaos Construction|Dutch Whispers|Parity lines|Extra regions|KenKen|Mathdoku'.split('|'),
    ...'Unregelmäßiges Sudoku|Gerade-Ungerade|Hochhaus-Sudoku|Pfeil-Sudoku|Randsudoku'.split('|'),
    ...'Sudoku flèches|Sudoku tueur|Sudoku asesino|Sudoku pares e impares|Sudoku termómetro'.split('|'),
    ...'Sudoku irregolare|Sudoku assassino|Onregelmatige sudoku|Sudoku diagonaal|Sudoku setas'.split('|'),
    ...'キラー数独|対角線ナンプレ|ジグソー|不等号ナンプレ'.split('|'),
  ];
  test.each(named)('%s', (name) => {
    for (const given of [`${name}\n${text}`, JSON.stringify({ type: name, puzzle: grid })])
      expect(read(given)).toEqual([refused(name)]);
    expect(read(JSON.stringify({ notes: name, puzzle: grid }))).toEqual([refused('notes')]);
  });

  test.each(['killer', 'jigsaw'])('a difficulty of %s', (kind) => {
    for (const given of [`difficulty: ${kind}\n${text}`, JSON.stringify({ difficulty: kind, puzzle: grid })])
      expect(read(given)).toEqual([refused(`difficulty ${kind}`)]);
  });

  test.each([
    'Both diagonals must contain 1-9.',
    'Normal sudoku rules apply. The main diagonals also hold each digit once.',
    'Each cage sums to its number.',
    'A killer sudoku by Anna',
    "No equal digits a knight's move apart.",
    'Digits along thermometers increase.',
    'Adjacent cells may not be consecutive.',
    'Grey cells are even.',
    'Die Diagonalen enthalten auch alle Ziffern.',
  ])('a sentence: %s', (sentence) => {
    for (const key of ['notes', 'description', 'comment'])
      expect(read(JSON.stringify({ [key]: sentence, puzzle: grid }))).toEqual([refused(key)]);
  });

  const others =
    'Sudoku X-mas special|Sudoku Extra|X-Wing practice|Diabolical|Evil|Fiendish|Extreme Sudoku|Digits 1-9';
  test.each(others.split('|'))('%s is none', (name) => {
    for (const given of [
      `${name}\n${text}`,
      JSON.stringify({ title: name, puzzle: grid }),
      JSON.stringify({ difficulty: name, puzzle: grid }),
    ])
      expect(read(given)).toEqual([grid]);
  });
  test.each([
    'Not a killer sudoku',
    'Needs diagonal reasoning and an X-Wing',
    'No cages',
    'Normal sudoku rules apply.',
  ])('nor is a sentence: %s', (sentence) =>
    expect(read(JSON.stringify({ description: sentence, puzzle: grid }))).toEqual([grid]),
  );

  test('long titles are given up at once', () => {
    const begun = performance.now();
    const long = `killer ${'a'.repeat(60_000)}`;
    read(JSON.stringify({ title: long, notes: long, puzzle: grid }));
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
