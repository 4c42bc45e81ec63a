/**
 * What every backend must do, as named cases that throw where it does not. Imports nothing of Node and no test
 * runner: the same cases run in a child process (contract.test.ts) and in a page (browser.test.ts).
 */

import { Random } from '../../src/data/random.ts';
import { mul, neg } from '../../src/graph/ops/elementwise.ts';
import { type Graph, input, type RowGraph, trace } from '../../src/graph/trace.ts';
import {
  type Backend,
  float32,
  type HostTensor,
  type HostTensors,
  zeros,
} from '../../src/runtime/backend.ts';
import { referenceBackend } from '../../src/runtime/reference/backend.ts';
import { operatorCases, operatorNames, traceCase } from '../graph/operator-cases.ts';
import { bits, check, closeTo, equal, largest, numbers, refused } from './contract-checks.ts';
import { graphCases } from './contract-graphs.ts';
import { modelCases } from './contract-models.ts';
import { nonFiniteCase } from './contract-nonfinite.ts';
import { mixedGraph, mixedInputs, mixedNumbers } from './mixed-graph.ts';

export interface ContractCase {
  readonly name: string;
  run(backend: Backend): Promise<void>;
}

/** What a run of the cases reports: one line of JSON each, `opened` first. */
export type ContractLine =
  | { readonly opened: string }
  | { readonly closed: string }
  | { readonly name: string; readonly fault: string };

/** What is right. */
const exact = referenceBackend('float64');

