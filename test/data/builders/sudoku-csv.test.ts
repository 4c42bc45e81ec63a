import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildProgress } from '../../../src/data/builders/progress.ts';
import { buildSudoku, readSudokuCsv } from '../../../src/data/builders/sudoku-csv.ts';
import { readDataset } from '../../../src/data/node/folder.ts';
import { NumpyRandom } from '../../../src/data/numpy-random.ts';
import { Random } from '../../../src/data/random.ts';
import { generatePuzzles } from '../../../src/data/sudoku/generate.ts';
import { formatLine } from '../../../src/data/sudoku/grid.ts';
import { arraysOf } from '../../support/arrays.ts';

const HEADER = 'source,question,answer,rating';
const QUESTION = '7....42....6....4...5.2.783.4..3.5.89....5632...9..4..12...835..98.5...4..437.8..';
const ANSWER = '739584261286713945415629783642137598971845632853962417127498356398256174564371829';

function rows(count: number, seed: number): string[] {
  const stream = generatePuzzles(9, new Random(seed));
  return Array.from({ length: count }, () => {
    const { question, answer } = stream.next().value;
    return `gen,${formatLine(question)},${formatLine(answer)},1`;
  });
}
const trainRows = rows(20, 1);
const testRows = rows(5, 2);
const questionTokens = (row: string) =>
  Array.from(row.split(',')[1]!, (c) => (c === '.' ? 1 : Number(c) + 1));

let root: string;
let from: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trm-csv-'));
  from = join(root, 'csv');
  await mkdir(from);
  await writeFile(join(from, 'train.csv'), [HEADER, ...trainRows, ''].join('\n'));
  await writeFile(join(from, 'test.csv'), [HEADER, ...testRows, ''].join('\n'));
});
afterEach(() => rm(root, { recursive: true }));

describe('buildSudoku', () => {
  test('writes every row in order', async () => {
    const out = join(root, 'out');
    const stages: BuildProgress['stage'][] = [];
    const report = await buildSudoku({ from, out, seed: 1, onProgress: ({ stage }) => stages.push(stage) });
    expect(report).toEqual({ train: 20, test: 5 });
    expect(stages).toEqual(['write']);
    const train = arraysOf(await readDataset(out, 'train'));
    expect([...train.inputs]).toEqual(trainRows.flatMap(questionTokens));
    expect(arraysOf(await readDataset(out, 'test')).metadata).toMatchObject({
      vocab_size: 11,
      total_groups: 5,
    });
  });

  test('subsamples and augments the training split only, by the seed', async () => {
    const build = async (name: string, seed: number) => {
      const out = join(root, name);
      await buildSudoku({ from, out, subsample: 6, augment: 3, seed });
      return {
        train: arraysOf(await readDataset(out, 'train')),
        test: arraysOf(await readDataset(out, 'test')),
      };
    };
    const { train, test: heldOut } = await build('a', 1);
    expect(train.groupIndices).toEqual(Int32Array.of(0, 4, 8, 12, 16, 20, 24));
    const originals = [0, 4, 8, 12, 16, 20].map((row) =>
      String(train.inputs.slice(row * 81, (row + 1) * 81)),
    );
    expect(new Set(originals).size).toBe(6);
    const all = new Set(trainRows.map((row) => String(questionTokens(row))));
    expect(originals.every((row) => all.has(row))).toBe(true);
    expect([...heldOut.inputs]).toEqual(testRows.flatMap(questionTokens));

    expect((await build('b', 1)).train).toEqual(train);
    expect((await build('c', 2)).train.inputs).not.toEqual(train.inputs);
  });

  test('refuses before working, and leaves nothing when it fails', async () => {
    const out = join(root, 'out');
    const build = (options: object) => buildSudoku({ from, out, seed: 1, ...options });
    await expect(build({ out: from })).rejects.toThrow('the folder exists and is not empty');
    await expect(build({ subsample: 21 })).rejects.toThrow(
      'subsample: cannot draw 21 of 20 rows; use at most 20',
    );
    await expect(build({ subsample: 0 })).rejects.toThrow(
      'subsample: expected an integer of at least 1, got 0',
    );
    await expect(build({ augment: -1 })).rejects.toThrow(
      'augment: expected an integer of at least 0, got -1',
    );
    await expect(build({ from: join(root, 'no') })).rejects.toThrow(
      /no\/train\.csv: no such file or directory; check the path/,
    );
    await writeFile(join(from, 'test.csv'), `${HEADER}\n`);
    await expect(build({})).rejects.toThrow(/test\.csv: there are no puzzles in it/);
    expect(await readdir(root)).toEqual(['csv']);
  });
});

