/**
 * The waiting line in front of a model: puzzles of all requests think in the rows of one graph. A row that is free takes the
 * next puzzle before the next supervision step, so that requests share batches without waiting for each other.
 */
import { TrmError } from '../errors.ts';
import type { Puzzle, Solution, Solver } from '../evaluate/solver.ts';
import { type Question, type Thought, think } from '../evaluate/thinking.ts';
import {
  afterFirstStage,
  askedSchema,
  mostSteps,
  type Plan,
  parseThinking,
  type Thinking,
  withUsualEffort,
} from '../evaluate/thinking-settings.ts';
import { checkRows } from '../inference/answer.ts';
import { limits } from './limits.ts';
import { Slices, turn } from './slices.ts';

/** How many puzzles think and wait, and how they think. */
export interface QueueOptions {
  /** Rows of the graph; 16 when omitted. */
  readonly rows?: number;
  /** Puzzles that may wait; 1024 when omitted. */
  readonly limit?: number;
  /** Test-time compute where a request does not ask for its own; an effort of 4 when omitted. */
  readonly thinking?: Thinking;
}

/**
 * Guesses to refute a puzzle without a solution: some 2 ms of a 9x9, in which nothing else is answered. What is not refuted by
 * then is left to the model, whose answer is not valid.
 */
const MOST_GUESSES = 200;

/** A question with how to think about it, and until when. */
type Asked = Question & Required<Pick<Question, 'plan' | 'signal'>>;

/** Sizes whose graphs are kept for the next puzzles of a model of any size. */
const SIZES_KEPT = 8;
/** Rows for a puzzle alone that goes on, in which who comes has a look too: on a CPU wide graphs bring little. */
const FEW_ROWS = 2;

/** Turns of the event loop without a request after which nobody knocks, and turns in a row at most. */
const [QUIET_TURNS, MOST_TURNS] = [3, 64];

interface Waiting {
  readonly question: Asked;
  /** What came of a first look that settled nothing. */
  readonly looked?: Thought;
  readonly resolve: (solution: Solution) => void;
  readonly reject: (fault: unknown) => void;
}

/** What a line refuses with that has no room now. */
export class QueueFull extends TrmError {
  constructor(waiting: number, asked: number, limit: number) {
    const message = `${waiting} of the ${limit} puzzles that may wait are there, too many for ${asked} more`;
    super('runtime', message, { fix: 'ask again later' });
  }
}

/** One thought of a first look and what came later. */
function together(looked: Thought, later: Thought): Thought {
  const better = !later.accepted && looked.halting > later.halting ? looked : later;
  const { answer, halting } = better;
  const [steps, candidates] = [looked.steps + later.steps, looked.candidates + later.candidates];
  return { ...later, answer, halting, steps, candidates };
}

/** The waiting line in front of a solver. */
export class SolveQueue {
  readonly #solver: Solver;
  readonly #rows: number;
  readonly #limit: number;
  readonly #thinking: Thinking;
  readonly #plan: Plan;
  #waiting: Waiting[] = [];
  readonly #reading = new Slices();
  /** Puzzles that have a place, and are being read. */
  #unread = 0;
  #working: Promise<void> | undefined;
  /** Requests that have asked for room. */
  #asked = 0;
  #solved = 0;

  /** @throws TrmError `usage` on a setting that is not possible, and on more rows than arrays hold. */
  constructor(
    solver: Solver,
    { rows = limits.rows, limit = limits.maxQueue, thinking = {} }: QueueOptions = {},
  ) {
    checkRows(solver.checkpoint.model, rows);
    this.#solver = solver;
    this.#rows = rows;
    this.#limit = limit;
    this.#thinking = thinking;
    this.#plan = this.#planOf(thinking);
  }

  /** Cells of a puzzle; of a model of any size at most. */
  get cells(): number {
    return this.#solver.takesAnySize ? limits.cells : this.#solver.checkpoint.model.shape.cells;
  }

  /** What the model is, and where it computes. */
  get about() {
    const { checkpoint, backend, takesAnySize } = this.#solver;
    const { engine, device } = backend;
    const anySize = takesAnySize && { anySize: true };
    return { puzzle: checkpoint.family ?? null, ...checkpoint.model.shape, ...anySize, engine, device };
  }

  /** Puzzles that no row has taken yet. */
  get waiting(): number {
    return this.#unread + this.#waiting.length;
  }

  get solved(): number {
    return this.#solved;
  }

