/** The worker that owns the models: all computing happens here, and the page never waits for it. */

import { expose, transfer } from 'comlink';
import webgpuGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import webgpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import wasmGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { type FamilyInfo, familyOf } from '../src/data/families.ts';
import { Random } from '../src/data/random.ts';
import type { Traits } from '../src/data/traits.ts';
import { type Solution, Solver } from '../src/evaluate/solver.ts';
import { from, think } from '../src/evaluate/thinking.ts';
import { afterFirstStage } from '../src/evaluate/thinking-settings.ts';
import { layoutOf } from '../src/inference/weights.ts';
import { readModelFile } from '../src/interop/model-file.ts';
import { Kept } from '../src/kept.ts';
import { fitsAnySize, type ModelSettings } from '../src/models/settings.ts';
import type { Backend } from '../src/runtime/backend.ts';
import { openBackend, type WebDeviceChoice } from '../src/runtime/web.ts';
import { atSize } from '../src/train/at-size.ts';
import type { Checkpoint } from '../src/train/checkpoint.ts';
import { fetchFile } from './fetch-file.ts';
import { percent } from './percent.ts';
import { gif, png } from './picture.ts';
import { project } from './projection.ts';
import { firstPuzzle } from './reading.ts';
import { type Depth, type Moment, Recursions } from './recursions.ts';
import { onePuzzle, stream } from './streams.ts';
import { countRight } from './success.ts';
import { tick } from './tick.ts';
import { Training, type TrainingEvent, type TrainingSettings } from './training.ts';

/** What the page shows of a model. */
export interface ModelInfo {
  readonly name: string;
  /** Counts the models that came: the same name may come again with other weights. */
  readonly edition: number;
  readonly family: FamilyInfo | undefined;
  readonly cells: number;
  /** Whether it takes grids of any size, those of `family` among them. */
  readonly anySize: boolean;
  /** How its positions exchange information. */
  readonly mixer: ModelSettings['mixer'];
  readonly vocabulary: number;
  readonly puzzleEmbeddingRows: number;
  readonly weights: number;
  /** As it was trained. */
  readonly depth: Depth;
  /** How well it solves, in words. */
  readonly quality: string;
  /** Whether it is known to have solved a puzzle: by the note of its file, or in its run. */
  readonly proven: boolean;
  /** What kind of puzzles it was trained on. */
  readonly traits: Traits | undefined;
}

/** Where y and z went. */
export interface Trajectory {
  /** Positions in the plane after each moment, `[L, 2]`. */
  readonly y: readonly Float32Array[];
  readonly z: readonly Float32Array[];
  readonly millisecondsPerRefinement: number;
}

/** Other looks that are taken side by side. */
const LOOKS = 2;

const models = new Map<string, Checkpoint>();
let editions = 0;
/** Runs that somebody waits for, by side. */
const running = new Map<string, AbortController>();
let choice: WebDeviceChoice = 'auto';
let counting: AbortController | undefined;

/** Between looks at whether a run is over, in milliseconds. */
const PATIENCE = 100;

/** Seed of the puzzles that are counted: everybody sees the same curve. */
const COUNTED = 100;

const files = { webgpu: [webgpuGlue, webgpuBinary], wasm: [wasmGlue, wasmBinary] } as const;

/** ONNX Runtime's files, its binary fetched first: what a network breaks can be tried again. */
const fetched = new Kept(async (device: keyof typeof files) => {
  const [mjs, wasm] = files[device];
  const binary = await (await fetchFile(new URL(wasm, import.meta.url), 'ONNX Runtime')).blob();
  return { mjs: new URL(mjs, import.meta.url).href, wasm: URL.createObjectURL(binary) };
});

const backends = new Kept((device: WebDeviceChoice) =>
  openBackend({ device, wasmPaths: (device) => fetched.get(device) }),
);

/**
 * Does what tells the page things meanwhile. They go another way than the result, which would overtake them: it waits until
 * the page has heard the last one.
 */
async function telling<T, R>(
  on: (told: T) => void,
  work: (tell: (told: T) => void) => Promise<R>,
): Promise<R> {
  let heard: unknown;
  try {
    return await work((told) => {
      heard = on(told); // a promise, of a function of the page
    });
  } finally {
    await heard;
  }
}

/** A side's run, which ends the one before. */
function beginRun(side: string): AbortController {
  running.get(side)?.abort();
  const run = new AbortController();
  running.set(side, run);
  return run;
}

function endRun(side: string, run: AbortController): void {
  if (running.get(side) === run) running.delete(side);
}

/** The backend, opened when first needed: that loads ONNX Runtime. */
const backend = (): Promise<Backend> => backends.get(choice);

/** @param note what its file says of it. */
function addModel(name: string, checkpoint: Checkpoint, note?: string): ModelInfo {
  const { model, config } = checkpoint;
  const { info: family } = familyOf({ family: checkpoint.family, ...model.shape });
  models.set(name, checkpoint);
  return {
    name,
    edition: ++editions,
    family,
    cells: model.shape.cells,
    anySize: fitsAnySize(config.model),
    mixer: config.model.mixer,
    vocabulary: model.shape.vocabulary,
    puzzleEmbeddingRows: model.shape.puzzleEmbeddingRows,
    weights: layoutOf(model.parameters).count,
    depth: {
      supervisionSteps: config.supervisionSteps,
      cycles: config.model.cycles,
      latentSteps: config.model.latentSteps,
    },
    quality: note ?? measured(checkpoint),
    proven: note !== undefined || checkpoint.bestExact > 0,
    traits: checkpoint.traits,
  };
}

