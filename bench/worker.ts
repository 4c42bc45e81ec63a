/**
 * One thing to measure in a process of its own: a task of this package, or its bare products. It speaks like
 * bench/pytorch/trm.py: `{"ready": true, …}` once warm, then one JSON line for each line on stdin, until `quit`.
 * Own processes make the peak memory a task's own, and let sides run interleaved: whoever waits, sleeps.
 */

import { createInterface } from 'node:readline';
import { Random } from '../src/data/random.ts';
import type { Graph } from '../src/graph/trace.ts';
import { Answerer, answerWeights } from '../src/inference/answer.ts';
import { traceAnswerStep } from '../src/inference/answer-step.ts';
import type { Backend } from '../src/runtime/backend.ts';
import type { DeviceChoice, EngineChoice, Precision } from '../src/runtime/choices.ts';
import { openBackend } from '../src/runtime/node.ts';
import { initialState } from '../src/train/state.ts';
import { traceSupervisionStep } from '../src/train/supervision-step.ts';
import { Trainer } from '../src/train/trainer.ts';
import { type BenchCase, benchCase, type Mixer, randomBatch, type Size, type Task } from './cases.ts';
import { bareGraph, bareInputs, flops, productsOf } from './matmul-work.ts';

export interface WorkerOptions {
  readonly size: Size;
  readonly mixer: Mixer;
  readonly task: Task;
  /** Whether the package itself or only its matrix products. */
  readonly side: 'ours' | 'bare';
  readonly engine: EngineChoice;
  readonly device: DeviceChoice;
  readonly precision: Precision;
  readonly threads?: number;
}

const supervisionSteps = 16;
const warmUps = 3;

export async function serve(options: WorkerOptions): Promise<void> {
  const bench = benchCase(options.size, options.mixer);
  const { device, threads } = options;
  // The bare products are those of ONNX Runtime, whatever is measured against them.
  const { engine, precision } = options.side === 'bare' ? { engine: 'onnxruntime' as const } : options;
  const opened = await openBackend({ engine, device, threads, precision });
  const { backend, inside } = timing(opened);
  const products = productsOf(graphOf(bench, options.task));
  const runs = options.task === 'train' ? 1 : supervisionSteps;
  const once =
    options.side === 'bare'
      ? await bare(bareGraph(products), runs, backend)
      : await workOf(bench, options.task, backend);
  for (let i = 0; i < warmUps; i++) await once();

  const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const work = products.reduce((total, product) => total + flops(product), 0) * runs;
  say({
    ready: true,
    runtime: opened.runtime,
    device: opened.device,
    reason: opened.reason,
    flops: work,
    products: products.length,
  });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'quit') break;
    const before = inside();
    const start = performance.now();
    await once();
    const ms = performance.now() - start;
    say({ ms, insideMs: inside() - before, peakMB: process.resourceUsage().maxRSS / 1024 });
  }
  process.exit(0); // without waiting for sessions to be torn down
}

/** The graph whose products a task does. */
function graphOf({ model, batch, config }: BenchCase, task: Task): Graph {
  return task === 'train'
    ? traceSupervisionStep(model, batch, batch, config)
    : traceAnswerStep(model, batch, { logits: false });
}

/** The task once, through the package's own trainer or answerer. */
export async function workOf(bench: BenchCase, task: Task, backend: Backend): Promise<() => Promise<void>> {
  const { model, config, batch: rows } = bench;
  const batch = randomBatch(bench);
  const state = initialState(model, config, new Random(0));
  if (task === 'train') {
    const trainer = await Trainer.create(model, config, backend, state);
    const minHaltSteps = new Int32Array(rows);
    return async () => {
      await trainer.step(batch, minHaltSteps);
    };
  }
  const answerer = await Answerer.create(model, rows, backend);
  const weights = answerWeights(state);
  return async () => {
    for await (const _ of answerer.answer(weights, batch, supervisionSteps));
  };
}

async function bare(graph: Graph, runs: number, backend: Backend): Promise<() => Promise<void>> {
  const program = await backend.compile(graph);
  const inputs = bareInputs(graph);
  return async () => {
    for (let i = 0; i < runs; i++) await program.run(inputs);
  };
}

/** A backend that adds up the time spent inside its programs' runs. */
function timing(backend: Backend): { backend: Backend; inside: () => number } {
  let total = 0;
  const timed: Backend = {
    ...backend,
    async compile(graph, options) {
      const program = await backend.compile(graph, options);
      return {
        ...program,
        async run(inputs, into) {
          const start = performance.now();
          try {
            return await program.run(inputs, into);
          } finally {
            total += performance.now() - start;
          }
        },
      };
    },
  };
  return { backend: timed, inside: () => total };
}
