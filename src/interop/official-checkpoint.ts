/**
 * A model of the official code as a checkpoint of ours, and back. Such a file holds the weights that answer, nothing
 * of the optimizer: the official code saves no more.
 */

import { assumedFamily } from '../data/families.ts';
import { Random } from '../data/random.ts';
import { TrmError } from '../errors.ts';
import {
  type ElementType,
  type FileTensor,
  type FileTensors,
  narrowed,
  rounded,
  toFloat32,
} from '../formats/file-tensor.ts';
import { layoutOf, views } from '../inference/weights.ts';
import { buildModel, leastTensors } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import { type Shape, showShape } from '../shape.ts';
import type { Checkpoint, Origin } from '../train/checkpoint.ts';
import { fillTable } from '../train/puzzle-embedding.ts';
import { onGrid } from '../train/sizes.ts';
import { blankState } from '../train/state.ts';
import { fromOfficial, officialPuzzles, officialShapes, officialStart, toOfficial } from './official.ts';
import {
  completeOfficialConfig,
  fromOfficialConfig,
  type OfficialSettings,
  toOfficialConfig,
  trainingConfig,
} from './official-config.ts';

/** Before the names in a file of the official code, whose model is compiled. */
export const compiledPrefix = '_orig_mod.model.inner.';
/** The same with `DISABLE_COMPILE`. */
export const plainPrefix = 'model.inner.';

export interface ImportedModel {
  readonly checkpoint: Checkpoint;
  /** What was inferred, assumed or changed, a line each, for people. */
  readonly notes: readonly string[];
}

/**
 * A checkpoint from official tensors. Its weights and their average are the file's; the optimizer begins anew.
 *
 * @param settings official keys that are known; the tensors and the official defaults give the rest.
 * @throws TrmError `checkpoint` when a tensor is missing, of another shape, or has no counterpart here.
 */
export function importOfficial(named: FileTensors, settings: OfficialSettings, file: string): ImportedModel {
  const { prefix, tensors } = withoutPrefix(named, file);
  const { official, notes } = completeOfficialConfig(tensors, settings, file);
  const { config: modelConfig, shape } = fromOfficialConfig(official);
  const least = leastTensors(modelConfig);
  if (least > tensors.size)
    throw new TrmError('checkpoint', `${tensors.size} tensors, its config needs ${least}`, { file });
  const { puzzle: family = assumedFamily(shape) } = settings;
  const model = buildModel(modelConfig, onGrid(shape, family));
  checkTensors(model, tensors, file);

  const config = trainingConfig(modelConfig, settings, file);
  const table = tensors.get(officialPuzzles);
  const fits = table?.shape[0] === shape.puzzleEmbeddingRows;
  // A table that fits is taken as it was read: ARC's has gigabytes.
  const state = blankState(model, config.optimizer, 0, table && fits ? toFloat32(table) : undefined);
  const weights = fromOfficial(model, (name) => {
    const tensor = tensors.get(name);
    return tensor && toFloat32(tensor);
  });
  for (const [name, view] of Object.entries(views(layoutOf(model.parameters), state.dense.weights)))
    (view.data as Float32Array).set(weights[name]!);
  state.dense.average.set(state.dense.weights);
  for (const [name, start] of Object.entries(state.starts))
    start.set(toFloat32(tensors.get(officialStart(name))!));
  if (table && !fits) {
    fillTable(state.puzzleEmbeddings, toFloat32(table), model.puzzleEmbeddingSize);
    notes.push(resized(table.shape[0]!, shape.puzzleEmbeddingRows));
  }
  if (family && !settings.puzzle)
    notes.push(`puzzles: ${family.kind} (ASSUMED from ${shape.cells} cells of ${shape.vocabulary} tokens)`);
  const exploration = new Random(config.seed).fork('exploration').state();
  const origin = { prefix, dtypes: dtypesOf(tensors) };
  return {
    checkpoint: {
      config,
      model,
      family,
      traits: settings.puzzle_traits,
      state,
      exploration,
      bestExact: -1,
      seconds: 0,
      origin,
    },
    notes,
  };
}

/** What is said when a puzzle-embedding table is replaced by its mean. */
export function resized(from: number, to: number): string {
  return `puzzle embedding: the table has ${from} rows, ${to} are needed; every row is now their mean, as in the official code`;
}

/** Element types that weights are written in on demand. */
export const exportTypes = ['float32', 'float16'] as const;
export type ExportType = (typeof exportTypes)[number];

/**
 * The official tensors of a checkpoint's averaged weights, the prefix before each name.
 *
 * @param dtype rounds them to it; when omitted they are as they were imported, or float32.
 * @throws TrmError `checkpoint` when a weight is beyond the range of `dtype`.
 */