export const contract: readonly ContractCase[] = [
  {
    name: 'computes the numbers of every kind of operator, with float, int and bool outputs',
    async run(backend) {
      const outputs = await once(backend, mixedInputs);
      for (const [name, expected] of Object.entries(mixedNumbers())) {
        closeTo(name, numbers(outputs[name]!), expected, 1e-5);
      }
      equal('dtype of best', outputs.best!.dtype, 'int32');
      check('best holds 32-bit integers', outputs.best!.data instanceof Int32Array);
      equal('dtype of positive', outputs.positive!.dtype, 'bool');
      check('positive holds bytes', outputs.positive!.data instanceof Uint8Array);
    },
  },
  {
    name: 'writes into the arrays it is given, views of larger ones included',
    async run(backend) {
      const whole = new Float32Array(24 + 8).fill(7);
      const into: Record<string, HostTensor> = Object.fromEntries(
        mixedGraph.outputs.map(({ name, tensor }) => [name, zeros(tensor.dtype, tensor.shape)]),
      );
      into.attended = float32(whole.subarray(4, 28), [2, 3, 4]);
      const outputs = await once(backend, mixedInputs, into);
      for (const [name, expected] of Object.entries(mixedNumbers())) {
        check(`${name} is the array given`, outputs[name]!.data === into[name]!.data);
        closeTo(name, numbers(into[name]!), expected, 1e-5);
      }
      const around = [...whole.subarray(0, 4), ...whole.subarray(28)];
      equal('what lies around the view', around.join(), Array(8).fill(7).join());
    },
  },
  ...[1, 2, 3].map(
    (seed): ContractCase => ({
      name: `computes every operator like the reference, on random shapes (seed ${seed})`,
      async run(backend) {
        const random = new Random(seed);
        const feeds: Record<string, HostTensor> = {};
        const graph = trace(`operators ${seed}`, () =>
          Object.fromEntries(
            operatorNames.map((name) => {
              const drawn = operatorCases[name](random);
              drawn.operands.forEach((operand, i) => {
                feeds[`${name}/${i}`] = operand;
              });
              return [name, traceCase(`${name}/`, drawn)];
            }),
          ),
        );
        const [program, other] = [await backend.compile(graph), await exact.compile(graph)];
        const [outputs, expected] = [await program.run(feeds), await other.run(feeds)];
        for (const name of operatorNames) {
          equal(`dtype of ${name}`, outputs[name]!.dtype, expected[name]!.dtype);
          const right = numbers(expected[name]!);
          closeTo(name, numbers(outputs[name]!), right, 1e-5 * largest(right) + 1e-6);
        }
        await Promise.all([program.dispose(), other.dispose()]);
      },
    }),
  ),
  {
    name: 'leaves its inputs as they are',
    async run(backend) {
      const before = Object.values(mixedInputs).map((tensor) => numbers(tensor).join());
      await once(backend, mixedInputs);
      equal(
        'inputs',
        Object.values(mixedInputs)
          .map((tensor) => numbers(tensor).join())
          .join(),
        before.join(),
      );
    },
  },
  {
    name: 'refuses missing, unknown, ill-sized and ill-typed tensors by name',
    async run(backend) {
      const program = await backend.compile(mixedGraph);
      const { x: _, ...rest } = mixedInputs;
      await refused(program.run(rest), /^x: graph "mixed" needs this input/);
      const short = float32(new Float32Array(3), [3]);
      await refused(program.run({ ...mixedInputs, x: short }), /^x: .*float32 \[2, 3, 4\], got float32 of 3/);
      const tokens = float32(new Float32Array(6), [2, 3]);
      await refused(program.run({ ...mixedInputs, tokens }), /^tokens: .*int32 \[2, 3\], got float32/);
      await refused(
        program.run(mixedInputs, { total: short }),
        /^total: .*float32 \[2, 4\], got float32 of 3/,
      );
      const bytes = { dtype: 'float32', shape: [2, 3, 4], data: new Uint8Array(24) } as const;
      await refused(
        program.run({ ...mixedInputs, x: bytes }),
        /^x: .*, got float32 in Uint8Array of 24 elements/,
      );
      const half = { ...bytes, shape: [2, 4], data: new Uint8Array(8) };
      await refused(program.run(mixedInputs, { total: half }), /^total: .*, got float32 in Uint8Array of 8/);
      const stray = float32(new Float32Array(1), [1]);
      await refused(
        program.run({ ...mixedInputs, y: stray }),
        /^y: .* no such input; the inputs are x, weight/,
      );
      await refused(
        program.run(mixedInputs, { totl: stray }),
        /^totl: .* no such output; the outputs are norm/,
      );
      closeTo('norm', numbers((await program.run(mixedInputs)).norm!), mixedNumbers().norm!, 1e-5);
      await program.dispose();
    },
  },
  ...[...graphCases(), ...modelCases(), nonFiniteCase()].map(
    ({ name, graph, feeds, tolerance, knownFaults }): ContractCase => ({
      name: `${name}, like the reference and the same bits each time`,
      async run(backend) {
        const program = await backend.compile(graph);
        const [outputs, again] = [await program.run(feeds), await program.run(feeds)];
        const faults = knownFaults?.(backend) ?? [];
        for (const [output, right] of Object.entries(await exactly(graph, feeds))) {
          if (faults.includes(output)) continue;
          const got = outputs[output]!;
          equal(`dtype of ${output}`, got.dtype, right.dtype);
          equal(`bits of ${output}`, bits(again[output]!).join(), bits(got).join());
          closeTo(output, numbers(got), numbers(right), tolerance * largest(numbers(right)) + 1e-6);
        }
        await program.dispose();
      },
    }),
  ),
  {
    name: 'runs two programs side by side',
    async run(backend) {
      const double = await backend.compile(trace('double', () => ({ y: mul(input('x', [2]), 2) })));
      const minus = await backend.compile(trace('minus', () => ({ y: neg(input('x', [2])) })));
      const x = float32(Float32Array.of(3, -4), [2]);
      const turns = [await double.run({ x }), await minus.run({ x }), await double.run({ x })];
      equal('in turn', turns.map((out) => numbers(out.y!).join()).join(' '), '6,-8 -3,4 6,-8');
      const atOnce = await Promise.all([double.run({ x }), minus.run({ x }), double.run({ x })]);
      equal('at once', atOnce.map((out) => numbers(out.y!).join()).join(' '), '6,-8 -3,4 6,-8');
      await double.dispose();
      equal('after the other is gone', numbers((await minus.run({ x })).y!).join(), '-3,4');
      await minus.dispose();
    },
  },
  {
    name: 'refuses to run once disposed, and may be disposed twice',
    async run(backend) {
      const program = await backend.compile(mixedGraph);
      await program.run(mixedInputs);
      await program.dispose();
      await refused(program.run(mixedInputs), /graph "mixed" was disposed/);
      await program.dispose();
    },
  },
];

const known = new Map<Graph | RowGraph, Promise<HostTensors>>();

/** What is right, computed once for all backends of a process. */
function exactly(graph: Graph | RowGraph, feeds: HostTensors): Promise<HostTensors> {
  const outputs = known.get(graph) ?? exact.compile(graph).then((program) => program.run(feeds));
  known.set(graph, outputs);
  return outputs;
}

/** Runs all cases, handing each result on as soon as it is there. `fault` is empty where a case holds. */
export async function runContract(backend: Backend, report: (line: ContractLine) => void): Promise<void> {
  report({ opened: `${backend.device}: ${backend.reason}` });
  for (const { name, run } of contract) {
    const fault = await run(backend).then(
      () => '',
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    report({ name, fault });
  }
}

async function once(backend: Backend, inputs: HostTensors, into?: HostTensors) {
  const program = await backend.compile(mixedGraph);
  const outputs = await program.run(inputs, into);
  await program.dispose();
  return outputs;
}
