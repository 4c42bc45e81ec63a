/** Training in the worker: data generated here, one run at a time, kept in the browser's database between visits. */

import { del, get, update } from 'idb-keyval';
import { testBatches } from '../src/data/batches.ts';
import type { PuzzleDataset } from '../src/data/dataset.ts';
import { Random } from '../src/data/random.ts';
import { TrmError } from '../src/errors.ts';
import { evaluate } from '../src/evaluate/evaluate.ts';
import { Answerer, answerWeights } from '../src/inference/answer.ts';
import { buildModel } from '../src/models/build.ts';
import type { Backend } from '../src/runtime/backend.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../src/train/checkpoint.ts';
import { parseConfig } from '../src/train/config.ts';
import { newRun, train } from '../src/train/run.ts';
import { emptyHistory, type History, type HistoryEvent, record } from './history.ts';
import { datasets } from './streams.ts';
import { type TaskName, TRAINED, tasks } from './tasks.ts';
import { tick } from './tick.ts';
import type { ModelInfo } from './worker.ts';

export interface TrainingSettings {
  readonly task: TaskName;
  readonly hiddenSize: number;
  /** These three may change when a run goes on. */
  readonly learningRate: number;
  /** T */
  readonly cycles: number;
  /** n */
  readonly latentSteps: number;
}

/** The held-out puzzle as it is answered now. */
export interface Watched {
  readonly question: Int32Array;
  readonly answer: Int32Array;
}

export type TrainingEvent =
  | (HistoryEvent & { readonly seconds: number })
  /** What is going on, for people. */
  | { readonly type: 'note'; readonly text: string }
  | ({ readonly type: 'watched' } & Watched)
  /** The model can be used, as it is after a step; `unkept` says why the browser does not keep the run. */
  | {
      readonly type: 'saved';
      readonly step: number;
      readonly model: ModelInfo;
      readonly unkept: string | undefined;
    };

/** A run as it lies in the database. */
interface Saved {
  /** Another one each time that it is kept: other tabs tell by it that the run is not theirs. Absent from runs of before. */
  readonly mark?: string | undefined;
  readonly settings: TrainingSettings;
  readonly history: History;
  readonly checkpoint: Uint8Array<ArrayBuffer>;
  /** Absent from runs of before it was kept. */
  readonly watched?: Watched | undefined;
}

export interface Restored {
  readonly settings: TrainingSettings;
  readonly history: History;
  readonly step: number;
  readonly seconds: number;
  readonly model: ModelInfo;
  readonly watched: Watched | undefined;
}

const key = 'training';
const LOCK = 'tiny-recursive-model: training';
const PAUSE = 'pause it there, then reload this page to go on here';
const OTHERS = 'another tab of this page has kept its run in this browser meanwhile';
const RELOAD = 'reload this page to go on with that run';
/** Puzzles to train on, held out, and evaluated at a time; steps between looks at the held-out puzzle. */
const [trainCount, testCount, evaluationRows, watchEvery] = [2000, 64, 32, 10];

/** Seconds to the first state that is kept, and at most from one to the next: each waits twice as long as the one before. */
const [keepsFirst, keepsEvery] = [3, 15];

export class Training {
  readonly #backend: () => Promise<Backend>;
  readonly #addModel: (name: string, checkpoint: Checkpoint) => ModelInfo;
  /** The last state that was saved, as bytes: training goes on changing the arrays of a checkpoint. */
  #saved: Uint8Array<ArrayBuffer> | undefined;
  /** Of the run in the database, as this tab knows it. */
  #mark: string | undefined;
  #history: History = emptyHistory();
  #run: { stop: AbortController; done: Promise<void> } | undefined;
  /** Whether the next state is kept, however soon it comes. */
  #hurries = false;

  constructor(
    backend: () => Promise<Backend>,
    addModel: (name: string, checkpoint: Checkpoint) => ModelInfo,
  ) {
    this.#backend = backend;
    this.#addModel = addModel;
  }

