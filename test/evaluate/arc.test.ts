/** ARC voting by hand-made rules: cropping, undoing, counting, ties, pass@K, submissions. */

import { describe, expect, it, test } from 'vitest';
import { NO_AUGMENTATION, randomAugmentation } from '../../src/data/arc/augmentation.ts';
import { arcDataset } from '../../src/data/arc/dataset.ts';
import type { Grid } from '../../src/data/arc/grid.ts';
import { cropGrid, writeGrid } from '../../src/data/arc/sequence.ts';
import { gridToRows, parseTask } from '../../src/data/arc/task.ts';
import { NumpyRandom } from '../../src/data/numpy-random.ts';
import { evaluateArc, passAt, scoreTasks, submission } from '../../src/evaluate/arc.ts';
import { ArcVotes } from '../../src/evaluate/arc-votes.ts';
import { Answerer } from '../../src/inference/answer.ts';
import { blankModel, blankWeights, scriptedBackend } from '../support/scripted.ts';

const grid = (...rows: string[]): Grid => ({
  rows: rows.length,
  columns: rows[0]!.length,
  cells: Uint8Array.from(rows.join(''), Number),
});
const canvas = (rows: Grid, augmentation = NO_AUGMENTATION) => {
  const tokens = new Uint8Array(900);
  writeGrid(rows, augmentation, 0, 0, tokens);
  return tokens;
};

describe('cropGrid', () => {
  it.each([
    ['a single cell', grid('7')],
    ['a tall grid', grid('12', '34', '50')],
    ['the whole canvas', grid(...Array.from({ length: 30 }, (_, r) => String(r % 10).repeat(30)))],
  ])('finds %s again', (_, whole) => {
    expect(cropGrid(canvas(whole))).toEqual(whole);
  });

  it('takes the largest rectangle of a ragged answer, of equal ones the flattest', () => {
    const tokens = new Uint8Array(900);
    tokens.fill(3, 0, 6); // 1 x 6
    tokens.fill(4, 30, 33); // 2 x 3, as large
    expect(gridToRows(cropGrid(tokens))).toEqual([[1, 1, 1, 1, 1, 1]]);
    tokens.fill(5, 60, 63); // 3 x 3
    expect(gridToRows(cropGrid(tokens))).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
    ]);
  });

  it('is empty without a colour in the corner', () => {
    const tokens = new Uint8Array(900).fill(2, 1);
    expect(cropGrid(tokens)).toEqual({ rows: 0, columns: 0, cells: new Uint8Array(0) });
  });
});

const question = grid('120', '003');
const [right, wrong, other] = [grid('11', '22'), grid('1'), grid('2')];

function tally(answers: readonly (readonly [Grid, number])[]): ArcVotes {
  const votes = new ArcVotes();
  for (const [answer, halt] of answers) {
    votes.add({
      task: 'a',
      augmentation: NO_AUGMENTATION,
      question: canvas(question),
      answer: canvas(answer),
      halt,
    });
  }
  return votes;
}

describe('ArcVotes', () => {
  it('counts the answers of all augmentations as one', () => {
    const random = new NumpyRandom(3);
    const votes = new ArcVotes();
    for (let i = 0; i < 200; i++) {
      const augmentation = randomAugmentation(random);
      const turned = { question: canvas(question, augmentation), answer: canvas(right, augmentation) };
      votes.add({ task: 'a', augmentation, ...turned, halt: 0 });
    }
    expect(votes.candidates('a', question)).toEqual([{ grid: right, votes: 200, confidence: 0.5 }]);
    expect(votes.candidates('b', question)).toEqual([]);
    expect(votes.candidates('a', right)).toEqual([]);
  });

  it.each([
    ['votes before confidence', [wrong, 9], [right, -9], [right, -9], [right, wrong]],
    ['confidence among equal votes', [wrong, 0], [right, 1], [other, -1], [right, wrong, other]],
    ['the mean, not the sum', [right, 2], [right, -2], [wrong, 0], [right, wrong]],
    ['the earlier one when all is equal', [wrong, 1], [right, 1], [other, 1], [wrong, right, other]],
  ] as const)('ranks by %s', (_, first, second, third, order) => {
    const ranked = tally([first, second, third]).candidates('a', question);
    expect(ranked.map((candidate) => candidate.grid)).toEqual(order);
  });
});

