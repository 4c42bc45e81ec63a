/** Accuracy with scripted answers, against numbers counted by hand. */

import { describe, expect, it } from 'vitest';
import { inMemory } from '../../src/data/dataset.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { type EvaluatedPuzzle, evaluate, together } from '../../src/evaluate/evaluate.ts';
import { evaluateThinking } from '../../src/evaluate/evaluate-thinking.ts';
import { wilsonInterval } from '../../src/evaluate/statistics.ts';
import { countRight } from '../../src/evaluate/tally.ts';
import { planOf } from '../../src/evaluate/thinking-settings.ts';
import { Answerer } from '../../src/inference/answer.ts';
import { blankModel, blankWeights, type Script, scriptedBackend } from '../support/scripted.ts';

/**
 * Three puzzles of four cells, the token of whose first cell names them; a cell that is not scored is 0.
 * Answers and halting logits after steps 1 and 2:
 *
 *     labels    step 1          step 2
 *     1 2 3 4   1 2 3 4  +1     1 2 3 9  -1      exact, then 3 of 4
 *     2 2 0 0   9 9 9 9  +1     2 2 9 9   0      none of 2, then exact
 *     3 3 3 3   3 9 9 9  -1     3 3 9 9  -2      1, then 2 of 4
 */
const labels = [
  [1, 2, 3, 4],
  [2, 2, 0, 0],
  [3, 3, 3, 3],
];
const says = [
  [
    { answer: [1, 2, 3, 4], halt: 1 },
    { answer: [1, 2, 3, 9], halt: -1 },
  ],
  [
    { answer: [9, 9, 9, 9], halt: 1 },
    { answer: [2, 2, 9, 9], halt: 0 },
  ],
  [
    { answer: [3, 9, 9, 9], halt: -1 },
    { answer: [3, 3, 9, 9], halt: -2 },
  ],
];
const script: Script = ({ tokens, states }) => {
  const step = states.y![0]!;
  const said = says[tokens[0]! - 1]?.[step] ?? { answer: [0, 0, 0, 0], halt: 9 }; // of a row that pads the batch
  return { ...said, states: { y: [step + 1] } };
};

const dataset = inMemory({
  metadata: {
    seq_len: 4,
    vocab_size: 10,
    pad_id: 0,
    ignore_label_id: 0,
    blank_identifier_id: 0,
    num_puzzle_identifiers: 1,
    total_groups: 3,
    mean_puzzle_examples: 1,
    total_puzzles: 3,
    sets: ['all'],
  },
  inputs: Int32Array.from([1, 5, 5, 5, 2, 5, 5, 5, 3, 5, 5, 5]),
  labels: Int32Array.from(labels.flat()),
  puzzleIdentifiers: new Int32Array(3),
  puzzleIndices: Int32Array.of(0, 1, 2, 3),
  groupIndices: Int32Array.of(0, 1, 2, 3),
});

const model = blankModel(4);
const answererOf = (rows: number) => Answerer.create(model, rows, scriptedBackend(script));
const weights = blankWeights(model);
const interval = (right: number, n: number) => {
  const { low, high } = wilsonInterval(right, n);
  return [low, high];
};

/** A puzzle whose arrays stay, in plain numbers. */
const copied = ({ question, labels, answer, ...rest }: EvaluatedPuzzle) => ({
  ...rest,
  question: [...question],
  labels: [...labels],
  answer: [...answer],
});
type Copied = ReturnType<typeof copied>;