  /**
   * Supervision steps that a puzzle's candidates may take together: those asked for, else 64 or what the queue's own
   * settings take where that is more.
   *
   * @throws TrmError `usage` when the queue's own settings take more than is asked for.
   */
  stepsAllowed(asked: number | undefined, key = 'maxSteps'): number {
    const own = mostSteps(this.#plan);
    if (asked === undefined) return Math.max(limits.maxSteps, own);
    if (asked >= own) return asked;
    const message = `${asked} is less than the ${own} supervision steps that a puzzle may take by the server's own settings`;
    throw new TrmError('usage', message, {
      key,
      fix: `allow ${own}, or give the server less effort, fewer steps, rollouts or answers`,
    });
  }

  /**
   * Puzzles that one request may have: those asked for, else 256 or as many as may wait where that is less.
   *
   * @throws TrmError `usage` when that is more than may wait, which no request could ever have.
   */
  puzzlesAllowed(asked: number | undefined, key = 'maxPuzzles'): number {
    if (asked === undefined) return Math.min(limits.maxPuzzles, this.#limit);
    if (asked <= this.#limit) return asked;
    const message = `${asked} is more than the ${this.#limit} puzzles that may wait, so no request could have them`;
    throw new TrmError('usage', message, { key, fix: `allow ${this.#limit}, or let more wait` });
  }

  /** @throws QueueFull when not so many puzzles more may wait now, TrmError `usage` when they never may. */
  expectRoom(puzzles: number): void {
    this.#asked++;
    if (puzzles > this.#limit)
      throw new TrmError('usage', `expected at most ${this.#limit} puzzles in a request, got ${puzzles}`, {
        fix: 'ask for them in parts',
      });
    if (this.waiting + puzzles > this.#limit) throw new QueueFull(this.waiting, puzzles, this.#limit);
  }

  /**
   * Solves puzzles with whatever else is being solved; a bad one has its error in its place, and does not stop the others.
   *
   * @param puzzles or what was found wrong with one before.
   * @param signal when aborted they are given up, those in thought at the next step.
   * @param plan how to think about them, as `plan` makes it; as about all others when omitted.
   * @throws QueueFull before any puzzle is read, TrmError `usage` on more than may ever wait; the signal's reason.
   */
  async solveEach(
    puzzles: readonly (Puzzle | TrmError)[],
    signal: AbortSignal,
    plan = this.#plan,
  ): Promise<(Solution | TrmError)[]> {
    this.expectRoom(puzzles.length);
    this.#solver.expectSeveral(puzzles);
    const questions: (Asked | TrmError)[] = [];
    this.#unread += puzzles.length;
    try {
      for (const [i, puzzle] of puzzles.entries()) {
        signal.throwIfAborted();
        const question =
          puzzle instanceof TrmError
            ? puzzle
            : await this.#reading.run(() =>
                this.#read(puzzle, puzzles.length === 1 ? 'puzzle' : `puzzles[${i}]`),
              );
        questions.push(question instanceof TrmError ? question : { ...question, plan, signal });
      }
      signal.throwIfAborted();
    } finally {
      this.#unread -= puzzles.length;
    }
    const solutions = questions.map((question) =>
      question instanceof TrmError
        ? question
        : new Promise<Solution>((resolve, reject) => {
            this.#waiting.push({ question, resolve, reject });
          }),
    );
    if (this.#waiting.length > 0) this.#working ??= this.#work();
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting = this.#waiting.filter(({ question }) => question.signal !== signal);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp);
      const end = () => signal.removeEventListener('abort', giveUp);
      Promise.all(solutions).finally(end).then(resolve, reject);
    });
  }

  /** As `solveEach`. @throws TrmError `data` on the first puzzle that is none of this model's. */
  async solve(puzzles: readonly Puzzle[], signal: AbortSignal, plan?: Plan): Promise<Solution[]> {
    return (await this.solveEach(puzzles, signal, plan)).map((solution) => {
      if (solution instanceof TrmError) throw solution;
      return solution;
    });
  }

  #read(puzzle: Puzzle, key: string): Question | TrmError {
    try {
      const question = this.#solver.question(puzzle, 0, MOST_GUESSES, key);
      const { length } = question.tokens;
      return length <= this.cells
        ? question
        : new TrmError('data', `expected at most ${this.cells} cells, got ${length}`, { key });
    } catch (fault) {
      if (fault instanceof TrmError) return fault;
      throw fault;
    }
  }

  /**
   * The queue's settings with others in their place.
   *
   * @param most supervision steps of a puzzle's candidates together.
   * @throws TrmError `usage` or `data` when they are not possible, or ask for more.
   */
  plan(settings: Thinking, most: number): Plan {
    if ('seed' in settings) throw new TrmError('usage', "is the server's to choose", { key: 'seed' });
    parseThinking(settings, askedSchema);
    // Whoever asks for several answers asks for starts of their own, whatever effort is usual.
    const usual = settings.answers === undefined ? this.#thinking : { seed: this.#thinking.seed };
    const plan = this.#planOf({ ...usual, ...settings });
    const asked = mostSteps(plan);
    if (asked <= most) return plan;
    const message = `they take up to ${asked} supervision steps, of ${most} that a puzzle may take`;
    throw new TrmError('usage', message, {
      key: 'settings',
      fix: 'ask for less effort, fewer steps, rollouts or answers',
    });
  }

  #planOf(settings: Thinking): Plan {
    return this.#solver.plan(withUsualEffort(settings, limits.effort));
  }

  /** Resolves when nothing is being read or solved. */
  async idle(): Promise<void> {
    while (this.#unread > 0 || this.#working) await (this.#working ?? turn());
  }

  async #work(): Promise<void> {
    await turn(); // requests that came together begin together
    while (this.#waiting.length > 0) {
      // A puzzle alone is looked at in a graph of one row, which others do not join: they wait for it. What the look does
      // not settle goes on in a graph of a few rows, which others do join.
      const [first, ...others] = this.#waiting as [Waiting, ...Waiting[]];
      const alone = others.length === 0;
      if (alone && !first.looked && first.question.plan.stages[0].candidates === 1)
        await this.#think(1, true);
      else await this.#think(alone ? Math.min(FEW_ROWS, this.#rows) : this.#rows, false);
      await this.#solver.keepSizes(SIZES_KEPT);
    }
    this.#working = undefined;
  }

  /**
   * Thinks until the line is empty or a puzzle of another size is the first in it.
   *
   * @param look only the first stage of the first puzzle: what it does not settle comes into line again.
   */
  async #think(rows: number, look: boolean): Promise<void> {
    const taken: Waiting[] = [];
    const solver = this.#solver.at(this.#waiting[0]!.question);
    const take = () => {
      if (look && taken.length > 0) return undefined;
      const next = this.#next(solver);
      if (!next) return undefined;
      taken.push(next);
      const { plan } = next.question;
      return look
        ? { ...next.question, plan: { ...plan, stages: [plan.stages[0]] as const } }
        : next.question;
    };
    try {
      const thinker = { ...(await solver.thinker(rows)), between: () => this.#letIn() };
      for await (const thought of think(thinker, take, this.#plan)) {
        const { question, resolve, looked, ...rest } = taken[thought.index]!;
        const later = afterFirstStage(question.plan);
        if (look && later && !thought.accepted) {
          this.#waiting.unshift({
            ...rest,
            resolve,
            question: { ...question, plan: later },
            looked: thought,
          });
          continue;
        }
        this.#solved++;
        resolve(solver.solution(question, looked ? together(looked, thought) : thought));
      }
    } catch (fault) {
      // Before any was taken it is the model that fails, for all of this size alike.
      for (const { reject } of taken.length > 0 ? taken : this.#leave(solver)) reject(fault);
    }
  }

  /**
   * Requests that have arrived come in before the next step. Node accepts one connection a turn, and a step of ONNX Runtime
   * holds the thread: without this each would wait for a step of its own.
   */
  async #letIn(): Promise<void> {
    for (let quiet = 0, turns = 0; quiet < QUIET_TURNS && turns < MOST_TURNS; turns++) {
      const before = this.#asked;
      await turn();
      quiet = this.#asked === before ? quiet + 1 : 0;
    }
  }

  /** Takes all that are as large as a solver's puzzles out of the line. */
  #leave(solver: Solver): Waiting[] {
    const all = this.#waiting;
    const isOwn = ({ question }: Waiting) => this.#solver.at(question) === solver;
    this.#waiting = all.filter((one) => !isOwn(one));
    return all.filter(isOwn);
  }

  /** The first in line, if it is as large as a solver's puzzles. */
  #next(solver: Solver): Waiting | undefined {
    const [first] = this.#waiting;
    return first && this.#solver.at(first.question) === solver ? this.#waiting.shift() : undefined;
  }
}
