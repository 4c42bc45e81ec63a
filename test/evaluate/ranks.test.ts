/** Puzzles shared by ranks: the numbers that one process has, to the bit, and each puzzle answered once. */

import { expect, test } from 'vitest';
import { arcDataset } from '../../src/data/arc/dataset.ts';
import { parseTask } from '../../src/data/arc/task.ts';
import { inMemory } from '../../src/data/dataset.ts';
import { evaluateArc } from '../../src/evaluate/arc.ts';
import { type Evaluation, evaluate } from '../../src/evaluate/evaluate.ts';
import { evaluateThinking } from '../../src/evaluate/evaluate-thinking.ts';
import { planOf, type Thinking } from '../../src/evaluate/thinking-settings.ts';
import { Answerer } from '../../src/inference/answer.ts';
import { alone, type Communicator } from '../../src/train/communicator.ts';
import { blankModel, blankWeights, type Script, scriptedBackend } from '../support/scripted.ts';
import { ranks } from '../train/ranks.ts';

const [S, puzzles] = [6, 11];
/** Answers that get better with each step, for each puzzle at its own pace, and are noisy where z is. */
const script: Script = ({ tokens, states }) => {
  const step = states.y![0]! + 1;
  const [z] = states.z as [number];
  const right = step + (tokens[0]! % 4) - Math.round(Math.abs(z)); // cells
  const answer = tokens.map((token, cell) => (cell < right ? token : 0));
  return { answer, halt: (tokens[0]! % 4) + step - 4 + z, states: { y: [step] } };
};
const inputs = Int32Array.from({ length: puzzles * S }, (_, i) => 1 + ((i * 7) % 9));
const dataset = inMemory({
  metadata: {
    ...{ seq_len: S, vocab_size: 10, pad_id: 0, ignore_label_id: 0, blank_identifier_id: 0 },
    ...{ num_puzzle_identifiers: 1, total_groups: puzzles, mean_puzzle_examples: 1, total_puzzles: puzzles },
    sets: ['all'],
  },
  inputs,
  labels: inputs.map((token, i) => (i % 5 === 0 ? 0 : token)),
  puzzleIdentifiers: new Int32Array(puzzles),
  puzzleIndices: Int32Array.from({ length: puzzles + 1 }, (_, i) => i),
  groupIndices: Int32Array.from({ length: puzzles + 1 }, (_, i) => i),
});
const model = blankModel(S);
const weights = blankWeights(model);
const answererOf = () => Answerer.create(model, 2, scriptedBackend(script));

type Measure = (
  communicator: Communicator,
  onPuzzle: (puzzle: { row: number }) => void,
  examples: number,
) => Promise<Evaluation>;
const thinking =
  (settings: Thinking): Measure =>
  async (communicator, onPuzzle, examples) => {
    const thinker = { answerer: await answererOf(), weights, supervisionSteps: 3 };
    const plan = planOf(settings, thinker);
    return evaluateThinking(thinker, dataset, plan, { communicator, onPuzzle, examples });
  };
const measures = {
  async steps(communicator: Communicator, onPuzzle: (puzzle: { row: number }) => void, examples: number) {
    const options = { supervisionSteps: 3, communicator, onPuzzle, examples };
    return evaluate(await answererOf(), weights, dataset, options);
  },
  thinking: thinking({ rollouts: 3, noise: 0.5, seed: 4 }),
  effort: thinking({ effort: 4, noise: 0.5 }),
} satisfies Record<string, Measure>;

test.each([
  ['steps', 2, 0],
  ['steps', 3, 10],
  ['steps', 4, 2], // some ranks have nothing to do
  ['thinking', 3, 0],
  ['thinking', 4, 3],
  ['effort', 3, 0],
] as const)('accuracy by %s, with %i ranks', async (how, size, examples) => {
  const timeless = ({ seconds, examplesPerSecond, ...rest }: Evaluation) => rest;
  const rows: number[] = [];
  const one = timeless(await measures[how](alone, ({ row }) => rows.push(row), examples));
  expect(one.exact).toBeGreaterThan(0);
  expect(one.exact).toBeLessThan(1);
  const shared: number[] = [];
  const several = await Promise.all(
    ranks(size).map((rank) => measures[how](rank, ({ row }) => shared.push(row), examples)),
  );
  /** Which candidates an accepted answer spares depends on those beside it in a batch. */
  const alike = ({ steps, meanSteps, meanFlops, efforts, ...rest }: ReturnType<typeof timeless>) => ({
    ...rest,
    ...(how !== 'effort' && { steps, meanSteps, meanFlops }),
    efforts: efforts?.map(({ exact, cell, halting }) => ({ exact, cell, halting })),
  });
  for (const evaluation of several) expect(alike(timeless(evaluation))).toEqual(alike(one));
  expect(shared.sort((a, b) => a - b)).toEqual(rows.sort((a, b) => a - b));
});

test('votes on ARC, the earliest of equals first', async () => {
  const pair = (colour: number) => ({ input: [[colour, 0]], output: [[0, colour]] });
  const tasks = ['a', 'b'].map((name, i) =>
    parseTask(name, { train: [pair(1 + i)], test: [pair(3 + i), pair(5 + i)] }, name),
  );
  const { test: questions, identifiers } = arcDataset([{ tasks, test: true }], { augment: 5, seed: 1 });
  const canvas = blankModel(900);
  // The answer is the question with one colour of three painted over: few different ones, with equal votes among them.
  const painter: Script = ({ tokens }) => {
    const colour = tokens.reduce((sum, token) => sum + token, 0) % 3;
    return { answer: tokens.map((token) => (token > 1 ? 2 + colour : token)), halt: colour - 1 };
  };
  const vote = async (communicator: Communicator) => {
    const answerer = await Answerer.create(canvas, 3, scriptedBackend(painter));
    const { seconds, ...rest } = await evaluateArc(
      answerer,
      blankWeights(canvas),
      { dataset: questions!, identifiers: [...identifiers()], tasks },
      { supervisionSteps: 1, communicator },
    );
    return rest;
  };
  const one = await vote(alone);
  const candidates = one.tasks.flatMap(({ tests }) => tests.map((test) => test.candidates.length));
  expect(Math.max(...candidates)).toBeGreaterThan(1);
  for (const rest of await Promise.all(ranks(3).map(vote))) {
    expect(rest.examples).toBe(one.examples);
    rest.tasks.forEach(({ tests }, task) => {
      tests.forEach(({ candidates, ...place }, test) => {
        const { candidates: expected, ...there } = one.tasks[task]!.tests[test]!;
        expect(place).toEqual(there);
        expect(candidates.map(({ grid, votes }) => ({ grid, votes }))).toEqual(
          expected.map(({ grid, votes }) => ({ grid, votes })),
        );
        candidates.forEach(({ confidence }, i) => {
          expect(confidence).toBeCloseTo(expected[i]!.confidence, 12);
        });
      });
    });
  }
});
