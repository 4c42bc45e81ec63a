/** Runs small traced functions on the CPU and checks their gradients against finite differences. */

import { Random } from '../../src/data/random.ts';
import { gradients } from '../../src/graph/gradients.ts';
import { mul } from '../../src/graph/ops/elementwise.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { constant, input, trace } from '../../src/graph/trace.ts';
import { float32, type HostTensor } from '../../src/runtime/backend.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type Shape, sizeOf } from '../../src/shape.ts';

export const backend = await openBackend('cpu', { threads: 1 });

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

export interface GradientCase {
  readonly op: string;
  readonly shapes: readonly Shape[];
  readonly build: (...inputs: Tensor[]) => Tensor;
  /** Range of the inputs; keeps away from kinks and poles. */
  readonly range?: readonly [number, number];
}

/**
 * Norm-wise relative difference between the traced gradient and central differences of
 * loss = sum(weights * build(inputs)), per input.
 */
export async function gradientErrors({ shapes, build, range = [-1, 1] }: GradientCase): Promise<number[]> {
  const values = shapes.map((shape, i) => randomArray(shape, i + 1, ...range));
  const program = await backend.compile(
    trace('gradient', () => {
      const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
      const y = build(...inputs);
      const loss = sum(mul(y, constant(randomArray(y.shape, 99), y.shape)));
      return { loss, ...Object.fromEntries(gradients(loss, inputs).map((g, i) => [`g${i}`, g])) };
    }),
  );
  const at = (arrays: readonly Float32Array[]) =>
    program.run(Object.fromEntries(arrays.map((data, i) => [`x${i}`, float32(data, shapes[i]!)])));
  const traced = await at(values);
  const errors: number[] = [];
  const epsilon = 1e-2;
  for (const [i, value] of values.entries()) {
    const gradient = traced[`g${i}`]!.data as Float32Array;
    let difference = 0;
    let size = 0;
    for (let j = 0; j < value.length; j++) {
      const shifted = async (by: number) => {
        const moved = values.map((array) => array.slice());
        moved[i]![j]! += by;
        return (await at(moved)).loss!.data[0] as number;
      };
      const numeric = ((await shifted(epsilon)) - (await shifted(-epsilon))) / (2 * epsilon);
      difference += (numeric - gradient[j]!) ** 2;
      size += numeric ** 2;
    }
    errors.push(Math.sqrt(difference / Math.max(size, 1e-6)));
  }
  await program.dispose();
  return errors;
}
