/**
 * The official code's names and layouts (SamsungSAILMontreal/TinyRecursiveModels) beside ours. There a linear weight
 * is [out, in], gate and up share a matrix, and so do query, key and value; here each map has its own [in, out]
 * weight, which spares the graph splits and transpositions.
 */

import { TrmError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import { type Shape, sizeOf } from '../shape.ts';

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

/** Official name of a state's start: H_init of y and HRM's zH, L_init of z and zL, L3_init of z3. */
export function officialStart(state: string): string {
  return `${state === 'y' || state === 'zH' ? 'H' : state.replace(/^zL?/, 'L')}_init`;
}

/** Official name of the puzzle-embedding table. */
export const officialPuzzles = 'puzzle_emb.weights';

/** Official names of a layer's parts, by ours; the official code has neither convolution nor candidates. */
const blocks = {
  mixer: 'mlp_t',
  attention: 'self_attn',
  mlp: 'mlp',
  convolution: 'convolution',
  candidates: 'candidates',
} as const;

/** The official counterpart of one of our weights. */
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
  const match = /^(low\.|high\.)?layers\.(\d+)\.(mixer|attention|mlp|convolution|candidates)\.(\w+)$/.exec(
    name,
  );
  if (!match) throw new TrmError('checkpoint', 'no counterpart in the official code', { key: name });
  const [, level, layer, kind, map] = match as unknown as [
    string,
    string | undefined,
    string,
    keyof typeof blocks,
    string,
  ];
  const at = (projection: string, part: number, parts: number) => ({
    name: `${level === 'high.' ? 'H' : 'L'}_level.layers.${layer}.${blocks[kind]}.${projection}.weight`,
    part,
    parts,
    transposed: true,
  });
  if (map === 'gate' || map === 'up') return at('gate_up_proj', map === 'gate' ? 0 : 1, 2);
  if (map === 'down') return at('down_proj', 0, 1);
  if (kind === 'candidates') return at(map, 0, 1);
  if (map === 'depth' || map === 'point') return { ...at(map, 0, 1), transposed: map === 'point' };
  if (map === 'output') return at('o_proj', 0, 1);
  return at('qkv_proj', ['query', 'key', 'value'].indexOf(map), 3);
}

/** Every dense tensor of the official model, by name from `model.inner.` on, and its shape. */
export function officialShapes(model: Model): Map<string, Shape> {
  return new Map(
    Object.entries(model.parameters).map(([name, { shape }]) => {
      const { name: official, parts, transposed } = officialSource(name);
      return [official, transposed ? [shape[1]! * parts, shape[0]!] : shape];
    }),
  );
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

/** Official tensors from our weights, row-major, by official name: the inverse of `fromOfficial`. */
export function toOfficial(
  model: Model,
  weights: Readonly<Record<string, Float32Array>>,
): Map<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  for (const [name, { shape }] of Object.entries(model.parameters)) {
    const { name: official, part, parts, transposed } = officialSource(name);
    const size = sizeOf(shape);
    const tensor = tensors.get(official) ?? new Float32Array(size * parts);
    const weight = weights[name]!;
    tensor.set(transposed ? transposeMatrix(weight, shape[0]!, shape[1]!) : weight, part * size);
    tensors.set(official, tensor);
  }
  return tensors;
}

/** Row-major `[rows, columns]` to `[columns, rows]`. */
function transposeMatrix(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]!;
  return result;
}
