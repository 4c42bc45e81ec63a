/** A model without a size of its own: trained on mazes of several sizes in turn, the same to the bit however it is stopped. */

import { describe, expect, it, test } from 'vitest';
import { datasetHash } from '../../src/data/dataset-hash.ts';
import { Solver } from '../../src/evaluate/solver.ts';
import { layoutOf } from '../../src/inference/weights.ts';
import { atSize } from '../../src/train/at-size.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { alone } from '../../src/train/communicator.ts';
import { newRun, train } from '../../src/train/run.ts';
import { modelsOf, rowsAt } from '../../src/train/sizes.ts';
import { fakeBackend } from './fake-backend.ts';
import { ranks } from './ranks.ts';
import { backend, tinyConvolution as config, tinyMazes as mazes } from './support.ts';

const datasets = [mazes(4, 4), mazes(4, 6), mazes(6, 6)];
const bytes = (checkpoint: Checkpoint) => Buffer.concat(encodeCheckpoint(checkpoint));
const copy = (checkpoint: Checkpoint) => decodeCheckpoint(bytes(checkpoint), 'memory');

async function finish(
  from: Checkpoint,
  stopAfter = Number.POSITIVE_INFINITY,
  communicator = alone,
  losses: number[] = [],
): Promise<Checkpoint> {
  const abort = new AbortController();
  let saved = from;
  await train(
    from,
    datasets,
    backend,
    {
      onStep: ({ step, loss }) => {
        losses.push(loss);
        if (step >= stopAfter) abort.abort();
      },
      onCheckpoint: async (checkpoint) => {
        saved = copy(checkpoint);
      },
    },
    abort.signal,
    communicator,
  );
  return saved;
}

test.each([
  ['plain', {}],
  ['micro-batches', { microBatchSize: 2 }],
  ['noise where an example starts', { startNoise: 1, supervisionSteps: 2 }],
  ['puzzles held out', { validation: 0.25 }],
])('a run on three sizes ends bit-identical however it is stopped: %s', async (_, settings) => {
  const state = (checkpoint: Checkpoint) => bytes({ ...checkpoint, seconds: 0 });
  const whole = await finish(newRun(config(settings), datasets));
  expect(whole.state.step).toBe(9);
  for (const stop of [1, 2, 6]) {
    const resumed = await finish(await finish(newRun(config(settings), datasets), stop));
    expect(state(resumed).equals(state(whole)), `stopped at ${stop}`).toBe(true);
  }
});

describe('several ranks', () => {
  const together = (size: number, begin: () => Checkpoint, stop?: number, losses: number[] = []) =>
    Promise.all(ranks(size).map((rank) => finish(begin(), stop, rank, rank.rank === 0 ? losses : []))).then(
      ([first]) => first!,
    );
  const state = (checkpoint: Checkpoint) => bytes({ ...checkpoint, seconds: 0 });

  test.each([2, 3])('%i take the sizes in turn as one does, noise of each row included', async (size) => {
    const begin = () => newRun(config({ startNoise: 1, supervisionSteps: 2 }), datasets);
    const [one, several]: [number[], number[]] = [[], []];
    const alike = await finish(begin(), undefined, undefined, one);
    const whole = await together(size, begin, undefined, several);
    expect(several).toHaveLength(9);
    several.forEach((loss, step) => {
      expect(Math.abs(loss / one[step]! - 1), `loss of step ${step + 1}`).toBeLessThan(1e-3);
    });
    for (const [i, carry] of [whole.state.carry, ...whole.state.others].entries()) {
      const other = [alike.state.carry, ...alike.state.others][i]!;
      expect([carry.inputs, carry.steps]).toEqual([other.inputs, other.steps]);
    }
  });

  test.each([{}, { localSteps: 2, gradientPrecision: 'bfloat16' }])(
    'go on to the bit after a stop: %j',
    async (settings) => {
      const begin = () => newRun(config(settings), datasets);
      const whole = await together(3, begin);
      expect(whole.state.step).toBe(9);
      const stopped = await together(3, begin, 3);
      expect(stopped.state.step).toBe('localSteps' in settings ? 4 : 3);
      const resumed = await together(3, () => copy(stopped));
      expect(state(resumed).equals(state(whole))).toBe(true);
    },
  );

  test('that meet now and then begin with the losses of one process', async () => {
    const [one, several]: [number[], number[]] = [[], []];
    await finish(newRun(config(), datasets), undefined, undefined, one);
    await together(2, () => newRun(config({ localSteps: 3 }), datasets), undefined, several);
    expect(several[0]).toBeCloseTo(one[0]!, 5); // before anything has moved
    expect(several).not.toEqual(one);
  });
});

test('batches of each size have about as many cells, and each size has a carry', () => {
  const run = newRun(config({ microBatchSize: 3 }), datasets);
  const rows = modelsOf(run).map((model) => rowsAt(run.config, run.model, model));
  expect(rows).toEqual([
    { batchSize: 6, microBatchSize: 3 },
    { batchSize: 4, microBatchSize: 2 },
    { batchSize: 3, microBatchSize: 1 },
  ]);
  expect(run.state.carry.inputs).toHaveLength(6 * 16);
  expect(run.state.others.map(({ inputs }) => inputs.length)).toEqual([4 * 24, 3 * 36]);
  const again = copy(run);
  expect(again.others?.map(({ family }) => family)).toEqual([
    { kind: 'maze', rows: 4, columns: 6 },
    { kind: 'maze', rows: 6, columns: 6 },
  ]);
  expect(bytes(again).equals(bytes(run))).toBe(true);
});

