/**
 * A training run, top to bottom: draw a batch, take a step, now and then evaluate and save. What a run remembers
 * between sessions is one `Checkpoint`; where it is kept is the caller's business.
 */

import { TrainBatches } from '../data/batches.ts';
import { datasetsIn, type PuzzleDataset } from '../data/dataset.ts';
import { datasetHash } from '../data/dataset-hash.ts';
import { Random } from '../data/random.ts';
import { traitsOf } from '../data/traits.ts';
import { BatchesInTurn } from '../data/turns.ts';
import { cutValidation } from '../data/validation.ts';
import { TrmError } from '../errors.ts';
import { type CarryState, drawMinHaltSteps, emptyCarry, refill } from '../inference/carry.ts';
import type { Model } from '../models/model.ts';
import { fitsAnySize } from '../models/settings.ts';
import { type Backend, checkBackend } from '../runtime/backend.ts';
import { showShape } from '../shape.ts';
import type { Checkpoint } from './checkpoint.ts';
import { alone, type Communicator, onAnyRank, type TimedCommunicator, timed } from './communicator.ts';
import type { Config } from './config.ts';
import { LocalTrainer } from './local-steps.ts';
import { fillTable } from './puzzle-embedding.ts';
import { sizeShares } from './share.ts';
import { modelsOf, rowsAt, type SizedModel, shapeOf, sizedModels, sizeName } from './sizes.ts';
import { initialState, startNoise, startsOf, type TrainingState } from './state.ts';
import type { StepMetrics } from './step-metrics.ts';
import { Trainer } from './trainer.ts';

export interface RunMetrics extends StepMetrics {
  /** Examples in the batch. */
  readonly rows: number;
  /** Of training so far. */
  readonly seconds: number;
  /** Of this step, evaluation and saving left out. */
  readonly stepSeconds: number;
  /** That it had to wait for its batch. */
  readonly dataSeconds: number;
  /** What the ranks of a run of several spent on each other in this step. */
  readonly ranks?: RankSeconds;
}

export interface RankSeconds {
  /** That each rank waited until the others came, by rank: a slow one waits least. */
  readonly waited: readonly number[];
  /** That this one took to sum the gradients, when all had come. */
  readonly summed: number;
}

/** What the run calls; all are optional. */
export interface RunEvents {
  /** Called after each step. */
  readonly onStep?: (metrics: RunMetrics) => void | Promise<void>;
  /**
   * Evaluates the state and returns its exact accuracy, by which the best checkpoint is chosen. `validation` has the
   * puzzles that the config holds out of training, of each dataset, if any.
   */
  readonly evaluate?: (
    state: TrainingState,
    validation: readonly PuzzleDataset[] | undefined,
  ) => Promise<number>;
  /** `best` when this evaluation is the best so far. Must be done with the checkpoint's arrays when it resolves. */
  readonly onCheckpoint?: (checkpoint: Checkpoint, best: boolean) => Promise<void>;
}

/**
 * A state before the first step, as a checkpoint.
 *
 * @param train the whole training split; what the config holds out of it is never trained on. Of puzzles of several sizes
 *   those of each, which then are trained on in turn.
 * @param init whose averaged weights, states' starts and puzzle embeddings to begin with; else fresh ones.
 * @throws TrmError `usage` when `init` has weights of other shapes, and on what are no settings or no dataset; `config` or
 *   `data` when the dataset does not go with the settings.
 */
export function newRun(
  config: Config,
  train: PuzzleDataset | readonly PuzzleDataset[],
  init?: Checkpoint,
): Checkpoint {
  checkConfig(config);
  const datasets = datasetsIn(train);
  const [{ model, family }, ...others] = sizedModels(config.model, datasets) as [SizedModel, ...SizedModel[]];
  const models = [model, ...others.map((other) => other.model)];
  const random = new Random(config.seed);
  const state = initialState(model, config, random.fork('weights'));
  state.others = emptyCarries(config, models).slice(1);
  if (init) startFrom(init, model, state);
  const trained = datasets.map((dataset) => cutValidation(dataset, config).train);
  const batches = batchesOf(trained, config, models);
  if (config.randomStart) startAtRandomSteps(state, batches, config, models, random);
  return {
    config,
    model,
    family,
    ...(others.length > 0 && { others }),
    traits: traitsOf(trained),
    state,
    exploration: random.fork('exploration').state(),
    batches: batches.state(),
    bestExact: -1,
    seconds: 0,
    origin: init?.origin,
  };
}

