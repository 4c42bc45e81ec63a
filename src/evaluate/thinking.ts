/**
 * Test-time compute: more thinking about each question than training did. A question becomes candidates (as it is, with
 * noise on its latent states, in other forms of its symmetry, with guesses for given), stage by stage while none of their
 * answers is accepted; candidates think in the rows of one graph, each row taking the next candidate as soon as it is free;
 * one answer is chosen among those of a question. What can be asked for, and where it comes from: thinking-settings.ts.
 *
 * z is what the model says may be perturbed: the latents of a TRM, the low level of HRM, the one state of single-z.
 */
import type { FamilyInfo } from '../data/families.ts';
import type { Family } from '../data/family.ts';
import { Random } from '../data/random.ts';
import type { Symmetry } from '../data/symmetry.ts';
import { type Answerer, type AnswerWeights, probability } from '../inference/answer.ts';
import { begin, emptyCarry, moveOn, rowsOf } from '../inference/carry.ts';
import { randomStart } from '../inference/random-start.ts';
import type { Model } from '../models/model.ts';
import type { CellLoss } from '../nn/losses.ts';
import { drawGuess, type Fillable } from './guess.ts';
import type { Known, Plan } from './thinking-settings.ts';

export interface Question {
  /** `[S]` */
  readonly tokens: Int32Array;
  /** Row of the puzzle embedding. */
  readonly puzzleIdentifier: number;
  /** What it is, to a model of any size; what the model names when omitted. */
  readonly info?: FamilyInfo;
  /** What should be known of how it was read. */
  readonly note?: string;
  /** How to think about this one; as about all others when omitted. */
  readonly plan?: Plan;
  /** By which its random numbers are drawn; its place among the questions asked when omitted. */
  readonly draw?: number;
  /** When aborted the question is given up: nothing is told of it, and its rows are free at the next step. */
  readonly signal?: AbortSignal;
}

/** An answer chosen for a question, after a stage of its plan. */
export interface StageAnswer {
  /** `[S]` */
  readonly answer: Int32Array;
  /** Probability the model gives to the answer being right. */
  readonly halting: number;
  /** Supervision steps of all candidates together, up to here. */
  readonly steps: number;
}

/** The answer chosen for a question. */
export interface Thought extends StageAnswer {
  /** Place of the question among those asked. */
  readonly index: number;
  /** Candidates among whose answers it was chosen. */
  readonly candidates: number;
  /** Whether it was accepted before the plan was at its end. */
  readonly accepted: boolean;
  /** After each stage that was begun, the last one this answer. */
  readonly stages: readonly StageAnswer[];
  /** Of all candidates in their order, where the plan tells them. */
  readonly all: readonly CandidateAnswer[] | undefined;
}

/** What a candidate answered. */
export interface CandidateAnswer {
  /** `[S]` */
  readonly answer: Int32Array;
  /** Probability the model gives to it being right. */
  readonly halting: number;
}

export interface Thinker extends Known {
  /** Where guesses may be asked for, one that gives logits. */
  readonly answerer: Answerer;
  /** What turned logits into probabilities in training. */
  readonly cellLoss?: CellLoss;
  readonly weights: AnswerWeights;
  /** Whether it was trained from random starts of a question: then such are what random starts are. */
  readonly drawsStarts?: boolean;
  /** Awaited before every supervision step, by who has something to do between them. */
  readonly between?: () => Promise<void>;
}

interface Candidate {
  /** Place among the candidates of its question. */
  readonly number: number;
  readonly question: Question;
  readonly plan: Plan;
  /** Supervision steps, at most. */
  readonly steps: number;
  readonly index: number;
  readonly random: Random;
  readonly symmetry: Symmetry | undefined;
  /** Whether noise and random starts apply: the first candidate is the plain one. */
  readonly perturbed: boolean;
}

interface Answered extends CandidateAnswer {
  /** Of the candidate. */
  readonly number: number;
  /** Length of the last step's change of z; 0 where nothing asks for it. */
  readonly change: number;
}

interface Pending {
  readonly question: Question;
  readonly plan: Plan;
  readonly answers: Answered[];
  /** After each stage that is over. */
  readonly stages: StageAnswer[];
  /** Candidates that this stage has yet to begin, and those without an answer. */
  left: number;
  open: number;
  /** Candidates that have begun, and supervision steps taken, in all stages. */
  begun: number;
  steps: number;
  /** Of the question before anything was guessed, logits `[S, V]`; once it was thought about, where the plan guesses. */
  beliefs: Float32Array | undefined;
}

/** Questions for each row that may be open before the later stages of some come before new ones. */
const OPEN = 4;

