/** Runs small traced functions on the CPU. */

import { Random } from '../../src/data/random.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { trace } from '../../src/graph/trace.ts';
import type { HostTensor } from '../../src/runtime/backend.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type Shape, sizeOf } from '../../src/shape.ts';

export const backend = await openBackend({ device: 'cpu', threads: 1 });

/** Traces, runs and disposes. */
export async function run(build: () => Record<string, Tensor>, inputs: Record<string, HostTensor> = {}) {
  const program = await backend.compile(trace('test', build));
  const outputs = await program.run(inputs);
  await program.dispose();
  return outputs;
}

export function randomArray(shape: Shape, seed: number, from = -1, to = 1): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => from + (to - from) * random.float());
}