/** A checkpoint that was chosen solves what it was chosen for; any other knows only the best of its run. */
function measured({ bestExact, selection }: Checkpoint): string {
  if (bestExact < 0) return 'never evaluated';
  const solved = `${percent(bestExact)} of held-out puzzles`;
  return selection ? `solves ${solved}` : `its run solved up to ${solved}`;
}

const training = new Training(backend, addModel);

const api = {
  /** Takes effect with the next run. */
  chooseBackend(next: WebDeviceChoice): void {
    choice = next;
  },

  /** Where the models run and why. */
  async openBackend(): Promise<{ device: string; reason: string; runtime: string }> {
    const { device, reason, runtime } = await backend();
    return { device, reason, runtime };
  },

  /** Reads a checkpoint of this package or of the official code. @param file that errors name. @throws TrmError `checkpoint` when it is none. */
  addModel(name: string, bytes: Uint8Array, file = name): ModelInfo {
    const { checkpoint, note } = readModelFile(bytes, {}, file);
    return addModel(name, checkpoint, note);
  },

  /**
   * Thinks about a question with a row of the puzzle embedding; a second call of the same side, or `stop`, ends the first.
   *
   * @param family what it is, to a model of any size.
   */
  async solve(
    side: string,
    name: string,
    question: Int32Array,
    depth: Depth,
    onMoment: (moment: Moment) => void,
    puzzleIdentifier = 0,
    family?: FamilyInfo,
  ): Promise<Trajectory> {
    const run = beginRun(side);
    const own = models.get(name)!;
    const { vocabulary } = own.model.shape;
    const checkpoint = family ? atSize(own, { family, cells: question.length, vocabulary }) : own;
    const [ys, zs]: [Float32Array[], Float32Array[]] = [[], []];
    let recursions: Recursions | undefined;
    let begun = 0;
    return telling(onMoment, async (tell) => {
      try {
        recursions = await Recursions.create(checkpoint, await backend());
        begun = performance.now();
        for await (const { moment, y, z } of recursions.of({ tokens: question, puzzleIdentifier }, depth)) {
          if (run.signal.aborted) break;
          ys.push(y);
          zs.push(z);
          tell(moment);
          await tick();
        }
      } finally {
        endRun(side, run);
        await recursions?.dispose();
      }
      const millisecondsPerRefinement = (performance.now() - begun) / Math.max(1, zs.length);
      const { hiddenSize } = checkpoint.config.model;
      return { y: project(ys, hiddenSize), z: project(zs, hiddenSize), millisecondsPerRefinement };
    });
  },

  /**
   * Looks again at a question that a plain look did not solve: the later stages of the usual effort.
   *
   * @returns nothing where they are stopped.
   */
  async lookAgain(
    side: string,
    name: string,
    question: Int32Array,
    family?: FamilyInfo,
  ): Promise<Solution | undefined> {
    const run = beginRun(side);
    const whole = new Solver(models.get(name)!, await backend());
    const asked = { tokens: question, puzzleIdentifier: 0, ...(family && { info: family }) };
    const solver = whole.at(asked);
    try {
      const thinker = { ...(await solver.thinker(LOOKS)), between: tick };
      const plan = afterFirstStage(solver.plan({}))!;
      for await (const thought of think(thinker, from([asked]), plan, run.signal))
        return solver.solution(asked, thought);
    } catch (fault) {
      if (!run.signal.aborted) throw fault;
    } finally {
      endRun(side, run);
      await whole.dispose();
    }
    return undefined;
  },

  stop: (side: string): void => running.get(side)?.abort(),

  /** Counts how many of so many new puzzles are right after each recursion. @param level as `generate` takes it. */
  async countRight(
    name: string,
    family: FamilyInfo,
    level: number,
    count: number,
    depth: Depth,
    onCount: (right: number[], of: number) => void,
  ): Promise<void> {
    counting?.abort();
    const mine = new AbortController();
    counting = mine;
    const between = async () => {
      do await (running.size > 0 ? new Promise((resolve) => setTimeout(resolve, PATIENCE)) : tick());
      while (running.size > 0 && !mine.signal.aborted);
      mine.signal.throwIfAborted();
    };
    const own = models.get(name)!;
    const questions: Int32Array[] = [];
    for (const puzzle of stream(family, new Random(COUNTED), level)) {
      await between();
      if (questions.push(Int32Array.from(puzzle.question)) === count) break;
    }
    const { vocabulary } = own.model.shape;
    const checkpoint = atSize(own, { family, cells: questions[0]!.length, vocabulary });
    try {
      await countRight(checkpoint, await backend(), family, questions, depth, between, onCount);
    } catch (fault) {
      if (!mine.signal.aborted) throw fault;
    }
  },

  stopCounting: (): void => counting?.abort(),

  /** PNG of a moment, GIF of a run. */
  picture: png,
  film: gif,

  /** See `reading.ts`. */
  firstPuzzle: async (source: Blob, model: ModelInfo, own: FamilyInfo) =>
    firstPuzzle(await source.text(), model, own),

  /** A puzzle `[S]` with one solution. @param level how easy, as its family's generator takes it. */
  generate: (family: FamilyInfo, level: number, seed: number) => onePuzzle(family, new Random(seed), level),

  /** See `Training`. */
  restoreTraining: () => training.restore(),
  startTraining: (settings: TrainingSettings, fresh: boolean, on: (event: TrainingEvent) => void) =>
    telling(on, (tell) => training.start(settings, fresh, tell)),
  pauseTraining: () => training.pause(),
  keepTraining: () => training.hurry(),
  discardTraining: () => training.discard(),
  async trainedCheckpoint() {
    const bytes = training.bytes();
    return transfer(bytes, [bytes.buffer]);
  },
};

export type Api = typeof api;

expose(api);
