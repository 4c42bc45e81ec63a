/** `importGrids` with puzzles whose rules are known, and with what only looks like a puzzle. */

import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { importGrids } from '../../../src/data/builders/grid-import.ts';
import { datasetFamily } from '../../../src/data/dataset.ts';
import { readSplits } from '../../../src/data/node/folder.ts';

const root = mkdtempSync(join(tmpdir(), 'trm-own-'));
afterAll(() => rmSync(root, { recursive: true }));
let runs = 0;

async function run(name: string, content: string, options: object = {}) {
  const [from, out] = [join(root, name), join(root, `out-${runs++}`)];
  await writeFile(from, content);
  const symmetries = { dihedral: false, rename: false, fixed: [] };
  const report = await importGrids({ from, out, test: 1, symmetries, maxSide: 40, seed: 0, ...options });
  const { train, test: held } = await readSplits(out);
  const { line, fault } = datasetFamily(train.metadata);
  const lines = [train, held].flatMap((split) =>
    Array.from({ length: split.count }, (_, row) => {
      const [question, answer] = [
        new Int32Array(train.metadata.seq_len),
        new Int32Array(train.metadata.seq_len),
      ];
      split.read(row, question, answer);
      if (fault) expect(fault(question, answer)).toBeUndefined();
      return `${line(question)}>${line(answer)}`;
    }),
  );
  return { report, lines: lines.sort() };
}

const questions = ['..1.2........3.4', '.3.4........1..2', '...2..1...4.3...'];
const answers = ['3412214342311324', '2314412332411432', '4132231412433421'];
const pairs = questions.map((question, i) => `${question}>${answers[i]}`).sort();

/** With digits from 0 to F. */
const SIXTEEN = Array.from({ length: 16 }, (_, row) =>
  Array.from({ length: 16 }, (_, column) =>
    (((row % 4) * 4 + (row >> 2) + column) % 16).toString(16).toUpperCase(),
  )
    .join('')
    .replace(/[4A]/g, '.'),
).join('\n');