/** @throws TrmError `usage` on what are no settings of a run. */
function checkConfig(config: Config): void {
  if (typeof config?.model === 'object') return;
  const fix = 'complete them: parseConfig({ … })';
  throw new TrmError('usage', 'expected the settings of a run', { key: 'config', fix });
}

/** Copies what `from` has learnt into a fresh state. A puzzle table of another size becomes the mean of its rows. */
function startFrom(from: Checkpoint, model: Model, state: TrainingState): void {
  const anySize = fitsAnySize(from.config.model);
  const shapesOf = ({ parameters, states, puzzleEmbeddingSize }: Model) =>
    new Map([
      ...Object.entries(parameters).map(([name, { shape }]) => [name, showShape(shape)] as const),
      ...Object.entries(states).map(
        ([name, { shape }]) => [name, showShape(anySize ? shape.slice(-1) : shape)] as const,
      ),
      ['puzzles', `rows of ${puzzleEmbeddingSize}`],
    ]);
  const [ours, theirs] = [shapesOf(model), shapesOf(from.model)];
  const [asked, had] = [model, from.model].map(
    ({ shape }) => `${shape.cells} cells of ${shape.vocabulary} tokens`,
  );
  for (const name of [...ours.keys(), ...theirs.keys()]) {
    const [need, have] = [ours.get(name) ?? 'none', theirs.get(name) ?? 'none'];
    if (need === have) continue;
    const message = `the new run needs ${need}, the weights to begin with have ${have}`;
    if (asked !== had)
      throw new TrmError('usage', `${message}: they are for puzzles of ${had}, the dataset has ${asked}`, {
        key: name,
        fix: 'begin with weights for such puzzles, or without any',
      });
    throw new TrmError('usage', message, {
      key: name,
      fix: 'use settings of the same model; those of the weights are taken where neither a recipe nor a run is named',
    });
  }
  state.dense.weights.set(from.state.dense.average);
  state.dense.average.set(from.state.dense.average);
  for (const [name, start] of Object.entries(state.starts)) start.set(from.state.starts[name]!);
  fillTable(state.puzzleEmbeddings, from.state.puzzleEmbeddings, model.puzzleEmbeddingSize);
}

/** Batches of training splits, those of several sizes in turn. */
function batchesOf(train: readonly PuzzleDataset[], config: Config, models: readonly Model[]): BatchesInTurn {
  const { seed, augment, epochsPerIteration, starts } = config;
  return new BatchesInTurn(
    train.map((dataset, turn) => {
      const { batchSize } = rowsAt(config, models[0]!, models[turn]!);
      return new TrainBatches(dataset, { batchSize, seed, augment, epochsPerIteration, starts });
    }),
  );
}

/** Carries whose rows all wait for an example, of each size. */
function emptyCarries(config: Config, models: readonly Model[]): CarryState[] {
  return models.map((model) => emptyCarry(model, rowsAt(config, models[0]!, model).batchSize));
}

/** Whether a run is at its end: its last step, or as many evaluations without a better one as `earlyStopping` waits for. */
export function isFinished({ config, state, evaluationsSinceBest = 0 }: Checkpoint): boolean {
  const { steps, earlyStopping } = config;
  return state.step >= steps || (earlyStopping > 0 && evaluationsSinceBest >= earlyStopping);
}

/**
 * Trains from a checkpoint to its end (`isFinished`), or until `signal` is aborted; either way the last state is
 * handed to `onCheckpoint`. The steps are the same, bit for bit, however often the run is stopped and resumed.
 *
 * @param dataset the whole training split, or those of several sizes, as for `newRun`.
 * @param communicator of a run of several processes: each calls this with the same checkpoint and dataset, and with
 *   `events` that evaluate to the same number on all of them; one of them keeps the checkpoints.
 * @throws TrmError `data` when the dataset is not the one the checkpoint was made for, `usage` when the backend is none or
 *   has not the config's precision, `numeric` on a loss that is not finite.
 */
