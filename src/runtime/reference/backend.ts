/** The reference interpreter as a backend: slow, exact, on anything that runs JavaScript; what other engines are held to. */

import { interpret, type Precision } from '../../graph/interpret.ts';
import { type Backend, checkRun, type HostData, wholeGraph, zeros } from '../backend.ts';

/** @param precision of float32 tensors inside a graph; what comes out is float32 with either. */
export function referenceBackend(precision: Precision): Backend {
  return {
    engine: 'reference',
    device: 'cpu',
    reason: 'as asked',
    runtime: `reference interpreter, ${precision}`,
    precision,
    async compile(traced) {
      const graph = wholeGraph(traced);
      let disposed = false;
      return {
        async run(inputs, into = {}) {
          checkRun(graph, disposed, inputs, into);
          const numbers = Object.entries(inputs).map(([name, { data }]) => [name, data] as const);
          const results = interpret(graph, Object.fromEntries(numbers), precision);
          return Object.fromEntries(
            graph.outputs.map(({ name, tensor: { dtype, shape } }) => {
              const target = into[name] ?? zeros(dtype, shape);
              (target.data as HostData & { set(from: ArrayLike<number>): void }).set(results[name]!);
              return [name, target];
            }),
          );
        },
        async dispose() {
          disposed = true;
        },
      };
    },
  };
}
