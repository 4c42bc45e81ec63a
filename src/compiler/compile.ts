/** From a graph to C: how many rows run together, then lowering and writing. */

import type { Graph, RowGraph } from '../graph/trace.ts';
import { sizeOf } from '../shape.ts';
import { renderC, type Source } from './c/render.ts';
import { lower, type Rows } from './lower.ts';
import type { Program } from './program.ts';

export interface CompileSettings {
  /** Of the products' operands: with bfloat16 both are rounded to it. */
  readonly precision: 'float32' | 'bfloat16';
  /** Rows, or groups of them, that run together; found from the graph when omitted. */
  readonly chunk?: number;
}

export interface NativeSource extends Source {
  readonly program: Program;
}

export function compileToC(graph: Graph | RowGraph, settings: CompileSettings): NativeSource {
  const program = lowered(graph, settings);
  return { ...renderC(program, settings.precision), program };
}

export function lowered(graph: Graph | RowGraph, { chunk }: Pick<CompileSettings, 'chunk'> = {}): Program {
  if (!('trace' in graph)) return lower(graph);
  const { rows, group = 1, trace } = graph;
  const one = trace(group);
  const size = divisor(rows / group, chunk ?? chunkFor(one)); // in groups
  const [chosen, other] = size === 1 ? [one, trace(2 * group)] : [trace(size * group), one];
  return lower(chosen, rowsOf(chosen, other, rows / group / size));
}

/** Which inputs and outputs have a row axis: those whose shape is another with another number of rows. */
function rowsOf(graph: Graph, other: Graph, chunks: number): Rows {
  const follows = (side: 'inputs' | 'outputs') =>
    graph[side].map(({ tensor }, i) => tensor.shape[0] !== other[side][i]!.tensor.shape[0]);
  return { chunks, inputs: follows('inputs'), outputs: follows('outputs') };
}

/** Rows of a product that fill the register tiles well. */
const wellFilled = 80;

/** So many groups of rows that most products with weights are well filled. */
function chunkFor(ofOne: Graph): number {
  const positions = ofOne.nodes.flatMap(({ op, inputs: [a, b] }) =>
    op === 'matmul' && b!.source.kind === 'input' ? [sizeOf(a!.shape) / a!.shape.at(-1)!] : [],
  );
  const usual = positions.toSorted((a, b) => a - b)[Math.floor(positions.length / 2)] ?? wellFilled;
  return Math.max(1, Math.round(wellFilled / usual));
}

/** The largest divisor of `rows` up to `wish`. */
function divisor(rows: number, wish: number): number {
  let size = Math.min(rows, wish);
  while (rows % size !== 0) size--;
  return size;
}