describe('own Sudokus become a Sudoku dataset', () => {
  test.each(['Solution:', '### Solution', '**Solution:**'])(
    'as a chat writes them, under %s',
    async (title) => {
      const fenced = (grid: string) => ['```text', ...grid.match(/.{4}/g)!, '```'].join('\r\n');
      const text = questions.map(
        (question, i) => `Puzzle ${i + 1}:\r\n${fenced(question)}\r\n${title}\r\n${fenced(answers[i]!)}`,
      );
      const { report, lines } = await run('chat.txt', text.join('\r\n\r\n'));
      expect(report.family).toEqual({ kind: 'sudoku', size: 4 });
      expect(lines).toEqual(pairs);
    },
  );

  test('not of numbers that a spreadsheet has rounded', async () => {
    await expect(
      run('r.csv', 'quizzes,solutions\n6.58072E+79,3.65897E+80\n1.2E+78,3.6E+80\n'),
    ).rejects.toThrow(/r\.csv:2: 6\.58072E\+79 is a number that a spreadsheet has rounded/);
  });

  test('with answers', async () => {
    const csv = `puzzle;solution\n${questions.map((question, i) => `${question};${answers[i]}`).join('\n')}`;
    const { report, lines } = await run('a.csv', csv);
    expect(report).toMatchObject({ train: 2, test: 1, family: { kind: 'sudoku', size: 4 }, ambiguous: 0 });
    expect(lines).toEqual(pairs);
    expect((await run('b.csv', csv, { as: 'grid' })).report.family).toMatchObject({
      kind: 'grid',
      columns: 16,
    });
    const symmetries = { dihedral: true, rename: false, fixed: [] };
    await expect(run('c.csv', csv, { symmetries })).rejects.toThrow('Sudoku 4×4 has symmetries of its own');
  });

  test('stacked in a sheet, below a title each', async () => {
    const open = answers.map((answer, i) =>
      ['1', /[12]/, /[123]/].slice(0, i + 1).reduce<string>((grid, sign) => grid.replace(sign, '.'), answer),
    );
    const sheet = (grid: string) =>
      grid.match(/.{4}/g)!.map((row) => [...row].map((cell) => cell.replace('.', '')).join(','));
    const stacked = (titles: string[]) =>
      open.flatMap((question, i) =>
        [question, answers[i]!].flatMap((grid, part) => [`${titles[part]},,,`, ...sheet(grid), ',,,']),
      );
    for (const titles of [
      ['Puzzle', 'Solution'],
      ['Sudoku', 'Answer'],
    ])
      expect((await run('stacked.csv', stacked(titles).join('\n'))).lines).toEqual(
        open.map((question, i) => `${question}>${answers[i]}`).sort(),
      );
    const header = questions.map((question, i) => `${question},${answers[i]},,`);
    expect((await run('edge.csv', ['puzzle,solution,,', ...header].join('\n'))).lines).toEqual(pairs);
    const alone = ['puzzle,,,', ...questions.map((question) => `${question},,,`)].join('\n');
    expect((await run('alone.csv', alone, { solve: true })).lines).toEqual(pairs);
  });

  test('of two a bad one is named, not the good one', async () => {
    const record = (i: number, cut = 0) => ({ puzzle: questions[i]!.slice(cut), solution: answers[i]! });
    const fault = /:(2|3): expected a grid of 16 cells or a row of 4, got 15/;
    const csv = [record(0), record(1, 1)].map((one) => Object.values(one).join(','));
    await expect(run('gap.csv', ['puzzle,solution', ...csv].join('\n'))).rejects.toThrow(fault);
    const jsonl = [record(0), record(1, 1)].map((one) => JSON.stringify(one));
    await expect(run('gap.jsonl', jsonl.join('\n'))).rejects.toThrow(fault);
  });

  test.each([
    ['a bad cell', questions.map((grid) => grid.replace('1', '?!')), /:1: (puzzle 1: )?expected a grid of/],
    [
      'a bad cell in most',
      [questions[0]!, ...questions.map((grid) => `${grid}9`)],
      /:3: puzzle 2: expected a grid of 16 cells or a row of 4, got 17/,
    ],
    [
      'hexadecimal digits',
      [SIXTEEN, SIXTEEN],
      /:1: puzzle 1: 0 may be a blank beside digits 1 to G, or the first/,
    ],
    ['words', ['no puzzle at all', 'nor here'], 'these are no puzzles of sudoku; leave out --as'],
  ])('called Sudokus, a text tells why it is none: %s', async (_, grids, fault) => {
    await expect(run('unread.txt', grids.join('\n\n'), { as: 'sudoku' })).rejects.toThrow(fault);
    await expect(run('unread.txt', grids.join('\n\n'))).rejects.toThrow('--as sudoku or --as maze tells why');
  });

  test('as tables: a column a cell, no header, two columns that must say the same', async () => {
    const cells = (name: string) => Array.from({ length: 16 }, (_, i) => `${name}${i}`).join(',');
    const table = questions.map((question, i) => `${[...question]},${[...answers[i]!]}`.replaceAll('.', ''));
    expect((await run('f.csv', `${cells('q')},${cells('a')}\n${table.join('\n')}`)).lines).toEqual(pairs);
    const sorted = Array.from({ length: 16 }, (_, i) => i).sort((a, b) => (`${a}` < `${b}` ? -1 : 1));
    const byName = [sorted, ...questions.map((question) => sorted.map((place) => question[place]))];
    expect((await run('l.csv', byName.join('\n').replaceAll('.', '0'), { solve: true })).lines).toEqual(
      pairs,
    );
    await expect(run('m.csv', cells('q').replace('q7', 'q8'))).rejects.toThrow(
      /m\.csv:1: columns of a cell each, q0 to q15: q8 is there twice/,
    );
    const bare = questions.map((question) => [...question].join(';').replaceAll('.', ''));
    expect((await run('g.csv', bare.join('\n'), { solve: true })).lines).toEqual(pairs);
    const doubled = (second: string) =>
      `puzzle,board,solution\n${questions.map((question, i) => `${question},${i ? question : second},${answers[i]}`).join('\n')}`;
    expect((await run('h.csv', doubled(questions[0]!.replaceAll('.', '0')))).lines).toEqual(pairs);
    await expect(run('i.csv', doubled(questions[1]!))).rejects.toThrow(
      /i\.csv:2: puzzle and board are both there, and differ; leave one of them out$/,
    );
  });

  test('with the answers of others, or their columns swapped, are no grids of symbols', async () => {
    const csv = (some: readonly (readonly string[])[]) =>
      `puzzle,solution\n${some.map((pair) => pair.join(',')).join('\n')}`;
    const shifted = questions.map((question, i) => [question, answers[(i + 1) % answers.length]!]);
    const swapped = questions.map((question, i) => [answers[i]!, question]);
    for (const [name, pairs] of [
      ['n.csv', shifted],
      ['o.csv', swapped],
    ] as const)
      await expect(run(name, csv(pairs))).rejects.toThrow(
        /the puzzles may be Sudoku 4×4, but 100 % of the answers break its rules; look whether answers stand beside/,
      );
    expect((await run('p.csv', csv(shifted), { as: 'grid' })).report.family).toMatchObject({ kind: 'grid' });
  });

  test('an answer that is not finished has its line, and the others are Sudokus without it', async () => {
    const csv = (answer: string) =>
      `puzzle,solution\n${questions.map((question, i) => `${question},${i === 2 ? answer : answers[i]}`).join('\n')}`;
    const cut = csv(answers[2]!.slice(0, 7));
    const jsonl = questions.map((puzzle, i) => JSON.stringify({ puzzle, solution: answers[i] })).join('\n');
    for (const [name, text, message] of [
      ['r.csv', cut, 'r.csv:4: answer: expected a grid of 16 cells or a row of 4, got 7'],
      [
        's.csv',
        csv(answers[2]!.replace('4', '.')),
        's.csv:4: answer: the answer breaks the rules: a cell is blank',
      ],
      ['t.jsonl', jsonl.slice(0, -5), 't.jsonl:3: not JSON: it ends too early'],
    ] as const) {
      await expect(run(name, text)).rejects.toThrow(message);
      const faults: string[] = [];
      const { lines, report } = await run(name, text, {
        onBad: (error: Error) => faults.push(error.message),
      });
      expect(faults).toEqual([expect.stringContaining(message)]);
      expect(report.family).toEqual({ kind: 'sudoku', size: 4 });
      expect(lines).toEqual(pairs.filter((pair) => !pair.startsWith(questions[2]!)));
    }
  });

  test('without answers, which are found; several solutions are no puzzle', async () => {
    const text = `# mine\n${questions.join('\n')}\n`;
    await expect(run('a.sdm', text)).rejects.toThrow(
      /a\.sdm:2: puzzle 1: a question without an answer; find .* --solve/,
    );
    expect((await run('b.sdm', text, { solve: true })).lines).toEqual(pairs);
    const more = `${text}1...............\n`;
    await expect(run('c.sdm', more, { solve: true })).rejects.toThrow(
      /c\.sdm:5: puzzle 4: the puzzle has more than one solution/,
    );
    const faults: string[] = [];
    const onBad = (error: Error) => faults.push(error.message);
    expect((await run('d.sdm', more, { solve: true, onBad })).lines).toEqual(pairs);
    expect(faults).toEqual([expect.stringContaining('more than one solution')]);
  });

  test('as text, with answers below', async () => {
    const text = questions.map((question, i) => `${question}\nSolution:\n${answers[i]}`).join('\n\n');
    expect((await run('k.txt', text)).lines).toEqual(pairs);
  });

  test('as tables, with answers below', async () => {
    const tableOf = (cells: string) => {
      const rows = cells.match(/.{4}/g)!.map((row) => `|${[...row].join('|')}|`);
      return `| | | | |\n|-|-|-|-|\n${rows.join('\n').replaceAll('.', ' ')}\n`;
    };
    const text = questions.map(
      (one, i) => `## Puzzle\n${tableOf(one)}\n## Solution\n${tableOf(answers[i]!)}`,
    );
    expect((await run('x.txt', text.join('\n'))).lines).toEqual(pairs);
  });

  test('answers in a list of their own, under a German name, or behind their questions without one', async () => {
    const lists = JSON.stringify({ puzzles: questions, solutions: answers });
    expect((await run('s.json', lists)).lines).toEqual(pairs);
    await expect(run('t.json', JSON.stringify({ puzzles: questions, solutions: ['1'] }))).rejects.toThrow(
      't.json: puzzles holds 3, solutions 1; give as many answers as puzzles',
    );
    const named = JSON.stringify({ question: questions, answer: answers });
    expect((await run('u.json', named)).lines).toEqual(pairs);
    const table = questions.map((question, i) => `${question};${answers[i]}`).join('\n');
    expect((await run('v.csv', `Puzzle;Lösung\n${table}`)).lines).toEqual(pairs);
    expect((await run('w.csv', table)).lines).toEqual(pairs);
    expect((await run('w.txt', table.replaceAll(';', ' '))).lines).toEqual(pairs);
  });

  test.each([
    ['two puzzles a line', 'a.csv', `${questions[0]},${questions[1]}\n${questions[1]},${questions[2]}`],
    ['the answer before the question', 'a.csv', questions.map((one, i) => `${answers[i]},${one}`).join('\n')],
    ['two dates a line', 'a.txt', '2024-01-01 10:00,2024-01-02 11:00\n2024-01-03 10:00,2024-01-04 11:00'],
    ['rows of one', 'a.json', JSON.stringify({ question: ['010', '101'], answer: ['111', '000'] })],
  ])('what nothing tells to be question and answer is refused: %s', async (_, name, content) => {
    const fault = name.endsWith('.json')
      ? /a\.json: question\[0\]: the lists under question and answer may be puzzles, or the rows of one; give/
      : /^.*a\.(csv|txt):1: two fields a line, and neither names of columns nor rules tell .*; write question,answer/;
    await expect(run(name, content)).rejects.toThrow(fault);
    await expect(run(name, content, { as: 'grid' })).rejects.toThrow(fault);
  });

  test('a maze in a sheet with names of its rows and columns', async () => {
    const maze = (rows: readonly string[]) => [
      ',A,B,C,D,E',
      ...rows.map((row, i) => [i + 1, ...row].join(',').replaceAll('.', '')),
    ];
    const rows = ['S.#..', '..#..', '...#.', '#....', '..#.G'];
    const text = [...maze(rows), ',,,,,', ...maze(rows.with(0, 'S#...'))].join('\n');
    const { report } = await run('n.csv', text, { solve: true });
    expect(report).toMatchObject({ train: 1, test: 1, family: { kind: 'maze', rows: 5, columns: 5 } });
  });

  test('an answer is never a question of its own', async () => {
    const faults: string[] = [];
    const solve = { solve: true, onBad: (error: Error) => faults.push(error.message) };
    const chat = questions.map(
      (question, i) =>
        `[12/03/24, 10:00:1${i}] Anna: ${question}\n[12/03/24, 10:05:1${i}] Bob: ${answers[i]}`,
    );
    expect((await run('l.txt', chat.join('\n'), solve)).lines).toEqual(pairs);
    expect(faults).toEqual([]);
    const lists = JSON.stringify(questions.map((question, i) => [question, answers[i]]));
    expect((await run('l.json', lists, solve)).lines).toEqual(pairs);
    expect(faults).toHaveLength(3);
    expect(faults[0]).toMatch(
      /l\.json: .*: a grid without blanks, which is an answer and no question; leave it out, or give it as the/,
    );
    const titles = ['My attempt:', 'Answer key, page 9', "Solution to yesterday's puzzle:"];
    const titled = questions.map((question, i) => `${question}\n\n${titles[i]}\n${answers[i]}\n`);
    expect((await run('o.txt', titled.join('\n'), solve)).lines).toEqual(pairs);
    expect(faults).toHaveLength(3);
  });

  test('one bad answer among them is an error with its line', async () => {
    const rows = questions.map((question, i) => `${question},${i === 1 ? answers[0] : answers[i]}`);
    await expect(run('e.csv', `puzzle,solution\n${rows.join('\n')}`, { as: 'sudoku' })).rejects.toThrow(
      /e\.csv:3: answer: the answer breaks the rules: a given was changed/,
    );
  });
});

