/** The worker that owns the models: all computing happens here, and the page never waits for it. */

import { expose, transfer } from 'comlink';
import wasmGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { Random } from '../src/data/random.ts';
import { encodeGrid } from '../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../src/data/sudoku/generate.ts';
import type { SudokuSize } from '../src/data/sudoku/rules.ts';
import { answerWeights } from '../src/evaluate/answer.ts';
import type { Backend } from '../src/runtime/backend.ts';
import { openBackend, type WebDeviceChoice } from '../src/runtime/web.ts';
import { type Checkpoint, decodeCheckpoint } from '../src/train/checkpoint.ts';
import { layoutOf } from '../src/train/weights.ts';
import { project } from './projection.ts';
import { type Moment, Thinker, type Thinking } from './think.ts';
import { tick } from './tick.ts';
import { Training } from './training.ts';

/** What the page shows of a model. */
export interface ModelInfo {
  readonly name: string;
  readonly puzzle: { readonly kind: string; readonly size?: number | undefined } | undefined;
  readonly cells: number;
  readonly vocabulary: number;
  readonly weights: number;
  /** As it was trained. */
  readonly thinking: Thinking;
  /** Share of held-out puzzles solved; undefined when it was never evaluated. */
  readonly exact: number | undefined;
}

export interface Thought {
  /** Positions in the plane after each moment, `[L, 2]`: of y and of z. */
  readonly answer: readonly Float32Array[];
  readonly latent: readonly Float32Array[];
  readonly millisecondsPerRefinement: number;
}

const models = new Map<string, Checkpoint>();
const thinkers = new Map<Checkpoint, Promise<Thinker>>();
const running = new Map<string, AbortController>();
let choice: WebDeviceChoice = 'auto';
let opened: Promise<Backend> | undefined;

/** The backend, opened when first needed: that loads ONNX Runtime. */
function backend(): Promise<Backend> {
  opened ??= openBackend(choice, {
    wasmPaths: { mjs: new URL(wasmGlue, import.meta.url).href, wasm: new URL(wasm, import.meta.url).href },
  });
  return opened;
}

function addModel(name: string, checkpoint: Checkpoint): ModelInfo {
  models.set(name, checkpoint);
  const { model, config, puzzle, bestExact } = checkpoint;
  return {
    name,
    puzzle,
    cells: model.shape.cells,
    vocabulary: model.shape.vocabulary,
    weights: layoutOf(model.parameters).count,
    thinking: {
      supervisionSteps: config.supervisionSteps,
      cycles: config.model.cycles,
      latentSteps: config.model.latentSteps,
    },
    exact: bestExact < 0 ? undefined : bestExact,
  };
}

async function thinker(checkpoint: Checkpoint): Promise<Thinker> {
  let made = thinkers.get(checkpoint);
  if (!made) {
    const { config, model, state } = checkpoint;
    made = Thinker.create(config.model, model.shape, answerWeights(state), await backend());
    thinkers.set(checkpoint, made);
  }
  return made;
}

const training = new Training(backend, addModel);

const api = {
  /** Chooses the backend; it opens, and may fail, at once when one was open already. */
  async chooseBackend(next: WebDeviceChoice): Promise<void> {
    choice = next;
    opened = undefined;
    const old = [...thinkers.values()];
    thinkers.clear();
    for (const made of old) await (await made).dispose();
  },

  /** Where the models run and why. */
  async openBackend(): Promise<{ device: string; reason: string; runtime: string }> {
    const { device, reason, runtime } = await backend();
    return { device, reason, runtime };
  },

  /** Reads a checkpoint. @throws TrmError `checkpoint` when it is none. */
  addModel: (name: string, bytes: Uint8Array): ModelInfo => addModel(name, decodeCheckpoint(bytes, name)),

  /** Thinks about a question; a second call of the same side, or `stop`, ends the first. */
  async solve(
    side: string,
    model: string,
    question: Int32Array,
    thinking: Thinking,
    onMoment: (moment: Moment) => void,
  ): Promise<Thought> {
    running.get(side)?.abort();
    const run = new AbortController();
    running.set(side, run);
    const checkpoint = models.get(model)!;
    const mind = await thinker(checkpoint);
    const answers: Float32Array[] = [];
    const latents: Float32Array[] = [];
    const begun = performance.now();
    for await (const { moment, latents: held } of mind.think(question, thinking)) {
      if (run.signal.aborted) break;
      answers.push(held.answer);
      latents.push(held.latent);
      onMoment(moment);
      await tick();
    }
    const millisecondsPerRefinement = (performance.now() - begun) / Math.max(1, latents.length);
    const width = checkpoint.config.model.hiddenSize;
    return { answer: project(answers, width), latent: project(latents, width), millisecondsPerRefinement };
  },

  stop: (side: string): void => running.get(side)?.abort(),

  /** A puzzle with one solution. @param givens as few as possible when 0. */
  generate({ size }: { readonly size?: number | undefined }, givens: number, seed: number): Int32Array {
    const { question } = generatePuzzles(size as SudokuSize, new Random(seed), givens).next().value;
    const tokens = new Int32Array(question.length);
    encodeGrid(question, tokens);
    return tokens;
  },

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
