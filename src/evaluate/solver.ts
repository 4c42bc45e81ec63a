/**
 * Solving as a library call: a model that takes puzzles as people write them and gives answers, in Node and in a page.
 *
 * S cells, L positions, D hidden.
 */
import { questionBatch } from '../data/batches.ts';
import { type FamilyInfo, familyFrom, familyOf, type KnownFamily, puzzleFamily } from '../data/families.ts';
import type { Family, Sized } from '../data/family.ts';
import { keepGivens } from '../data/givens.ts';
import { isSeveral, readAnySize } from '../data/reading/any-size.ts';
import { type Item, itemAt, type Place } from '../data/reading/found.ts';
import { formOf } from '../data/reading/grids.ts';
import { faultOfRows, type ReadOptions, readQuestions, rowsOfOne } from '../data/reading/read.ts';
import { notesOf } from '../data/traits.ts';
import { disposed, TrmError } from '../errors.ts';
import { Answerer, type AnswerWeights, answerWeights, probability } from '../inference/answer.ts';
import { rowsOf } from '../inference/carry.ts';
import { Kept } from '../kept.ts';
import { answersFormsAlike, fitsAnySize } from '../models/settings.ts';
import { checkOptions } from '../options.ts';
import { type Backend, checkBackend } from '../runtime/backend.ts';
import { atSize } from '../train/at-size.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { type CandidateAnswer, from, type Question, type Thinker, type Thought, think } from './thinking.ts';
import {
  type Known,
  type Plan,
  parseThinking,
  planOf,
  type Thinking,
  withUsualEffort,
} from './thinking-settings.ts';

/**
 * A question: a text in any form that docs/formats.md lists; its cells as numbers, 0 for a blank (in Takuzu -1), in a list or in
 * rows; or the model's own tokens `[S]`.
 */
export type Puzzle =
  | string
  | ArrayLike<number>
  | readonly (ArrayLike<number> | readonly (number | string | null)[])[]
  | { readonly tokens: ArrayLike<number> };

/** How to think about puzzles; with the usual effort when nothing is said. */
export interface SolveOptions extends Thinking {
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
  /** Givens of the question that the model had overwritten, and that the answer has again. */
  readonly restored: number;
  /** Where several were asked for: the different ones, those that came most often first. */
  readonly answers?: readonly FoundAnswer[];
  /** What should be known of the question: that it was read from a program, has several answers, or is unlike those that were trained on. */
  readonly notes: readonly string[];
}

/** One of several answers to a puzzle. */
export interface FoundAnswer extends Pick<Solution, 'answer' | 'tokens' | 'valid'> {
  /** Starts that came to it. */
  readonly count: number;
  /** Probability that the model gives to it being right, the mean over those. */
  readonly halting: number;
}

/** The model's answer after a supervision step. */
export interface SolveStep extends Omit<Solution, 'steps' | 'candidates' | 'notes' | 'answers'> {
  /** Place of the puzzle among those given. */
  readonly index: number;
  /** 1, 2, … */
  readonly step: number;
  /** Cells whose answer changed in this step. */
  readonly changed: number;
  /** The latent states after it, e.g. `y` and `z`, `[L, D]` each. */
  readonly states: Readonly<Record<string, Float32Array>>;
}

