/** Learning new puzzles with a trained model: only their embedding moves, by the gradient of full training, and it suffices. */

import { beforeAll, describe, expect, it, test } from 'vitest';
import { TrainBatches } from '../../src/data/batches.ts';
import { inMemory, type PuzzleDataset } from '../../src/data/dataset.ts';
import { Random } from '../../src/data/random.ts';
import { selectRanges } from '../../src/data/select.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { Answerer, answerWeights } from '../../src/inference/answer.ts';
import { adaptation } from '../../src/train/adapt.ts';
import type { Checkpoint } from '../../src/train/checkpoint.ts';
import { newRun, train } from '../../src/train/run.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { backend, finish, throughFile, tinyConfig } from './support.ts';

const S = 4;
const V = 6;
const EXAMPLES = 24;

/** Puzzle p answers with token `answers[p]` whatever is asked: only the embedding can tell which puzzle it is. */
function constantPuzzles(answers: readonly number[], seed: number): PuzzleDataset {
  const random = new Random(seed);
  const count = answers.length * EXAMPLES;
  const puzzle = (row: number) => Math.floor(row / EXAMPLES);
  const inputs = Uint8Array.from({ length: count * S }, () => random.int(V));
  return inMemory({
    metadata: {
      seq_len: S,
      vocab_size: V,
      pad_id: 0,
      ignore_label_id: null,
      blank_identifier_id: 0,
      num_puzzle_identifiers: 1 + answers.length,
      total_groups: answers.length,
      mean_puzzle_examples: 1,
      total_puzzles: count,
      sets: ['all'],
    },
    inputs,
    labels: inputs.map((_, i) => answers[puzzle(Math.floor(i / S))]!),
    puzzleIdentifiers: Int32Array.from({ length: count }, (_, row) => 1 + puzzle(row)),
    puzzleIndices: Int32Array.from({ length: count + 1 }, (_, row) => row),
    groupIndices: Int32Array.from({ length: answers.length + 1 }, (_, p) => p * EXAMPLES),
  });
}

const config = tinyConfig({
  model: { ...tinyConfig().model, cycles: 1, latentSteps: 1 },
  steps: 200,
  batchSize: 16,
  microBatchSize: 16,
  supervisionSteps: 2,
  learningRate: 1e-2,
  puzzleLearningRate: 2e-2,
  puzzleWeightDecay: 0.1,
  weightDecay: 0.1,
  emaRate: 0.95,
  augment: false,
});
const puzzles = constantPuzzles([1, 2, 3, 4, 1, 2, 3, 4], 1);
const unseen = { train: constantPuzzles([3, 1, 4, 2], 2), test: constantPuzzles([3, 1, 4, 2], 3) };
const options = { steps: 100, batchSize: 8, trainable: 'puzzle-embedding' } as const;

async function exact(checkpoint: Checkpoint, dataset: PuzzleDataset): Promise<number> {
  const answerer = await Answerer.create(checkpoint.model, EXAMPLES, backend);
  const weights = answerWeights(checkpoint.state);
  const { exact } = await evaluate(answerer, weights, dataset, { supervisionSteps: 2 });
  await answerer.dispose();
  return exact;
}

let trained: Checkpoint;
beforeAll(async () => {
  trained = (await finish(newRun(config, puzzles), puzzles)).saved;
});