describe('readSudokuCsv', () => {
  const read = async (text: string) => {
    const file = join(root, 'x.csv');
    await writeFile(file, text);
    return readSudokuCsv(file);
  };

  test('reads other column orders, quotes, CRLF, a byte order mark, other sizes', async () => {
    const text =
      '\ufeffanswer,"question"\r\n"1234341221434321",1...............\r\n\r\n1234341221434321,0234341221434321';
    const puzzles = await read(text);
    expect(puzzles.length).toBe(2);
    expect(formatLine(puzzles.at(0).question)).toBe('1...............');
    expect(formatLine(puzzles.at(1).question)).toBe('.234341221434321');
    const twice = await read('question,answer\r\r\n0234341221434321,1234341221434321\r\r\n');
    expect(formatLine(twice.at(0).question)).toBe('.234341221434321');
  });

  const good = `s,${QUESTION},${ANSWER},0`;
  test.each([
    [
      'a short question',
      `s,${QUESTION.slice(1)},${ANSWER},0`,
      'question: a grid has 16, 36, 81 or 256 cells, got 80',
    ],
    ['a foreign character', good.replace('7...', '7..z'), "question: 'z' is no cell of a 9x9 grid"],
    ['another size', 's,1...............,1234341221434321,0', 'expected a 9x9 puzzle as in the rows before'],
    [
      'sizes that differ',
      `s,1...............,${ANSWER},0`,
      'the answer does not keep the digits of the question',
    ],
    [
      'a wrong answer',
      good.replace('739584261', '739584262'),
      'answer: the answer breaks the rules: digit 2 twice in row 1',
    ],
    [
      'an open answer',
      good.replace('739584261', '73958426.'),
      'answer: the answer breaks the rules: a blank cell',
    ],
    [
      'another answer',
      good.replace(',7...', ',8...'),
      'answer: the answer does not keep the digits of the question',
    ],
    ['a missing column', `s,${QUESTION},${ANSWER}`, 'x.csv:3: expected 4 columns, got 3'],
    ['a column too many', `${good},1`, 'x.csv:3: expected 4 columns, got 5'],
    ['an open quote', `"s,${QUESTION},${ANSWER},0`, 'Quote Not Closed'],
  ])('refuses %s with file and line', async (_, row, message) => {
    const run = read([HEADER, good, row].join('\n'));
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toThrow(/x\.csv:3: /);
    await expect(run).rejects.toMatchObject({ code: 'data' });
  });

  test('refuses a file without the two columns', async () => {
    await expect(read(good)).rejects.toThrow(
      /x\.csv:1: no column is known to name a puzzle, got s, 7[.\d]{80}, [\d]{81}, 0; rename that of the puzzle to question, /,
    );
  });

  test('a sample is what numpy.random.choice chooses, or everything', async () => {
    const all = await readSudokuCsv(join(from, 'train.csv'));
    const sample = (count: number) =>
      readSudokuCsv(join(from, 'train.csv'), {}, { count, random: new NumpyRandom(1) });
    const chosen = await sample(5);
    expect(chosen.length).toBe(5);
    const rows = new NumpyRandom(1).choice(all.length, 5);
    rows.forEach((row, i) => {
      expect(chosen.at(i)).toEqual(all.at(row));
    });
    expect((await sample(all.length)).at(3)).toEqual(all.at(3));
  });

  test('bad rows can be left out, easy ones filtered', async () => {
    const faults: string[] = [];
    await writeFile(join(from, 'x.csv'), [HEADER, good, 's,12,34,0', good.replace(/,\d+$/, ',9')].join('\n'));
    const skipping = { onBad: (error: Error) => faults.push(error.message) };
    expect((await readSudokuCsv(join(from, 'x.csv'), skipping)).length).toBe(2);
    expect(faults).toEqual([expect.stringMatching(/x\.csv:3: question: /)]);
    expect((await readSudokuCsv(join(from, 'x.csv'), { ...skipping, minDifficulty: 9 })).length).toBe(1);
  });

  test('so can rows of another length, but no open quote, behind which no row is known', async () => {
    const faults: string[] = [];
    const skipping = { onBad: (error: Error) => faults.push(error.message) };
    await writeFile(join(from, 'x.csv'), [HEADER, good, 's,1', `${good},1`, good].join('\n'));
    expect((await readSudokuCsv(join(from, 'x.csv'), skipping)).length).toBe(2);
    expect(faults).toEqual([
      expect.stringMatching(/x\.csv:3: expected 4 columns, got 2$/),
      expect.stringMatching(/x\.csv:4: expected 4 columns, got 5$/),
    ]);
    await writeFile(join(from, 'x.csv'), [HEADER, good, `"${good}`, good].join('\n'));
    await expect(readSudokuCsv(join(from, 'x.csv'), skipping)).rejects.toThrow('Quote Not Closed');
  });
});

