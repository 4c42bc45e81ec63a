/**
 * A backend that computes nothing, for tests of what a run does around its steps: every output is zero, but an update
 * leaves its vectors as they are and writes the number of the step into the averaged weights.
 */

import { type Backend, type HostTensors, wholeGraph, zeros } from '../../src/runtime/backend.ts';

/** @param before called before each `compile` and `run`, as `run update`. */
export function fakeBackend(before: (event: string) => void = () => {}): Backend {
  return {
    engine: 'reference',
    device: 'cpu',
    reason: 'a fake',
    runtime: 'none',
    precision: 'float32',
    async compile(traced) {
      const graph = wholeGraph(traced);
      before(`compile ${graph.name}`);
      return {
        async run(inputs: HostTensors, into: HostTensors = {}) {
          before(`run ${graph.name}`);
          for (const [name, { data }] of Object.entries(into)) {
            const before = inputs[name.replace(/^next\//, '')]?.data as Float32Array | undefined;
            if (name === 'next/average')
              (data as Float32Array).fill(Math.trunc(before![0]!) + 1); // fresh: below 1
            else if (before) (data as Float32Array).set(before);
          }
          return Object.fromEntries(
            graph.outputs.map(({ name, tensor }) => [name, into[name] ?? zeros(tensor.dtype, tensor.shape)]),
          );
        },
        async dispose() {},
      };
    },
  };
}

/** The same, with the cell loss that a function gives for each supervision step. */
export function losing(loss: () => number): Backend {
  const backend = fakeBackend();
  return {
    ...backend,
    async compile(graph) {
      const program = await backend.compile(graph);
      if (wholeGraph(graph).name !== 'supervision step') return program;
      return {
        ...program,
        async run(inputs: HostTensors, into?: HostTensors) {
          const outputs = await program.run(inputs, into);
          (outputs.cellLoss!.data as Float32Array).fill(loss());
          return outputs;
        },
      };
    },
  };
}
