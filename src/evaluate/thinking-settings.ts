/**
 * How to think about a question: what can be asked for, and what is done where nothing is said.
 *
 * One knob, `effort`, is a list of stages: a plain look of as many steps as in training first, then others at the question in
 * other forms, more of them and longer. A question goes on to the next stage while its answers are refused, by the rules
 * where they are known and by the halting head where they are not. Each stage allows twice the compute of the one before.
 *
 * Sources: halting at evaluation, paper section 4.6; rollouts with noise and the choice by the halting head,
 * arXiv 2605.19943; random starts, arXiv 2605.21488; voting over symmetries, the official evaluators/arc.py.
 */
import * as z from 'zod';
import type { Family } from '../data/family.ts';
import { TrmError } from '../errors.ts';
import { settingsError } from '../settings-error.ts';
import { mayGuess } from './guess.ts';

/** Supervision steps that may be asked for: each has its accuracy where puzzles are measured. */
export const MOST_STEPS = 1_000_000;

/** Candidates of each stage of effort. Their steps follow: each stage allows twice the compute of the one before. */
const STAGES = [1, 1, 2, 2, 4, 4, 8, 16, 32, 64] as const;

/** The same with guesses, of which most puzzles need one: it is better drawn anew than followed by others. */
const GUESSING = [1, 2, 4, 8, 16, 16, 32, 32, 64, 128] as const;

export const MOST_EFFORT = STAGES.length;

/** The effort of who asks for nothing, and waits for the answer. */
export const USUAL_EFFORT = 8;

/** The halting probability at which an answer is accepted where nothing else judges it. */
const SURE = 0.99;

/** Starts of a question whose answers are kept. */
const MOST_ANSWERS = 1024;

/** A value of another type, and the value: of settings that come over a network no more than fits a line. */
const notA =
  (kind: string) =>
  ({
    code,
    expected,
    input,
  }: {
    readonly code?: string;
    readonly expected?: string;
    readonly input?: unknown;
  }) => {
    if (code !== 'invalid_type') return undefined; // numbers out of bounds have their words
    const got = typeof input === 'number' ? input : JSON.stringify(input)?.slice(0, 40);
    return `expected ${expected === 'int' ? 'a whole number' : kind}, got ${got}`;
  };

const flag = z.boolean({ error: notA('true or false') });

const number = () => z.number({ error: notA('a number') });

export const thinkingSchema = z.strictObject({
  effort: number()
    .int()
    .min(1)
    .max(MOST_EFFORT)
    .optional()
    .describe(
      `1 to ${MOST_EFFORT}: one plain look, then more and longer ones while the answer is refused; each allows twice the compute; what is set beside it overrides it`,
    ),
  steps: number()
    .int()
    .positive()
    .max(MOST_STEPS)
    .optional()
    .describe('most supervision steps of a candidate'),
  halt: number()
    .min(0)
    .max(1)
    .optional()
    .describe('stop when the halting head gives the answer this probability; training stops at 0.5'),
  untilValid: flag.optional().describe('stop at the first answer that satisfies the rules'),
  rollouts: number().int().positive().optional().describe('candidates of each question'),
  noise: number()
    .nonnegative()
    .optional()
    .describe(
      'standard deviation of the noise on z before each supervision step, but of the first candidate',
    ),
  randomStart: flag.optional().describe('begin with random z, but the first candidate'),
  symmetries: flag.optional().describe('transform the question at random, but for the first candidate'),
  guesses: flag
    .optional()
    .describe(
      'take a cell for given as the model half believes it, and another after every so many steps as training took, but not for the first candidate',
    ),
  choose: z
    .enum(['halt', 'change', 'vote'])
    .optional()
    .describe(
      'among candidates: most belief in the answer, least change of z in the last step, or most votes',
    ),
  answers: number()
    .int()
    .min(1)
    .max(MOST_ANSWERS)
    .optional()
    .describe(
      'for questions with several answers: so many starts, random ones where nothing else is asked for; all answers are told, and the one that comes most often first',
    ),
  seed: number().int().optional().describe('seed of noise and transforms'),
});
export type Thinking = z.infer<typeof thinkingSchema>;

/** What those may set who ask a server, whose seed is its own. */
export const askedSchema = thinkingSchema.omit({ seed: true });

