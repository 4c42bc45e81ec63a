/**
 * The official code's names and layouts (SamsungSAILMontreal/TinyRecursiveModels) beside ours. There a linear weight
 * is [out, in], gate and up share a matrix, and so do query, key and value; here each map has its own [in, out]
 * weight, which spares the graph splits and transpositions.
 */

import { TrmError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { Model, PuzzleShape } from '../models/model.ts';
import { type TrmConfig, trmSchema } from '../models/trm-config.ts';

/** The official config keys that shape a TRM. */
export interface OfficialConfig {
  readonly seq_len: number;
  readonly vocab_size: number;
  readonly num_puzzle_identifiers: number;
  readonly puzzle_emb_ndim: number;
  readonly puzzle_emb_len?: number;
  readonly H_cycles: number;
  readonly L_cycles: number;
  readonly L_layers: number;
  readonly hidden_size: number;
  readonly expansion: number;
  readonly num_heads: number;
  readonly pos_encodings: 'none' | 'rope' | 'learned';
  readonly mlp_t?: boolean;
}

/** Our settings for an official config. */
export function fromOfficialConfig(official: OfficialConfig): { config: TrmConfig; shape: PuzzleShape } {
  const { hidden_size, puzzle_emb_ndim, puzzle_emb_len = 16 } = official;
  const config = trmSchema.parse({
    mixer: official.mlp_t ? 'mlp' : 'attention',
    hiddenSize: hidden_size,
    layers: official.L_layers,
    heads: official.num_heads,
    expansion: official.expansion,
    positions: official.pos_encodings,
    cycles: official.H_cycles,
    latentSteps: official.L_cycles,
    puzzleSlots: puzzle_emb_len === 0 ? Math.ceil(puzzle_emb_ndim / hidden_size) : puzzle_emb_len,
    puzzleEmbeddingSize: puzzle_emb_ndim,
  });
  const { seq_len, vocab_size, num_puzzle_identifiers } = official;
  return { config, shape: { cells: seq_len, vocabulary: vocab_size, puzzles: num_puzzle_identifiers } };
}

/** Where a weight of ours stands in an official tensor. */
export interface OfficialSource {
  /** Official name, from `model.inner.` on. */
  readonly name: string;
  /** Which of `parts` equal blocks of its rows. */
  readonly part: number;
  readonly parts: number;
  /** Whether the official tensor is our weight transposed. */
  readonly transposed: boolean;
}

/** The official counterpart of one of our TRM weights. */
export function officialSource(name: string): OfficialSource {
  const whole = (official: string, transposed: boolean) => ({
    name: official,
    part: 0,
    parts: 1,
    transposed,
  });
  switch (name) {
    case 'tokens':
      return whole('embed_tokens.embedding_weight', false);
    case 'positions':
      return whole('embed_pos.embedding_weight', false);
    case 'head':
      return whole('lm_head.weight', true);
    case 'haltHead.weight':
      return whole('q_head.weight', true);
    case 'haltHead.bias':
      return whole('q_head.bias', false);
  }
  const match = /^layers\.(\d+)\.(mixer|attention|mlp)\.(\w+)$/.exec(name);
  if (!match) throw new TrmError('checkpoint', 'no counterpart in the official code', { key: name });
  const [, layer, kind, map] = match as unknown as [string, string, 'mixer' | 'attention' | 'mlp', string];
  const block = { mixer: 'mlp_t', attention: 'self_attn', mlp: 'mlp' }[kind];
  const at = (projection: string, part: number, parts: number) => ({
    name: `L_level.layers.${layer}.${block}.${projection}.weight`,
    part,
    parts,
    transposed: true,
  });
  if (map === 'gate' || map === 'up') return at('gate_up_proj', map === 'gate' ? 0 : 1, 2);
  if (map === 'down') return at('down_proj', 0, 1);
  if (map === 'output') return at('o_proj', 0, 1);
  return at('qkv_proj', ['query', 'key', 'value'].indexOf(map), 3);
}

/**
 * Our weights from official tensors, by our names.
 *
 * @param find the official tensor of a name, row-major.
 * @throws TrmError `checkpoint` when a tensor is missing or has another size.
 */
export function fromOfficial(
  model: Model,
  find: (name: string) => Float32Array | undefined,
): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(model.parameters).map(([name, { shape }]) => {
      const { name: official, part, parts, transposed } = officialSource(name);
      const size = sizeOf(shape);
      const data = find(official);
      if (!data) throw new TrmError('checkpoint', 'missing in the official checkpoint', { key: official });
      if (data.length !== size * parts) {
        throw new TrmError('checkpoint', `expected ${size * parts} elements, got ${data.length}`, {
          key: official,
        });
      }
      const block = data.subarray(part * size, (part + 1) * size);
      return [name, transposed ? transposeMatrix(block, shape[1]!, shape[0]!) : block];
    }),
  );
}

/** Row-major `[rows, columns]` to `[columns, rows]`. */
function transposeMatrix(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]!;
  return result;
}