describe('scores', () => {
  const rows = (cells: Grid) => gridToRows(cells);
  const pair = (output: Grid, input = question) => ({ input: rows(input), output: rows(output) });
  const unasked = grid('9');
  const task = (name: string, ...test: ReturnType<typeof pair>[]) =>
    parseTask(name, { train: [pair(right)], test }, 'memory');
  const votes = tally([
    [wrong, 0],
    [wrong, 0],
    [right, 5],
  ]);

  it('pass@K averages over the test grids of a task, then over tasks', () => {
    const results = scoreTasks(votes, [task('a', pair(right), pair(right, unasked)), task('b', pair(right))]);
    expect(results[0]!.tests.map(({ rank }) => rank)).toEqual([2, undefined]);
    expect(passAt(results, 1)).toBe(0);
    expect(passAt(results, 2)).toBe(0.25);
  });

  it('a lone answer is both attempts, none at all is a black cell; tasks keep their order', () => {
    const text = submission(
      scoreTasks(tally([[right, 0]]), [task('a', pair(right)), task('12', pair(right))]),
    );
    expect(text.replaceAll(' ', '')).toBe(
      '{"a":[{"attempt_1":[[1,1],[2,2]],"attempt_2":[[1,1],[2,2]]}],"12":[{"attempt_1":[[0]],"attempt_2":[[0]]}]}',
    );
  });
});

test('evaluateArc answers every augmented question with all steps, and counts the votes', async () => {
  const demonstration = { input: [[1]], output: [[2]] };
  const json = (output: number[][]) => ({ train: [demonstration], test: [{ input: [[3, 4]], output }] });
  const tasks = [parseTask('a', json([[5]]), 'x'), parseTask('b', json([[6]]), 'x')];
  const arcs = arcDataset([{ tasks, test: true }], { augment: 0, seed: 0 });
  const { test: dataset, testTasks } = arcs;
  const identifiers = [...arcs.identifiers()];
  const model = blankModel(900);
  const answers = new Map([
    ['a', [...canvas(grid('5'))]], // right
    ['b', [...canvas(grid('7'))]],
  ]);
  const backend = scriptedBackend(({ puzzleEmbedding: [identifier] }) => ({
    answer: answers.get(identifiers[identifier!]!)!,
    halt: 2,
  }));
  const answerer = await Answerer.create(model, 1, backend);
  const progress: [number, number][] = [];
  const weights = blankWeights(model);
  const questions = {
    dataset,
    identifiers,
    tasks: [...testTasks].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  const result = await evaluateArc(answerer, weights, questions, {
    supervisionSteps: 3,
    onProgress: (done, total) => void progress.push([done, total]),
  });
  expect(backend.runs.length).toBe(2 * 3);
  expect(progress).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect(result.examples).toBe(2);
  expect(result.seconds).toBeGreaterThan(0);
  expect(result.seconds).toBeLessThan(60);
  expect(result.tasks.map(({ name, tests }) => [name, tests.map(({ rank }) => rank)])).toEqual([
    ['a', [1]],
    ['b', [undefined]],
  ]);
  expect(result.tasks[1]!.tests[0]!.candidates).toMatchObject([{ grid: grid('7'), votes: 1 }]);
  expect(passAt(result.tasks, 1)).toBe(0.5);
  const one = await evaluateArc(answerer, weights, questions, { supervisionSteps: 1, examples: 1 });
  expect(one.examples).toBe(1);
  await answerer.dispose();
});
