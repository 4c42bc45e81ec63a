import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TrainBatches } from '../../../src/data/batches.ts';
import { type ImportOptions, importGrids } from '../../../src/data/builders/grid-import.ts';
import { datasetFamily } from '../../../src/data/dataset.ts';
import { gridOn } from '../../../src/data/grids/canvas.ts';
import { readSplits } from '../../../src/data/node/folder.ts';
import { Random } from '../../../src/data/random.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trm-import-'));
});
afterEach(() => rm(root, { recursive: true }));

const none = { dihedral: false, rename: false, fixed: [] };
async function put(name: string, content: string | Buffer): Promise<string> {
  const file = join(root, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}
const run = (from: string, change: Partial<ImportOptions> = {}) =>
  importGrids({ from, out: join(root, 'out'), test: 1, symmetries: none, maxSide: 30, seed: 0, ...change });

/** Every row of both splits as `question>answer`. */
async function lines(): Promise<{ train: string[]; test: string[] }> {
  const splits = await readSplits(join(root, 'out'));
  const text = (split: 'train' | 'test') => {
    const { metadata, count, read } = splits[split];
    const family = datasetFamily(metadata);
    return Array.from({ length: count }, (_, row) => {
      const [inputs, labels] = [new Int32Array(metadata.seq_len), new Int32Array(metadata.seq_len)];
      read(row, inputs, labels);
      return `${family.line(inputs)}>${family.line(labels)}`;
    });
  };
  return { train: text('train'), test: text('test') };
}

describe('formats', () => {
  const wanted = ['01/10>10/01', '11/00>00/11', '10/10>01/01'];
  test.each([
    ['a.csv', 'question,answer\n01/10,10/01\n"11\n00","00\n11"\n10/10,01/01\n'],
    [
      'a.json',
      '[{"question": ["01", "10"], "answer": [[1, 0], [0, 1]]}, {"question": "11/00", "answer": "00/11"}, {"question": "1 0/1 0", "answer": "0,1/0,1"}]',
    ],
    [
      'a.jsonl',
      '{"question": "01/10", "answer": "10/01"}\n\n{"question": "11/00", "answer": "00/11"}\n{"question": "10/10", "answer": "01/01"}',
    ],
    ['a.txt', '01\n10\n=\n10\n01\n\n\n11\n00\n==\n00\n11\n\n1 0\n1 0\n=\n0 1\n0 1'],
  ])('%s', async (name, content) => {
    expect(await run(await put(name, content))).toMatchObject({
      train: 2,
      test: 1,
      family: { kind: 'grid', alphabet: ['0', '1'] },
    });
    const { train, test } = await lines();
    expect([...train, ...test].sort()).toEqual([...wanted].sort());
  });

  test.each([
    ['a.jsonl', '{"puzzle": "1....2.....4..21", "constraints": ["antiknight"]}\n', 1, 'constraints'],
    ['a.csv', 'puzzle,variant\n1....2.....4..21,killer\n', 2, 'variant killer'],
    ['c.jsonl', '{"puzzle": "1....2.....4..21", "cages": "r1c1+r1c2=8"}\n', 1, 'cages r1c1+r1c2=8'],
    ['d.csv', 'puzzle,cages\n1....2.....4..21,none\n1....2.....4..21,r1c1+r1c2=8\n', 3, 'cages r1c1+r1c2=8'],
    ['b.csv', 'puzzle,box_width,box_height\n1....2.....4..21,4,1\n', 2, 'box_width 4'],
  ])('%s: a puzzle of other rules is refused', async (name, content, line, what) => {
    await expect(run(await put(name, content), { solve: true })).rejects.toMatchObject({
      message: expect.stringContaining(`${name}:${line}: a puzzle with ${what}, w`),
    });
  });

  test('a folder with a file test.* says what is held out', async () => {
    await put('in/train.txt', '0\n=\n1\n\n1\n=\n0');
    await put('in/test.jsonl', '{"question": "2", "answer": "1"}');
    await run(join(root, 'in'));
    expect(await lines()).toEqual({ train: ['0>1', '1>0'], test: ['2>1'] });
  });

  test('grids of all sizes lie on one canvas, ends are marked where an answer has another size', async () => {
    const file = await put(
      'a.jsonl',
      '{"question": "ab/ba", "answer": "a"}\n{"question": "abb", "answer": "bba"}',
    );
    await run(file);
    const { train } = await readSplits(join(root, 'out'));
    expect(train.metadata).toMatchObject({
      seq_len: 6,
      vocab_size: 4,
      puzzle: { rows: 2, columns: 3, ends: true },
    });
    const all = await lines();
    expect([...all.train, ...all.test].sort()).toEqual(['ab/ba>a', 'abb>bba']);
  });
});

describe('splits', () => {
  const grids = () => {
    const random = new Random(5);
    return Array.from({ length: 40 }, () => Array.from({ length: 9 }, () => random.int(4)));
  };
  const rows = (cells: number[]) => [0, 3, 6].map((start) => cells.slice(start, start + 3));
  const turn = (cells: number[]) => cells.map((_, i) => cells[3 * (i % 3) + (2 - Math.floor(i / 3))]!);

  test('no symmetry of a training puzzle is tested', async () => {
    const puzzles = grids().flatMap((cells) => [
      { question: rows(cells), answer: rows(cells) },
      { question: rows(turn(cells)), answer: rows(turn(cells)) },
      {
        question: rows(cells.map((c) => (c === 0 ? 0 : 4 - c))),
        answer: rows(cells.map((c) => (c === 0 ? 0 : 4 - c))),
      },
    ]);
    const file = await put('a.json', JSON.stringify(puzzles));
    const report = await run(file, {
      test: 0.25,
      symmetries: { dihedral: true, rename: true, fixed: ['0'] },
    });
    expect(report.test).toBeGreaterThanOrEqual(30);
    const { train, test } = await lines();
    // What no symmetry changes: how often each of the free symbols occurs, and the centre being the fixed one.
    const seen = (line: string) => {
      const question = line.split('>')[0]!.replaceAll('/', '');
      const counts = ['1', '2', '3']
        .map((symbol) => question.split(symbol).length)
        .sort()
        .join();
      const corners = [0, 2, 6, 8].map((i) => question[i] === '0').filter(Boolean).length;
      const edges = [1, 3, 5, 7].map((i) => question[i] === '0').filter(Boolean).length;
      return `${counts} ${question[4] === '0'} ${corners} ${edges}`;
    };
    // Each puzzle came in three forms, which are now all here or all there.
    const count = (list: string[]) =>
      list.reduce(
        (map, line) => map.set(seen(line), (map.get(seen(line)) ?? 0) + 1),
        new Map<string, number>(),
      );
    for (const counts of [count(train), count(test)]) {
      for (const number of counts.values()) expect(number).toBeGreaterThan(1);
    }
  });

  test('one question with two answers is not split', async () => {
    const questions = Array.from({ length: 32 }, (_, i) => i.toString(2).padStart(6, '0'));
    const puzzles = questions.flatMap((question) =>
      ['0/1', '1/0'].map((answer) => ({ question: `${question.slice(0, 3)}/${question.slice(3)}`, answer })),
    );
    await run(await put('a.json', JSON.stringify(puzzles)), { test: 20 });
    const { train, test } = await lines();
    const trained = new Set(train.map((line) => line.split('>')[0]));
    expect(test.filter((line) => trained.has(line.split('>')[0]))).toEqual([]);
    expect([train.length, test.length]).toEqual([12, 20]);
  });

  test('held-out files win over training, duplicates go', async () => {
    await put('in/train.txt', '01\n=\n10\n\n01\n=\n10\n\n10\n=\n01\n\n00\n=\n11');
    await put('in/test.txt', '10\n=\n01');
    const symmetries = { dihedral: true, rename: false, fixed: [] };
    expect(await run(join(root, 'in'), { symmetries })).toMatchObject({
      train: 1,
      test: 1,
      duplicates: 2,
      leaks: 1,
    });
  });
});

test('training draws the declared symmetries, and only those', async () => {
  const puzzles =
    '{"question": "abc/def", "answer": "abc/def"}\n{"question": "fff/eee", "answer": "abc/abc"}';
  await run(await put('a.jsonl', puzzles), {
    symmetries: { dihedral: true, rename: true, fixed: ['a', 'b'] },
  });
  const { train } = await readSplits(join(root, 'out'));
  const batches = new TrainBatches(train, { batchSize: 64, seed: 1, augment: true });
  const { inputs, labels } = batches.next();
  const seen = new Set<string>();
  for (let row = 0; row < 64; row++) {
    const cells = (tokens: Int32Array) =>
      Array.from(gridOn(tokens.subarray(6 * row, 6 * row + 6), { rows: 2, columns: 3 }).cells);
    const [question, answer] = [cells(inputs), cells(labels)];
    seen.add(String(question));
    if (new Set(question).size === 6) expect(question).toEqual(answer);
    expect(new Set([...question, ...answer]).size).toBe(new Set(question).size === 6 ? 6 : 5);
    const fixed = question.indexOf(1);
    if (new Set(question).size === 6) expect([0, 2, 3, 5]).toContain(fixed); // a stays in a corner of the 2x3 canvas
  }
  expect(seen.size).toBeGreaterThan(10);
});

describe('faults', () => {
  test.each([
    ['a.txt', '01\n10\n\n', 'a.txt: expected a question, a line of =, and an answer'],
    [
      'a.jsonl',
      '{"question": "0", "answer": "1"}\n{"question": "0"}',
      'a.jsonl:2: a question without an answer',
    ],
    ['a.jsonl', '{"question": "01/1", "answer": "1"}', 'a.jsonl:1: question: row 2 has 1 cells, row 1 has 2'],
    [
      'a.json',
      '[{"question": [[0.5]], "answer": "1"}]',
      'a.json: puzzles[0].question: expected a symbol, got 0.5',
    ],
    [
      'a.json',
      '{"b": 1}',
      'a.json: no key is known to name a puzzle, got b; rename that of the puzzle to question, ',
    ],
    [
      'a.csv',
      'x,y\n1,2',
      'a.csv:1: no column is known to name a puzzle, got x, y; rename that of the puzzle to question, ',
    ],
    ['a.png', '\0', 'a.png: no text: a byte 0 is in it; unpack an archive'],
  ])('%s %j', async (name, content, message) => {
    await expect(run(await put(name, content))).rejects.toThrow(message);
    expect(await readdir(root)).toEqual([name]);
  });

  test('too large, nothing left, a fixed symbol that is not there; bad puzzles can be left out', async () => {
    const file = await put('a.txt', '01\n=\n10\n\n1\n0\n\n11\n=\n00');
    const faults: string[] = [];
    const onBad = (error: Error) => faults.push(error.message);
    await expect(run(file, { maxSide: 1 })).rejects.toThrow(
      /a\.txt:1: question: a grid of 1x2; at most 1 a side; leave it out, raise --max-side, or write \/ between/,
    );
    await expect(run(file, { onBad, maxSide: 1 })).rejects.toThrow(/there are no training puzzles in it/);
    expect(faults.splice(0)).toEqual([
      expect.stringContaining('a.txt:1: question: a grid of 1x2'),
      expect.stringMatching(/a\.txt:5: expected a question/),
      expect.stringContaining('a.txt:8: question: a grid of 1x2'),
    ]);
    await expect(run(file, { onBad, test: 9 })).rejects.toThrow(
      /test: of 2 puzzles 0 are left to train on and 2 to test/,
    );
    await expect(run(file, { onBad, symmetries: { ...none, fixed: ['7'] } })).rejects.toThrow(
      /fixed symbol "7" does not occur/,
    );
    expect(await run(file, { onBad })).toMatchObject({ train: 1, test: 1 });
    expect(faults.at(-1)).toMatch(/a\.txt:5: expected a question/);
  });
});

describe('Sudokus', () => {
  const first = '12..3...2.4.43..,1234341221434321';
  const renamed = '23..4...3.1.14..,2341412332141432'; // the same with 1, 2, 3, 4 for 2, 3, 4, 1
  const open = '................,1234341221434321';
  const csv = (...rows: string[]) => put('a.csv', ['question,answer', ...rows].join('\n'));

  describe('files that are read by what is in them', () => {
    const [solved, other] = ['1342421321343421', '4321214312343412'];
    const [asked, also, bad] = ['1.4.4...2....42.', '.32.....1......2', '11..............'];
    const list = (cells: string) => JSON.stringify(cells.match(/.{4}/g)!.map((row) => [...row]));
    const example = (question: string, answer: string) =>
      `Input: board = ${list(question)}\nOutput: ${list(answer)}\nExplanation: it is the only one.\n\n`;
    const table = (cells: string) =>
      `<table>${cells.replace(/.{4}/g, '<tr>$&</tr>').replace(/[.\d]/g, '<td>$&</td>').replaceAll('.', '')}</table>`;

    test.each([
      ['a.md', example(asked, solved) + example(also, other)],
      ['a.py', `a = ${list(asked)}\nb = ${list(also)}\nanswers = [${list(solved)}, ${list(other)}]\n`],
      ['a.html', [asked, solved, also, other].map(table).join('\n')],
      ['puzzles', `question,answer\n${asked},${solved}\n${also},${other}\n`],
      ['a.log', `${asked}\nSolution:\n${solved}\n\n${also}\nSolution:\n${other}\n`],
    ])('%s', async (name, content) => {
      expect(await run(await put(name, content))).toMatchObject({
        train: 1,
        test: 1,
        family: { kind: 'sudoku', size: 4 },
      });
    });

    test('an input that breaks a rule is one bad entry with its output', async () => {
      const faults: string[] = [];
      const file = await put('a.md', example(asked, solved) + example(bad, solved) + example(also, other));
      const report = await run(file, { onBad: (error: Error) => faults.push(error.message) });
      expect(report).toMatchObject({ train: 1, test: 1 });
      expect(faults).toEqual([expect.stringContaining('a.md:5: the givens break a rule: 1 stands twice')]);
    });
  });

  test.each([
    ['a.csv', 1],
    ['a.csv', 3],
    ['a.jsonl', 1],
    ['a.jsonl', 3],
  ])('in %s, of which %d have their answer and one another, are not taken for grids', async (name, right) => {
    const bad = '2.....4..3.....3,2431314213244214';
    const rows = [...Array<string>(right).fill(first), bad];
    const asJson = (row: string) => JSON.stringify({ question: row.slice(0, 16), answer: row.slice(17) });
    const file = await (name.endsWith('csv') ? csv(...rows) : put(name, rows.map(asJson).join('\n')));
    await expect(run(file)).rejects.toThrow(
      `the puzzles may be Sudoku 4×4, but ${100 / (right + 1)} % of the answers break its rules`,
    );
  });

  test('forms of one puzzle stay together, and alone are none to test', async () => {
    const forms = await csv(first, renamed);
    await expect(run(forms)).rejects.toThrow(/test: all 2 puzzles are forms of one, which stay together/);
    await expect(run(await csv(first))).rejects.toThrow(
      /test: a dataset needs two puzzles, .*; there is one/,
    );
    const asked = '1...............';
    const [one, other] = ['1234341221434321', '1243342121344312'].map((answer) => `${asked},${answer}`);
    await expect(run(await csv(one!, other!))).rejects.toThrow(
      /test: there is one question, with 2 answers; add other puzzles/,
    );
    const again = `4...............,${'1234341221434321'.replaceAll('4', '_').replaceAll('1', '4').replaceAll('_', '1')}`;
    await expect(run(await csv(one!, other!, again))).rejects.toThrow(
      /test: all 2 puzzles, with 3 answers, are forms of one/,
    );
    // Of a class of two and one of one the second is what one test puzzle may be, whatever the seed.
    for (const seed of [0, 1, 2]) {
      const out = join(root, `${seed}`);
      expect(await run(await csv(first, renamed, open), { seed, out })).toMatchObject({ train: 2, test: 1 });
    }
  });

  test('of two puzzles a share is one', async () => {
    expect(await run(await csv(first, open), { test: 0.1 })).toMatchObject({ train: 1, test: 1 });
  });

  test('with more solutions than the one beside them are counted', async () => {
    const only = '.234341221434321,1234341221434321';
    expect(await run(await csv(only, open))).toMatchObject({ train: 1, test: 1, loose: 1 });
  });
});

describe('files in UTF-16', () => {
  const grids = ['01', '10', '11'].map((question) => ({
    question,
    answer: [...question].reverse().join(''),
  }));
  const jsonl = grids.map((pair) => JSON.stringify(pair)).join('\r\n');
  const csv = ['question,answer', ...grids.map(({ question, answer }) => `${question},${answer}`)].join(
    '\r\n',
  );
  const little = (text: string) => Buffer.from(text, 'utf16le');
  test.each([
    ['with a mark', (text: string) => little(`\uFEFF${text}`)],
    ['with a mark, the high byte first', (text: string) => little(`\uFEFF${text}`).swap16()],
    ['without', little],
    ['without, the high byte first', (text: string) => little(text).swap16()],
  ])('%s', async (_, encoded) => {
    const options = { as: 'grid', test: 1 } as const;
    for (const [name, text] of [
      ['u.jsonl', jsonl],
      ['u.csv', csv],
    ] as const)
      expect(
        await run(await put(name, encoded(text)), { ...options, out: join(root, `of-${name}`) }),
      ).toMatchObject({
        train: 2,
        test: 1,
      });
  });
});

test.each([
  ['a.txt', ''],
  ['a.txt', ' \n\n'],
  ['a.json', '[]\n'],
  ['a.json', '{}'],
])('%s of %j is told to be empty', async (name, content) => {
  await expect(run(await put(name, content))).rejects.toMatchObject({
    code: 'data',
    what: 'the file is empty',
    detail: { file: join(root, name) },
  });
});

test.each([
  ['a.csv', 'question,answer\n1....2.....4..21,1342421321343421\n'],
  ['a.sdm', '1....2.....4..21\n'],
  ['a.sdk', '1...\n.2..\n...4\n..21\n'],
  ['one/a.txt', '1....2.....4..21\n'],
])('of one puzzle in %s nothing is said of lists', async (name, content) => {
  const file = await put(name, content);
  const one = run(name.includes('/') ? join(root, 'one') : file, { solve: true });
  await expect(one).rejects.toThrow(/a dataset needs two puzzles, .*; there is one; add others$/);
});

test('a dataset is told to be one', async () => {
  await put('made/train/dataset.json', '{}');
  await expect(run(join(root, 'made'))).rejects.toMatchObject({
    code: 'usage',
    what: 'a dataset already, not a folder of puzzles',
  });
});