test('mazes are solved', async () => {
  const { report, lines } = await run('m.txt', 'S #\n  G\n\nS  \n##G\n\nS# \n  G\n', { solve: true });
  expect(report.family).toEqual({ kind: 'maze', rows: 2, columns: 3 });
  expect(lines).toEqual(['S../##G>Soo/##G', 'S.#/..G>S.#/ooG', 'S#./..G>S#./ooG'].sort());
});

describe('mazes beside their answers', () => {
  // No walls stand all around: spaces at the edges are cells, as in Maze-Hard.
  const mazes = [
    [
      ['S#  ', ' # #', '   #', '## G'],
      ['S#  ', 'o# #', 'ooo#', '##oG'],
    ],
    [
      ['S  #', '## #', 'G# #', '   #'],
      ['Soo#', '##o#', 'G#o#', 'ooo#'],
    ],
    [
      [' S #', '# ##', '#  G', '##  '],
      [' S #', '#o##', '#ooG', '##  '],
    ],
  ] as const;
  const asRows = mazes.map((pair) => pair.map((some) => some.join('')).join('>')).sort();
  const joined = (by: string, free: string) =>
    mazes.map((pair) => pair.map((some) => some.join(by).replaceAll(' ', free)));
  const csv = (by: string, free: string) =>
    ['source,question,answer,rating', ...joined(by, free).map(([q, a]) => `x,"${q}","${a}",0`)].join('\n');
  const jsonl = (by: string, free: string) =>
    joined(by, free)
      .map(([question, answer]) => JSON.stringify({ question, answer }))
      .join('\n');
  const forms = [
    ['flat, spaces in CSV', 'flat.csv', csv('', ' ')],
    ['flat, dots in CSV', 'flat-dots.csv', csv('', '.')],
    ['rows, spaces in CSV', 'rows.csv', csv('\n', ' ')],
    ['flat, spaces in JSON', 'flat.jsonl', jsonl('', ' ')],
    ['flat, dots in JSON', 'flat-dots.jsonl', jsonl('', '.')],
    ['rows, spaces in JSON', 'rows.jsonl', jsonl('\n', ' ')],
    ['rows, dots in JSON', 'rows-dots.jsonl', jsonl('\n', '.')],
    ['between slashes', 'slashes.jsonl', jsonl('/', '.')],
    [
      'with a line of = between',
      'lines.txt',
      joined('\n', '.')
        .map((pair) => pair.join('\n=\n'))
        .join('\n\n'),
    ],
  ] as const;
  test.each(
    forms.flatMap(([form, name, text]) =>
      (['auto', 'maze'] as const).map((as) => ({ form, name, text, as })),
    ),
  )('$form, as $as', async ({ name, text, as }) => {
    const { report, lines } = await run(`${as}-${name}`, text, { as });
    expect(report.family).toEqual({ kind: 'maze', rows: 4, columns: 4 });
    expect(lines).toEqual(asRows);
  });

  test('called mazes, with another sign for the way: the sign is told', async () => {
    const text = csv('', ' ').replace(/o(?=.*",0)/g, '*');
    await expect(run('star.csv', text, { as: 'maze' })).rejects.toThrow(/star\.csv:2: .*'\*' is no cell/);
  });

  test('an answer that is cut has its line, and the others are mazes without it', async () => {
    const last = 'x,"S#   # #   ### G","S#  o#",0';
    const faults: string[] = [];
    const onBad = (error: Error) => faults.push(error.message);
    const { report, lines } = await run('cut.csv', `${csv('', ' ')}\n${last}\n`, { onBad });
    expect(report.family).toEqual({ kind: 'maze', rows: 4, columns: 4 });
    expect(lines).toEqual(asRows);
    expect(faults).toEqual([expect.stringContaining('cut.csv:5')]);
  });

  test('of which many break the rules are refused', async () => {
    const [first, second, third] = joined('', ' ').map((pair) => pair.join(','));
    const idle = ['G#   # #   ### S', 'S #G#   ##  #   '].map((maze) => `${maze},${maze}`);
    const text = ['question,answer', first, second, third, ...idle].join('\n');
    await expect(run('idle.csv', text)).rejects.toThrow('may be Maze 4×4, but 40 % of the answers break');
  });

  test.each([
    ['with another sign for the way', csv('', ' ').replace(/o(?=.*",0)/g, '*')],
    ['without start and goal', csv('', ' ').replace(/[SG]/g, ' ')],
    ['with walls of X', csv('', ' ').replace(/[SG]/g, ' ').replaceAll('#', 'XX')],
  ])('%s: no grids of symbols between spaces', async (_, text) => {
    await expect(run(`runs-${runs}.csv`, text)).rejects.toThrow('spaces may be cells');
  });
});

describe('mazes that are no dataset say why', () => {
  const sizes =
    'mazes of 3x5 and 3x6; a dataset has one size; import those of each size from a file of their own';
  const pairs = (free: string) =>
    JSON.stringify([
      { question: '#####/#S G#/#####'.replaceAll(' ', free), answer: '#####/#SoG#/#####' },
      { question: '######/#S  G#/######'.replaceAll(' ', free), answer: '######/#SooG#/######' },
    ]);
  const alone = '#####\n#S G#\n#####';
  test.each<[string, string, string, object, string]>([
    ['several sizes', 'a.json', pairs(' '), {}, sizes],
    ['with a sign for free', 'b.json', pairs('.'), {}, sizes],
    ['called mazes', 'c.json', pairs(' '), { as: 'maze' }, sizes],
    ['in a text', 'd.txt', `${alone}\n\n######\n#S  G#\n######\n`, { solve: true }, sizes],
    [
      'two readings',
      'e.txt',
      '  S   \n  ####\n  G   \n',
      { solve: true },
      'e.txt:1: the maze may be 3x6 as it',
    ],
    [
      'called mazes, a bad one',
      'f.csv',
      `maze\n"${alone}"\n"${alone.replace(' ', 'q')}"\n`,
      { as: 'maze' },
      "'q' is no",
    ],
  ])('%s', async (_, name, text, options, fault) => {
    await expect(run(`unfit-${name}`, text, options)).rejects.toThrow(fault);
  });

  test.each(['\n', '\r\n'])(
    'the line at which a record with line breaks %j in quotes begins',
    async (end) => {
      const rows = ['#####', '#S G#', '#####'];
      const record = (middle: string) => `"${rows.with(1, middle).join(end)}",1`;
      const csv = ['maze,rating', record('#S G#'), record('#G S#'), '', record('#SqG#'), record('#GS #')];
      const lines: (number | undefined)[] = [];
      const onBad = (error: { detail: { line?: number } }) => lines.push(error.detail.line);
      await run(`lines-${end.length}.csv`, csv.join(end), { solve: true, onBad });
      expect(lines).toEqual([9]);
    },
  );
});

test('mazes with a space between the cells are as large as they are drawn', async () => {
  const maze = '# # # # # #\n# S       #\n#   # #   #\n#     G   #\n# # # # # #\n';
  const { report } = await run('r.txt', `${maze}\n${maze.replace('S  ', '  S')}`, { solve: true });
  expect(report.family).toEqual({ kind: 'maze', rows: 5, columns: 6 });
});

test('a maze in a sheet is one', async () => {
  const mazes = ['S,,#\n#,,G\n', '#,S,\nG,,#\n', '#,,G\nS,,#\n'].join('\n');
  const { report } = await run('n.csv', mazes, { solve: true });
  expect(report.family).toEqual({ kind: 'maze', rows: 2, columns: 3 });
});

test('a sentence in every question is no row of cells', async () => {
  const rows = ['12/_2', '21/1_', '11/2_'].map((grid) => grid.replace('/', '\n'));
  const jsonl = rows.map((grid) =>
    JSON.stringify({ question: `Fill in\n${grid.replace(/./g, '$& ')}`, answer: grid.replace('_', '1') }),
  );
  const { report, lines } = await run('p.jsonl', jsonl.join('\n'), { as: 'grid' });
  expect(report).toMatchObject({
    family: { rows: 2, columns: 2, alphabet: ['1', '2', '_'] },
    prose: ['Fill in'],
  });
  expect(lines).toEqual(['11/2_>11/21', '12/_2>12/12', '21/1_>21/11']);
});

test('questions with several answers are counted, and keep them', async () => {
  const jsonl = ['ab', 'ba', 'aa'].map((answer, i) =>
    JSON.stringify({ question: i === 2 ? 'ba' : 'bb', answer }),
  );
  const { report, lines } = await run('q.jsonl', jsonl.join('\n'));
  expect(report).toMatchObject({ ambiguous: 1, train: 1, test: 1 });
  expect(lines).toEqual(['ba>aa', 'bb>ab']);
  const splits = await readSplits(join(root, `out-${runs - 1}`));
  const kept = [splits.train, splits.test].map(({ answers }) => answers && [...answers.indices]);
  expect(kept).toContainEqual([0, 2]);
  expect(kept).toContainEqual(undefined);
});