test('steps take the sizes in turn, and the weights learn from all of them', async () => {
  const losses: number[] = [];
  const run = newRun(config({ steps: 60, emaRate: 0.9 }), datasets);
  await train(run, datasets, backend, { onStep: ({ loss }) => void losses.push(loss) });
  const mean = (from: number) => losses.slice(from, from + 9).reduce((sum, loss) => sum + loss, 0) / 9;
  expect(mean(51)).toBeLessThan(0.75 * mean(0));
});

test('noise where an example starts follows from the seed, and changes what is learnt', async () => {
  const weights = async (settings: Record<string, unknown>) =>
    (await finish(newRun(config(settings), datasets))).state.dense.weights;
  const noisy = await weights({ startNoise: 1, steps: 3 });
  expect(noisy).toEqual(await weights({ startNoise: 1, steps: 3 }));
  expect(noisy).not.toEqual(await weights({ steps: 3 }));
});

describe('what does not go together', () => {
  it('several sizes, and a model of one', () => {
    const mlp = { ...config().model, mixer: 'mlp' };
    expect(() => newRun(config({ model: mlp }), datasets)).toThrow(
      'model.mixer: the datasets have puzzles of several sizes: 4x4, 4x6, 6x6; choose convolution',
    );
  });

  it('another number of sizes, or another size, than the run began with', async () => {
    const begun = () => newRun(config(), datasets);
    await expect(train(begun(), datasets.slice(1), fakeBackend())).rejects.toThrow(
      'the run has puzzles of 3 sizes, the dataset of 2',
    );
    const turned = [datasets[0]!, mazes(6, 4), datasets[2]!];
    await expect(train(begun(), turned, fakeBackend())).rejects.toThrow(
      'puzzle: the model was made for 4x6, the dataset has 6x4',
    );
  });

  it('a convolution, and puzzles of which no grid is known', () => {
    const [first] = datasets;
    const { puzzle: _, ...metadata } = first!.metadata;
    expect(() => newRun(config(), { ...first!, metadata })).toThrow(
      'model.mixer: nothing is known of the grid that these puzzles are',
    );
  });

  it.each([
    [{ puzzleEmbeddingSize: 8, puzzleSlots: 1 }, 'model.puzzleEmbeddingSize: must be 0 with convolution'],
    [{ positions: 'learned' }, 'model.positions: must be none with convolution'],
  ])('a convolution, and %j', (settings, message) => {
    expect(() => config({ model: { ...config().model, ...settings } })).toThrow(message);
  });
});

test('several datasets have a hash of their own', async () => {
  const [a, b] = datasets;
  const alone = await Promise.all([datasetHash(a!), datasetHash(b!)]);
  expect(await datasetHash([a!])).toBe(alone[0]);
  expect(await datasetHash([a!, b!])).toBe(alone.join('+'));
});

describe('at another size', () => {
  const run = newRun(config(), datasets[0]!);
  const of = (rows: number, columns: number) => ({
    family: { kind: 'maze', rows, columns },
    cells: rows * columns,
    vocabulary: 6,
  });

  it('a checkpoint has the same weights, and states as large as the puzzle', () => {
    const other = atSize(run, of(7, 3));
    expect(other.state.dense).toBe(run.state.dense);
    expect(layoutOf(other.model.parameters).size).toBe(layoutOf(run.model.parameters).size);
    expect(other.model.states.y!.shape).toEqual([21, 8]);
    expect(other.model.shape.grid).toEqual({ rows: 7, columns: 3 });
    expect(atSize(run, of(4, 4))).toBe(run);
  });

  it('begins a run with the weights of another size', () => {
    const begun = newRun(config(), mazes(5, 5), run);
    expect(begun.state.dense.weights).toEqual(run.state.dense.average);
  });

  it('a solver takes each maze as large as it is written', async () => {
    const solver = new Solver(run, backend);
    expect(solver.takesAnySize).toBe(true);
    const [wide, square] = ['S...#\n##..G', 'S..\n#..\n#G.'];
    const solutions = await solver.solve([wide, square, wide]);
    expect(solutions.map(({ tokens }) => tokens.length)).toEqual([10, 9, 10]);
    expect(solutions[0]).toEqual(solutions[2]);
    expect(await solver.solve(square)).toEqual(solutions[1]);
    expect(await solver.solve(['S..', '#..', '#G.'])).toEqual(solutions[1]);
    const seen: number[] = [];
    for await (const { index, tokens } of solver.steps([wide, square], { steps: 2 }))
      seen.push(index, tokens.length);
    expect(seen).toEqual([0, 10, 0, 10, 1, 9, 1, 9]);
    await expect(solver.solve('S..\n#..')).rejects.toThrow('expected one goal G, got 0');
    await expect(solver.solve(`${wide}\n\n${square}`)).rejects.toThrow('expected one puzzle, got 2');
    await solver.dispose();
  });

  it('what it answers does not depend on the rows and sizes beside it', async () => {
    const solver = new Solver(run, backend);
    const maze = 'S....\n.#.#.\n...G.';
    const alone = await solver.solve(maze);
    const among = await solver.solve([maze, 'S.\nG.', maze, 'S..\n..G']);
    expect(among[0]).toEqual(alone);
    expect(among[2]).toEqual(alone);
    await solver.dispose();
  });
});