/** Takes the next question; undefined while there is none. */
export type TakeQuestion = () => Question | undefined;

/** Takes questions one after the other. */
export function from(questions: Iterable<Question>): TakeQuestion {
  const iterator = questions[Symbol.iterator]();
  return () => iterator.next().value;
}

/**
 * Answers questions, yielding each when its last candidate is done: not in their order. It ends when no question is left
 * over and `take` has none; until then it asks before every supervision step that has a free row.
 *
 * @param usual how to think about questions that do not say.
 * @throws what `signal` holds when it is aborted.
 */
export async function* think(
  thinker: Thinker,
  take: TakeQuestion,
  usual: Plan,
  signal?: AbortSignal,
): AsyncGenerator<Thought, void> {
  const { answerer, weights, family, fault, drawsStarts, cellLoss = 'stablemax' } = thinker;
  const { rows, model } = answerer;
  const latents = latentsOf(model, rows);
  const pending = new Map<number, Pending>();
  const further: number[] = [];
  const next = candidates(take, usual, family, pending, further, OPEN * rows);
  const carry = emptyCarry(model, rows);
  const withGuess = (tokens: Int32Array, logits: Float32Array, random: Random): Int32Array => {
    const guess = drawGuess(family as Fillable, tokens, logits, cellLoss, random);
    return guess ? tokens.with(guess.place, guess.token) : tokens;
  };
  const slots = new Array<Candidate | undefined>(rows).fill(undefined);
  /** Frees the rows of a question that is settled or given up. */
  const leave = (index: number) => {
    pending.delete(index);
    for (const [row, slot] of slots.entries()) {
      if (slot?.index !== index) continue;
      slots[row] = undefined;
      carry.halted[row] = 1;
    }
  };

  for (;;) {
    await thinker.between?.();
    signal?.throwIfAborted();
    for (const [index, { question }] of pending) if (question.signal?.aborted) leave(index);
    for (let row = 0; row < rows; row++) {
      slots[row] ??= next(); // rows that stay free go on with what they had, unheard
      const candidate = slots[row];
      if (!candidate || carry.halted[row] === 0) continue;
      const { question, plan, symmetry, perturbed, random } = candidate;
      const known = pending.get(candidate.index)!.beliefs;
      const guessed =
        perturbed && plan.guesses && known ? withGuess(question.tokens, known, random) : question.tokens;
      const inputs = symmetry ? symmetry.apply(guessed) : guessed;
      const isRandom = perturbed && plan.randomStart;
      const starts = isRandom && drawsStarts ? randomStart(model, weights.starts, random) : weights.starts;
      begin(carry, row, { inputs, puzzleIdentifier: question.puzzleIdentifier }, starts);
      if (isRandom && !drawsStarts)
        for (const z of latents(carry.states, row)) for (let i = 0; i < z.length; i++) z[i] = random.normal();
    }
    if (!slots.some(Boolean)) return;
    for (const [row, candidate] of slots.entries()) {
      if (!candidate?.perturbed || candidate.plan.noise === 0) continue;
      const { noise } = candidate.plan;
      for (const z of latents(carry.states, row))
        for (let i = 0; i < z.length; i++) z[i]! += noise * candidate.random.normal();
    }

    const said = await answerer.think(weights, carry);
    const finished: { row: number; candidate: Candidate; answered: Answered; accepted: boolean }[] = [];
    for (const [row, candidate] of slots.entries()) {
      if (!candidate) continue;
      const { halt, untilValid, acceptsHalted, choose, guesses } = candidate.plan;
      const taken = ++carry.steps[row]!;
      pending.get(candidate.index)!.steps++;
      const own = rowsOf(said.answer, rows, row).slice(); // [S]
      const answer = candidate.symmetry ? candidate.symmetry.undo(own) : own;
      const halting = probability(said.halt[row]!);
      const halts = halting >= halt;
      const accepted =
        (untilValid && fault!(candidate.question.tokens, answer) === undefined) || (acceptsHalted && halts);
      const goesOn = !accepted && !halts && taken < candidate.steps;
      const isTime = candidate.perturbed && taken % thinker.supervisionSteps === 0;
      if (guesses && (isTime || !goesOn)) {
        const logits = rowsOf(said.logits!, rows, row); // [S, V]
        if (!candidate.symmetry) pending.get(candidate.index)!.beliefs ??= logits.slice();
        const inputs = rowsOf(carry.inputs, rows, row); // [S]
        if (goesOn) inputs.set(withGuess(inputs, logits, candidate.random));
      }
      if (goesOn) continue;
      const change = choose === 'change' ? distance(latents(carry.states, row), latents(said.next, row)) : 0;
      const answered = { answer, halting, change, number: candidate.number };
      finished.push({ row, candidate, answered, accepted });
    }
    moveOn(carry, said.next);

    for (const { row, candidate, answered, accepted } of finished) {
      const { index, plan } = candidate;
      const asked = pending.get(index);
      slots[row] = undefined;
      carry.halted[row] = 1;
      if (!asked) continue; // an answer was accepted in this step already
      asked.answers.push(answered);
      if (--asked.open > 0 && !accepted) continue;
      const { answer, halting } = accepted ? answered : choose(asked.answers, plan.choose);
      const { steps, answers, stages } = asked;
      stages.push({ answer, halting, steps });
      const stage = accepted ? undefined : plan.stages[stages.length];
      if (stage) {
        asked.left = asked.open = stage.candidates;
        further.push(index);
        continue;
      }
      leave(index);
      const all = plan.tellsAll ? answers.toSorted((a, b) => a.number - b.number) : undefined;
      yield { index, answer, halting, steps, candidates: answers.length, accepted, stages, all };
    }
  }
}

