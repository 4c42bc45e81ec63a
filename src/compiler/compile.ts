/** Stand-in until the generator is there: refuses every graph. */

import { TrmError } from '../errors.ts';
import type { Graph, RowGraph } from '../graph/trace.ts';

export interface NativeSource {
  /** The C file. */
  readonly text: string;
}

export function compileToC(
  _graph: Graph | RowGraph,
  _settings: { readonly precision: 'float32' | 'bfloat16' },
): NativeSource {
  throw new TrmError('runtime', 'graphs cannot be lowered yet');
}