export function exportOfficial(
  { model, state, origin }: Checkpoint,
  prefix: string,
  dtype?: ExportType,
): FileTensors {
  const average = views(layoutOf(model.parameters), state.dense.average);
  const weights = Object.fromEntries(
    Object.entries(average).map(([name, { data }]) => [name, data as Float32Array]),
  );
  const values = toOfficial(model, weights);
  const shapes = allShapes(model);
  if (model.puzzleEmbeddingSize > 0) values.set(officialPuzzles, state.puzzleEmbeddings);
  for (const [name, start] of Object.entries(state.starts)) values.set(officialStart(name), start);
  return new Map(
    [...values].map(([name, data]) => {
      const shape = shapes.get(name)!;
      return [
        `${prefix}${name}`,
        dtype ? inType(data, shape, name, dtype) : stored(data, shape, name, origin),
      ];
    }),
  );
}

function inType(values: Float32Array, shape: Shape, name: string, dtype: ExportType): FileTensor {
  const data = rounded(values, dtype);
  if (data) return { dtype, shape, data };
  throw new TrmError('checkpoint', `a weight is beyond the range of ${dtype}`, { key: name });
}

/** In the element type that the tensor was imported with, as long as that loses nothing. */
function stored(values: Float32Array, shape: Shape, name: string, origin: Origin | undefined): FileTensor {
  const dtype = (origin && Object.hasOwn(origin.dtypes, name) && origin.dtypes[name]) || 'float32';
  const data = narrowed(values, dtype);
  return data ? { dtype, shape, data } : { dtype: 'float32', shape, data: values };
}

/** The official keys that describe a checkpoint's model; with them an import assumes nothing. */
export function exportConfig({ config, model, family, traits }: Checkpoint): Record<string, unknown> {
  return {
    ...toOfficialConfig(config.model, model.shape),
    halt_max_steps: config.supervisionSteps,
    ...(family && { puzzle: family }),
    ...(traits && { puzzle_traits: traits }),
  };
}

function withoutPrefix(named: FileTensors, file: string): { prefix: string; tensors: FileTensors } {
  const first = 'embed_tokens.embedding_weight';
  const name = [...named.keys()].find((key) => key.endsWith(first));
  if (name === undefined) {
    throw new TrmError('checkpoint', 'no model of the official code: the tensor is missing', {
      file,
      key: first,
    });
  }
  const prefix = name.slice(0, -first.length);
  const tensors = new Map<string, FileTensor>();
  for (const [key, tensor] of named) {
    if (!key.startsWith(prefix)) throw unknownTensor(key, file);
    tensors.set(key.slice(prefix.length), tensor);
  }
  return { prefix, tensors };
}

/** Every tensor of the official model and its shape. */
function allShapes(model: Model): Map<string, Shape> {
  const shapes = officialShapes(model);
  for (const [name, { shape }] of Object.entries(model.states))
    shapes.set(officialStart(name), shape.slice(-1));
  if (model.puzzleEmbeddingSize > 0)
    shapes.set(officialPuzzles, [model.shape.puzzleEmbeddingRows, model.puzzleEmbeddingSize]);
  return shapes;
}

/** All there, none too many, each of its shape; the puzzle table may have another number of rows. */
function checkTensors(model: Model, tensors: FileTensors, file: string): void {
  const shapes = allShapes(model);
  for (const [name, shape] of shapes) {
    const tensor = tensors.get(name);
    if (!tensor) throw new TrmError('checkpoint', 'the tensor is missing', { file, key: name });
    const fits =
      name === officialPuzzles
        ? tensor.shape.length === 2 && tensor.shape[0]! > 0 && tensor.shape[1] === shape[1]
        : String(tensor.shape) === String(shape);
    if (!fits) {
      const [expected, got] = [showShape(shape), showShape(tensor.shape)];
      throw new TrmError('checkpoint', `expected shape ${expected}, got ${got}`, {
        file,
        key: name,
        fix: 'the config does not describe this file',
      });
    }
    if (!/float/.test(tensor.dtype))
      throw new TrmError('checkpoint', `expected floating-point numbers, got ${tensor.dtype}`, {
        file,
        key: name,
      });
  }
  for (const name of tensors.keys()) if (!shapes.has(name)) throw unknownTensor(name, file);
}

function unknownTensor(key: string, file: string): TrmError {
  return new TrmError('checkpoint', 'a tensor without counterpart here', {
    file,
    key,
    fix: 'the file is of another model than TRM',
  });
}

function dtypesOf(tensors: FileTensors): Record<string, ElementType> {
  return Object.fromEntries(
    [...tensors].flatMap(([name, { dtype }]) => (dtype === 'float32' ? [] : [[name, dtype]])),
  );
}