/** Guesses that finding a second solution may take: some 2 ms of a 9x9. */
const NOTE_GUESSES = 200;

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
  /** How grids of any size are found in a text, of a model that has no size of its own. */
  readonly #ofAnySize: KnownFamily['ofAnySize'];
  /** The same weights for puzzles of other sizes. */
  readonly #sizes = new Map<string, Solver>();
  #disposed = false;

  /** @throws TrmError `usage` on what is no backend. */
  constructor(checkpoint: Checkpoint, backend: Backend) {
    checkBackend(backend);
    this.checkpoint = checkpoint;
    this.backend = backend;
    this.family = familyOf({ family: checkpoint.family, ...checkpoint.model.shape });
    this.#answerers = new Kept((rows) => Answerer.create(checkpoint.model, rows, backend, { logits: true }));
    this.#weights = answerWeights(checkpoint.state);
    if (fitsAnySize(checkpoint.config.model) && checkpoint.family)
      this.#ofAnySize = puzzleFamily(checkpoint.family)?.ofAnySize;
  }

  /** Whether it takes puzzles of any size. */
  get takesAnySize(): boolean {
    return this.#ofAnySize !== undefined;
  }

  /** The solver of puzzles as large as a question: itself, unless its model has no size of its own. */
  at({ info }: Pick<Question, 'info'>): Solver {
    if (!info) return this;
    const key = JSON.stringify(info);
    let solver = this.#sizes.get(key);
    if (!solver) {
      const { cells, vocabulary } = familyFrom(info)!;
      const sized = atSize(this.checkpoint, { family: info, cells, vocabulary });
      solver = sized === this.checkpoint ? this : new Solver(sized, this.backend);
    }
    this.#sizes.delete(key); // so that the last is what was asked for last
    this.#sizes.set(key, solver);
    return solver;
  }

  /**
   * Solves one puzzle, or several at once. They are read before the first await, which holds the thread: an impossible 9x9 may
   * take some 300 ms to refute. A server uses SolveQueue. An empty list has an empty list of solutions.
   *
   * @throws TrmError `data` on a puzzle that is none of this model's, of several with its place as `puzzles[1]`; `usage` on an
   *   option that is not possible and after `dispose`.
   */
  solve(puzzle: Puzzle, options?: SolveOptions): Promise<Solution>;
  solve(puzzles: readonly Puzzle[], options?: SolveOptions): Promise<Solution[]>;
  async solve(given: Puzzle | readonly Puzzle[], options: SolveOptions = {}): Promise<Solution | Solution[]> {
    this.#refuseIfDisposed();
    const { puzzleIdentifier, ...settings } = checkOptions(options);
    const questions = this.#questions(given, puzzleIdentifier);
    const solutions: Solution[] = [];
    for await (const { index, solution } of this.solutions(questions, settings)) solutions[index] = solution;
    return this.#isSeveral(given) ? solutions : solutions[0]!;
  }

  /**
   * The solutions of questions that were read, each as soon as it is there: not in their order.
   *
   * @param onStep called before every supervision step of a batch.
   * @throws TrmError `usage` on an option that is not possible and after `dispose`.
   */
  async *solutions(
    questions: readonly Question[],
    { signal, ...settings }: Omit<SolveOptions, 'puzzleIdentifier'> = {},
    onStep?: () => void,
  ): AsyncGenerator<{ readonly index: number; readonly solution: Solution }, void> {
    const plan = this.plan(settings);
    for (const [solver, places] of this.#bySize(questions)) {
      const own = places.map((place) => questions[place]!);
      const rows = rowsFor(own.length * plan.stages[0].candidates);
      const thinker = { ...(await solver.thinker(rows)), ...(onStep && { between: async () => onStep() }) };
      for await (const thought of think(thinker, from(own), plan, signal)) {
        const { index } = thought;
        yield { index: places[index]!, solution: solver.solution(own[index]!, thought) };
      }
    }
  }

  /** Frees the graphs of all sizes but those asked for last. */
  async keepSizes(most: number): Promise<void> {
    const old = [...this.#sizes].slice(0, Math.max(0, this.#sizes.size - most));
    for (const [key, solver] of old) {
      this.#sizes.delete(key);
      if (solver !== this) await solver.dispose();
    }
  }

  /** The places of questions, by the solver of their size. */
  #bySize(questions: readonly Question[]): Map<Solver, number[]> {
    const sizes = new Map<Solver, number[]>();
    for (const [place, question] of questions.entries()) {
      const solver = this.at(question);
      sizes.set(solver, [...(sizes.get(solver) ?? []), place]);
    }
    return sizes;
  }

  /**
   * The answer after each supervision step, as it is revised. Several puzzles share batches: the steps of the first 16
   * come first, step by step. Leaving the loop stops the work.
   *
   * @throws TrmError as `solve`.
   */
  async *steps(
    given: Puzzle | readonly Puzzle[],
    options: Partial<Pick<SolveOptions, 'steps' | 'puzzleIdentifier' | 'signal'>> = {},
  ): AsyncGenerator<SolveStep, void> {
    const { puzzleIdentifier, signal, ...settings } = checkOptions(options);
    const questions = this.#questions(given, puzzleIdentifier);
    const { steps = this.checkpoint.config.supervisionSteps } = parseThinking(settings);
    for (const [solver, places] of this.#bySize(questions)) {
      const own = places.map((place) => questions[place]!);
      for await (const step of solver.#steps(own, steps, signal))
        yield { ...step, index: places[step.index]! };
    }
  }

  async *#steps(
    questions: readonly Question[],
    steps: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SolveStep, void> {
    const answerer = await this.#answerer(rowsFor(questions.length));
    const { rows } = answerer;
    for (let first = 0; first < questions.length; first += rows) {
      const some = questions.slice(first, first + rows);
      const before = some.map(({ tokens }) => tokens);
      const said = answerer.answer(this.#weights, questionBatch(some, rows), steps, signal);
      for await (const { step, answer, halt, next } of said) {
        for (const [row, { tokens: question }] of some.entries()) {
          const described = this.#describe(question, rowsOf(answer, rows, row).slice()); // [S]
          const { tokens } = described;
          yield {
            index: first + row,
            step,
            ...described,
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
   * @param key where it stands, for errors.
   * @throws TrmError as `solve`.
   */
  question(given: Puzzle, puzzleIdentifier = 0, guesses?: number, key?: string): Question {
    const at = key === undefined ? { file: 'puzzle' } : { key };
    if (this.#ofAnySize && !isTokens(given)) return onlyOne(this.read(given, { ...at, guesses }), at);
    const question = onlyOne(this.#ofFamily(given, { ...at, guesses }), at);
    return { ...question, puzzleIdentifier: this.#identifier(puzzleIdentifier) };
  }

  /** Every puzzle of a text or of a list, each as the model reads it or with its error: a bad one does not stop the others. */
  read(given: unknown, options: ReadOptions = {}): Item<Question>[] {
    this.#refuseIfDisposed();
    if (this.#ofAnySize)
      return readAnySize(given, this.#ofAnySize, options).map((item) =>
        asked(item, (sized) => this.#sized(sized)),
      );
    return this.#ofFamily(given, options);
  }

  /** The same where the size is the model's. */
  #ofFamily(given: unknown, options: ReadOptions): Item<Question>[] {
    return readQuestions(given, this.family, options).map((item) =>
      asked(item, (tokens) => ({ tokens, puzzleIdentifier: 0 })),
    );
  }

  /**
   * What should be known of a question before its answer: how it was read, several answers, or that it is unlike those of
   * training.
   */
  notes(question: Question, guesses?: number): string[] {
    const { family, checkpoint } = this.at(question);
    const read = question.note === undefined ? [] : [question.note];
    return [...read, ...notesOf(family, question.tokens, checkpoint.traits, guesses)];
  }

  /** How to think with these settings; with the usual effort where there are none. @throws TrmError as `planOf`. */
  plan(settings: Thinking): Plan {
    return planOf(withUsualEffort(parseThinking(settings)), this.#known);
  }

  /** Compiles the graph of a puzzle alone and runs it once: what is wrong with device or settings shows now. */
  async tryOut(settings: Thinking): Promise<void> {
    const question = { tokens: new Int32Array(this.family.cells), puzzleIdentifier: 0 };
    const plan: Plan = { ...this.plan(settings), stages: [{ candidates: 1, steps: 1 }] };
    for await (const _ of think(await this.thinker(1), from([question]), plan));
  }

  /** What `think` needs, with a graph of `rows` rows. */
  async thinker(rows: number): Promise<Thinker> {
    const { starts, cellLoss } = this.checkpoint.config;
    const trained = { drawsStarts: starts > 1, cellLoss };
    return { answerer: await this.#answerer(rows), weights: this.#weights, ...trained, ...this.#known };
  }

  get #known(): Known {
    const { checkpoint, family } = this;
    return {
      supervisionSteps: checkpoint.config.supervisionSteps,
      formsAlike: answersFormsAlike(checkpoint.config.model),
      family,
      ...(family.fault && {
        fault: (question, answer) => family.fault!(question, keepGivens(family, question, answer).tokens),
      }),
    };
  }

  /** A thought in the words of the puzzle. */
  solution(question: Question, { answer, halting, steps, candidates, all }: Thought): Solution {
    const notes = this.notes(question, NOTE_GUESSES);
    const solver = this.at(question);
    return {
      ...solver.#describe(question.tokens, answer),
      halting,
      steps,
      candidates,
      ...(all && { answers: solver.#different(question.tokens, all) }),
      notes,
    };
  }

  /** The different answers among those of all candidates. */
  #different(question: Int32Array, all: readonly CandidateAnswer[]): FoundAnswer[] {
    const found = new Map<string, FoundAnswer>();
    for (const { answer: said, halting } of all) {
      const { answer, tokens, valid } = this.#describe(question, said);
      const before = found.get(answer) ?? { answer, tokens, valid, count: 0, halting: 0 };
      const count = before.count + 1;
      const mean = before.halting + (halting - before.halting) / count;
      found.set(answer, { ...before, count, halting: mean });
    }
    return [...found.values()].sort((a, b) => b.count - a.count || b.halting - a.halting);
  }

  /** Frees the graphs. What is asked afterwards is refused; disposing again is no error. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const others = [...this.#sizes.values()].filter((solver) => solver !== this);
    this.#sizes.clear();
    await this.#answerers.clear((answerer) => answerer.dispose());
    await Promise.all(others.map((solver) => solver.dispose()));
  }

  /** A grid that said its size; what else is known of the model's puzzles holds of it too. */
  #sized({ tokens, info }: Sized<FamilyInfo>): Question {
    return { tokens, info: { ...this.checkpoint.family, ...info }, puzzleIdentifier: 0 };
  }

  #refuseIfDisposed(): void {
    if (this.#disposed) throw disposed('model', 'load it again');
  }

  async #answerer(rows: number): Promise<Answerer> {
    this.#refuseIfDisposed();
    return this.#answerers.get(rows);
  }

  #describe(question: Int32Array, said: Int32Array) {
    const { tokens, restored } = keepGivens(this.family, question, said);
    const fault = this.family.fault?.(question, tokens);
    return {
      answer: this.family.line(tokens),
      tokens,
      valid: this.family.fault ? fault === undefined : undefined,
      restored,
    };
  }

  #questions(given: Puzzle | readonly Puzzle[], puzzleIdentifier: number | undefined): Question[] {
    if (!this.#isSeveral(given)) return [this.question(given, puzzleIdentifier)];
    this.expectSeveral(given);
    return given.map((one, i) => this.question(one, puzzleIdentifier, undefined, `puzzles[${i}]`));
  }

  /** @throws TrmError `data` where a list of texts is one puzzle, row by row. */
  expectSeveral(list: readonly unknown[]): void {
    if (list.length < 2 || !list.every((one) => typeof one === 'string')) return;
    const find = this.#ofAnySize;
    const isOne = find !== undefined && !isSeveral(list, find);
    const fault = isOne ? rowsOfOne(list.length) : find ? undefined : faultOfRows(list, this.family);
    if (fault) throw itemAt(fault, { key: 'puzzles' }).error;
  }

  #isSeveral(given: Puzzle | readonly Puzzle[]): given is readonly Puzzle[] {
    if (!Array.isArray(given)) return false;
    if (this.#ofAnySize) return isSeveral(given, this.#ofAnySize);
    return given.length === 0 || ['texts', 'puzzles'].includes(formOf(given, this.family));
  }

  #identifier(given: number): number {
    const count = Math.max(1, this.checkpoint.model.shape.puzzleEmbeddingRows);
    if (Number.isInteger(given) && given >= 0 && given < count) return given;
    throw new TrmError('usage', `expected 0 to ${count - 1}, got ${given}`, { key: 'puzzleIdentifier' });
  }
}

/** What was read as a question, with the note of it. */
function asked<T>(item: Item<T>, ask: (value: T) => Question): Item<Question> {
  if (item.error) return item;
  return { at: item.at, value: { ...ask(item.value), ...(item.note && { note: item.note }) } };
}

function isTokens(given: Puzzle): boolean {
  return typeof given === 'object' && 'tokens' in given;
}

/** The only question there. @throws TrmError `data`, also where there is none or are more. */
function onlyOne<T>(items: readonly Item<T>[], at: Place): T {
  const [first] = items;
  if (first?.error) throw first.error;
  if (first && items.length === 1) return first.value;
  throw new TrmError('data', `expected one puzzle, got ${items.length}`, {
    ...at,
    fix: 'give several as a list',
  });
}
