/** Random mazes in all forms of lists and texts: each is read as it was drawn, or refused; never as another one. */
import { expect, test } from 'vitest';
import { familyFrom } from '../../src/data/families.ts';
import { maze } from '../../src/data/maze/family.ts';
import { Random } from '../../src/data/random.ts';
import { readAnySize } from '../../src/data/reading/any-size.ts';
import { readQuestions } from '../../src/data/reading/read.ts';

type Cells = readonly (readonly string[])[];

const lines = (rows: readonly string[]) => `${rows.join('\n')}\n`;
const joined = (cells: Cells, between: string) => cells.map((row) => row.join(between));
/** As the family writes it: without the ends of rows where it is square. */
const lineOf = (cells: Cells) =>
  cells.length === cells[0]!.length
    ? joined(cells, '').join('')
    : joined(cells, '').join('/').replaceAll(' ', '.');
const quoted = (cells: Cells) => cells.map((row) => row.map((cell) => `'${cell}'`));

/** Numbers above the columns and before the rows. */
const frame = (cells: Cells) => [
  `   ${cells[0]!.map((_, column) => column).join('  ')}`,
  ...cells.map((row, i) => `${i}  ${row.join('  ')}`),
];

/** How people write a maze down. */
const forms: Readonly<Record<string, (cells: Cells) => unknown>> = {
  lists: (cells) => cells,
  'lists with nothing for free': (cells) => cells.map((row) => row.map((cell) => cell.trim())),
  JSON: (cells) => JSON.stringify({ puzzle: cells }),
  Python: (cells) => `maze = ${JSON.stringify(cells).replaceAll('"', "'")}`,
  NumPy: (cells) =>
    `[${quoted(cells)
      .map((row) => `[${row.join(' ')}]`)
      .join('\n ')}]`,
  'a sheet': (cells) => lines(joined(cells, ',')),
  rows: (cells) => lines(joined(cells, '')),
  'a list of rows': (cells) => joined(cells, ''),
  slashes: (cells) => joined(cells, '').join('/'),
  'slashes with spaces around': (cells) => joined(cells, '').join(' / '),
  'cut lines': (cells) => lines(joined(cells, '').map((row) => row.trimEnd())),
  'a space between': (cells) => lines(joined(cells, ' ')),
  'a frame of pandas': (cells) => lines(frame(quoted(cells))),
  'a frame of pandas, points for free': (cells) =>
    lines(frame(cells.map((row) => row.map((cell) => (cell === ' ' ? '.' : cell))))),
  'a frame of pandas in digits': (cells) =>
    lines(frame(cells.map((row) => row.map((cell) => String(' #SG'.indexOf(cell)))))),
  'a space between, cut lines': (cells) => lines(joined(cells, ' ').map((row) => row.trimEnd())),
  'two spaces between': (cells) => lines(joined(cells, '  ')),
  indented: (cells) => lines(joined(cells, '').map((row) => `    ${row}`)),
  'a space behind': (cells) => lines(joined(cells, '').map((row) => `${row} `)),
  'twice as wide': (cells) =>
    lines(cells.map((row) => row.map((cell) => (/[SG]/.test(cell) ? `${cell} ` : cell + cell)).join(''))),
};

/** With walls all around or not, an S and a G. */
function randomMaze(random: Random, isCut: boolean): Cells {
  const [rows, columns] = [3 + random.int(5), 3 + random.int(6)];
  const hasFrame = isCut || random.int(2) === 0; // free cells at an edge that were cut off leave no trace
  const share = 2 + random.int(3);
  const isOuter = (row: number, column: number) =>
    row === 0 || column === 0 || row === rows - 1 || column === columns - 1;
  const cells = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column): string =>
      (hasFrame && isOuter(row, column)) || random.int(share) === 0 ? '#' : ' ',
    ),
  );
  const places = cells.flatMap((row, i) =>
    row.flatMap((_, j) => (hasFrame && isOuter(i, j) ? [] : [[i, j] as const])),
  );
  const [start, goal] = random.shuffle(places);
  if (start) cells[start[0]]![start[1]] = 'S';
  if (goal) cells[goal[0]]![goal[1]] = 'G';
  return cells;
}

const MAZES = 150;

test.each(Object.entries(forms))('%s', (form, write) => {
  let read = 0;
  for (let seed = 0; seed < MAZES; seed++) {
    const cells = randomMaze(new Random(seed).fork(form), form.endsWith('cut lines'));
    const drawn = `${cells.length}x${cells[0]!.length} ${lineOf(cells)}`;
    const given = write(cells);
    for (const { value } of readAnySize(given, maze.ofAnySize)) {
      if (!value) continue;
      const { canvas, line } = familyFrom(value.info)!;
      expect(`${canvas.rows}x${canvas.columns} ${line(value.tokens)}`, JSON.stringify(given)).toBe(drawn);
      read++;
    }
    const family = familyFrom({ kind: 'maze', rows: cells.length, columns: cells[0]!.length })!;
    for (const { value } of readQuestions(given, family))
      if (value) expect(family.line(value), JSON.stringify(given)).toBe(lineOf(cells));
  }
  expect(read).toBeGreaterThan(MAZES / 8);
});

test('a frame of pandas with spaces for free cells shows no maze', () => {
  for (let seed = 0; seed < MAZES; seed++) {
    const cells = randomMaze(new Random(seed).fork('spaces'), false);
    if (!cells.flat().includes(' ')) continue;
    const given = lines(frame(cells));
    for (const { error } of readAnySize(given, maze.ofAnySize)) expect(error, given).toBeDefined();
    const family = familyFrom({ kind: 'maze', rows: cells.length, columns: cells[0]!.length })!;
    for (const { error } of readQuestions(given, family)) expect(error, given).toBeDefined();
  }
});

test('what a maze is written as on one line is read back, whatever its shape', () => {
  for (let seed = 0; seed < MAZES; seed++) {
    const cells = randomMaze(new Random(seed).fork('line'), false);
    const family = familyFrom({ kind: 'maze', rows: cells.length, columns: cells[0]!.length })!;
    const [item] = readQuestions(lineOf(cells), family);
    if (!item!.value) continue; // no maze: without a way, or an end
    const line = family.line(item!.value);
    expect(line).toBe(lineOf(cells));
    expect(
      readAnySize(line, maze.ofAnySize).map(({ value, error }) => error?.message ?? value!.tokens),
    ).toEqual([item!.value]);
  }
});
