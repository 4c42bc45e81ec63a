/**
 * Checkpoints: one safetensors file that holds everything a run needs to go on bit for bit.
 *
 * Tensors: `weights/*`, `average/*`, `first/*`, `second/*` (per dense weight, [in, out]), `puzzles` [puzzles, E],
 * `start/*` [D], `carry/latent/*` [B, L, D], `carry/inputs` and `carry/labels` [B, S], `carry/puzzleIdentifiers`,
 * `carry/steps`, `carry/halted` [B]. The metadata key `trm` is JSON: format, config, shape, puzzle, step, random
 * streams, position in the data and bookkeeping of the run (docs/checkpoint.md).
 */

import * as z from 'zod';
import type { BatchesState } from '../data/batches.ts';
import { DatasetMetadata } from '../data/dataset.ts';
import { TrmError } from '../errors.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafeTensor,
  type SafetensorsFile,
} from '../interop/safetensors.ts';
import type { Model } from '../models/model.ts';
import { trm } from '../models/trm.ts';
import { emptyCarry } from './carry.ts';
import { type Config, parseConfig } from './config.ts';
import type { DenseState, TrainingState } from './trainer.ts';
import { layoutOf, views } from './weights.ts';

const headerSchema = z.object({
  format: z.literal(1),
  config: z.unknown(),
  shape: z.object({ cells: z.int().positive(), vocabulary: z.int().positive(), puzzles: z.int().positive() }),
  puzzle: DatasetMetadata.shape.puzzle,
  step: z.int().nonnegative(),
  exploration: z.array(z.int()),
  batches: z.unknown(),
  /** Exact accuracy of the best evaluation so far, -1 before the first. */
  bestExact: z.number(),
  /** Seconds spent training. */
  seconds: z.number().nonnegative(),
});

export interface Checkpoint {
  readonly config: Config;
  readonly model: Model;
  /** What the puzzles are, so that questions can be read and answers checked. */
  readonly puzzle: DatasetMetadata['puzzle'];
  readonly state: TrainingState;
  /** State of the stream that draws the exploration. */
  readonly exploration: readonly number[];
  /** Position in the training data. */
  readonly batches: BatchesState;
  readonly bestExact: number;
  readonly seconds: number;
}

const dense = ['weights', 'average', 'first', 'second'] as const;
const carryFields = ['inputs', 'labels', 'puzzleIdentifiers', 'steps', 'halted'] as const;

/** The file's bytes as chunks to write one after the other. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array[] {
  const { model, state, config, puzzle, exploration, batches, bestExact, seconds } = checkpoint;
  const header = {
    format: 1,
    config,
    shape: model.shape,
    puzzle,
    step: state.step,
    exploration,
    batches,
    bestExact,
    seconds,
  };
  return encodeSafetensors(tensorsOf(model, state), { format: 'pt', trm: JSON.stringify(header) });
}

/** Every tensor of a state under its name in the file; the data are views of the state. */
function tensorsOf(model: Model, state: TrainingState): Record<string, SafeTensor> {
  const layout = layoutOf(model.parameters);
  const rows = state.carry.halted.length;
  const tensors: Record<string, SafeTensor> = {};
  for (const kind of dense) {
    Object.assign(
      tensors,
      views(layout, state.dense[kind], (name) => `${kind}/${name}`),
    );
  }
  if (model.puzzleEmbeddingSize > 0) {
    tensors.puzzles = { shape: [model.shape.puzzles, model.puzzleEmbeddingSize], data: state.puzzles };
  }
  for (const [name, start] of Object.entries(state.starts)) {
    tensors[`start/${name}`] = { shape: [start.length], data: start };
  }
  for (const [name, latent] of Object.entries(state.carry.latents)) {
    tensors[`carry/latent/${name}`] = { shape: [rows, ...model.latents[name]!.shape], data: latent };
  }
  for (const field of carryFields) {
    const data = state.carry[field];
    tensors[`carry/${field}`] = { shape: data.length === rows ? [rows] : [rows, data.length / rows], data };
  }
  return tensors;
}

/**
 * Reads a checkpoint. Nothing in the file is run; all sizes are checked against the model of its config.
 *
 * @throws TrmError `checkpoint` when the file is malformed, truncated, or its tensors do not fit its config.
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const read = decodeSafetensors(bytes, file);
  const header = headerOf(read, file);
  const config = parseConfig(header.config, file);
  const model = trm(config.model, header.shape);
  const { size } = layoutOf(model.parameters);
  const vectors = dense.map((kind) => [kind, new Float32Array(size)] as const);
  const state: TrainingState = {
    step: header.step,
    dense: Object.fromEntries(vectors) as unknown as DenseState,
    puzzles: new Float32Array(model.shape.puzzles * model.puzzleEmbeddingSize),
    starts: Object.fromEntries(
      Object.entries(model.latents).map(([name, { shape }]) => [name, new Float32Array(shape.at(-1)!)]),
    ),
    carry: emptyCarry(model, config.batchSize),
  };
  for (const [name, { shape, data }] of Object.entries(tensorsOf(model, state))) {
    const stored = read.tensors.get(name);
    if (!stored) throw new TrmError('checkpoint', 'tensor is missing', { file, key: name });
    if (stored.data.constructor !== data.constructor || String(stored.shape) !== String(shape)) {
      throw new TrmError(
        'checkpoint',
        `expected shape [${shape.join(', ')}], got [${stored.shape.join(', ')}]`,
        { file, key: name },
      );
    }
    (data as Float32Array).set(stored.data as Float32Array);
  }
  const { puzzle, exploration, bestExact, seconds } = header;
  return {
    config,
    model,
    puzzle,
    state,
    exploration,
    batches: header.batches as BatchesState,
    bestExact,
    seconds,
  };
}

function headerOf({ metadata }: SafetensorsFile, file: string): z.infer<typeof headerSchema> {
  let json: unknown;
  try {
    json = JSON.parse(metadata.trm ?? '');
  } catch {
    throw new TrmError('checkpoint', 'no checkpoint of this package: metadata "trm" is missing or no JSON', {
      file,
    });
  }
  const parsed = headerSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new TrmError('checkpoint', issue.message, { file, key: `trm.${issue.path.join('.')}` });
}
