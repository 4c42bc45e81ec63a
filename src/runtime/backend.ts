/**
 * The one interface between traced graphs and whatever runs them. Tensors go in and out as typed arrays in
 * host memory: that is what every ONNX Runtime build offers, and beside a training step it is cheap.
 */

import { TrmError } from '../errors.ts';
import type { DType } from '../graph/tensor.ts';
import type { Graph, RowGraph } from '../graph/trace.ts';
import { type Shape, showShape, sizeOf } from '../shape.ts';
import type { DeviceChoice, EngineChoice, Precision } from './choices.ts';

/** What runs graphs. */
export type Engine = Exclude<EngineChoice, 'auto' | 'ort'>;
/** Where it runs them. */
export type Device = Exclude<DeviceChoice, 'auto'>;

/** A tensor in host memory; bool is one byte an element, 0 or 1. */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: HostData;
}

export type HostData = Float32Array | Int32Array | Uint8Array | Uint16Array;

export type HostTensors = Readonly<Record<string, HostTensor>>;

/** A graph made ready to run. */
export interface Program {
  /**
   * Runs the graph once.
   *
   * @param inputs one tensor per graph input, with its dtype and size.
   * @param into tensors of matching dtype and size that receive outputs of those names; others are allocated.
   * @throws TrmError `runtime` when an input is missing or has another size, when a name is none of the graph's, or when
   *   the run fails.
   */
  run(inputs: HostTensors, into?: HostTensors): Promise<Record<string, HostTensor>>;
  /** Frees the program; running it afterwards is an error, disposing it again is not. */
  dispose(): Promise<void>;
}

/** An engine on a device. */
export interface Backend {
  readonly engine: Engine;
  readonly device: Device;
  /** Why these, for people: printed where the choice was automatic. */
  readonly reason: string;
  /** The library that runs the graphs, with its version. */
  readonly runtime: string;
  /** What it multiplies in, as asked for when it was opened. */
  readonly precision: Precision | 'float64';
  /**
   * Makes a graph ready to run. A graph of rows becomes a program for all of its rows; an engine may trace it for a few of them
   * at a time.
   *
   * @throws TrmError `runtime` when the engine refuses it.
   */
  compile(graph: Graph | RowGraph, options?: CompileOptions): Promise<Program>;
}

export interface CompileOptions {
  /**
   * The program runs between the runs of another one. ONNX Runtime's threads go on spinning for a while after a run,
   * which takes a core from the other program: an occasional program's threads sleep at once.
   */
  readonly occasional?: boolean;
}

/** @throws TrmError `usage` on what is no backend, as options of one are. */
export function checkBackend(backend: Backend): void {
  if (typeof backend?.compile === 'function') return;
  throw new TrmError('usage', 'expected a backend', { key: 'backend', fix: 'open one: await openBackend()' });
}

/** A graph of rows traced for all of them, for an engine that takes them together. */
export function wholeGraph(graph: Graph | RowGraph): Graph {
  return 'trace' in graph ? graph.trace(graph.rows) : graph;
}

export function float32(data: Float32Array, shape: Shape): HostTensor {
  return { dtype: 'float32', shape, data };
}

export function int32(data: Int32Array, shape: Shape): HostTensor {
  return { dtype: 'int32', shape, data };
}

/** What holds the elements of a dtype. */
const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
  float16: Uint16Array,
} as const satisfies Record<DType, new (size: number) => HostData>;

/** Zeros of the given dtype and shape. */
export function zeros(dtype: DType, shape: Shape): HostTensor {
  return { dtype, shape, data: new arrays[dtype](sizeOf(shape)) };
}

/**
 * Checks what a run is given.
 *
 * @throws TrmError `runtime` as `Program.run`.
 */
export function checkRun(graph: Graph, disposed: boolean, inputs: HostTensors, into: HostTensors): void {
  if (disposed)
    throw new TrmError('runtime', `graph "${graph.name}" was disposed`, { fix: 'compile it again' });
  for (const { name, tensor } of graph.inputs) {
    if (inputs[name]) continue;
    const fix = `give it as ${tensor.dtype} ${showShape(tensor.shape)}`;
    throw new TrmError('runtime', `graph "${graph.name}" needs this input`, { key: name, fix });
  }
  checkTensors(graph, 'inputs', inputs);
  checkTensors(graph, 'outputs', into);
}

function checkTensors(graph: Graph, side: 'inputs' | 'outputs', tensors: HostTensors): void {
  const known = new Map(graph[side].map(({ name, tensor }) => [name, tensor]));
  for (const [name, { dtype, data }] of Object.entries(tensors)) {
    const tensor = known.get(name);
    if (!tensor) {
      const fix = `the ${side} are ${[...known.keys()].join(', ')}`;
      throw new TrmError('runtime', `graph "${graph.name}" has no such ${side.slice(0, -1)}`, {
        key: name,
        fix,
      });
    }
    const fits = data instanceof arrays[dtype];
    if (fits && dtype === tensor.dtype && data.length === sizeOf(tensor.shape)) continue;
    const expected = `${tensor.dtype} ${showShape(tensor.shape)}`;
    const got = `${fits ? dtype : `${dtype} in ${Object(data).constructor.name}`} of ${Object(data).length} elements`;
    const message = `graph "${graph.name}" expected ${expected}, got ${got}`;
    throw new TrmError('runtime', message, { key: name });
  }
}
