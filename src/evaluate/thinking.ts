/**
 * Test-time compute: more thinking about each question than training did. A question becomes candidates (as it is, with
 * noise on its latent state, in other forms of its symmetry); candidates think in the rows of one graph, each row taking the
 * next candidate as soon as it is free; one answer is chosen among those of a question.
 *
 * Sources: halting at evaluation, paper section 4.6; rollouts with noise and the choice by the halting head,
 * arXiv 2605.19943; random starts, arXiv 2605.21488; voting over symmetries, the official evaluators/arc.py.
 */
import * as z from 'zod';
import { IGNORED } from '../data/batches.ts';
import type { Family } from '../data/family.ts';
import { Random } from '../data/random.ts';
import type { Symmetry } from '../data/symmetry.ts';
import { TrmError } from '../errors.ts';
import type { Answerer, AnswerWeights } from '../inference/answer.ts';
import { type CarryState, emptyCarry, refill } from '../inference/carry.ts';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** Settings, also as texts. */
export const thinkingSchema = z.strictObject({
  steps: z.coerce.number().int().positive().optional().describe('most supervision steps of a candidate'),
  halt: z.coerce
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('stop when the halting head gives the answer this probability; training stops at 0.5'),
  untilValid: flag.default(false).describe('stop at the first answer that satisfies the rules'),
  rollouts: z.coerce.number().int().positive().default(1).describe('candidates of each question'),
  noise: z.coerce
    .number()
    .nonnegative()
    .default(0)
    .describe(
      'standard deviation of the noise on z before each supervision step, but of the first candidate',
    ),
  randomStart: flag.default(false).describe('begin with random z, but the first candidate'),
  symmetries: flag.default(false).describe('transform the question at random, but for the first candidate'),
  choose: z
    .enum(['halt', 'change', 'vote'])
    .default('halt')
    .describe(
      'among candidates: most belief in the answer, least change of z in the last step, or most votes',
    ),
  seed: z.coerce.number().int().default(0).describe('seed of noise and transforms'),
});
export type Thinking = z.infer<typeof thinkingSchema>;

/** Whether settings ask for anything but a number of steps. */
export function asksForMore(settings: Thinking): boolean {
  return settings.halt !== undefined || settings.untilValid || settings.rollouts > 1 || perturbs(settings);
}

/** Whether candidates after the first differ from it. */
function perturbs({ noise, randomStart, symmetries }: Thinking): boolean {
  return noise > 0 || randomStart || symmetries;
}

export interface Question {
  /** `[S]` */
  readonly tokens: Int32Array;
  /** Row of the puzzle embedding. */
  readonly puzzleIdentifier: number;
}

/** The answer chosen for a question. */
export interface Thought {
  /** Place of the question among those asked. */
  readonly index: number;
  /** `[S]` */
  readonly answer: Int32Array;
  /** Probability the model gives to the answer being right. */
  readonly halting: number;
  /** Supervision steps of all candidates together. */
  readonly steps: number;
  /** Candidates that were thought about. */
  readonly candidates: number;
}

export interface Thinker {
  readonly answerer: Answerer;
  readonly weights: AnswerWeights;
  /** Supervision steps where the settings do not say. */
  readonly supervisionSteps: number;
  readonly family?: Family | undefined;
  /** What is wrong with an answer, where rules are known. */
  readonly fault?: ((question: Int32Array, answer: Int32Array) => string | undefined) | undefined;
}

interface Candidate {
  readonly question: Question;
  readonly index: number;
  readonly random: Random;
  readonly symmetry: Symmetry | undefined;
  /** Whether noise and random starts apply: the first candidate is the plain one. */
  readonly perturbed: boolean;
}

interface Answered {
  readonly answer: Int32Array;
  readonly halting: number;
  readonly change: number;
}

interface Pending {
  readonly question: Question;
  readonly answers: Answered[];
  open: number;
  steps: number;
  settled: boolean;
}

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
 * @throws TrmError `usage` when settings contradict each other or need rules that are not known, `data` when symmetries are
 *   asked for and none is known; what `signal` holds when it is aborted.
 */
