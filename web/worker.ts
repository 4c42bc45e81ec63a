/** The worker that owns the models: all computing happens here, and the page never waits for it. */

import { expose, transfer } from 'comlink';
import webgpuGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import webgpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import wasmGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { type FamilyInfo, familyOf } from '../src/data/families.ts';
import { Random } from '../src/data/random.ts';
import { answerWeights } from '../src/inference/answer.ts';
import { layoutOf } from '../src/inference/weights.ts';
import { readModelFile } from '../src/interop/model-file.ts';
import type { Backend } from '../src/runtime/backend.ts';
import { openBackend, type WebDeviceChoice } from '../src/runtime/web.ts';
import type { Checkpoint } from '../src/train/checkpoint.ts';
import { project } from './projection.ts';
import { onePuzzle } from './streams.ts';
import { type Moment, Thinker, type Thinking } from './think.ts';
import { tick } from './tick.ts';
import { Training } from './training.ts';

/** What the page shows of a model. */
export interface ModelInfo {
  readonly name: string;
  readonly family: FamilyInfo | undefined;
  readonly cells: number;
  readonly vocabulary: number;
  readonly puzzleEmbeddingRows: number;
  readonly weights: number;
  /** As it was trained. */
  readonly thinking: Thinking;
  /** How well it solves, in words. */
  readonly quality: string;
}

export interface Thought {
  /** Positions in the plane after each moment, `[L, 2]`: of y and of z. */
  readonly answer: readonly Float32Array[];
  readonly latent: readonly Float32Array[];
  readonly millisecondsPerRefinement: number;
}

const models = new Map<string, Checkpoint>();
const running = new Map<string, AbortController>();
let choice: WebDeviceChoice = 'auto';
let opened: Promise<Backend> | undefined;

const files = (mjs: string, wasm: string) => ({
  mjs: new URL(mjs, import.meta.url).href,
  wasm: new URL(wasm, import.meta.url).href,
});
const wasmPaths = {
  webgpu: files(webgpuGlue, webgpuBinary),
  wasm: files(wasmGlue, wasmBinary),
};

/** The backend, opened when first needed: that loads ONNX Runtime. */
function backend(): Promise<Backend> {
  opened ??= openBackend(choice, { wasmPaths }).catch((error) => {
    opened = undefined; // so that the next run tries again
    throw error;
  });
  return opened;
}

/** @param note what its file says of it. */
function addModel(name: string, checkpoint: Checkpoint, note?: string): ModelInfo {
  const { model, config, bestExact } = checkpoint;
  const { info: family } = familyOf({ family: checkpoint.family, ...model.shape });
  models.set(name, checkpoint);
  return {
    name,
    family,
    cells: model.shape.cells,
    vocabulary: model.shape.vocabulary,
    puzzleEmbeddingRows: model.shape.puzzleEmbeddingRows,
    weights: layoutOf(model.parameters).count,
    thinking: {
      supervisionSteps: config.supervisionSteps,
      cycles: config.model.cycles,
      latentSteps: config.model.latentSteps,
    },
    quality: note ?? measured(bestExact),
  };
}

function measured(exact: number): string {
  return exact < 0 ? 'never evaluated' : `solves ${(100 * exact).toFixed(1)} % of held-out puzzles`;
}

const training = new Training(backend, addModel);

const api = {
  /** Takes effect with the next run. */
  chooseBackend(next: WebDeviceChoice): void {
    choice = next;
    opened = undefined;
  },

  /** Where the models run and why. */
  async openBackend(): Promise<{ device: string; reason: string; runtime: string }> {
    const { device, reason, runtime } = await backend();
    return { device, reason, runtime };
  },

  /** Reads a checkpoint of this package or of the official code. @throws TrmError `checkpoint` when it is none. */
  addModel(name: string, bytes: Uint8Array): ModelInfo {
    const { checkpoint, note } = readModelFile(bytes, {}, name);
    return addModel(name, checkpoint, note);
  },

  /** Thinks about a question with a row of the puzzle embedding; a second call of the same side, or `stop`, ends the first. */
  async solve(
    side: string,
    name: string,
    question: Int32Array,
    thinking: Thinking,
    onMoment: (moment: Moment) => void,
    puzzleIdentifier = 0,
  ): Promise<Thought> {
    running.get(side)?.abort();
    const run = new AbortController();
    running.set(side, run);
    const { config, model, state } = models.get(name)!;
    const thinker = await Thinker.create(config.model, model.shape, answerWeights(state), await backend());
    const [answers, latents]: [Float32Array[], Float32Array[]] = [[], []];
    const begun = performance.now();
    try {
      for await (const { moment, answer, latent } of thinker.think(question, thinking, puzzleIdentifier)) {
        if (run.signal.aborted) break;
        answers.push(answer);
        latents.push(latent);
        onMoment(moment);
        await tick();
      }
    } finally {
      await thinker.dispose();
    }
    const millisecondsPerRefinement = (performance.now() - begun) / Math.max(1, latents.length);
    const { hiddenSize } = config.model;
    return {
      answer: project(answers, hiddenSize),
      latent: project(latents, hiddenSize),
      millisecondsPerRefinement,
    };
  },

  stop: (side: string): void => running.get(side)?.abort(),

  /** A puzzle `[S]` with one solution. @param level how easy, as its family's generator takes it. */
  generate: (family: FamilyInfo, level: number, seed: number) => onePuzzle(family, new Random(seed), level),

  /** See `Training`. */
  restoreTraining: () => training.restore(),
  startTraining: training.start.bind(training),
  pauseTraining: () => training.pause(),
  async trainedCheckpoint() {
    const bytes = training.bytes();
    return transfer(bytes, [bytes.buffer]);
  },
};

export type Api = typeof api;

expose(api);
