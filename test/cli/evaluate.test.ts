/** `trm evaluate`: subsets, what was not solved, and how hard it was. */

import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import {
  accuracyByDifficulty,
  difficultiesOf,
  difficultyOf,
  showByDifficulty,
} from '../../src/cli/by-difficulty.ts';
import { wrongRow } from '../../src/cli/wrong.ts';
import { familyFrom } from '../../src/data/families.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { readQuestion } from '../../src/data/reading/read.ts';
import { selectRows } from '../../src/data/select.ts';
import { generateSudoku, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const data = at('data');
beforeAll(() => generateSudoku(data, { size: 6, count: 1, testCount: 40, seed: 3 }));
afterAll(remove);

const evaluate = (...more: string[]) => trm(['evaluate', 'sudoku-6x6', '--data', data, ...more]);

test('one shape of JSON, however many runs', async () => {
  const [one, two] = await Promise.all([
    evaluate('--json', '--examples', '4', '--steps', '1'),
    evaluate('--json', '--examples', '4', '--setting', 'steps=1', '--setting', 'steps=2'),
  ]);
  expect(JSON.parse(one.out)).toMatchObject({
    evaluations: [{ examples: 4, meanSteps: 1 }],
    differences: [],
  });
  expect(JSON.parse(two.out)).toMatchObject({ evaluations: [{}, {}], differences: [{ second: 'steps=2' }] });
});

test('says which checkpoint of a run was evaluated: the last one where there is no best, none of a file', async () => {
  const shipped = 'models/sudoku-6x6.safetensors';
  const run = at('last-alone');
  mkdirSync(join(run, 'checkpoints/last'), { recursive: true });
  copyFileSync(shipped, join(run, 'checkpoints/last/checkpoint.safetensors'));
  const csv = at('checkpoints.csv');
  const options = ['--data', data, '--examples', '2', '--steps', '1', '--json', '--csv', csv];
  const { out, err } = await trm(['evaluate', run, shipped, ...options]);
  expect(JSON.parse(out).evaluations, err).toMatchObject([{ checkpoint: 'last' }, { checkpoint: null }]);
  const rows = parse(readFileSync(csv), { columns: true });
  expect(rows).toMatchObject([{ checkpoint: 'last' }, { checkpoint: '' }]);
});

test('any of several answers counts, and how much of them is found is told', async () => {
  const several = at('several');
  const flags = ['--solutions', '2-3', '--count', '1', '--test-count', '6', '--seed', '1', '--out', several];
  expect(await trm(['data', 'generate', 'sudoku', '--size', '6', ...flags])).toMatchObject({ status: 0 });
  const asked = ['evaluate', 'sudoku-6x6', '--data', several, '--steps', '2', '--answers', '4'];
  const [json, table] = await Promise.all([trm([...asked, '--json']), trm(asked)]);
  const [{ coverage, exact, valid }] = JSON.parse(json.out).evaluations;
  expect(exact).toBe(valid); // all answers are kept, so whatever obeys the rules is one of them
  expect(coverage.answers).toBeGreaterThanOrEqual(2);
  expect(coverage.at.map(({ samples }: { samples: number }) => samples)).toEqual([1, 2, 4]);
  expect(table.out).toMatch(/^ *samples +coverage +95 % interval +any$/m);
});

test('a batch is no larger than the puzzles are many', async () => {
  const { status, err } = await evaluate('--examples', '3', '--steps', '1', '--batch-size', '1000000000');
  expect(status, err).toBe(0);
});

test('a random subset, the puzzles not solved, accuracy by difficulty', async () => {
  const wrong = at('wrong.csv');
  const more = ['--examples', '20', '--seed', '5', '--steps', '1', '--by-difficulty', '--json'];
  const { out, err } = await evaluate(...more, '--wrong', wrong);
  const [{ exact, examples, byDifficulty }] = JSON.parse(out).evaluations;
  expect(examples, err).toBe(20);
  const rows = parse(readFileSync(wrong, 'utf8'), { columns: true }) as Record<string, string>[];
  expect(rows).toHaveLength(Math.round(20 * (1 - exact)));
  expect(rows.length).toBeGreaterThan(0);
  const drawn = [...new Random(5).choose(40, 20)];
  expect(new Set(rows.map(({ valid }) => valid))).toEqual(new Set(['false'])); // each puzzle has one answer
  for (const { name, row, question, answer, given, cellsWrong, steps } of rows) {
    expect(name).toBe('sudoku-6x6');
    expect(drawn).toContain(Number(row));
    expect(answer).toMatch(/^[1-6]{36}$/);
    const cells = Array.from(answer!, (cell, i) => [cell, given![i], question![i]] as const);
    expect(cells.filter(([right, own]) => right !== own)).toHaveLength(Number(cellsWrong));
    expect(cells.every(([right, , asked]) => asked === '.' || asked === right)).toBe(true);
    expect(steps).toBe('1');
  }
  const counted = byDifficulty as { examples: number; exact: number; from: number; to: number }[];
  expect(counted.reduce((sum, { examples }) => sum + examples, 0)).toBe(20);
  expect(counted.reduce((sum, { examples, exact }) => sum + examples * exact, 0)).toBeCloseTo(20 * exact, 9);

  const again = await evaluate(...more, '--wrong', at('again.jsonl'), '--setting', 'halt=0.99');
  const lines = readFileSync(at('again.jsonl'), 'utf8').trim().split('\n');
  expect(
    lines.map((line) => String(JSON.parse(line).row)),
    again.err,
  ).toEqual(rows.map(({ row }) => row));
});

test('where every puzzle was solved the file of wrong ones is empty, which is said; a folder given twice too', async () => {
  for (const [name, content] of [
    ['none.csv', 'name,row,question,answer,given,cellsWrong,valid,steps,halting\n'],
    ['none.jsonl', ''],
  ] as const) {
    const twice = ['--data', join(data, '.'), '--examples', '4', '--json'];
    const { out, err } = await evaluate(...twice, '--wrong', at(name));
    expect(JSON.parse(out).evaluations[0].exact).toBe(1);
    expect(err).toContain(`${at(name)}: every puzzle was solved, none is in it\n`);
    expect(err).toContain(`${join(data, '.')}: given twice, so each of its puzzles counts twice\n`);
    expect(readFileSync(at(name), 'utf8')).toBe(content);
  }
});

test.each([
  [['--seed', '1'], '--seed: draws some examples; say how many: --examples N'],
  [['--setting', 'steps=1', '--setting', 'steps=1'], 'steps=1: is given twice; leave one out'],
  [['sudoku-6x6'], 'sudoku-6x6: is given twice; leave one out'],
  [['--setting', 'choose=vote'], 'choose: vote chooses among candidates, and there is one; ask for rollouts'],
  [['--setting', 'untilValid=yes'], '--setting untilValid: expected true or false, got "yes"'],
  [
    ['--setting', 'steps=1', '--setting', 'rollouts=2'],
    'rollouts: got 2; ask for 2 or more together with noise',
  ],
])('%j is refused before anything is measured', async (args, message) => {
  const { status, out, err } = await evaluate(...args);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(message);
  expect(err).not.toContain('evaluate ');
});

test('puzzles of another size, and no file where it should be', async () => {
  const other = await trm(['evaluate', 'sudoku-4x4', '--data', data]);
  expect(other).toMatchObject({ status: 1 });
  expect(other.err).toContain(
    'seq_len: the model was made for 16 cells, the dataset has 36; these are other puzzles: use a dataset of its own',
  );
  const among = await trm(['evaluate', 'sudoku-6x6', 'sudoku-4x4', '--data', data]);
  expect(among.err).toContain('error: sudoku-4x4: seq_len: the model was made for 16 cells');
  const setting = ['--setting', 'steps=2', '--setting', 'choose=vote'];
  const settings = await trm(['evaluate', 'sudoku-6x6', 'sudoku-4x4', '--data', data, ...setting]);
  expect(settings.err).toContain('error: sudoku-6x6 choose=vote: choose: vote chooses among candidates');
  const none = await trm(['evaluate', 'sudoku-4x4', '--data', at('none')]);
  expect(none.err).toBe(`error: ${at('none')}: no such dataset; check the path\n`);
});

describe('by difficulty', () => {
  it('counts in classes that double', () => {
    const shares = accuracyByDifficulty(
      Int32Array.of(0, 9, 1, 3, 2, 0, 8),
      Uint8Array.of(1, 0, 1, 1, 0, 0, 1),
    );
    expect(shares).toMatchObject([
      { from: 0, to: 0, examples: 2, exact: 0.5 },
      { from: 1, to: 1, examples: 1, exact: 1 },
      { from: 2, to: 3, examples: 2, exact: 0.5 },
      { from: 8, to: 15, examples: 2, exact: 0.5 },
    ]);
    const both = [
      { name: 'a', byDifficulty: shares },
      { name: 'b', byDifficulty: shares },
    ];
    const shown = showByDifficulty(both, 'guesses');
    expect(shown.split('\n')[0]).toMatch(/^guesses +puzzles +a +b$/);
    expect(shown).toMatch(/\n2 to 3 +2 +50\.0 % +50\.0 %\n/);
  });

  it('is the length of the way in a maze', () => {
    const info = { kind: 'maze', rows: 3, columns: 4 } as const;
    const family = familyFrom(info)!;
    const mazes = ['S G #  #    ', 'S  ###  G   ', 'SG          '];
    const puzzles = mazes.map((text) => ({
      question: readQuestion(text, family),
      answer: new Int32Array(12),
    }));
    const difficulty = difficultyOf(family);
    expect([...difficultiesOf(puzzleDataset(info, puzzles), difficulty)]).toEqual([2, 6, 1]);
    expect(difficulty.unit).toBe('steps');
  });

  it('says where none is known', () => {
    const info = { kind: 'grid', rows: 1, columns: 1, alphabet: ['a'], symmetries: {} };
    const family = familyFrom({ ...info, symmetries: { dihedral: false, rename: false, fixed: [] } })!;
    expect(() => difficultyOf(family)).toThrow('--by-difficulty: how hard a puzzle is');
  });
});

it('a puzzle not solved is told in the words of its family; cells that do not count are the question’s', () => {
  const family = familyFrom({ kind: 'sudoku', size: 4 })!;
  const tokens = (text: string) => readQuestion(text, family);
  const question = tokens('1234............');
  const labels = tokens('1234341221434321').map((token, i) => (i === 15 ? -100 : token));
  const answer = tokens('1234341221434321').map((token, i) => (i === 4 || i === 15 ? 2 : token));
  const puzzle = { row: 0, solved: false, valid: false, question, labels, answer, halting: 0.5, steps: 3 };
  expect(wrongRow('run', 7, puzzle, family)).toEqual({
    name: 'run',
    row: 7,
    question: '1234............',
    answer: '123434122143432.',
    given: '123414122143432.',
    cellsWrong: 1,
    valid: false,
    steps: 3,
    halting: 0.5,
  });
});

test('selectRows keeps questions, answers and identifiers', () => {
  const all = puzzleDataset(
    { kind: 'sudoku', size: 4 },
    Array.from({ length: 4 }, (_, i) => ({
      question: new Uint8Array(16).fill(i + 1),
      answer: new Uint8Array(16).fill(i + 2),
    })),
  );
  const whole = { ...all, puzzleIdentifiers: Int32Array.of(3, 5), puzzleIndices: Int32Array.of(0, 3, 4) };
  const some = selectRows(whole, Int32Array.of(1, 3));
  const [inputs, labels] = [new Int32Array(16), new Int32Array(16)];
  some.read(1, inputs, labels);
  expect([inputs[0], labels[0]]).toEqual([4, 5]);
  expect([...some.puzzleIdentifiers]).toEqual([3, 5]);
  expect(some).toMatchObject({ count: 2, metadata: { total_puzzles: 2, total_groups: 2 } });
  expect([...some.puzzleIndices]).toEqual([0, 1, 2]);
});
