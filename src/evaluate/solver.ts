/**
 * Solving as a library call: a model that takes puzzles as people write them and gives answers, in Node and in a page.
 *
 * S cells, L positions, D hidden.
 */
import { questionBatch } from '../data/batches.ts';
import { familyOf } from '../data/families.ts';
import type { Family } from '../data/family.ts';
import { disposed, TrmError } from '../errors.ts';
import { Answerer, type AnswerWeights, answerWeights, probability } from '../inference/answer.ts';
import { rowsOf } from '../inference/carry.ts';
import { Kept } from '../kept.ts';
import type { Backend } from '../runtime/backend.ts';
import { settingsError } from '../settings-error.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import {
  from,
  type Question,
  type Thinker,
  type Thinking,
  type Thought,
  think,
  thinkingSchema,
} from './thinking.ts';

/** A question as text, in any form that `trm solve` takes, or its tokens `[S]`. */
export type Puzzle = string | ArrayLike<number>;

/** How to think about puzzles; every supervision step of training, once, when nothing is said. */
export interface SolveOptions extends Partial<Thinking> {
  /** Row of the puzzle embedding; 0, the blank one, when omitted. */
  readonly puzzleIdentifier?: number;
  /** Stops between two supervision steps: the call throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The answer to a puzzle, and what the model thinks of it. */
export interface Solution {
  /** One line of text. */
  readonly answer: string;
  /** `[S]` */
  readonly tokens: Int32Array;
  /** Probability the model gives to the answer being right. */
  readonly halting: number;
  /** Supervision steps taken, of all candidates together. */
  readonly steps: number;
  /** Candidates among whose answers it was chosen; 1 without rollouts. */
  readonly candidates: number;
  /** Whether the answer satisfies the rules; undefined where none are known. */
  readonly valid: boolean | undefined;
}

/** The model's answer after a supervision step. */
export interface SolveStep extends Omit<Solution, 'steps' | 'candidates'> {
  /** Place of the puzzle among those given. */
  readonly index: number;
  /** 1, 2, … */
  readonly step: number;
  /** Cells whose answer changed in this step. */
  readonly changed: number;
  /** The latent states after it, e.g. `y` and `z`, `[L, D]` each. */
  readonly states: Readonly<Record<string, Float32Array>>;
}

/** Rows of a graph, at most. */
const ROWS = 16;

/** Rows for so many candidates: powers of two, so that whatever is asked takes few graphs and wastes few rows. */
function rowsFor(candidates: number): number {
  return Math.min(ROWS, 2 ** Math.ceil(Math.log2(Math.max(1, candidates))));
}

/** A model that takes puzzles as people write them. Graphs are compiled when they are first needed, and kept until `dispose`. */
export class Solver {
  readonly family: Family;
  readonly checkpoint: Checkpoint;
  readonly backend: Backend;
  readonly #weights: AnswerWeights;
  /** By rows. */
  readonly #answerers: Kept<number, Answerer>;
  #disposed = false;

  constructor(checkpoint: Checkpoint, backend: Backend) {
    this.checkpoint = checkpoint;
    this.backend = backend;
    this.family = familyOf({ family: checkpoint.family, ...checkpoint.model.shape });
    this.#answerers = new Kept((rows) => Answerer.create(checkpoint.model, rows, backend));
    this.#weights = answerWeights(checkpoint.state);
  }

  /**
   * Solves one puzzle, or several at once. They are read before the first await, which holds the thread: an impossible 9x9 may
   * take some 300 ms to refute. A server uses SolveQueue.
   *
   * @throws TrmError `data` on a puzzle that is none of this model's, `usage` on an option that is not possible and after
   *   `dispose`.
   */
  solve(puzzle: Puzzle, options?: SolveOptions): Promise<Solution>;
  solve(puzzles: readonly Puzzle[], options?: SolveOptions): Promise<Solution[]>;
  async solve(given: Puzzle | readonly Puzzle[], options: SolveOptions = {}): Promise<Solution | Solution[]> {
    const { puzzleIdentifier, signal, ...settings } = options;
    const questions = puzzlesOf(given).map((one) => this.question(one, puzzleIdentifier));
    const thinking = parseThinking(settings);
    const thinker = await this.thinker(rowsFor(questions.length * thinking.rollouts));
    const solutions: Solution[] = [];
    for await (const thought of think(thinker, from(questions), thinking, signal))
      solutions[thought.index] = this.solution(questions[thought.index]!, thought);
    return isSeveral(given) ? solutions : solutions[0]!;
  }

