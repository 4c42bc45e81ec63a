/**
 * Checkpoints: one safetensors file that holds everything a run needs to go on bit for bit.
 *
 * Tensors: `weights/*`, `average/*` (per dense weight, [in, out]), `optimizer/NAME/*` (the same of each state vector, of
 * the weights that it is kept of), `puzzleEmbeddings` [rows, E], `start/*` [D], `carry/states/*` [B, L, D], `carry/inputs`
 * and `carry/labels` [B, S], `carry/puzzleIdentifiers`, `carry/steps`, `carry/halted` [B]; no `carry/*` before the first
 * step of imported weights; of puzzles of other sizes that are trained on in turn, `carry-2/*` and so on; `ranks/*` [R, n] of
 * a run on R ranks with something of their own (rank-state.ts). The metadata key `trm` is JSON: format, config, shape, family,
 * step, random streams, position in the data and bookkeeping of the run (docs/checkpoint.md).
 */

import * as z from 'zod';
import { DatasetMetadata } from '../data/dataset.ts';
import { type Traits, traitsSchema } from '../data/traits.ts';
import type { TurnsState } from '../data/turns.ts';
import { TrmError } from '../errors.ts';
import { inMemory } from '../formats/byte-source.ts';
import { type ElementType, elementArrays, type FileTensor } from '../formats/file-tensor.ts';
import {
  encodeSafetensors,
  openSafetensors,
  type SafetensorsFile,
  type StoredTensor,
} from '../formats/safetensors.ts';
import { emptyCarry } from '../inference/carry.ts';
import { type Layout, layoutOf } from '../inference/weights.ts';
import { buildModel, leastTensors } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import { type Shape, showShape, sizeOf } from '../shape.ts';
import { type Config, parseConfig } from './config.ts';
import { formerTensorName, upgradedHeader } from './former-names.ts';
import { stateLayouts } from './optimizers/state.ts';
import { type OptimizerName, optimizers } from './optimizers/table.ts';
import { rankTensors, readRankVectors } from './rank-state.ts';
import { modelsOf, rowsAt, type SizedModel } from './sizes.ts';
import { blankState, type TrainingState } from './state.ts';

const selectionSchema = z.object({
  /** `validation`: held out of the training split. */
  split: z.enum(['test', 'validation']),
  /** Names of the dataset's folders. */
  data: z.array(z.string()).readonly(),
  /** So many, the first ones of the split. */
  examples: z.int().positive(),
  /** That was higher than at every evaluation before. */
  metric: z.literal('exact'),
});

const side = z.int().positive();
const sides = z.object({ rows: side, columns: side });
/** What puzzles are to a model, in files. */
export const shapeSchema = z.object({
  cells: z.int().positive(),
  vocabulary: z.int().positive(),
  puzzleEmbeddingRows: z.int().positive(),
  grid: sides.extend({ box: sides.optional() }).optional(),
});

const headerSchema = z.object({
  format: z.literal(2),
  config: z.unknown(),
  shape: shapeSchema,
  family: DatasetMetadata.shape.puzzle,
  /** Puzzles of other sizes that are trained on in turn. */
  others: z
    .array(z.object({ shape: shapeSchema, family: DatasetMetadata.shape.puzzle }))
    .readonly()
    .optional(),
  traits: traitsSchema.optional(),
  step: z.int().nonnegative(),
  exploration: z.array(z.int()),
  batches: z.unknown().optional(),
  /** Exact accuracy of the best evaluation so far, -1 before the first. */
  bestExact: z.number(),
  bestStep: z.int().nonnegative().optional(),
  evaluationsSinceBest: z.int().nonnegative().optional(),
  /** Seconds spent training. */
  seconds: z.number().nonnegative(),
  datasetHash: z.string().optional(),
  testHash: z.string().optional(),
  selection: selectionSchema.optional(),
  origin: z
    .object({
      prefix: z.string(),
      dtypes: z.record(z.string(), z.enum(Object.keys(elementArrays) as ElementType[])),
    })
    .optional(),
});