describe('a puzzle that was not in training', () => {
  it('is learnt by its embedding alone', async () => {
    expect(await exact(trained, puzzles)).toBeGreaterThan(0.95);
    const run = adaptation(trained, unseen.train, options);
    expect(await exact(run, unseen.test)).toBeLessThan(0.6);
    const { saved: learnt } = await finish(run, unseen.train);
    expect(await exact(learnt, unseen.test)).toBeGreaterThan(0.9);
    for (const kind of ['weights', 'average'] as const) {
      expect(learnt.state.dense[kind]).toEqual(trained.state.dense.average);
    }
    expect(learnt.state.dense.optimizer.firstMoment!.every((value) => value === 0)).toBe(true);
  });

  it('starts from the mean of the rows there are, and moves its own row only', async () => {
    const run = adaptation(trained, unseen.train, options);
    const E = run.model.puzzleEmbeddingSize;
    const rows = trained.state.puzzleEmbeddings.length / E;
    const mean = Array.from({ length: E }, (_, i) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += trained.state.puzzleEmbeddings[row * E + i]!;
      return sum / rows;
    });
    const blank = run.state.puzzleEmbeddings.slice(0, E);
    Array.from(blank).forEach((value, i) => {
      expect(value).toBeCloseTo(mean[i]!, 6);
    });
    const { saved: learnt } = await finish(run, unseen.train);
    expect(learnt.state.puzzleEmbeddings.slice(0, E)).toEqual(blank);
    expect(learnt.state.puzzleEmbeddings.slice(E)).not.toEqual(blank);
  });

  it('resumes bit for bit', async () => {
    const { saved: whole } = await finish(adaptation(trained, unseen.train, options), unseen.train);
    const { saved: stopped } = await finish(adaptation(trained, unseen.train, options), unseen.train, {
      until: 23,
    });
    expect(stopped.state.step).toBe(23);
    expect((await finish(stopped, unseen.train)).saved.state).toEqual(whole.state);
  });

  it.each([1, 5])(
    'is learnt whatever its model was trained with: iterations of %i epochs',
    async (epochs) => {
      const few = constantPuzzles([3], 2);
      const demonstrations = selectRanges(few, [[0, 2]]); // two examples, fewer than a batch in so many epochs
      const settings = { epochsPerIteration: epochs, validation: 3, microBatchSize: 64, augment: true };
      const from = { ...trained, config: { ...config, ...settings } };
      const run = adaptation(from, demonstrations, { ...options, steps: 2, batchSize: 16 });
      expect(run.config).toMatchObject({ epochsPerIteration: 0, validation: 0, microBatchSize: 16 });
      expect((await finish(run, demonstrations)).saved.state.step).toBe(2);
    },
  );

  it('may move all weights', async () => {
    const run = adaptation(trained, unseen.train, { ...options, trainable: 'all' });
    const { saved: learnt } = await finish(run, unseen.train);
    expect(learnt.state.dense.weights).not.toEqual(trained.state.dense.average);
    expect(await exact(learnt, unseen.test)).toBeGreaterThan(0.9);
  });
});

test.each([16, 7])(
  'the embedding takes the step it takes in full training, micro-batches of %i',
  async (size) => {
    const batch = new TrainBatches(puzzles, { batchSize: 16, seed: 0, augment: false }).next();
    const tables = [];
    for (const trainable of ['all', 'puzzle-embedding'] as const) {
      const run = throughFile(trained);
      const settings = { ...config, trainable, microBatchSize: size };
      const trainer = await Trainer.create(run.model, settings, backend, run.state);
      const metrics = await trainer.step(batch, new Int32Array(16));
      expect(metrics.gradientNorm).toBeGreaterThan(0);
      tables.push(run.state.puzzleEmbeddings);
      await trainer.dispose();
    }
    const [full, frozen] = tables as [Float32Array, Float32Array];
    expect(full).not.toEqual(trained.state.puzzleEmbeddings);
    const apart = full.reduce((sum, value, i) => sum + Number(Math.abs(value - frozen[i]!) > 1e-6), 0);
    expect(apart / full.length).toBeLessThan(0.01); // a gradient of almost nothing may have either sign
  },
);

test('a model without puzzle embedding has nothing to learn', async () => {
  const model = { ...config.model, puzzleSlots: 0, puzzleEmbeddingSize: 0 };
  const run = newRun({ ...config, model, trainable: 'puzzle-embedding' }, puzzles);
  await expect(train(run, puzzles, backend)).rejects.toThrow(/^trainable: .*no puzzle embedding/);
});
