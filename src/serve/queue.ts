/**
 * The waiting line in front of a model: puzzles of all requests think in the rows of one graph. A row that is free takes the
 * next puzzle before the next supervision step, so that requests share batches without waiting for each other.
 */
import { TrmError } from '../errors.ts';
import type { Puzzle, Solution, Solver } from '../evaluate/solver.ts';
import { type Question, type Thinking, think } from '../evaluate/thinking.ts';

export interface QueueOptions {
  /** Rows of the graph. */
  readonly rows: number;
  /** Puzzles that may wait. */
  readonly limit: number;
  /** Test-time compute, of every puzzle alike. */
  readonly thinking: Thinking;
}

interface Waiting {
  readonly question: Question;
  readonly signal: AbortSignal;
  readonly resolve: (solution: Solution) => void;
  readonly reject: (fault: unknown) => void;
}

/** What a full line refuses with. */
export class QueueFull extends TrmError {
  constructor(limit: number) {
    super('runtime', `${limit} puzzles are waiting`, { fix: 'ask again later' });
  }
}

export class SolveQueue {
  readonly #solver: Solver;
  readonly #options: QueueOptions;
  readonly #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #solved = 0;

  constructor(solver: Solver, options: QueueOptions) {
    this.#solver = solver;
    this.#options = options;
  }

  /** Puzzles that no row has taken yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get solved(): number {
    return this.#solved;
  }

  /**
   * Solves puzzles with whatever else is being solved.
   *
   * @param signal those that still wait when it is aborted are given up.
   * @throws TrmError `data` on a puzzle that is none of this model's; QueueFull; the signal's reason.
   */
  async solve(puzzles: readonly Puzzle[], signal: AbortSignal): Promise<Solution[]> {
    const questions = puzzles.map((puzzle) => this.#solver.question(puzzle));
    if (this.waiting + questions.length > this.#options.limit) throw new QueueFull(this.#options.limit);
    const solutions = questions.map(
      (question) =>
        new Promise<Solution>((resolve, reject) => {
          this.#waiting.push({ question, signal, resolve, reject });
        }),
    );
    this.#working ??= this.#work();
    return Promise.all(solutions);
  }

  /** Resolves when nothing is being solved. */
  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    const { rows, thinking } = this.#options;
    await new Promise((resolve) => setImmediate(resolve)); // requests that came together begin together
    while (this.#waiting.length > 0) {
      // A puzzle alone takes a graph of one row, which others do not join: they wait for it, and share the wide one.
      const alone = this.#waiting.length === 1 && thinking.rollouts === 1;
      await this.#think(alone ? 1 : rows, alone ? 1 : Number.POSITIVE_INFINITY);
    }
    this.#working = undefined;
  }

  /** Thinks until the line is empty, or `most` puzzles were taken. */
  async #think(rows: number, most: number): Promise<void> {
    const taken: Waiting[] = [];
    const take = () => {
      if (taken.length >= most) return undefined;
      const next = this.#next();
      if (next) taken.push(next);
      return next?.question;
    };
    try {
      for await (const thought of think(await this.#solver.thinker(rows), take, this.#options.thinking)) {
        const { question, resolve } = taken[thought.index]!;
        this.#solved++;
        resolve(this.#solver.solution(question, thought));
      }
    } catch (fault) {
      // Before any was taken it is the model that fails, for all of them alike.
      for (const { reject } of taken.length > 0 ? taken : this.#waiting.splice(0)) reject(fault);
    }
  }

  /** The first in line whose request still stands. */
  #next(): Waiting | undefined {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (!next.signal.aborted) return next;
      next.reject(next.signal.reason);
    }
    return undefined;
  }
}
