/**
 * A backend over any build of ONNX Runtime for JavaScript: onnxruntime-node and onnxruntime-web share the
 * onnxruntime-common interface, so one file serves both; device choice lives beside it (node.ts, web.ts).
 */

import type { InferenceSession, OnnxValue, Tensor as OrtTensor } from 'onnxruntime-common';
import { TrmError } from '../../errors.ts';
import { serialize } from '../../graph/onnx/serialize.ts';
import type { Graph } from '../../graph/trace.ts';
import {
  type Backend,
  checkRun,
  type Device,
  type HostData,
  type HostTensor,
  type HostTensors,
  type Program,
  wholeGraph,
} from '../backend.ts';

/** What is used of an ONNX Runtime module. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: string, data: HostData, dims: readonly number[]) => OrtTensor;
  readonly env: {
    readonly versions: { readonly common: string; readonly node?: string; readonly web?: string };
  };
}

export interface OrtBackendOptions {
  readonly device: Device;
  readonly reason: string;
  readonly session?: InferenceSession.SessionOptions;
  /**
   * Whether runs write into given output arrays. onnxruntime-web accepts such arrays and returns them unwritten
   * (1.30, wasm), so there the results are copied.
   */
  readonly writesInto: boolean;
}

export function ortBackend(ort: OrtModule, options: OrtBackendOptions): Backend {
  const { versions } = ort.env;
  return {
    engine: 'onnxruntime',
    device: options.device,
    reason: options.reason,
    runtime: versions.node ? `onnxruntime-node ${versions.node}` : `onnxruntime-web ${versions.web}`,
    precision: 'float32',
    async compile(traced, { occasional = false } = {}) {
      const graph = wholeGraph(traced);
      const session = await failing(`compile graph "${graph.name}"`, () =>
        ort.InferenceSession.create(serialize(graph), {
          executionProviders: [options.device],
          logSeverityLevel: 3,
          ...options.session,
          ...(occasional ? { extra: { session: { intra_op: { allow_spinning: '0' } } } } : {}),
        }),
      );
      return program(ort, graph, session, options.writesInto);
    },
  };
}

function program(ort: OrtModule, graph: Graph, session: InferenceSession, writesInto: boolean): Program {
  let disposed = false;
  const wrap = (tensors: HostTensors, name: string, shape: readonly number[]): OrtTensor => {
    const { dtype, data } = tensors[name]!;
    return new ort.Tensor(dtype, data, shape);
  };
  return {
    async run(inputs, into = {}) {
      checkRun(graph, disposed, inputs, into);
      const feeds: Record<string, OnnxValue> = {};
      for (const { name, tensor } of graph.inputs) feeds[name] = wrap(inputs, name, tensor.shape);
      const fetches: Record<string, OnnxValue | null> = {};
      for (const { name, tensor } of graph.outputs)
        fetches[name] = writesInto && into[name] ? wrap(into, name, tensor.shape) : null;
      const results = await failing(`run graph "${graph.name}"`, () => session.run(feeds, fetches));
      const outputs: Record<string, HostTensor> = {};
      for (const { name, tensor } of graph.outputs) {
        const data = results[name]!.data as HostData;
        const target = into[name];
        if (target && data !== target.data) (target.data as Uint8Array).set(data as Uint8Array);
        outputs[name] = target ?? { dtype: tensor.dtype, shape: tensor.shape, data };
      }
      return outputs;
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await inTurn(() => session.release());
    },
  };
}

let last: Promise<void> = Promise.resolve();
const settled = () => {};

/**
 * Calls one after the other, over all programs: a second call while one is suspended in WebGPU hangs
 * onnxruntime-web for good (1.30). Nothing is lost by it, for onnxruntime-node's calls block anyway.
 */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work);
  last = result.then(settled, settled); // not the result itself, which would be kept
  return result;
}

async function failing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await inTurn(work);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const fix = /alloc|memory/i.test(message) ? { fix: 'use a smaller microBatchSize' } : {};
    throw new TrmError('runtime', `could not ${what}: ${message}`, { cause, ...fix });
  }
}
