/**
 * The flat vector of weights in blocks that one rule updates in one go: as long as may be, since wide operations are
 * fast, but a matrix at a time where the rule takes matrices. With one elementwise rule and the same rate and decay for
 * all groups the whole vector is one block, without a slice or a copy.
 */

import type { Layout } from '../../inference/weights.ts';
import type { ParameterGroup } from '../../nn/parameters.ts';
import { type Shape, sizeOf } from '../../shape.ts';
import type { Optimizer, Rule } from './rule.ts';

/** A group's rate and decay, as factors on learningRate and weightDecay. */
export interface GroupFactors {
  readonly rate: number;
  readonly decay: number;
}

export interface Block {
  readonly rule: Rule;
  readonly factors: GroupFactors;
  /** Its first weight, which says where it begins in a vector. */
  readonly first: string;
  /** Elements of the flat vector, padding included. */
  readonly length: number;
  /** Of a block that is one matrix. */
  readonly matrix?: Shape;
}

/** All weights in the layout's order. */
export function blocksOf(
  { specs, offsets, size }: Layout,
  optimizer: Optimizer,
  factorsOf: Readonly<Record<ParameterGroup, GroupFactors>>,
): Block[] {
  const names = Object.keys(specs);
  const blocks: Block[] = [];
  names.forEach((first, i) => {
    const { group, shape } = specs[first]!;
    const rule = optimizer[group];
    const factors = factorsOf[group];
    const end = names[i + 1] === undefined ? size : offsets.get(names[i + 1]!)!;
    const length = end - offsets.get(first)!;
    const last = blocks.at(-1);
    const joins =
      last?.rule === rule &&
      !rule.takesMatrices &&
      last.factors.rate === factors.rate &&
      last.factors.decay === factors.decay;
    if (joins) blocks[blocks.length - 1] = { ...last, length: last.length + length };
    else blocks.push({ rule, factors, first, length, ...(rule.takesMatrices && { matrix: shape }) });
  });
  return blocks;
}

/** Elements of a block that are weights; the rest, at its end, is padding. */
export const filled = ({ length, matrix }: Block): number => (matrix ? sizeOf(matrix) : length);
