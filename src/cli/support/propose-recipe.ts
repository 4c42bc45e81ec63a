/**
 * A recipe for a dataset, with the reason for each value: sizes that are known to learn on a CPU (configs/ and
 * docs/log.md), chosen by the size of the grids. The paper's own sizes are a GPU's work.
 */

import { stringify } from 'yaml';
import { type Config, parseConfig } from '../../train/config.ts';

/** What the proposal depends on. */
export interface DatasetFacts {
  /** S */
  readonly cells: number;
  /** Training examples. */
  readonly examples: number;
  /** Rows of the puzzle embedding. */
  readonly puzzles: number;
  /** Whether some rows have padding: the grids have different sizes. */
  readonly padded: boolean;
  /** Whether the dataset declares symmetries. */
  readonly symmetric: boolean;
}

interface Setting {
  /** Key of the config, `model.` before those of the model. */
  readonly key: string;
  readonly value: unknown;
  readonly why: string;
}

export interface Proposal {
  readonly config: Config;
  readonly settings: readonly Setting[];
}

/**
 * Up to so many cells: width, peak rate, steps, N_sup, and whether rows begin at random supervision steps. The last row is
 * an extrapolation, the others were measured.
 */
const SIZES = [
  { cells: 25, hidden: 64, rate: 2e-3, steps: 1500, thinking: 4, mixed: true, measured: 'as Lights Out' },
  { cells: 49, hidden: 96, rate: 1e-3, steps: 4000, thinking: 16, mixed: false, measured: 'as sudoku-6x6' },
  {
    cells: 144,
    hidden: 128,
    rate: 1e-3,
    steps: 4000,
    thinking: 8,
    mixed: true,
    measured: 'as sudoku-9x9-mlp',
  },
  {
    cells: Number.POSITIVE_INFINITY,
    hidden: 128,
    rate: 5e-4,
    steps: 10_000,
    thinking: 16,
    mixed: true,
    measured: 'not measured',
  },
] as const;

/** Beyond so many positions the mixer's own weights, two matrices a position wide, outgrow what they learn from. */
const LARGEST_MIXED = 144;
/** Bytes of activations that a micro-batch may keep for the backward pass. */
const ACTIVATIONS = 2 ** 30;

export function proposeRecipe({ cells, examples, puzzles, padded, symmetric }: DatasetFacts): Proposal {
  const size = SIZES.find((row) => cells <= row.cells)!;
  const { hidden, rate, steps, thinking, mixed, measured } = size;
  const mlp = !padded && cells <= LARGEST_MIXED;
  const small = cells <= 49;
  const slots = 4;
  const batch = small ? 32 : 64;
  const perExample = exampleBytes(cells + slots, hidden, mlp ? 0 : HEADS);
  const micro = Math.min(batch, 32, 2 ** Math.max(0, Math.floor(Math.log2(ACTIVATIONS / perExample))));
  const every = Math.round(steps / 5);
  const settings: Setting[] = [
    {
      key: 'model.mixer',
      value: mlp ? 'mlp' : 'attention',
      why: mlp
        ? `${cells} cells, always the same ones: the paper's choice for small fixed grids`
        : padded
          ? 'grids of different sizes: attention finds its way about them'
          : `${cells} cells: too many for a mixer that has weights for every pair of positions`,
    },
    {
      key: 'model.positions',
      value: mlp ? 'none' : 'rope',
      why: mlp ? "the mixer's weights know the positions" : 'attention must be told the positions',
    },
    { key: 'model.hiddenSize', value: hidden, why: `for up to ${cells} cells, ${measured}; the paper: 512` },
    { key: 'model.heads', value: HEADS, why: `heads of ${hidden / HEADS}; the paper: 8 of 64` },
    { key: 'model.cycles', value: 2, why: 'T; the paper: 3, at half as much time again' },
    { key: 'model.latentSteps', value: 3, why: 'n; the paper: 6 for Sudoku, 4 for mazes and ARC' },
    { key: 'model.puzzleSlots', value: slots, why: 'P, scratch positions beside the cells; the paper: 16' },
    {
      key: 'model.puzzleEmbeddingSize',
      value: hidden,
      why: puzzles > 1 ? `one vector for each of ${puzzles} puzzles` : 'one vector, the same for all puzzles',
    },
    { key: 'steps', value: steps, why: 'raise it while the held-out accuracy still rises' },
    { key: 'batchSize', value: batch, why: 'the paper: 768' },
    {
      key: 'microBatchSize',
      value: micro,
      why: `about ${megabytes(micro * perExample)} of activations at once; lower it when memory is short`,
    },
    {
      key: 'augment',
      value: symmetric,
      why: symmetric
        ? `each of the ${examples} puzzles is transformed anew when it is drawn`
        : 'the dataset declares no symmetries',
    },
    {
      key: 'supervisionSteps',
      value: thinking,
      why:
        thinking < 16
          ? 'N_sup; the paper: 16. With fewer a step sees more new puzzles'
          : "N_sup, the paper's",
    },
    {
      key: 'randomStart',
      value: mixed,
      why: mixed
        ? 'so small a batch would otherwise learn its own examples by heart; not in the paper'
        : 'was not needed at this size',
    },
    { key: 'learningRate', value: rate, why: `${measured}; the paper: 1e-4 at its batch of 768` },
    { key: 'puzzleLearningRate', value: rate, why: 'of the puzzle embedding; the same' },
    { key: 'weightDecay', value: 0.1, why: 'the paper: 1 at a tenth of this rate and less' },
    { key: 'puzzleWeightDecay', value: 0.1, why: 'the same' },
    { key: 'warmupSteps', value: small ? 50 : 100, why: 'the first steps are the wildest' },
    { key: 'emaRate', value: 0.99, why: "the paper's .999 lags behind in so short a run" },
    { key: 'evaluateEvery', value: every, why: 'five evaluations in all' },
    { key: 'checkpointEvery', value: every, why: 'Ctrl-C saves anyway' },
  ];
  return { config: parseConfig(nested(settings)), settings };
}

const HEADS = 4;

/**
 * Bytes of activations that the backward pass of one example keeps: 90 numbers for each position and channel of the
 * n + 1 = 4 applications of 2 layers (250 MB at the paper's Sudoku size), and the attention weights.
 *
 * @param heads 0 for the MLP mixer.
 */
function exampleBytes(positions: number, hidden: number, heads: number): number {
  const applications = 4 * 2;
  return 4 * applications * (90 * positions * hidden + 4 * heads * positions ** 2);
}

/** The recipe as YAML, under lines of introduction, each value with its reason. */
export function recipeText({ settings }: Proposal, introduction: readonly string[]): string {
  const line = (key: string, { value, why }: Setting) =>
    `${stringify({ [key]: value }).trimEnd()}  # ${why}\n`;
  const [model, rest] = [true, false].map((own) =>
    settings.filter(({ key }) => key.startsWith('model.') === own),
  );
  return [
    ...introduction.map((text) => `# ${text}\n`),
    'model:\n',
    ...model!.map((setting) => `  ${line(setting.key.slice('model.'.length), setting)}`),
    ...rest!.map((setting) => line(setting.key, setting)),
  ].join('');
}

function nested(settings: readonly Setting[]): Record<string, unknown> {
  const root: Record<string, unknown> = { model: {} };
  for (const { key, value } of settings) {
    const [first, second] = key.split('.');
    if (second) (root.model as Record<string, unknown>)[second] = value;
    else root[first!] = value;
  }
  return root;
}

export function megabytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
