/** The graphs of training and answering of every architecture, and of every optimizer's update. Imports nothing of Node. */

import { Random } from '../../src/data/random.ts';
import { traceAnswerStep } from '../../src/inference/answer-step.ts';
import { layoutOf } from '../../src/inference/weights.ts';
import { buildModel } from '../../src/models/build.ts';
import { modelSchema } from '../../src/models/config.ts';
import type { Model } from '../../src/models/model.ts';
import { fill, linearSpec, type ParameterSpecs } from '../../src/nn/parameters.ts';
import { float32, type HostTensors } from '../../src/runtime/backend.ts';
import { sizeOf } from '../../src/shape.ts';
import { configSchema } from '../../src/train/config.ts';
import { optimizerNames } from '../../src/train/optimizers/table.ts';
import { type ObjectiveOptions, traceSupervisionStep } from '../../src/train/supervision-step.ts';
import { scalarsAt, traceUpdate } from '../../src/train/update.ts';
import { randomFeeds } from '../nn/tiny-trm.ts';
import type { GraphCase } from './contract-graphs.ts';

const kinds: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'TRM (mlp)': { mixer: 'mlp', positions: 'none' },
  'TRM (attention)': { mixer: 'attention', positions: 'rope' },
  'HRM (attention)': { architecture: 'hrm', mixer: 'attention', positions: 'rope', highLayers: 1 },
  'the direct transformer': {
    architecture: 'transformer',
    mixer: 'attention',
    positions: 'rope',
    cycles: 1,
    latentSteps: 1,
  },
  'TRM with all switches (mlp)': { highLayers: 1, gateNorm: true, oneStepGradient: true, continueLoss: true },
  'TRM of a single z (mlp)': { architecture: 'trm-single-z', mixer: 'mlp', positions: 'none' },
  'TRM of several z (attention)': {
    architecture: 'trm-multi-z',
    mixer: 'attention',
    positions: 'learned',
  },
  'TRM (candidates)': {
    mixer: 'candidates',
    hiddenSize: 32,
    puzzleSlots: 0,
    puzzleEmbeddingSize: 0,
    widthMultiple: 8,
  },
  'TRM (convolution)': { mixer: 'convolution', puzzleSlots: 0, puzzleEmbeddingSize: 0, widthMultiple: 8 },
};

const rows = 3;
const shapes = {
  any: { cells: 6, vocabulary: 5, puzzleEmbeddingRows: 1, grid: { rows: 2, columns: 3 } },
  sudoku: {
    cells: 16,
    vocabulary: 6,
    puzzleEmbeddingRows: 1,
    grid: { rows: 4, columns: 4, box: { rows: 2, columns: 2 } },
  },
};

function casesOf(name: string, settings: Readonly<Record<string, unknown>>): readonly GraphCase[] {
  const config = modelSchema.parse({
    hiddenSize: 8,
    layers: 1,
    heads: 2,
    expansion: 1,
    cycles: 2,
    latentSteps: 2,
    puzzleSlots: 2,
    puzzleEmbeddingSize: 11,
    ...settings,
  });
  const shape = shapes[config.mixer === 'candidates' ? 'sudoku' : 'any'];
  const { vocabulary } = shape;
  const model = buildModel(config, shape);
  const objective: ObjectiveOptions = {
    cellLoss: 'stablemax',
    labelSmoothing: 0.1,
    haltLossWeight: 0.5,
    ...(config.gateNorm && { stateNoise: 0.1, dropout: 0.1 }),
  };
  const training = {
    rows,
    trace: (count: number) => traceSupervisionStep(model, count, rows, objective),
  };
  const answering = { rows, trace: (count: number) => traceAnswerStep(model, count, { logits: true }) };
  return [
    {
      name: `trains ${name}`,
      graph: training,
      feeds: randomFeeds(training.trace(rows), vocabulary),
      tolerance: 1e-4,
    },
    ...(name === 'TRM (mlp)' ? [severalStarts(model, objective)] : []),
    {
      name: `answers with ${name}`,
      graph: answering,
      feeds: randomFeeds(answering.trace(rows), vocabulary),
      tolerance: 1e-4,
    },
  ];
}

/** Rows that share a question, two questions of three each. */
function severalStarts(model: Model, objective: ObjectiveOptions): GraphCase {
  const trace = (count: number) => traceSupervisionStep(model, count, 6, { ...objective, starts: 3 });
  return {
    name: 'trains several starts of a question',
    graph: { rows: 6, group: 3, trace },
    feeds: randomFeeds(trace(6), model.shape.vocabulary),
    tolerance: 1e-4,
  };
}

/** Sizes that are no multiples of 16, so that blocks have padding; a matrix of either side. */
const specs: ParameterSpecs = {
  tokens: { shape: [3, 4], init: fill(0), group: 'embeddings' },
  wide: linearSpec(4, 30),
  tall: linearSpec(31, 6),
  bias: { shape: [5], init: fill(0), group: 'vectors' },
  square: linearSpec(21, 21),
};

function updateCase(optimizer: (typeof optimizerNames)[number]): GraphCase {
  const options = configSchema.parse({ optimizer, weightDecay: 0.3, emaRate: 0.8, clipNorm: 2 });
  const graph = traceUpdate(layoutOf(specs), options);
  const random = new Random(11);
  const scalars = scalarsAt(options, 3, 0.1);
  const feeds: HostTensors = Object.fromEntries(
    graph.inputs.map(({ name, tensor: { shape } }) => {
      const given = scalars[name];
      // Second moments are positive.
      const data = Float32Array.from({ length: sizeOf(shape) }, () => given ?? 0.01 + random.float());
      return [name, float32(data, shape)];
    }),
  );
  return { name: `updates weights by ${optimizer}`, graph, feeds, tolerance: 1e-4 };
}

export const modelCases = (): readonly GraphCase[] => [
  ...Object.entries(kinds).flatMap(([name, settings]) => casesOf(name, settings)),
  ...optimizerNames.map(updateCase),
];