/**
 * Takes the candidates of every question's stage, those of a settled question left out; undefined while there is none. A
 * first look is short: new questions have theirs before the later stages of others.
 *
 * @param further questions whose later stages are yet to begin.
 * @param most questions that are open, after which later stages come first.
 */
function candidates(
  take: TakeQuestion,
  usual: Plan,
  family: Family | undefined,
  pending: Map<number, Pending>,
  further: number[],
  most: number,
): () => Candidate | undefined {
  let count = 0;
  const first: number[] = [];
  const beginNext = (): boolean => {
    const question = take();
    if (!question) return false;
    const { plan = usual } = question;
    const { candidates } = plan.stages[0];
    const counts = { left: candidates, open: candidates, begun: plan.begun, steps: 0 };
    pending.set(count, { question, plan, answers: [], stages: [], ...counts, beliefs: undefined });
    first.push(count++);
    return true;
  };
  /** The first of a line of which candidates are left. */
  const frontOf = (line: number[]): number | undefined => {
    while (line[0] !== undefined && !pending.get(line[0])?.left) line.shift();
    return line[0];
  };
  const nextQuestion = (): number | undefined => {
    const begun = frontOf(first);
    if (begun !== undefined) return begun;
    const later = frontOf(further);
    if (later !== undefined && pending.size >= most) return later;
    return beginNext() ? first[0] : later;
  };
  return () => {
    const index = nextQuestion();
    if (index === undefined) return undefined;
    const asked = pending.get(index)!;
    asked.left--;
    const { question, plan } = asked;
    const random = new Random(plan.seed).fork(question.draw ?? index, asked.begun);
    const number = asked.begun++;
    const perturbed = number > 0;
    const symmetry = plan.symmetries && perturbed ? family!.symmetry!(random) : undefined;
    const { steps } = plan.stages[asked.stages.length]!;
    return { number, question, plan, steps, index, random, symmetry, perturbed };
  };
}

/** The rows of z, `[L, D]` each, in the states of a batch. */
function latentsOf(model: Model, rows: number) {
  const names = Object.keys(model.states).filter((name) => model.states[name]!.mayBePerturbed);
  return (states: Readonly<Record<string, Float32Array>>, row: number): Float32Array[] =>
    names.map((name) => rowsOf(states[name]!, rows, row));
}

/** Euclidean distance of arrays that belong together pair by pair. */
function distance(before: readonly Float32Array[], after: readonly Float32Array[]): number {
  let sum = 0;
  for (const [i, z] of before.entries()) {
    const later = after[i]!;
    for (let at = 0; at < z.length; at++) sum += (later[at]! - z[at]!) ** 2;
  }
  return Math.sqrt(sum);
}

function choose(answers: readonly Answered[], by: Plan['choose']): Answered {
  const best = (score: (answered: Answered) => number) =>
    answers.reduce((first, next) => (score(next) > score(first) ? next : first));
  if (by === 'change') return best(({ change }) => -change);
  if (by === 'halt') return best(({ halting }) => halting);
  const votes = new Map<string, { count: number; belief: number }>();
  for (const { answer, halting } of answers) {
    const { count, belief } = votes.get(String(answer)) ?? { count: 0, belief: 0 };
    votes.set(String(answer), { count: count + 1, belief: belief + halting });
  }
  return best(({ answer }) => {
    const { count, belief } = votes.get(String(answer))!;
    return count + belief / (2 * answers.length + 1);
  });
}
