/**
 * Test-time compute: more thinking about each question than training did. A question becomes candidates (as it is, with
 * noise on its latent states, in other forms of its symmetry); candidates think in the rows of one graph, each row taking the
 * next candidate as soon as it is free; one answer is chosen among those of a question.
 *
 * z is what the model says may be perturbed: the latents of a TRM, the low level of HRM, the one state of single-z.
 *
 * Sources: halting at evaluation, paper section 4.6; rollouts with noise and the choice by the halting head,
 * arXiv 2605.19943; random starts, arXiv 2605.21488; voting over symmetries, the official evaluators/arc.py.
 */
import * as z from 'zod';
import type { FamilyInfo } from '../data/families.ts';
import type { Family } from '../data/family.ts';
import { Random } from '../data/random.ts';
import type { Symmetry } from '../data/symmetry.ts';
import { TrmError } from '../errors.ts';
import { type Answerer, type AnswerWeights, probability } from '../inference/answer.ts';
import { begin, emptyCarry, moveOn, rowsOf } from '../inference/carry.ts';
import type { Model } from '../models/model.ts';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
  error: 'expected true or false',
});

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
  /** What it is, to a model of any size; what the model names when omitted. */
  readonly info?: FamilyInfo;
  /** How to think about this one, as `checkThinking` lets it pass; as about all others when omitted. */
  readonly thinking?: Thinking;
  /** By which its random numbers are drawn; its place among the questions asked when omitted. */
  readonly draw?: number;
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
  /** Candidates among whose answers it was chosen. */
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
  /** Awaited before every supervision step, by who has something to do between them. */
  readonly between?: () => Promise<void>;
}

interface Candidate {
  readonly question: Question;
  readonly thinking: Thinking;
  readonly index: number;
  readonly random: Random;
  readonly symmetry: Symmetry | undefined;
  /** Whether noise and random starts apply: the first candidate is the plain one. */
  readonly perturbed: boolean;
}

interface Answered {
  /** `[S]` */
  readonly answer: Int32Array;
  readonly halting: number;
  /** Length of the last step's change of z; 0 where nothing asks for it. */
  readonly change: number;
}

interface Pending {
  readonly question: Question;
  readonly answers: Answered[];
  /** Candidates without an answer. */
  open: number;
  steps: number;
}

/** Takes the next question; undefined while there is none. */
export type TakeQuestion = () => Question | undefined;

/** Takes questions one after the other. */
export function from(questions: Iterable<Question>): TakeQuestion {
  const iterator = questions[Symbol.iterator]();
  return () => iterator.next().value;
}

/**
 * Checks settings against each other and against what is known of the puzzles.
 *
 * @throws TrmError `usage` when they contradict each other, one would do nothing, or they need rules that are not known; `data`
 *   when symmetries are asked for and none is known.
 */
export function checkThinking(
  settings: Thinking,
  { family, fault }: Pick<Thinker, 'family' | 'fault'>,
): void {
  if (settings.choose !== 'halt' && settings.rollouts === 1) {
    throw new TrmError('usage', `${settings.choose} chooses among candidates, and there is one`, {
      key: 'choose',
      fix: 'ask for rollouts with noise, randomStart or symmetries',
    });
  }
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
}

/**
 * Answers questions, yielding each when its last candidate is done: not in their order. It ends when no question is left
 * over and `take` has none; until then it asks before every supervision step that has a free row.
 *
 * @throws TrmError as `checkThinking`; what `signal` holds when it is aborted.
 */