export async function* think(
  { answerer, weights, supervisionSteps, family, fault }: Thinker,
  take: TakeQuestion,
  settings: Thinking,
  signal?: AbortSignal,
): AsyncGenerator<Thought, void> {
  if (perturbs(settings) !== settings.rollouts > 1) {
    throw new TrmError('usage', `got ${settings.rollouts}`, {
      key: 'rollouts',
      fix: 'ask for 2 or more together with noise, randomStart or symmetries: the first candidate is the question as it is',
    });
  }
  if (settings.untilValid && !fault)
    throw new TrmError('usage', 'the rules of these puzzles are not known', { key: 'untilValid' });
  if (settings.symmetries && !family?.symmetry)
    throw new TrmError('data', 'no symmetry is known of these puzzles', { key: 'symmetries' });
  const steps = settings.steps ?? supervisionSteps;
  const { rows, model } = answerer;
  const S = model.shape.cells;
  const pending = new Map<number, Pending>();
  const next = candidates(take, settings, family, pending);
  const carry = emptyCarry(model, rows);
  const slots = new Array<Candidate | undefined>(rows).fill(undefined);

  for (;;) {
    signal?.throwIfAborted();
    fill(carry, slots, next, weights, settings);
    if (!slots.some(Boolean)) return;
    slots.forEach((candidate, row) => {
      if (candidate?.perturbed && settings.noise > 0) disturb(carry, row, settings.noise, candidate.random);
    });
    const before = carry.states.z?.slice();
    const { answer, halt } = await answerer.think(weights, carry);
    for (const [row, candidate] of slots.entries()) {
      if (!candidate) continue;
      const taken = ++carry.steps[row]!;
      const question = pending.get(candidate.index)!;
      question.steps++;
      const own = answer.slice(row * S, (row + 1) * S);
      const found = candidate.symmetry ? candidate.symmetry.undo(own) : own;
      const halting = 1 / (1 + Math.exp(-halt[row]!));
      const valid = settings.untilValid && fault!(candidate.question.tokens, found) === undefined;
      const done = taken >= steps || halting >= (settings.halt ?? Number.POSITIVE_INFINITY) || valid;
      if (!done) continue;
      slots[row] = undefined;
      const change = before ? distance(before, carry.states.z!, row, rows) : 0;
      question.answers.push({ answer: found, halting: valid ? 2 : halting, change: valid ? -1 : change });
      if (valid) question.settled = true;
      if (--question.open > 0 && !question.settled) continue;
      if (!pending.delete(candidate.index)) continue;
      for (const [other, slot] of slots.entries()) {
        if (slot?.index !== candidate.index) continue;
        slots[other] = undefined;
      }
      const best = choose(question.answers, valid ? 'halt' : settings.choose);
      yield {
        index: candidate.index,
        answer: best.answer,
        halting: Math.min(1, best.halting),
        steps: question.steps,
        candidates: question.answers.length,
      };
    }
  }
}

/** Takes every question's candidates, those of a settled question left out; undefined while there is none. */
function candidates(
  take: TakeQuestion,
  { rollouts, symmetries, seed }: Thinking,
  family: Family | undefined,
  pending: Map<number, Pending>,
): () => Candidate | undefined {
  const streams = new Random(seed);
  let index = -1;
  let rollout = rollouts;
  return () => {
    if (rollout === rollouts || !pending.has(index)) {
      const question = take();
      if (!question) return undefined;
      pending.set(++index, { question, answers: [], open: rollouts, steps: 0, settled: false });
      rollout = 0;
    }
    const { question } = pending.get(index)!;
    const random = streams.fork(index, rollout);
    const perturbed = rollout++ > 0;
    const symmetry = symmetries && perturbed ? family!.symmetry!(random) : undefined;
    return { question, index, random, symmetry, perturbed };
  };
}

/** Free rows take the next candidates; rows that stay free are blank. */
function fill(
  carry: CarryState,
  slots: (Candidate | undefined)[],
  next: () => Candidate | undefined,
  weights: AnswerWeights,
  { randomStart }: Thinking,
): void {
  const rows = slots.length;
  const S = carry.inputs.length / rows;
  const offered = {
    inputs: new Int32Array(rows * S),
    labels: new Int32Array(rows * S).fill(IGNORED),
    puzzleIdentifiers: new Int32Array(rows),
    count: rows,
    size: rows,
  };
  const fresh: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (slots[row]) continue;
    const candidate = next();
    if (!candidate) continue;
    slots[row] = candidate;
    carry.halted[row] = 1; // also where it was blank before
    fresh.push(row);
    const { tokens, puzzleIdentifier } = candidate.question;
    offered.inputs.set(candidate.symmetry ? candidate.symmetry.apply(tokens) : tokens, row * S);
    offered.puzzleIdentifiers[row] = puzzleIdentifier;
  }
  refill(carry, offered, weights.starts);
  for (const row of fresh) {
    const { perturbed, random } = slots[row]!;
    if (randomStart && perturbed) restart(carry, row, random);
  }
}

/** Adds noise to z of a row. */
function disturb(carry: CarryState, row: number, deviation: number, random: Random): void {
  const latent = rowOf(carry.states.z!, row, carry.halted.length);
  for (let i = 0; i < latent.length; i++) latent[i]! += deviation * random.normal();
}

/** Replaces z of a row by a draw of its own for every position. */
function restart(carry: CarryState, row: number, random: Random): void {
  const latent = rowOf(carry.states.z!, row, carry.halted.length);
  for (let i = 0; i < latent.length; i++) latent[i] = random.normal();
}

function rowOf(latent: Float32Array, row: number, rows: number): Float32Array {
  const size = latent.length / rows;
  return latent.subarray(row * size, (row + 1) * size);
}

function distance(before: Float32Array, after: Float32Array, row: number, rows: number): number {
  const [a, b] = [rowOf(before, row, rows), rowOf(after, row, rows)];
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}

function choose(answers: readonly Answered[], by: Thinking['choose']): Answered {
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