/** A run at a step: everything that it needs to go on bit for bit. */
export interface Checkpoint {
  readonly config: Config;
  readonly model: Model;
  /** What the puzzles are, so that questions can be read and answers checked. */
  readonly family: DatasetMetadata['puzzle'];
  /** The same weights for puzzles of other sizes, which are trained on in turn; absent where there is one size. */
  readonly others?: readonly SizedModel[] | undefined;
  /** What kind of them it was trained on, where their family counts it. */
  readonly traits?: Traits | undefined;
  readonly state: TrainingState;
  /** State of the stream that draws the exploration. */
  readonly exploration: readonly number[];
  /** Position in the training data; absent before the first batch of imported weights. */
  readonly batches?: TurnsState | undefined;
  /** Of the best evaluation so far, -1 before the first. */
  readonly bestExact: number;
  /** Its step; absent before it, and where an older version saved. */
  readonly bestStep?: number | undefined;
  /** Evaluations after it, none of them better; 0 when absent. */
  readonly evaluationsSinceBest?: number | undefined;
  readonly seconds: number;
  /** Of the training split (`datasetHash`); absent of imported weights, and where an older version saved. */
  readonly datasetHash?: string | undefined;
  /** The same of the test split that it is evaluated on; absent too where puzzles are held out of training for that. */
  readonly testHash?: string | undefined;
  /** On what it was chosen, if it was chosen as the best. */
  readonly selection?: Selection | undefined;
  /** Of imported weights: how their file named and stored them, so that an export writes them the same. */
  readonly origin?: Origin | undefined;
}

/** On what a checkpoint was chosen as the best. */
export type Selection = z.infer<typeof selectionSchema>;

export interface Origin {
  /** Before the official names, e.g. `_orig_mod.model.inner.`. */
  readonly prefix: string;
  /** Element types of the tensors that were not float32, by official name. */
  readonly dtypes: Readonly<Record<string, ElementType>>;
}

const carryFields = ['inputs', 'labels', 'puzzleIdentifiers', 'steps', 'halted'] as const;

/** The file's bytes as chunks to write one after the other. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array[] {
  const { model, state, config, family, others, traits, exploration, batches, ...kept } = checkpoint;
  const header = {
    format: 2,
    config,
    shape: model.shape,
    family,
    others: others?.map(({ model, family }) => ({ shape: model.shape, family })),
    traits,
    step: state.step,
    exploration,
    batches,
    bestExact: kept.bestExact,
    bestStep: kept.bestStep,
    evaluationsSinceBest: kept.evaluationsSinceBest,
    seconds: kept.seconds,
    datasetHash: kept.datasetHash,
    testHash: kept.testHash,
    selection: kept.selection,
    origin: kept.origin,
  };
  const tensors: Record<string, FileTensor> = {};
  const carries = [state.carry, ...state.others].map(({ halted }) => halted.length);
  for (const { name, dtype, shape, data } of slotsOf(modelsOf(checkpoint), config.optimizer, carries)) {
    tensors[name] = { dtype, shape, data: data(state) };
  }
  if (state.ranks) Object.assign(tensors, rankTensors(state.ranks, model, config.optimizer));
  return encodeSafetensors(tensors, { format: 'pt', trm: JSON.stringify(header) });
}

/** A tensor of the file and the part of the state that it holds. */
interface Slot {
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: Shape;
  readonly data: (state: TrainingState) => Float32Array | Int32Array;
}

/** Every tensor of a state whose carries, one for each model, have so many rows; nothing is allocated. */
function slotsOf(models: readonly Model[], optimizer: OptimizerName, rows: readonly number[]): Slot[] {
  const model = models[0]!;
  const floats = (name: string, shape: Shape, data: (state: TrainingState) => Float32Array): Slot => ({
    name,
    dtype: 'float32',
    shape,
    data,
  });
  const weightsIn = (
    prefix: string,
    { specs, offsets }: Layout,
    vector: (state: TrainingState) => Float32Array,
  ) =>
    Object.entries(specs).map(([name, { shape }]) => {
      const offset = offsets.get(name)!;
      return floats(`${prefix}/${name}`, shape, (state) =>
        vector(state).subarray(offset, offset + sizeOf(shape)),
      );
    });
  const layout = layoutOf(model.parameters);
  const kept = Object.entries(stateLayouts(model.parameters, optimizers[optimizer]));
  const slots = [
    ...weightsIn('weights', layout, ({ dense }) => dense.weights),
    ...weightsIn('average', layout, ({ dense }) => dense.average),
    ...kept.flatMap(([name, of]) =>
      weightsIn(`optimizer/${name}`, of, ({ dense }) => dense.optimizer[name]!),
    ),
  ];
  const { puzzleEmbeddingRows } = model.shape;
  if (model.puzzleEmbeddingSize > 0)
    slots.push(
      floats(
        'puzzleEmbeddings',
        [puzzleEmbeddingRows, model.puzzleEmbeddingSize],
        (state) => state.puzzleEmbeddings,
      ),
    );
  for (const [name, { shape }] of Object.entries(model.states))
    slots.push(floats(`start/${name}`, shape.slice(-1), (state) => state.starts[name]!));
  for (const [turn, { states, shape }] of models.entries()) {
    const B = rows[turn]!;
    if (B === 0) continue;
    const prefix = turn === 0 ? 'carry' : `carry-${turn + 1}`;
    const carry = (state: TrainingState) => (turn === 0 ? state.carry : state.others[turn - 1]!);
    for (const [name, spec] of Object.entries(states))
      slots.push(
        floats(`${prefix}/states/${name}`, [B, ...spec.shape], (state) => carry(state).states[name]!),
      );
    for (const field of carryFields) {
      const own = field === 'inputs' || field === 'labels' ? [B, shape.cells] : [B];
      slots.push({
        name: `${prefix}/${field}`,
        dtype: 'int32',
        shape: own,
        data: (state) => carry(state)[field],
      });
    }
  }
  return slots;
}

