/**
 * One task in a process of its own. It speaks like bench/pytorch/trm.py: `{"ready": true, …}` once warm, then one JSON line
 * for each line on stdin, until `quit`. Own processes make the peak memory a task's own, and let sides run interleaved:
 * whoever waits, sleeps.
 */

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Random } from '../src/data/random.ts';
import { productFlops } from '../src/graph/flops.ts';
import type { Graph } from '../src/graph/trace.ts';
import { Answerer, answerWeights } from '../src/inference/answer.ts';
import { traceAnswerStep } from '../src/inference/answer-step.ts';
import type { Backend } from '../src/runtime/backend.ts';
import type { DeviceChoice, EngineChoice, Precision } from '../src/runtime/choices.ts';
import { openBackend } from '../src/runtime/node.ts';
import { initialState } from '../src/train/state.ts';
import { traceSupervisionStep } from '../src/train/supervision-step.ts';
import { Trainer } from '../src/train/trainer.ts';
import { type BenchCase, benchCase, type Case, randomBatch, type Task } from './cases.ts';

export interface EngineOptions {
  readonly engine: EngineChoice;
  readonly device: DeviceChoice;
  readonly precision: Precision;
  readonly threads?: number;
}

export interface WorkerOptions extends Case, EngineOptions {
  /** Runs before it is ready. */
  readonly warmUps: number;
}

export async function serve({ size, mixer, task, warmUps, ...options }: WorkerOptions): Promise<void> {
  const bench = benchCase(size, mixer);
  const opened = await openBackend(options);
  const { backend, inside } = timing(opened);
  const once = await workOf(bench, task, backend);
  for (let i = 0; i < warmUps; i++) await once();

  const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const flops = productFlops(graphOf(bench, task)) * (task === 'train' ? 1 : bench.timedSteps);
  say({ ready: true, runtime: opened.runtime, flops });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'quit') break;
    const before = inside();
    const start = performance.now();
    await once();
    const ms = performance.now() - start;
    say({ ms, insideMs: inside() - before, peakMB: peakMB() });
  }
  process.exit(0); // without waiting for sessions to be torn down
}

/** Peak resident memory so far. On Linux not what `maxRSS` says, which starts at the size of the process that spawned this one. */
function peakMB(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\s*(\d+)/m.exec(status)![1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
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
    for await (const _ of answerer.answer(weights, batch, bench.timedSteps));
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