export async function* think(
  thinker: Thinker,
  take: TakeQuestion,
  settings: Thinking,
  signal?: AbortSignal,
): AsyncGenerator<Thought, void> {
  checkThinking(settings, thinker);
  const { answerer, weights, supervisionSteps, family, fault } = thinker;
  const { rows, model } = answerer;
  const latents = latentsOf(model, rows);
  const pending = new Map<number, Pending>();
  const next = candidates(take, settings, family, pending);
  const carry = emptyCarry(model, rows);
  const slots = new Array<Candidate | undefined>(rows).fill(undefined);

  for (;;) {
    await thinker.between?.();
    signal?.throwIfAborted();
    for (let row = 0; row < rows; row++) {
      slots[row] ??= next(); // rows that stay free go on with what they had, unheard
      const candidate = slots[row];
      if (!candidate || carry.halted[row] === 0) continue;
      const { question, thinking, symmetry, perturbed, random } = candidate;
      const inputs = symmetry ? symmetry.apply(question.tokens) : question.tokens;
      begin(carry, row, { inputs, puzzleIdentifier: question.puzzleIdentifier }, weights.starts);
      if (perturbed && thinking.randomStart)
        for (const z of latents(carry.states, row)) for (let i = 0; i < z.length; i++) z[i] = random.normal();
    }
    if (!slots.some(Boolean)) return;
    for (const [row, candidate] of slots.entries()) {
      if (!candidate?.perturbed || candidate.thinking.noise === 0) continue;
      const { noise } = candidate.thinking;
      for (const z of latents(carry.states, row))
        for (let i = 0; i < z.length; i++) z[i]! += noise * candidate.random.normal();
    }

    const said = await answerer.think(weights, carry);
    const finished: { row: number; candidate: Candidate; answered: Answered; valid: boolean }[] = [];
    for (const [row, candidate] of slots.entries()) {
      if (!candidate) continue;
      const {
        steps = supervisionSteps,
        halt = Number.POSITIVE_INFINITY,
        untilValid,
        choose,
      } = candidate.thinking;
      const taken = ++carry.steps[row]!;
      pending.get(candidate.index)!.steps++;
      const own = rowsOf(said.answer, rows, row).slice(); // [S]
      const answer = candidate.symmetry ? candidate.symmetry.undo(own) : own;
      const halting = probability(said.halt[row]!);
      const valid = untilValid && fault!(candidate.question.tokens, answer) === undefined;
      if (!valid && taken < steps && halting < halt) continue;
      const change = choose === 'change' ? distance(latents(carry.states, row), latents(said.next, row)) : 0;
      finished.push({ row, candidate, answered: { answer, halting, change }, valid });
    }
    moveOn(carry, said.next);

    for (const { row, candidate, answered, valid } of finished) {
      const { index } = candidate;
      const asked = pending.get(index);
      slots[row] = undefined;
      carry.halted[row] = 1;
      if (!asked) continue; // a valid answer was found in this step already
      asked.answers.push(answered);
      if (--asked.open > 0 && !valid) continue;
      pending.delete(index);
      slots.forEach((slot, other) => {
        if (slot?.index !== index) return;
        slots[other] = undefined;
        carry.halted[other] = 1;
      });
      const { answer, halting } = valid ? answered : choose(asked.answers, candidate.thinking.choose);
      yield { index, answer, halting, steps: asked.steps, candidates: asked.answers.length };
    }
  }
}

/** Takes every question's candidates, those of a settled question left out; undefined while there is none. */
function candidates(
  take: TakeQuestion,
  settings: Thinking,
  family: Family | undefined,
  pending: Map<number, Pending>,
): () => Candidate | undefined {
  let index = -1;
  let thinking = settings;
  let rollout = settings.rollouts;
  return () => {
    if (rollout === thinking.rollouts || !pending.has(index)) {
      const question = take();
      if (!question) return undefined;
      thinking = question.thinking ?? settings;
      pending.set(++index, { question, answers: [], open: thinking.rollouts, steps: 0 });
      rollout = 0;
    }
    const { question } = pending.get(index)!;
    const random = new Random(thinking.seed).fork(question.draw ?? index, rollout);
    const perturbed = rollout++ > 0;
    const symmetry = thinking.symmetries && perturbed ? family!.symmetry!(random) : undefined;
    return { question, thinking, index, random, symmetry, perturbed };
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
