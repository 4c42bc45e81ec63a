/** From a graph to C: how many rows run together, then lowering and writing. */

import type { Graph, RowGraph } from '../graph/trace.ts';
import { renderC } from './c/render.ts';
import { lower, type Rows } from './lower.ts';
import type { Program } from './program.ts';

export interface CompileSettings {
  /** Of the products' operands: with bfloat16 both are rounded to it. */
  readonly precision: 'float32' | 'bfloat16';
  /** Rows that run together; found from the graph when omitted. */
  readonly chunk?: number;
}

export interface NativeSource {
  /** The C file. */
  readonly text: string;
  readonly program: Program;
}

export function compileToC(graph: Graph | RowGraph, settings: CompileSettings): NativeSource {
  const program = lowered(graph, settings);
  return { text: renderC(program, settings.precision), program };
}

export function lowered(graph: Graph | RowGraph, { chunk }: Pick<CompileSettings, 'chunk'> = {}): Program {
  if (!('trace' in graph)) return lower(graph);
  const { rows, trace } = graph;
  const size = divisor(rows, chunk ?? chunkFor(lower(trace(1), rowsOf(trace, 1, 1))));
  return lower(trace(size), rowsOf(trace, size, rows / size));
}

/** Which inputs and outputs have a row axis: those whose shape follows the number of rows. */
function rowsOf(trace: RowGraph['trace'], size: number, chunks: number): Rows {
  const [one, other] = [trace(size), trace(size + 1)];
  const follows = (side: 'inputs' | 'outputs') =>
    one[side].map(({ tensor }, i) => tensor.shape[0] !== other[side][i]!.tensor.shape[0]);
  return { chunks, inputs: follows('inputs'), outputs: follows('outputs') };
}

/** Rows of a product that fill the register tiles well. */
const wellFilled = 80;

/** So many rows of the batch that most products are well filled. */
function chunkFor(program: Program): number {
  const rows = program.rows.flatMap((call) => (call.kind === 'product' && call.b.buffer.home.kind === 'packed' ? [call.m.size] : []));
  const usual = rows.toSorted((a, b) => a - b)[Math.floor(rows.length / 2)] ?? wellFilled;
  return Math.max(1, Math.round(wellFilled / usual));
}

/** The largest divisor of `rows` up to `wish`. */
function divisor(rows: number, wish: number): number {
  let size = Math.min(rows, wish);
  while (rows % size !== 0) size--;
  return size;
}