export async function train(
  from: Checkpoint,
  dataset: PuzzleDataset | readonly PuzzleDataset[],
  backend: Backend,
  events: RunEvents = {},
  signal?: AbortSignal,
  communicator: Communicator = alone,
): Promise<void> {
  const ranks = timed(communicator);
  const { config, model, state } = from;
  checkBackend(backend);
  checkPrecision(config, backend);
  const { hash, validation, batches } = await takeUp(from, dataset);
  const models = modelsOf(from);
  if (state.carry.halted.length === 0)
    [state.carry, ...state.others] = emptyCarries(config, models) as [CarryState, ...CarryState[]];
  const exploration = Random.fromState(from.exploration);
  const trainerOf = config.localSteps > 1 && ranks.size > 1 ? LocalTrainer : Trainer;
  const sizes = sizeShares(config, models, ranks);
  const trainer = await trainerOf.create(model, config, backend, state, ranks, sizes);
  let { bestExact, bestStep, evaluationsSinceBest = 0 } = from;
  let savedAt = -1; // the step
  const begun = performance.now();
  const seconds = () => from.seconds + (performance.now() - begun) / 1000;
  const save = async (best: boolean): Promise<void> => {
    savedAt = state.step;
    const checkpoint: Checkpoint = {
      ...from,
      state: await trainer.wholeState(),
      exploration: exploration.state(),
      batches: batches.state(),
      bestExact,
      bestStep,
      evaluationsSinceBest,
      seconds: seconds(),
      datasetHash: hash,
      selection: undefined,
    };
    await events.onCheckpoint?.(checkpoint, best);
    await ranks.barrier(); // no rank goes on from a checkpoint that is not there yet
  };
  const draw = () => {
    const asked = performance.now();
    const offered = batches.next();
    const dataSeconds = (performance.now() - asked) / 1000;
    const { explorationProbability, supervisionSteps } = config;
    const minHaltSteps = drawMinHaltSteps(
      offered.size,
      explorationProbability,
      supervisionSteps,
      exploration,
    );
    return { offered, minHaltSteps, dataSeconds };
  };
  const stopped = () => onAnyRank(ranks, signal?.aborted ?? false);

  try {
    while (!isFinished({ ...from, evaluationsSinceBest })) {
      ranks.spent(); // from here on it counts
      if (await stopped()) break;
      const before = state.step;
      const taken: StepMetrics[] = [];
      const clock: StepClock[] = [];
      for (let left = trainer.stepsToMeeting; left > 0; left--) {
        const asked = seconds();
        const { offered, minHaltSteps, dataSeconds } = draw();
        const metrics = await trainer.step(offered, minHaltSteps);
        if (metrics) taken.push(metrics);
        clock.push({ rows: offered.size, seconds: seconds(), stepSeconds: seconds() - asked, dataSeconds });
      }
      const steps = await trainer.meet(taken);
      const last = clock.at(-1)!;
      clock[clock.length - 1] = {
        ...last,
        ...(await spentBy(ranks)),
        stepSeconds: last.stepSeconds + seconds() - last.seconds,
      };
      for (const [i, metrics] of steps.entries()) await events.onStep?.({ ...metrics, ...clock[i]! });
      const isDue = (every: number) =>
        every > 0 && Math.floor(state.step / every) > Math.floor(before / every);

      let best = false;
      if (events.evaluate && (state.step === config.steps || isDue(config.evaluateEvery))) {
        const exact = await events.evaluate(state, validation);
        best = exact > bestExact || Math.max(exact, bestExact) === 0; // while nothing is solved, the later one
        if (best) [bestExact, bestStep] = [exact, state.step];
        evaluationsSinceBest = best ? 0 : evaluationsSinceBest + 1;
      }
      if (best || isDue(config.checkpointEvery)) await save(best);
    }
    if (savedAt !== state.step) await save(false);
  } finally {
    await trainer.dispose();
  }
}

/**
 * The training data of a run, at the place where its checkpoint was taken.
 *
 * @throws TrmError `data` when the dataset has other sizes, or holds other puzzles than the checkpoint was trained on.
 */