describe('evaluate', () => {
  it.each([1, 2, 3, 8])('counts after every step, with %i rows', async (rows) => {
    const puzzles: Copied[] = [];
    const progress: number[][] = [];
    const result = await evaluate(await answererOf(rows), weights, dataset, {
      supervisionSteps: 2,
      onPuzzle: (puzzle) => puzzles.push(copied(puzzle)),
      onProgress: (done, total) => progress.push([done, total]),
    });
    const near = (value: number) => expect.closeTo(value, 10);
    expect(result).toEqual({
      examples: 3,
      exact: near(1 / 3),
      cell: near((3 / 4 + 1 + 2 / 4) / 3),
      halting: near(1), // a logit of 0 says right
      exactInterval: interval(1, 3),
      steps: [
        { exact: near(1 / 3), cell: near((1 + 0 + 1 / 4) / 3), halting: near(2 / 3) },
        { exact: near(1 / 3), cell: near((3 / 4 + 1 + 2 / 4) / 3), halting: near(1) },
      ],
      meanSteps: 2,
      meanFlops: 0,
      seconds: expect.any(Number),
      examplesPerSecond: near(3 / result.seconds),
    });
    expect(puzzles.map(({ solved }) => solved)).toEqual([false, true, false]);
    expect(puzzles[1]).toEqual({
      row: 1,
      solved: true,
      question: [2, 5, 5, 5],
      labels: [2, 2, -100, -100],
      answer: [2, 2, 9, 9],
      halting: 0.5,
      steps: 2,
    });
    expect(progress.at(-1)).toEqual([3, 3]);
    expect(progress).toHaveLength(Math.ceil(3 / rows));
  });

  it.each([2, 8])('takes the first examples alone, with %i rows', async (rows) => {
    const solved: boolean[] = [];
    const options = {
      supervisionSteps: 1,
      examples: 1,
      onPuzzle: ({ solved: right }: EvaluatedPuzzle) => solved.push(right),
    };
    expect(await evaluate(await answererOf(rows), weights, dataset, options)).toMatchObject({
      examples: 1,
      exact: 1,
      cell: 1,
      halting: 1,
      exactInterval: interval(1, 1),
    });
    expect(solved).toEqual([true]);
  });
});

describe('evaluateThinking', () => {
  it('counts what was chosen, in the order of the puzzles, and the steps that it took', async () => {
    const puzzles: Copied[] = [];
    const thinker = { answerer: await answererOf(2), weights, supervisionSteps: 9 };
    const result = await evaluateThinking(thinker, dataset, planOf({ steps: 2, halt: 0.6 }, thinker), {
      onPuzzle: (puzzle) => puzzles.push(copied(puzzle)),
    });
    // The first two halt after one step, at a logit of 1; the third takes both.
    expect(result).toEqual({
      examples: 3,
      exact: expect.closeTo(1 / 3, 10),
      cell: expect.closeTo((1 + 0 + 2 / 4) / 3, 10),
      halting: expect.closeTo(2 / 3, 10),
      exactInterval: interval(1, 3),
      steps: [],
      meanSteps: expect.closeTo(4 / 3, 10),
      meanFlops: 0, // a scripted model multiplies nothing
      seconds: expect.any(Number),
      examplesPerSecond: expect.closeTo(3 / result.seconds, 10),
    });
    expect(puzzles.map(({ row, solved, steps }) => [row, solved, steps])).toEqual([
      [0, true, 1],
      [1, false, 1],
      [2, false, 2],
    ]);
    expect(puzzles[2]).toMatchObject({ question: [3, 5, 5, 5], answer: [3, 3, 9, 9] });
  });

  it('tells what each smaller effort would have come to, as if it had been asked for', async () => {
    // One question is believed at once, one in the third step of a look, one never.
    const steppy: Script = ({ tokens, states }) => {
      const step = states.y![0]! + 1;
      const believed = step >= [0, 1, 3, 99][tokens[0]!]!;
      const answer = believed ? labels[tokens[0]! - 1]! : [9, 9, 9, 9];
      return { answer, halt: believed ? 9 : step - 5, states: { y: [step] } };
    };
    const thinking = async (effort: number) => {
      const answerer = await Answerer.create(model, 2, scriptedBackend(steppy));
      const thinker = { answerer, weights, supervisionSteps: 2 };
      return evaluateThinking(thinker, dataset, planOf({ effort }, thinker), {});
    };
    const { efforts, ...whole } = await thinking(4);
    expect(efforts!.map(({ exact }) => exact)).toEqual([1 / 3, 2 / 3, 2 / 3, 2 / 3]);
    expect(efforts!.map(({ meanSteps }) => 3 * meanSteps)).toEqual([
      1 + 2 + 2,
      1 + 5 + 6,
      1 + 5 + 14,
      1 + 5 + 30,
    ]);
    for (const [i, one] of efforts!.entries()) expect(await thinking(i + 1)).toMatchObject(one);
    expect(whole).toMatchObject(efforts!.at(-1)!);
    expect((await thinking(1)).efforts).toBeUndefined();
    const twice = together([await thinking(4), await thinking(4)]);
    expect(twice.efforts!.map(({ exact }) => exact)).toEqual(
      efforts!.map(({ exact }) => expect.closeTo(exact, 10)),
    );
  });

  it('takes the first examples alone, and a halting probability of one half says right', async () => {
    const thinker = { answerer: await answererOf(2), weights, supervisionSteps: 2 };
    const result = await evaluateThinking(thinker, dataset, planOf({}, thinker), { examples: 2 });
    expect(result).toMatchObject({ examples: 2, exact: 0.5, cell: 7 / 8, halting: 1, meanSteps: 2 });
  });
});