/** Where neither the settings nor an effort say. */
const plain = {
  untilValid: false,
  rollouts: 1,
  noise: 0,
  randomStart: false,
  symmetries: false,
  guesses: false,
  choose: 'halt',
  seed: 0,
} as const;

type Decided = Pick<Thinking, 'effort' | 'steps' | 'halt' | 'answers'> & {
  readonly [Key in keyof typeof plain]: NonNullable<Thinking[Key]>;
};

/** Settings without those that are undefined. */
type Given = { readonly [Key in keyof Thinking]: NonNullable<Thinking[Key]> };

/** Candidates that think side by side. */
export interface Stage {
  readonly candidates: number;
  /** Supervision steps of each, at most. */
  readonly steps: number;
}

/** How a question is thought about, with nothing left open. */
export interface Plan extends Omit<Decided, 'effort' | 'steps' | 'halt' | 'rollouts' | 'answers'> {
  /** One after the other, until an answer is accepted. */
  readonly stages: readonly [Stage, ...Stage[]];
  /** Candidates that came before: the very first one is the question as it is. */
  readonly begun: number;
  /** The halting probability at which a candidate stops. */
  readonly halt: number;
  /** Whether it is an answer that is accepted, and no further candidate is looked at. */
  readonly acceptsHalted: boolean;
  /** Whether the answers of all candidates are told. */
  readonly tellsAll: boolean;
}

/** What of the puzzles decides how they can be thought about. */
export interface Known {
  readonly family?: Family | undefined;
  /** What is wrong with an answer, where rules are known. */
  readonly fault?: ((question: Int32Array, answer: Int32Array) => string | undefined) | undefined;
  /** Whether other forms of a question tell nothing new: the model answers all of them alike. */
  readonly formsAlike?: boolean | undefined;
  /** Supervision steps where the settings do not say: those of training. */
  readonly supervisionSteps: number;
}

/** @throws TrmError `usage` that names the key. */
export function parseThinking(
  settings: Thinking,
  schema: typeof thinkingSchema | typeof askedSchema = thinkingSchema,
): Thinking {
  const { data, error } = schema.safeParse(settings);
  if (data) return data;
  throw settingsError('usage', error, { known: Object.keys(schema.shape) });
}

/** Settings, and an effort for who asks for nothing. */
export function withUsualEffort(settings: Thinking, effort = USUAL_EFFORT): Thinking {
  const { seed: _, ...asked } = given(settings);
  return Object.keys(asked).length > 0 ? settings : { ...settings, effort };
}

/**
 * @throws TrmError `usage` when settings contradict each other, one would do nothing, or they need rules that are not known;
 *   `data` when symmetries are asked for and none is known.
 */
export function planOf(settings: Thinking, known: Known): Plan {
  const decided = decide(given(settings), known);
  check(decided, known);
  const { effort, steps, halt, rollouts, answers, ...rest } = decided;
  return {
    ...rest,
    stages:
      effort === undefined
        ? stagesAtOnce(rollouts, steps ?? known.supervisionSteps, decided.guesses)
        : stagesOf(candidatesFor(effort, decided.guesses), rollouts, steps, known.supervisionSteps),
    begun: 0,
    halt: halt ?? Number.POSITIVE_INFINITY,
    acceptsHalted: effort !== undefined && !decided.untilValid,
    tellsAll: answers !== undefined,
  };
}

/** Whether every question takes all steps, once. */
export function isPlain({ stages: [first, ...others], halt, untilValid, tellsAll }: Plan): boolean {
  return others.length === 0 && first.candidates === 1 && halt > 1 && !untilValid && !tellsAll;
}

/** Supervision steps of all candidates of a question together, at most. */
export function mostSteps({ stages }: Plan): number {
  return stages.reduce((sum, { candidates, steps }) => sum + candidates * steps, 0);
}

/** Candidates of a question, at most. */
export function mostCandidates({ stages }: Plan): number {
  return stages.reduce((sum, { candidates }) => sum + candidates, 0);
}

/** What of a plan comes after its first stage; undefined where nothing does. */
export function afterFirstStage(plan: Plan): Plan | undefined {
  const [{ candidates }, first, ...others] = plan.stages;
  return first && { ...plan, stages: [first, ...others], begun: plan.begun + candidates };
}

