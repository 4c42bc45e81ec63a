/**
 * Sudoku without a favourite digit, row or box: the hidden width of a cell is shared equally by its digits, so that a
 * position is a candidate, one digit in one cell, and what is learned of one holds for all. Candidates hear of those they
 * compete with: the other digits of their cell, and their own digit in their row, column and box, and where a line crosses
 * the box. Whatever leaves the puzzle a Sudoku (renamed digits, exchanged rows, a turned grid) changes the answer in the
 * same way and nothing else.
 *
 * That layers may treat the digits alike is of SE-RRM (arXiv 2603.02193), which attends along them; the sums over units are
 * those of permutation-equivariant layers (Deep Sets, arXiv 1703.06114).
 *
 * B batch, R rows, Q columns of S = R*Q cells, r rows and q columns of a box, N digits, C = D/N width of a candidate.
 */

import { add, mul } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/linear.ts';
import { sum } from '../graph/ops/reduce.ts';
import { concat, expand, gather, reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { constant } from '../graph/trace.ts';
import {
  linearSpec,
  type ParameterSpec,
  type ParameterSpecs,
  type Parameters,
  truncatedNormal,
} from '../nn/parameters.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { PuzzleShape } from './model.ts';

/** Tokens that are no digits come first: padding and the blank. */
const FIRST_DIGIT = 2;

/** What a question says of a candidate: nothing, that it is the digit, that another is. */
const SAID = { open: 0, given: 1, excluded: 2 };

/** Logit of the tokens that are no digits: they are never the answer. */
const NEVER = -1000;

export interface Sudoku {
  readonly rows: number;
  readonly columns: number;
  readonly box: { readonly rows: number; readonly columns: number };
  /** N. */
  readonly digits: number;
}

/** The Sudoku that puzzles of a shape are; undefined where they are none. */
export function sudokuOf({ cells, grid, vocabulary }: PuzzleShape): Sudoku | undefined {
  const digits = vocabulary - FIRST_DIGIT;
  const { rows, columns, box } = grid ?? {};
  if (!box || rows !== digits || columns !== digits || cells !== digits ** 2) return undefined;
  return box.rows * box.columns === digits ? { rows, columns, box, digits } : undefined;
}

/** Embeddings of what a question says of a candidate, as large as those of tokens. */
export function saidSpec(width: number): ParameterSpec {
  const init = truncatedNormal(1 / Math.sqrt(width));
  return { shape: [Object.keys(SAID).length, width], init, group: 'embeddings' };
}

/** What each candidate is told. tokens `[B, S]`, table `[3, C]`, result `[B*S*N, C]`. */
export function embedCandidates(tokens: Tensor, table: Tensor, { digits: N }: Sudoku): Tensor {
  const said = (token: number, digit: number) => {
    if (token < FIRST_DIGIT) return SAID.open;
    return token === digit + FIRST_DIGIT ? SAID.given : SAID.excluded;
  };
  const kinds = table.shape[0]!;
  const oneHot = Array.from({ length: (N + FIRST_DIGIT) * N * kinds }, (_, i) => {
    const [kind, digit, token] = [i % kinds, Math.floor(i / kinds) % N, Math.floor(i / kinds / N)];
    return said(token, digit) === kind ? 1 : 0;
  });
  const told = gather(constant(oneHot, [N + FIRST_DIGIT, N * kinds]), tokens); // [B, S, N*3]
  const [B, S] = tokens.shape as readonly [number, number];
  return matmul(reshape(told, [B * S * N, kinds]), table); // [B*S*N, C]
}

/** The logits of all tokens, a digit's read from its candidate. candidates `[B*S*N, C]`, head `[C, 1]`, result `[B*S, V]`. */
export function readDigits(candidates: Tensor, head: Tensor, N: number): Tensor {
  const [rows, C] = candidates.shape as readonly [number, number];
  const digits = sum(mul(candidates, reshape(head, [C])), [1]); // [B*S*N]
  const cells = rows / N;
  return concat([expand(constant(NEVER), [cells, FIRST_DIGIT]), reshape(digits, [cells, N])], 1); // [B*S, V]
}

/** Maps of what is heard from the cell, from row and column, from the box, and from where a line crosses the box. */
export function candidateSpecs(width: number): ParameterSpecs {
  return Object.fromEntries(
    ['cell', 'line', 'box', 'segment'].map((name) => [name, linearSpec(width, width)]),
  );
}

/** What each candidate hears of those it competes with, itself among them. x `[B*S*N, C]`, result the same. */
export function hearCompetitors(
  x: Tensor,
  weights: Parameters,
  { rows: R, columns: Q, box: { rows: r, columns: q }, digits: N }: Sudoku,
): Tensor {
  const [positions, C] = x.shape as readonly [number, number];
  const B = positions / (R * Q * N);
  const grid = [B, R, Q, N, C];
  const boxes = [B, R / r, r, Q / q, q, N, C];
  /** What is heard from all along some axes; the sum of N candidates is as large as one. */
  const from = (weight: Tensor, shape: Shape, axes: readonly number[]) => {
    const heard = sum(reshape(x, shape), axes, true); // [.., C], 1 along the axes
    const rows = reshape(heard, [sizeOf(heard.shape) / C, C]);
    return reshape(matmul(rows, weight, { scale: 1 / Math.sqrt(N) }), heard.shape); // [.., C]
  };
  const cell = from(weights.cell!, grid, [3]); // [B, R, Q, 1, C]
  const row = from(weights.line!, grid, [2]); // [B, R, 1, N, C]
  const column = from(weights.line!, grid, [1]); // [B, 1, Q, N, C]
  const box = from(weights.box!, boxes, [2, 4]); // [B, R/r, 1, Q/q, 1, N, C]
  const inRow = from(weights.segment!, boxes, [4]); // [B, R/r, r, Q/q, 1, N, C]
  const inColumn = from(weights.segment!, boxes, [2]); // [B, R/r, 1, Q/q, q, N, C]
  const lines = add(cell, add(row, column)); // [B, R, Q, N, C]
  return reshape(add(reshape(lines, boxes), add(box, add(inRow, inColumn))), x.shape); // [B*S*N, C]
}