/** Whether a safetensors file is a checkpoint of this package. */
export function isCheckpoint({ metadata, tensors }: SafetensorsFile): boolean {
  return Object.hasOwn(metadata, 'trm') && tensors.has('weights/tokens');
}

/**
 * Reads a checkpoint. Nothing in the file is run; all sizes are checked against the model of its config before
 * anything is allocated for them.
 *
 * @throws TrmError `checkpoint` when the file is malformed, truncated, of an unknown format, or its tensors do not fit its
 *   config; `usage` on what are no bytes.
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  if (!(bytes instanceof Uint8Array)) {
    const fix = 'join the chunks of encodeCheckpoint, as Buffer.concat does';
    throw new TrmError('usage', 'expected a Uint8Array', { key: 'bytes', fix });
  }
  return checkpointFrom(openSafetensors(inMemory(bytes), file), file);
}

/** The same from an opened safetensors file: its tensors are read straight into the state's arrays. */
export function checkpointFrom(read: SafetensorsFile, file: string): Checkpoint {
  const { header, former } = headerOf(read, file);
  const config = parseConfig(header.config, file);
  const least = leastTensors(config.model);
  if (least > read.tensors.size)
    throw new TrmError('checkpoint', `${read.tensors.size} tensors, its config needs ${least}`, { file });
  const model = buildModel(config.model, header.shape);
  const others = header.others?.map(({ shape, family }) => ({
    model: buildModel(config.model, shape),
    family,
  }));
  const models = [model, ...(others ?? []).map((other) => other.model)];
  const begun = read.tensors.has('carry/halted');
  const rows = models.map((other) => (begun ? rowsAt(config, model, other).batchSize : 0));
  const slots = slotsOf(models, config.optimizer, rows).map((slot) => {
    const name = former ? formerTensorName(slot.name) : slot.name;
    return [slot, fitting(read, { ...slot, name }, file)] as const;
  });
  const state = blankState(model, config.optimizer, rows[0]!);
  state.others = models.slice(1).map((other, i) => emptyCarry(other, rows[i + 1]!));
  for (const [{ data }, stored] of slots) stored.read(data(state));
  state.step = header.step;
  state.ranks = readRankVectors(read.tensors, model, config.optimizer, file);
  const { format: _, shape: __, step: ___, family, batches, ...kept } = header;
  return { ...kept, config, model, family, others, state, batches: batches as TurnsState | undefined };
}

/** The stored tensor of a slot. @throws TrmError `checkpoint` when it is missing or another one. */
function fitting({ tensors }: SafetensorsFile, { name, dtype, shape }: Slot, file: string): StoredTensor {
  const stored = tensors.get(name);
  if (!stored) throw new TrmError('checkpoint', 'tensor is missing', { file, key: name });
  if (stored.dtype === dtype && String(stored.shape) === String(shape)) return stored;
  throw new TrmError(
    'checkpoint',
    `expected ${dtype} of shape ${showShape(shape)}, got ${stored.dtype} of shape ${showShape(stored.shape)}`,
    { file, key: name },
  );
}

/** The header, and whether it and the tensors' names were of format 1. */
function headerOf({ metadata }: SafetensorsFile, file: string) {
  let json: unknown;
  try {
    json = JSON.parse(metadata.trm ?? '');
  } catch {
    throw new TrmError('checkpoint', 'no checkpoint of this package: metadata "trm" is missing or no JSON', {
      file,
    });
  }
  const { format } = Object(json) as { format?: unknown };
  if (format !== 1 && format !== 2) {
    throw new TrmError(
      'checkpoint',
      `format ${JSON.stringify(format)} is unknown, formats 1 and 2 are read`,
      {
        file,
        key: 'trm.format',
        fix: 'use the version of this package that wrote it, or a newer one',
      },
    );
  }
  const former = format === 1;
  const parsed = headerSchema.safeParse(former ? upgradedHeader(Object(json)) : json);
  if (parsed.success) return { header: parsed.data, former };
  const issue = parsed.error.issues[0]!;
  throw new TrmError('checkpoint', issue.message, { file, key: `trm.${issue.path.join('.')}` });
}