function given(settings: Thinking): Given {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function decide(asked: Given, { family, fault, formsAlike }: Known): Decided {
  if (asked.answers !== undefined) return severalAnswers(asked, asked.answers);
  if (asked.effort === undefined) return { ...plain, ...asked };
  const { untilValid = fault !== undefined } = asked;
  const isAlone = (asked.rollouts ?? asked.effort) === 1;
  const isOtherwise = isAlone || asked.randomStart || asked.guesses || (asked.noise ?? 0) > 0;
  // Where a rule chooses among several right answers, a transformed question has another one.
  const hasForms = family?.symmetry !== undefined && !family.answersByRule && !formsAlike;
  const { symmetries = hasForms && !isOtherwise } = asked;
  const { guesses = formsAlike === true && mayGuess(family) && !symmetries && !isOtherwise } = asked;
  const usual = candidatesFor(asked.effort, guesses).reduce((sum, candidates) => sum + candidates, 0);
  const { rollouts = usual } = asked;
  const randomStart = !symmetries && !guesses && !isOtherwise;
  const halt = untilValid ? {} : { halt: SURE };
  return { ...plain, randomStart, ...halt, ...asked, rollouts, untilValid, symmetries, guesses };
}

/** Candidates that are no rivals: none stops another. */
function severalAnswers(asked: Given, answers: number): Decided {
  const refused = (['effort', 'rollouts', 'untilValid'] as const).find((key) => asked[key] !== undefined);
  if (refused !== undefined)
    throw new TrmError('usage', 'does not go with answers, all of which are told', { key: refused });
  const isOtherwise = asked.symmetries || asked.guesses || (asked.noise ?? 0) > 0 || answers === 1;
  const choose = answers > 1 ? 'vote' : 'halt';
  return { ...plain, choose, randomStart: !isOtherwise, ...asked, rollouts: answers };
}

/** Guesses are drawn from what the first candidate believes: it goes before the others. */
function stagesAtOnce(rollouts: number, steps: number, guesses: boolean): Plan['stages'] {
  const others = { candidates: rollouts - 1, steps };
  return guesses ? [{ candidates: 1, steps }, others] : [{ candidates: rollouts, steps }];
}

/** Of each stage. */
function candidatesFor(effort: number, guesses: boolean): readonly number[] {
  return (guesses ? GUESSING : STAGES).slice(0, effort);
}

/** The last stage takes what candidates are left. */
function stagesOf(
  usualCandidates: readonly number[],
  rollouts: number,
  steps: number | undefined,
  usual: number,
): Plan['stages'] {
  let left = rollouts;
  const stages = usualCandidates.map((candidates, i) => {
    const own = i + 1 === usualCandidates.length ? left : Math.min(left, candidates);
    left -= own;
    return { candidates: own, steps: steps ?? (2 ** i / candidates) * usual };
  });
  const [first, ...others] = stages as [Stage, ...Stage[]];
  return [first, ...others.filter(({ candidates }) => candidates > 0)];
}

function check(settings: Decided, { family, fault, formsAlike }: Known): void {
  const { rollouts, noise, randomStart, symmetries, guesses } = settings;
  if (settings.choose !== 'halt' && rollouts === 1) {
    throw new TrmError('usage', `${settings.choose} chooses among candidates, and there is one`, {
      key: 'choose',
      fix: 'ask for rollouts with noise, randomStart, symmetries or guesses',
    });
  }
  if ((noise > 0 || randomStart || symmetries || guesses) !== rollouts > 1) {
    throw new TrmError('usage', `got ${rollouts}`, {
      key: 'rollouts',
      fix: 'ask for 2 or more together with noise, randomStart, symmetries or guesses: the first candidate is the question as it is',
    });
  }
  if (settings.untilValid && !fault)
    throw new TrmError('usage', 'the rules of these puzzles are not known', { key: 'untilValid' });
  if (symmetries && !family?.symmetry)
    throw new TrmError('data', 'no symmetry is known of these puzzles', { key: 'symmetries' });
  if (guesses && !mayGuess(family))
    throw new TrmError('data', 'of these puzzles no cell of an answer can be given', { key: 'guesses' });
  if (symmetries && formsAlike)
    throw new TrmError('usage', 'this model answers all forms of a question alike', {
      key: 'symmetries',
      fix: 'ask for rollouts with guesses, noise or randomStart',
    });
}
