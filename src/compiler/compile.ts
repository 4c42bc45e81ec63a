/** Stand-in until the generator is there: refuses every graph. */

import { TrmError } from '../errors.ts';
import type { Graph } from '../graph/trace.ts';

export interface NativeSource {
  /** The C file. */
  readonly text: string;
  /** Kernels and memory, a line for people. */
  readonly report: string;
}

export function compileToC(graph: Graph, _options: { precision: 'float32' | 'bfloat16' }): NativeSource {
  throw new TrmError('runtime', `graph "${graph.name}" cannot be lowered yet`);
}