it('cells that are not scored do not count', () => {
  expect(countRight(Int32Array.of(1, -1, 2, -1), Int32Array.of(1, 5, 3, -1))).toEqual({
    right: 1,
    scored: 2,
  });
});

describe('valid answers', () => {
  const [S, G, F, W] = [3, 4, 2, 5];
  /** An open 2x2 maze of two shortest ways, three times. */
  const question = [S, F, F, G];
  const first = [S, F, W, G];
  const mazes = puzzleDataset(
    { kind: 'maze', rows: 2, columns: 2 },
    [1, 2, 3].map(() => ({ question: Uint8Array.from(question), answer: Uint8Array.from(first) })),
  );
  /** The dataset's way, the other one, none: row by row. */
  const answers = [first, [S, W, F, G], [S, F, F, G]];
  const inTurn = () => {
    let asked = 0;
    return scriptedBackend(() => ({ answer: answers[asked++ % 3]!, halt: 1 }));
  };

  it('count beside the exact ones', async () => {
    const answerer = await Answerer.create(model, 3, inTurn());
    const puzzles: Copied[] = [];
    const options = {
      supervisionSteps: 1,
      onPuzzle: (puzzle: EvaluatedPuzzle) => puzzles.push(copied(puzzle)),
    };
    const result = await evaluate(answerer, weights, mazes, options);
    expect(result).toMatchObject({
      exact: expect.closeTo(1 / 3, 10),
      valid: expect.closeTo(2 / 3, 10),
      exactInterval: interval(1, 3),
      validInterval: interval(2, 3),
      steps: [{ valid: expect.closeTo(2 / 3, 10) }],
    });
    expect(puzzles.map(({ solved, valid }) => [solved, valid])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
    const thinker = { answerer: await Answerer.create(model, 3, inTurn()), weights, supervisionSteps: 1 };
    expect(await evaluateThinking(thinker, mazes, planOf({}, thinker), {})).toMatchObject({
      exact: expect.closeTo(1 / 3, 10),
      valid: expect.closeTo(2 / 3, 10),
      validInterval: interval(2, 3),
    });
  });

  it('of several datasets are those of all their puzzles', async () => {
    const one = await evaluate(await Answerer.create(model, 3, inTurn()), weights, mazes, {
      supervisionSteps: 1,
    });
    const two = {
      ...one,
      examples: 1,
      exact: 1,
      valid: 1,
      seconds: 2,
      steps: [{ ...one.steps[0]!, valid: 1 }],
    };
    expect(together([one, two])).toMatchObject({
      examples: 4,
      exact: expect.closeTo(2 / 4, 10),
      valid: expect.closeTo(3 / 4, 10),
      exactInterval: interval(2, 4),
      validInterval: interval(3, 4),
      steps: [{ valid: expect.closeTo(3 / 4, 10) }],
      seconds: one.seconds + 2,
    });
    expect(together([one])).toBe(one);
    const { valid: _, validInterval: __, ...unjudged } = one;
    expect(together([one, unjudged])).not.toHaveProperty('valid');
  });
});