  /**
   * The answer after each supervision step, as it is revised. Several puzzles share batches: the steps of the first 16
   * come first, step by step. Leaving the loop stops the work.
   *
   * @throws TrmError as `solve`.
   */
  async *steps(
    given: Puzzle | readonly Puzzle[],
    options: Pick<SolveOptions, 'steps' | 'puzzleIdentifier' | 'signal'> = {},
  ): AsyncGenerator<SolveStep, void> {
    const questions = puzzlesOf(given).map((one) => this.question(one, options.puzzleIdentifier));
    const { steps = this.checkpoint.config.supervisionSteps } = parseThinking({
      ...(options.steps !== undefined && { steps: options.steps }),
    });
    const answerer = await this.#answerer(rowsFor(questions.length));
    const { rows } = answerer;
    for (let first = 0; first < questions.length; first += rows) {
      const some = questions.slice(first, first + rows);
      const before = some.map(({ tokens }) => tokens);
      const said = answerer.answer(this.#weights, questionBatch(some, rows), steps, options.signal);
      for await (const { step, answer, halt, next } of said) {
        for (const [row, { tokens: question }] of some.entries()) {
          const tokens = rowsOf(answer, rows, row).slice(); // [S]
          yield {
            index: first + row,
            step,
            ...this.#describe(question, tokens),
            halting: probability(halt[row]!),
            changed: tokens.reduce((sum, token, cell) => sum + (token === before[row]![cell] ? 0 : 1), 0),
            states: Object.fromEntries(
              Object.entries(next).map(([name, state]) => [name, rowsOf(state, rows, row).slice()]), // [L, D]
            ),
          };
          before[row] = tokens;
        }
      }
    }
  }

  /**
   * A puzzle as the model reads it.
   *
   * @param puzzleIdentifier row of the puzzle embedding.
   * @param guesses bound of the search that refutes a puzzle without a solution, the family's own when omitted.
   * @throws TrmError as `solve`.
   */
  question(given: Puzzle, puzzleIdentifier = 0, guesses?: number): Question {
    return { tokens: this.#read(given, guesses), puzzleIdentifier: this.#identifier(puzzleIdentifier) };
  }

  /** What `think` needs, with a graph of `rows` rows. */
  async thinker(rows: number): Promise<Thinker> {
    const { checkpoint, family } = this;
    return {
      answerer: await this.#answerer(rows),
      weights: this.#weights,
      supervisionSteps: checkpoint.config.supervisionSteps,
      family,
      fault: family.fault?.bind(family),
    };
  }

  /** A thought in the words of the puzzle. */
  solution({ tokens }: Question, { answer, halting, steps, candidates }: Thought): Solution {
    return { ...this.#describe(tokens, answer), halting, steps, candidates };
  }

  /** Frees the graphs. What is asked afterwards is refused; disposing again is no error. */
  dispose(): Promise<void> {
    this.#disposed = true;
    return this.#answerers.clear((answerer) => answerer.dispose());
  }

  async #answerer(rows: number): Promise<Answerer> {
    if (this.#disposed) throw disposed('model', 'load it again');
    return this.#answerers.get(rows);
  }

  #describe(question: Int32Array, tokens: Int32Array) {
    const fault = this.family.fault?.(question, tokens);
    return {
      answer: this.family.line(tokens),
      tokens,
      valid: this.family.fault ? fault === undefined : undefined,
    };
  }

  #read(puzzle: Puzzle, guesses?: number): Int32Array {
    const { cells, vocabulary } = this.checkpoint.model.shape;
    if (typeof puzzle === 'string') {
      const [question, ...more] = this.family.read(puzzle, 'puzzle', guesses);
      if (question && more.length === 0) return question;
      throw new TrmError('data', `expected one puzzle, got ${question ? more.length + 1 : 0}`, {
        fix: 'give several as an array',
      });
    }
    const tokens = Int32Array.from(puzzle);
    const sound = tokens.every((token, i) => token === puzzle[i] && token >= 0 && token < vocabulary);
    if (tokens.length === cells && sound) return tokens;
    throw new TrmError('data', `expected ${cells} tokens of 0 to ${vocabulary - 1}, got ${tokens.length}`);
  }

  #identifier(given: number): number {
    const count = Math.max(1, this.checkpoint.model.shape.puzzleEmbeddingRows);
    if (Number.isInteger(given) && given >= 0 && given < count) return given;
    throw new TrmError('usage', `expected 0 to ${count - 1}, got ${given}`, { key: 'puzzleIdentifier' });
  }
}

function isSeveral(given: Puzzle | readonly Puzzle[]): given is readonly Puzzle[] {
  return Array.isArray(given) && typeof given[0] !== 'number';
}

function puzzlesOf(given: Puzzle | readonly Puzzle[]): readonly Puzzle[] {
  return isSeveral(given) ? given : [given];
}

/** Settings of test-time compute with their defaults. @throws TrmError `usage` that names the key. */
export function parseThinking(settings: Partial<Thinking>): Thinking {
  const { data, error } = thinkingSchema.safeParse(settings);
  if (data) return data;
  throw settingsError('usage', error, { known: Object.keys(thinkingSchema.shape) });
}