  /** The run of an earlier visit, if there is one. @throws where the browser gives this page no database, or what lies in it is no run. */
  async restore(): Promise<Restored | undefined> {
    const saved = await get<Saved>(key);
    if (!saved) return undefined;
    this.#saved = saved.checkpoint;
    this.#mark = saved.mark;
    this.#history = saved.history;
    const checkpoint = decodeCheckpoint(saved.checkpoint, TRAINED);
    return {
      settings: saved.settings,
      history: saved.history,
      step: checkpoint.state.step,
      seconds: checkpoint.seconds,
      model: this.#addModel(TRAINED, checkpoint),
      watched: saved.watched,
    };
  }

  /**
   * Begins a run, or goes on with the last one with changed settings; resolves when it is paused or at its end.
   *
   * @throws TrmError `usage` where another tab trains, or has kept a run since this one looked for one.
   */
  async start(settings: TrainingSettings, fresh: boolean, on: (event: TrainingEvent) => void): Promise<void> {
    await this.pause();
    const stop = new AbortController();
    const done = alone(async () => {
      if (!this.#isOurs(await keptIfAny())) throw new TrmError('usage', OTHERS, { fix: RELOAD });
      await this.#train(settings, fresh, on, stop.signal);
    });
    this.#run = { stop, done: done.catch(() => {}) };
    await done;
  }

  /** Resolves when the last state is saved. */
  async pause(): Promise<void> {
    this.#run?.stop.abort();
    await this.#run?.done;
  }

  /** Keeps the next state: the page may be left. */
  hurry(): void {
    this.#hurries = true;
  }

  /** Forgets the run, here and in the browser, but for one of another tab. @throws where the browser gives this page no database. */
  async discard(): Promise<void> {
    await this.pause();
    this.#saved = undefined;
    this.#history = emptyHistory();
    if (this.#isOurs(await get<Saved>(key))) await del(key);
    this.#mark = undefined;
  }

  /** Whether the database holds nothing but what this tab has read or kept there. */
  #isOurs(kept: Saved | undefined): boolean {
    return !kept || kept.mark === this.#mark;
  }

  /**
   * Puts a run into the browser's database. @returns why it is not kept, where the browser denies that (private windows,
   * blocked storage, a full disk) or a run of another tab is there. The run goes on, and lives as long as the page.
   */
  async #keep(saved: Saved): Promise<string | undefined> {
    const mark = crypto.getRandomValues(new Uint32Array(4)).join('-');
    try {
      await update<Saved>(key, (kept) => {
        if (!this.#isOurs(kept)) throw new TrmError('usage', OTHERS);
        return { ...saved, mark };
      });
      this.#mark = mark;
      return undefined;
    } catch (error) {
      return error instanceof TrmError ? error.message : String(error);
    }
  }

  /** A copy of the last state as `trm train` writes it. @throws TrmError `usage` before the first. */
  bytes(): Uint8Array<ArrayBuffer> {
    if (!this.#saved) throw new TrmError('usage', 'nothing is trained yet');
    return this.#saved.slice();
  }

  async #train(
    settings: TrainingSettings,
    fresh: boolean,
    on: (event: TrainingEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    on({ type: 'note', text: 'making puzzles' });
    const { family, level } = tasks[settings.task];
    const [trainSet, testSet] = await datasets(family, new Random(0), level, [trainCount, testCount]);
    const from =
      fresh || !this.#saved
        ? this.#begin(settings, trainSet!)
        : changed(decodeCheckpoint(this.#saved, TRAINED), settings);
    on({ type: 'note', text: 'loading ONNX Runtime' });
    const backend = await this.#backend();
    on({ type: 'note', text: 'compiling the training step' });
    const watcher = await Answerer.create(from.model, 1, backend);
    const answerer = await Answerer.create(from.model, evaluationRows, backend);
    const { supervisionSteps } = from.config;
    const { value: puzzle } = testBatches(testSet!, 1).next();
    let watched: Watched | undefined;
    const history = this.#history;

    let { seconds } = from;
    const tell = (event: HistoryEvent) => {
      record(history, event);
      on({ ...event, seconds });
    };
    const look = async (state: Checkpoint['state']) => {
      let answer = puzzle!.inputs;
      for await (const step of watcher.answer(answerWeights(state), puzzle!, supervisionSteps))
        answer = step.answer;
      watched = { question: puzzle!.inputs, answer };
      on({ type: 'watched', ...watched });
    };
    /** The newest state, until it is kept. */
    let newest: Checkpoint | undefined;
    let [waits, keptAt] = [keepsFirst, performance.now()];
    const save = async (checkpoint: Checkpoint) => {
      newest = undefined;
      this.#hurries = false;
      this.#saved = joined(encodeCheckpoint({ ...checkpoint, config: from.config }));
      const unkept = await this.#keep({ settings, history, checkpoint: this.#saved, watched });
      const model = this.#addModel(TRAINED, decodeCheckpoint(this.#saved, TRAINED));
      on({ type: 'saved', step: checkpoint.state.step, model, unkept });
    };
    try {
      await train(
        { ...from, config: { ...from.config, checkpointEvery: 1 } }, // which of them are kept, time decides
        trainSet!,
        backend,
        {
          onStep: async ({ step, loss, exactAccuracy: accuracy, seconds: now }) => {
            seconds = now;
            tell({ type: 'step', step, loss, accuracy });
            if (step % watchEvery === 0) await look(from.state);
            await tick();
          },
          evaluate: async (state) => {
            on({ type: 'note', text: `answering ${testCount} held-out puzzles` });
            const { exact } = await evaluate(answerer, answerWeights(state), testSet!, { supervisionSteps });
            tell({ type: 'evaluation', exact });
            return exact;
          },
          onCheckpoint: async (checkpoint) => {
            newest = checkpoint;
            const isDue = performance.now() - keptAt >= 1000 * waits;
            if (!isDue && !this.#hurries) return;
            await save(checkpoint);
            [waits, keptAt] = [Math.min(2 * waits, keepsEvery), performance.now()];
          },
        },
        signal,
      );
      if (newest) await save(newest);
    } finally {
      await Promise.all([watcher.dispose(), answerer.dispose()]);
    }
  }

  #begin(settings: TrainingSettings, trainSet: PuzzleDataset): Checkpoint {
    this.#history = emptyHistory();
    return newRun(configOf(settings), trainSet);
  }
}

/** The run in the database; none where the browser gives this page none, which is told when a state is kept. */
async function keptIfAny(): Promise<Saved | undefined> {
  try {
    return await get<Saved>(key);
  } catch {
    return undefined;
  }
}

/**
 * Does what no other tab may do meanwhile; a tab that is closed lets go of it. Where the browser has no locks (a page without
 * https) or denies them, what is kept is guarded all the same: see `#keep`.
 *
 * @throws TrmError `usage` where another tab does it.
 */
async function alone(work: () => Promise<void>): Promise<void> {
  const locks = navigator.locks as LockManager | undefined;
  let isAsked = false;
  try {
    await locks?.request(LOCK, { ifAvailable: true }, async (lock) => {
      isAsked = true;
      if (!lock) throw new TrmError('usage', 'another tab of this page trains', { fix: PAUSE });
      await work();
    });
  } catch (error) {
    if (isAsked) throw error;
  }
  if (!isAsked) await work();
}

/** The recipe of configs/sudoku-4x4.yaml. */
function configOf({ hiddenSize, learningRate, cycles, latentSteps }: TrainingSettings) {
  return parseConfig({
    model: { hiddenSize, heads: 4, cycles, latentSteps, puzzleSlots: 4, puzzleEmbeddingSize: hiddenSize },
    steps: 100_000,
    batchSize: 32,
    microBatchSize: 32,
    augment: true,
    learningRate,
    puzzleLearningRate: learningRate,
    weightDecay: 0.1,
    puzzleWeightDecay: 0.1,
    warmupSteps: 50,
    emaRate: 0.99,
    evaluateEvery: 100,
    checkpointEvery: 100,
  });
}

/** A checkpoint that goes on with other settings: no weight depends on them. */
function changed(checkpoint: Checkpoint, settings: TrainingSettings): Checkpoint {
  const { learningRate, cycles, latentSteps } = settings;
  const model = { ...checkpoint.config.model, cycles, latentSteps };
  const config = { ...checkpoint.config, learningRate, puzzleLearningRate: learningRate, model };
  return { ...checkpoint, config, model: buildModel(model, checkpoint.model.shape) };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  chunks.reduce((at, chunk) => {
    all.set(chunk, at);
    return at + chunk.length;
  }, 0);
  return all;
}
