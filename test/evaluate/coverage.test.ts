/** Coverage of several answers, counted by hand, and any of them as right. */

import { expect, test } from 'vitest';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { boardOf } from '../../src/data/queens/rules.ts';
import { completions } from '../../src/data/queens/solver.ts';
import { CoverageTally } from '../../src/evaluate/coverage.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { nearestAnswer } from '../../src/evaluate/right-answers.ts';
import { Answerer } from '../../src/inference/answer.ts';
import { alone } from '../../src/train/communicator.ts';
import { blankModel, blankWeights, scriptedBackend } from '../support/scripted.ts';
import { ranks } from '../train/ranks.ts';

const empty = boardOf(new Int8Array(6).fill(-1));
const all = completions(empty, 6).map(boardOf); // four
const [first, second, third, fourth] = all.map((board) => Int32Array.from(board)) as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];
const given = boardOf([1, -1, -1, -1, -1, -1]);
const rows = [
  { question: empty, answer: all[0]!, answers: all },
  { question: given, answer: all[0]!, answers: [all[0]!] },
];
const dataset = puzzleDataset({ kind: 'queens', size: 6 }, rows);
const wrong = first.with(0, 2);
const labels = first;
const said = (...answers: Int32Array[]) => answers.map((answer) => ({ answer, halting: 0.5 }));

test('different right answers among the first samples, of those that exist', async () => {
  const tally = new CoverageTally(2, dataset, 5);
  tally.add(0, labels, said(first, wrong, first, second, third));
  tally.add(1, labels, said(second, second, first, first, wrong)); // the second board has one answer
  const { answers, right, at } = await tally.ofAllRanks(alone);
  expect({ answers, right }).toEqual({ answers: 2.5, right: 6 / 10 });
  expect(at.map(({ samples, coverage, any }) => [samples, coverage, any])).toEqual([
    [1, (1 / 4 + 0) / 2, 1 / 2],
    [2, (1 / 4 + 0) / 2, 1 / 2],
    [4, (2 / 4 + 1) / 2, 1],
    [5, (3 / 4 + 1) / 2, 1],
  ]);
  expect(at[3]!.coverageInterval).toEqual([0.75, 1]); // of two puzzles, drawn again: both the one or both the other
  expect(at[0]!.anyInterval[0]).toBeCloseTo(0.0945, 3);
});

test('is no surer of three puzzles that are alike than three puzzles allow', async () => {
  const three = puzzleDataset({ kind: 'queens', size: 6 }, Array(3).fill(rows[1]!));
  const tally = new CoverageTally(3, three, 2);
  for (const row of [0, 1, 2]) tally.add(row, labels, said(wrong, first));
  const [none, every] = (await tally.ofAllRanks(alone)).at;
  expect([none!.coverage, every!.coverage]).toEqual([0, 1]);
  // Wilson's for 0 and for 3 of 3: z2 / (n + z2) = 3.8415 / 6.8415
  expect(none!.coverageInterval).toEqual([0, expect.closeTo(0.5615, 4)]);
  expect(every!.coverageInterval).toEqual([expect.closeTo(0.4385, 4), 1]);
});

test('of ranks as of one process', async () => {
  const counted = await Promise.all(
    ranks(2).map(async (rank) => {
      const tally = new CoverageTally(1, puzzleDataset({ kind: 'queens', size: 6 }, [rows[rank.rank]!]), 2);
      tally.add(0, labels, rank.rank === 0 ? said(first, fourth) : said(wrong, first));
      return tally.ofAllRanks(rank);
    }),
  );
  expect(counted[0]).toEqual(counted[1]);
  expect(counted[0]!.at.map(({ coverage }) => coverage)).toEqual([1 / 8, (2 / 4 + 1) / 2]);
});

test('an answer is judged by the right one that it is nearest to', async () => {
  const nearest = nearestAnswer(dataset);
  expect(nearest(0, labels, third.with(0, 2))).toEqual(third);
  expect(nearest(1, labels, third)).toEqual(first);
  // The last of four answers, from a model that says it to everything.
  const backend = scriptedBackend(() => ({ answer: [...fourth] }));
  const model = blankModel(36);
  const answerer = await Answerer.create(model, 2, backend);
  const { exact, valid, cell } = await evaluate(answerer, blankWeights(model), dataset, {
    supervisionSteps: 1,
  });
  expect({ exact, valid }).toEqual({ exact: 0.5, valid: 0.5 });
  const shared = fourth.filter((token, place) => token === first[place]).length;
  expect(cell).toBeCloseTo((1 + shared / 36) / 2, 6);
});