/**
 * Made with NumPy 2 from these six rows of the public training file (MIT licence): np.random.seed(7), four rows by
 * np.random.choice(6, 4, replace=False), each followed by three transforms as the official shuffle_sudoku draws them.
 */
test('subsample and augmentation are the official ones under the same seed', async () => {
  const rows = [
    '...7.2..5....95.8.19..8..67..4...6....79...2.26...1......5......39.....8....784..,846712935372695184195483267984237651517964823263851749728549316439126578651378492',
    '......2....42...79....9..54..7.4.9.....6...1713.......7..3....8.6...8..5..2.5.7..,978435261354261879621897354587142936249683517136579482795314628463728195812956743',
    '.....1.636..3..87...8..7..1.8.6.973..9......6...17..98....8...9.....3.1..52......,274851963615394872938267541481629735597438126326175498143782659869543217752916384',
    '9......2.7.......1..1..87.9..4.8..........85..7...96.4..6.3.....1.......4....71.6,943176528758492361621358749364785912192643857875219634286931475517864293439527186',
    '..7.....28..5..3...6..4..1.6..3...5..2..8.9....4..7.....68..1...3...9..49...1..3.,457136892891572346362948715689321457723485961514697283246853179138769524975214638',
    '..3.....9.81.2.3..5....381.4..7.8....1...248.......6...5..3...6...2.......4..513.,243816759781529364569473812435768921617392485892154673158937246376241598924685137',
  ];
  const csv = ['question,answer', ...rows].join('\n');
  await writeFile(join(from, 'train.csv'), csv);
  await writeFile(join(from, 'test.csv'), csv);
  const out = join(root, 'numpy');
  await buildSudoku({ from, out, subsample: 4, augment: 3, seed: 7 });
  const { inputs, labels } = arraysOf(await readDataset(out, 'train'));
  const sha256 = (tokens: Uint8Array | Int32Array) => createHash('sha256').update(tokens).digest('hex');
  expect(sha256(inputs)).toBe('ce7487535a30fc226ddca4fde75349b563e9adf03dd7895277d13ede150f5e2c');
  expect(sha256(labels)).toBe('c0717547906b99538ac76b1734fdda8d94b2c1fd3a9956e3b639ab9898621222');
});
