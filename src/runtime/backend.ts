/**
 * The one interface between traced graphs and whatever runs them. Tensors go in and out as typed arrays in
 * host memory: that is what every ONNX Runtime build offers, and beside a training step it is cheap.
 */

import { TrmError } from '../errors.ts';
import type { DType } from '../graph/tensor.ts';
import type { Graph } from '../graph/trace.ts';
import { type Shape, showShape, sizeOf } from '../shape.ts';

/** Where a graph runs. */
export type Device = 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml' | 'wasm';

/** A tensor in host memory; bool is one byte an element, 0 or 1. */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: HostData;
}

export type HostData = Float32Array | Int32Array | Uint8Array | Uint16Array | BigInt64Array;

export type HostTensors = Readonly<Record<string, HostTensor>>;

/** A graph made ready to run. */
export interface Program {
  /**
   * Runs the graph once.
   *
   * @param inputs one tensor per graph input, with its dtype and size.
   * @param into tensors of matching dtype and size that receive outputs of those names; others are allocated.
   * @throws TrmError `runtime` when an input is missing or has another size, or when the run fails.
   */
  run(inputs: HostTensors, into?: HostTensors): Promise<Record<string, HostTensor>>;
  /** Frees the program; running it afterwards is an error, disposing it again is not. */
  dispose(): Promise<void>;
}

export interface Backend {
  readonly device: Device;
  /** Why this device, for people: printed where the choice was automatic. */
  readonly reason: string;
  /** The library that runs the graphs, with its version. */
  readonly runtime: string;
  compile(graph: Graph, options?: CompileOptions): Promise<Program>;
}

export interface CompileOptions {
  /**
   * The program runs between the runs of another one. ONNX Runtime's threads go on spinning for a while after a run,
   * which takes a core from the other program: an occasional program's threads sleep at once.
   */
  readonly occasional?: boolean;
}

export function float32(data: Float32Array, shape: Shape): HostTensor {
  return { dtype: 'float32', shape, data };
}

export function int32(data: Int32Array, shape: Shape): HostTensor {
  return { dtype: 'int32', shape, data };
}

/** Zeros of the given dtype and shape. */
export function zeros(dtype: DType, shape: Shape): HostTensor {
  const size = sizeOf(shape);
  switch (dtype) {
    case 'float32':
      return { dtype, shape, data: new Float32Array(size) };
    case 'int32':
      return { dtype, shape, data: new Int32Array(size) };
    case 'int64':
      return { dtype, shape, data: new BigInt64Array(size) };
    case 'bool':
      return { dtype, shape, data: new Uint8Array(size) };
    case 'float16':
      return { dtype, shape, data: new Uint16Array(size) };
  }
}

/** Checks that tensors fit the graph's inputs or outputs of the same names. */
export function checkTensors(graph: Graph, side: 'inputs' | 'outputs', tensors: HostTensors): void {
  for (const { name, tensor } of graph[side]) {
    const given = tensors[name];
    if (!given) {
      if (side === 'outputs') continue;
      throw new TrmError('runtime', `graph "${graph.name}" needs this input`, {
        key: name,
        fix: `give it as ${tensor.dtype} ${showShape(tensor.shape)}`,
      });
    }
    if (given.dtype !== tensor.dtype || given.data.length !== sizeOf(tensor.shape)) {
      const expected = `${tensor.dtype} ${showShape(tensor.shape)}`;
      throw new TrmError(
        'runtime',
        `graph "${graph.name}" expected ${expected}, got ${given.dtype} of ${given.data.length} elements`,
        { key: name },
      );
    }
  }
}