export async function takeUp(from: Checkpoint, dataset: PuzzleDataset | readonly PuzzleDataset[]) {
  const { config } = from;
  const datasets = datasetsIn(dataset);
  checkShapes(from, datasets);
  const models = modelsOf(from);
  const hash = await datasetHash(datasets);
  if (from.datasetHash !== undefined && hash !== undefined && from.datasetHash !== hash) {
    const message = `the dataset holds other puzzles than those of the first ${from.state.step} steps`;
    const fix = 'use the dataset that the run began with, or begin a new run with its weights';
    throw new TrmError('data', message, { fix });
  }
  const cuts = datasets.map((one) => cutValidation(one, config));
  const batches = batchesOf(
    cuts.map(({ train }) => train),
    config,
    models,
  );
  if (from.batches) batches.restore(from.batches);
  const heldOut = cuts.flatMap(({ validation }) => validation ?? []);
  return { hash, validation: heldOut.length > 0 ? heldOut : undefined, batches };
}

type StepClock = Omit<RunMetrics, keyof StepMetrics>;

async function spentBy(ranks: TimedCommunicator): Promise<Pick<RunMetrics, 'ranks'>> {
  const { waited, summed } = ranks.spent();
  if (ranks.size === 1) return {};
  const all = await ranks.allGather(Float32Array.of(waited));
  return { ranks: { waited: Array.from(all), summed } };
}

/**
 * Deviation: rows begin at random supervision steps (config `randomStart`, off in the paper's recipes), so that each
 * step mixes fresh and old examples. Without it a small batch moves through its sixteen steps in lockstep, and the
 * sixteen updates fit the weights to it (docs/log.md).
 */
function startAtRandomSteps(
  { carry, others, starts }: TrainingState,
  batches: BatchesInTurn,
  config: Config,
  models: readonly Model[],
  random: Random,
): void {
  for (const [turn, own] of [carry, ...others].entries()) {
    const steps = turn === 0 ? random.fork('start') : random.fork('start', turn);
    const startOf = startsOf(config, models[turn]!, starts, 0, 0);
    refill(own, batches.next(), startOf, startNoise(config, 0, 0));
    for (let row = 0; row < own.steps.length; row += config.starts) {
      const taken = steps.int(config.supervisionSteps);
      own.steps.fill(taken, row, row + config.starts);
    }
  }
}

/** @throws TrmError `usage` when the config asks for bfloat16 and the backend was not opened with it, or the other way. */
export function checkPrecision({ precision }: Config, backend: Backend): void {
  if ((precision === 'bfloat16') === (backend.precision === 'bfloat16')) return;
  throw new TrmError(
    'usage',
    `the run is set to ${precision}, the backend computes in ${backend.precision}`,
    {
      key: 'precision',
      fix: 'open the backend with the precision of the config',
    },
  );
}

/** @throws TrmError `data` when splits, one for each size of a run, have other sizes than its models were made for. */
export function checkShapes(run: Checkpoint, datasets: readonly PuzzleDataset[]): void {
  const models = modelsOf(run);
  if (models.length !== datasets.length) {
    const message = `the run has puzzles of ${models.length} sizes, the dataset of ${datasets.length}`;
    throw new TrmError('data', message, { fix: 'use the datasets that the run began with' });
  }
  for (const [i, model] of models.entries()) checkShape(model, datasets[i]!);
}

/** @throws TrmError `data` when a split has other sizes than the model was made for. */
export function checkShape(model: Model, { metadata }: PuzzleDataset): void {
  const { cells, vocabulary, puzzleEmbeddingRows, grid } = model.shape;
  const others = 'these are other puzzles: use a dataset of its own, or a model of theirs';
  for (const [key, expected, got, what, fix] of [
    ['seq_len', cells, metadata.seq_len, 'cells', others],
    ['vocab_size', vocabulary, metadata.vocab_size, 'tokens', others],
    [
      'num_puzzle_identifiers',
      puzzleEmbeddingRows,
      metadata.num_puzzle_identifiers,
      'rows of the puzzle embedding',
      'use the dataset that it was trained on: each of its puzzles has a row of its own',
    ],
  ] as const) {
    if (expected === got) continue;
    throw new TrmError('data', `the model was made for ${expected} ${what}, the dataset has ${got}`, {
      key,
      fix,
    });
  }
  const given = shapeOf(metadata);
  if (grid && given.grid && grid.rows !== given.grid.rows) {
    const message = `the model was made for ${sizeName(model.shape)}, the dataset has ${sizeName(given)}`;
    throw new TrmError('data', message, { key: 'puzzle', fix: others });
  }
}
