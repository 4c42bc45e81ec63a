/**
 * Solving as a library call: a model that takes puzzles as people write them and gives answers, in Node and in a page.
 *
 * S cells, L positions, D hidden.
 */
import { questionBatch } from '../data/batches.ts';
import { familyOf } from '../data/families.ts';
import type { Family } from '../data/family.ts';
import { TrmError } from '../errors.ts';
import { Answerer, type AnswerWeights, answerWeights } from '../inference/answer.ts';
import { emptyCarry, refill } from '../inference/carry.ts';
import type { Backend } from '../runtime/backend.ts';
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

export interface SolveOptions extends Partial<Thinking> {
  /** Row of the puzzle embedding; 0, the blank one, when omitted. */
  readonly puzzleIdentifier?: number;
  /** Stops between two supervision steps: the call throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Solution {
  /** One line of text. */
  readonly answer: string;
  /** `[S]` */
  readonly tokens: Int32Array;
  /** Probability the model gives to the answer being right. */
  readonly halting: number;
  /** Supervision steps taken, of all candidates together. */
  readonly steps: number;
  /** Whether the answer satisfies the rules; undefined where none are known. */
  readonly valid: boolean | undefined;
}

/** The model's answer after a supervision step. */
export interface SolveStep extends Omit<Solution, 'steps'> {
  /** 1, 2, … */
  readonly step: number;
  /** Cells whose answer changed in this step. */
  readonly changed: number;
  /** The latent states after it, e.g. `y` and `z`, `[L, D]` each. */
  readonly states: Readonly<Record<string, Float32Array>>;
}

/** Rows of the graph that answers several puzzles. */
const ROWS = 16;

export class Solver {
  readonly kind: Family;
  readonly checkpoint: Checkpoint;
  readonly #backend: Backend;
  readonly #weights: AnswerWeights;
  /** By rows: one for a single puzzle, one for many. */
  readonly #answerers = new Map<number, Promise<Answerer>>();

  constructor(checkpoint: Checkpoint, backend: Backend) {
    this.checkpoint = checkpoint;
    this.kind = familyOf({ family: checkpoint.family, ...checkpoint.model.shape });
    this.#backend = backend;
    this.#weights = answerWeights(checkpoint.state);
  }

  /**
   * Solves one puzzle, or several at once.
   *
   * @throws TrmError `data` on a puzzle that is none of this model's, `usage` on an option that is not possible.
   */
  solve(puzzle: Puzzle, options?: SolveOptions): Promise<Solution>;
  solve(puzzles: readonly Puzzle[], options?: SolveOptions): Promise<Solution[]>;
  async solve(given: Puzzle | readonly Puzzle[], options: SolveOptions = {}): Promise<Solution | Solution[]> {
    const several = Array.isArray(given) && typeof given[0] !== 'number';
    const puzzles = several ? (given as readonly Puzzle[]) : [given as Puzzle];
    const { puzzleIdentifier, signal, ...settings } = options;
    const questions = puzzles.map((one) => this.question(one, puzzleIdentifier));
    const thinking = parseThinking(settings);
    const thinker = await this.thinker(puzzles.length * thinking.rollouts > 1 ? ROWS : 1);
    const solutions: Solution[] = [];
    for await (const thought of think(thinker, from(questions), thinking, signal))
      solutions[thought.index] = this.solution(questions[thought.index]!, thought);
    return several ? solutions : solutions[0]!;
  }

  /** The answer after each supervision step, as it is revised. Leaving the loop stops the work. */
  async *steps(
    puzzle: Puzzle,
    options: Pick<SolveOptions, 'steps' | 'puzzleIdentifier' | 'signal'> = {},
  ): AsyncGenerator<SolveStep, void> {
    const { tokens: question, puzzleIdentifier } = this.question(puzzle, options.puzzleIdentifier);
    const answerer = await this.#answerer(1);
    const batch = questionBatch([question], 1);
    batch.puzzleIdentifiers[0] = puzzleIdentifier;
    const carry = emptyCarry(answerer.model, 1);
    refill(carry, batch, this.#weights.starts);
    const { steps = this.checkpoint.config.supervisionSteps } = parseThinking({
      ...(options.steps !== undefined && { steps: options.steps }),
    });
    let before = question;
    for (let step = 1; step <= steps; step++) {
      options.signal?.throwIfAborted();
      const { answer, halt } = await answerer.think(this.#weights, carry);
      const tokens = answer.slice();
      yield {
        step,
        ...this.#describe(question, tokens),
        halting: 1 / (1 + Math.exp(-halt[0]!)),
        changed: tokens.reduce((sum, token, cell) => sum + (token === before[cell] ? 0 : 1), 0),
        states: Object.fromEntries(Object.entries(carry.states).map(([name, z]) => [name, z.slice()])),
      };
      before = tokens;
    }
  }

  /** A puzzle as the model reads it. @param puzzleIdentifier row of the puzzle embedding. @throws TrmError as `solve`. */
  question(given: Puzzle, puzzleIdentifier = 0): Question {
    return { tokens: this.#read(given), puzzleIdentifier: this.#identifier(puzzleIdentifier) };
  }

  /** What `think` needs, with a graph of `rows` rows. */
  async thinker(rows: number): Promise<Thinker> {
    const { checkpoint, kind } = this;
    return {
      answerer: await this.#answerer(rows),
      weights: this.#weights,
      supervisionSteps: checkpoint.config.supervisionSteps,
      family: kind,
      fault: kind.fault?.bind(kind),
    };
  }

  /** A thought in the words of the puzzle. */
  solution({ tokens }: Question, { answer, halting, steps }: Thought): Solution {
    return { ...this.#describe(tokens, answer), halting, steps };
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#answerers.values()].map(async (answerer) => (await answerer).dispose()));
    this.#answerers.clear();
  }

  #answerer(rows: number): Promise<Answerer> {
    const known = this.#answerers.get(rows) ?? Answerer.create(this.checkpoint.model, rows, this.#backend);
    this.#answerers.set(rows, known);
    return known;
  }

  #describe(question: Int32Array, tokens: Int32Array) {
    const fault = this.kind.fault?.(question, tokens);
    return {
      answer: this.kind.line(tokens),
      tokens,
      valid: this.kind.fault ? fault === undefined : undefined,
    };
  }

  #read(puzzle: Puzzle): Int32Array {
    const { cells, vocabulary } = this.checkpoint.model.shape;
    if (typeof puzzle === 'string') {
      const [question, ...more] = this.kind.read(puzzle, 'puzzle');
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

function parseThinking(settings: Partial<Thinking>): Thinking {
  const { data, error } = thinkingSchema.safeParse(settings);
  if (data) return data;
  const issue = error.issues[0]!;
  const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path.join('.');
  throw new TrmError('usage', issue.message, key ? { key } : {});
}
