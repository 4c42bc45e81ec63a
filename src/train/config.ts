/**
 * Settings of a training run: one schema for types, defaults, validation, `--help` and the documentation.
 * Defaults are the paper's for Sudoku-Extreme (official config/cfg_pretrain.yaml and README).
 */

import * as z from 'zod';
import { leastTensors } from '../models/build.ts';
import { modelSchema } from '../models/config.ts';
import { cellLosses } from '../nn/losses.ts';
import { precisions } from '../runtime/choices.ts';
import { settingsError } from '../settings-error.ts';
import { optimizerNames } from './optimizers/table.ts';

const rate = z.number().min(0).max(1);
const count = z.int().nonnegative();
const factor = z.number().nonnegative().default(1);

const settings = z.strictObject({
  model: modelSchema.prefault({}),
  seed: z.int().default(0).describe('seed of weights, data order, augmentation and exploration'),
  steps: z.int().positive().default(65_000).describe('optimizer steps; one per supervision step of a batch'),
  batchSize: z.int().positive().default(768).describe('examples in a batch'),
  microBatchSize: z
    .int()
    .positive()
    .default(8)
    .describe('examples whose gradient is computed at once; bounds the memory'),
  augment: z
    .boolean()
    .default(false)
    .describe('transform every training example at random each time it is drawn'),
  epochsPerIteration: count
    .default(0)
    .describe(
      'epochs of a set in a row, until the next set has its turn; 0: as many as make 100 batches of it',
    ),

  precision: z
    .enum(precisions)
    .default('float32')
    .describe('of matrix products while training; bfloat16 needs the native engine'),

  trainable: z
    .enum(['all', 'puzzle-embedding'])
    .default('all')
    .describe(
      'what learns: everything, or only the puzzle embedding, to learn new puzzles with a trained model',
    ),
  supervisionSteps: z
    .int()
    .positive()
    .max(10_000)
    .default(16)
    .describe('most supervision steps on an example (N_sup)'),
  explorationProbability: rate
    .default(0.1)
    .describe('chance that a row must think on for a random number of steps'),
  randomStart: z
    .boolean()
    .default(false)
    .describe('start rows at random supervision steps, so that a batch mixes fresh and old examples'),
  startNoise: z
    .number()
    .nonnegative()
    .default(0)
    .describe('standard deviation of the noise on all states with which an example starts'),

  stateNoise: z
    .number()
    .nonnegative()
    .default(0)
    .describe('standard deviation of the noise on a state after each update of it, while training'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('share of what a part of a layer adds that is dropped, the same in all recursions of a step'),
  curriculum: z
    .array(
      z.strictObject({
        until: z.number().gt(0).lt(1),
        cycles: z.int().positive(),
        latentSteps: z.int().positive(),
      }),
    )
    .default([])
    .describe(
      "T and n while training, until a share of the steps: [{ until: 0.3, cycles: 1, latentSteps: 2 }]; then the model's",
    ),
  starts: z
    .int()
    .positive()
    .default(1)
    .describe(
      'random starts of each example, rows of the batch; each of its answers is learnt by the start that is nearest to it',
    ),

  cellLoss: z.enum(cellLosses).default('stablemax').describe('cross-entropy of a cell'),
  labelSmoothing: rate.default(0).describe('probability moved from the label to all tokens'),
  haltLossWeight: z.number().nonnegative().default(0.5).describe('weight of the halting loss'),

  optimizer: z.enum(optimizerNames).default('adam-atan2').describe('of the dense weights'),
  learningRate: z.number().positive().default(1e-4).describe('peak rate of the dense weights'),
  weightDecay: z
    .number()
    .nonnegative()
    .default(1)
    .describe('decoupled: weights shrink by rate * weightDecay'),
  matrixRateFactor: factor.describe('on learningRate, for the weight matrices between hidden states'),
  matrixDecayFactor: factor.describe('on weightDecay, for the same'),
  embeddingRateFactor: factor.describe('on learningRate, for token and position embeddings and the heads'),
  embeddingDecayFactor: factor.describe('on weightDecay, for the same'),
  vectorRateFactor: factor.describe('on learningRate, for biases'),
  vectorDecayFactor: factor.describe('on weightDecay, for the same'),
  beta1: rate.default(0.9).describe('decay of the first moment'),
  beta2: rate.default(0.95).describe('decay of the second moment'),
  epsilon: z.number().positive().default(1e-8).describe('of adamw'),
  momentum: rate.default(0.95).describe('decay of the momentum of muon'),
  clipNorm: z.number().nonnegative().default(0).describe('largest gradient norm; 0: no clipping'),
  warmupSteps: count.default(2000).describe('steps over which the learning rate rises linearly'),
  minLearningRateRatio: rate
    .default(1)
    .describe('learning rate at the end of the cosine, as a fraction; 1: constant'),
  puzzleLearningRate: z.number().nonnegative().default(1e-4).describe('of the puzzle embedding (sign-SGD)'),
  puzzleWeightDecay: z.number().nonnegative().default(1).describe('of the puzzle embedding'),
  emaRate: rate.default(0.999).describe('decay of the averaged weights that evaluation uses'),

  gradientPrecision: z
    .enum(['float32', 'bfloat16'])
    .default('float32')
    .describe(
      'of gradients on their way between ranks; bfloat16 halves the bytes, what rounding leaves over goes with the next step',
    ),
  localSteps: z
    .int()
    .positive()
    .default(1)
    .describe(
      'steps that each rank takes with its own share before they meet (DiLoCo); 1: they sum every gradient',
    ),
  outerLearningRate: z
    .number()
    .positive()
    .default(0.7)
    .describe('of the step that ranks take when they meet, for the mean of what they have moved'),
  outerMomentum: rate.default(0.5).describe("decay of that step's momentum (Nesterov)"),

  checkpointEvery: count.default(500).describe('steps between checkpoints; 0: only at the end'),
  evaluateEvery: count.default(1000).describe('steps between evaluations; 0: only at the end'),
  evaluateExamples: count.default(256).describe('examples of an evaluation while training; 0: all'),
  earlyStopping: count
    .default(0)
    .describe('evaluations in a row, none better than the best, after which the run ends; 0: never'),
  validation: z
    .number()
    .nonnegative()
    .refine((held) => held < 1 || Number.isInteger(held), 'expected a share below 1 or a whole number')
    .default(0)
    .describe(
      'training puzzles held out to evaluate on while training, a share below 1 or a number; 0: evaluate on the test split',
    ),
});

export const configSchema = settings.superRefine(({ curriculum, starts, model, ...rows }, context) => {
  const fail = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  const ends = [0, ...curriculum.map(({ until }) => until)];
  for (const [at, { until, ...depth }] of curriculum.entries()) {
    const failAt = (key: string, message: string) => fail(['curriculum', at, key], message);
    if (until <= ends[at]!) failAt('until', `must be above the ${ends[at]} of the stage before`);
    const { error } = modelSchema.safeParse({ ...model, ...depth });
    for (const { path, message } of error?.issues ?? []) failAt(path.join('.'), message);
    if (leastTensors(model) !== leastTensors({ ...model, ...depth }))
      failAt('latentSteps', `must be the model's ${model.latentSteps}: it has as many states`);
  }
  for (const key of ['batchSize', 'microBatchSize'] as const)
    if (rows[key] % starts !== 0)
      fail([key], `must be a multiple of starts ${starts}, which share a question`);
  if (starts > 1 && model.mixer === 'candidates')
    fail(['starts'], 'must be 1 with candidates, whose starts are all alike');
});

/** Settings of a run, with their defaults. */
export type Config = z.infer<typeof configSchema>;

/**
 * Checks and completes settings.
 *
 * @param file where they came from, for errors.
 * @throws TrmError `config` that names every key at fault; for an unknown key, the known one that it nearly is.
 */
export function parseConfig(settings: unknown, file?: string): Config {
  const result = configSchema.safeParse(settings, { reportInput: true });
  if (result.success) return result.data;
  throw settingsError('config', result.error, {
    file,
    known: [
      ...Object.keys(configSchema.shape),
      ...Object.keys(modelSchema.shape).map((key) => `model.${key}`),
    ],
    otherwise: 'trm config show lists the keys',
  });
}
