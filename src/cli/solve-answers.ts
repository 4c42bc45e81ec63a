/** What `trm solve` says of its puzzles, in each of its formats, and the exit status that follows. */

import { stringify } from 'csv-stringify/sync';
import type { Family } from '../data/family.ts';
import type { Item } from '../data/reading/found.ts';
import type { FoundAnswer, Solution, SolveStep } from '../evaluate/solver.ts';
import type { Question } from '../evaluate/thinking.ts';
import { showPuzzle } from './puzzles.ts';
import { countOf } from './support/count-of.ts';
import { supportsColor } from './terminal/grid.ts';

/** What is shown of a step; its states are let go, which are many times larger. */
export type Step = Omit<SolveStep, 'states'>;

/** A puzzle with its answer, or with the error that it was refused with; with neither it was not answered. */
export interface Answered {
  /** From 1 on. */
  readonly number: number;
  readonly item: Item<Question>;
  /** What it is one of. */
  readonly family: Family;
  readonly solution?: Solution | undefined;
  /** Where they are shown, up to the last that was taken. */
  readonly steps?: readonly Step[] | undefined;
  /** Supervision steps that were left out, for the answer had settled. */
  readonly spared?: number | undefined;
}

export const formats = ['grid', 'line', 'json', 'csv'] as const;
export type Format = (typeof formats)[number];

/** What the ending of a file says. */
export const endings = { json: 'json', csv: 'csv', txt: 'line' } as const satisfies Record<string, Format>;

const notAnswered = 'not answered';

/** Whether it was still to be answered when the command was stopped. */
export const isLeft = ({ item, solution }: Answered) => !item.error && !solution;

/** Why there is no answer. */
function wordsOf({ item }: Answered): string {
  return item.error ? `not read: ${item.error.message}` : notAnswered;
}

export function render(format: Format, answered: readonly Answered[], color: boolean): string {
  return renderers[format](answered, color);
}

const renderers: Readonly<Record<Format, (answered: readonly Answered[], color: boolean) => string>> = {
  grid: (answered, color) =>
    answered
      .filter((one) => !isLeft(one)) // each has its number
      .map((one) => `${pictureOf(one, answered.length > 1, color)}\n`)
      .join(''),
  line: (answered) =>
    answered
      .map((one) =>
        one.solution ? `${one.solution.answer}\n` : `# puzzle ${one.number} was ${wordsOf(one)}\n`,
      )
      .join(''),
  json(answered) {
    const { solved, total } = countsOf(answered);
    const puzzles = answered.map(jsonOf);
    return `${JSON.stringify({ solved, total, puzzles })}\n`;
  },
  csv: (answered) =>
    stringify(
      answered.map(({ number, item, family, solution }) => ({
        puzzle: number,
        question: item.error ? '' : family.line(item.value.tokens),
        answer: solution?.answer ?? '',
        valid: solution?.valid === undefined ? '' : String(solution.valid),
        halting: solution?.halting.toFixed(4) ?? '',
        steps: solution?.steps ?? '',
        error: item.error?.message ?? (solution ? '' : notAnswered),
      })),
      { header: true },
    ),
};

function jsonOf({ number, item, family, solution, steps }: Answered) {
  const place = { puzzle: number, ...(item.at.line !== undefined && { line: item.at.line }) };
  if (item.error) {
    const { code, message, detail } = item.error;
    return { ...place, error: { code, message, ...(detail.fix && { fix: detail.fix }) } };
  }
  const asked = { ...place, question: family.line(item.value.tokens) };
  if (!solution) return { ...asked, error: { code: 'stopped', message: notAnswered } };
  const { tokens: _, valid = null, answers, ...rest } = solution;
  return {
    ...asked,
    ...rest,
    valid,
    ...(answers && { answers: answers.map(({ tokens: _, valid = null, ...one }) => ({ ...one, valid })) }),
    ...(steps && { trace: steps.map(({ answer, halting, valid = null }) => ({ answer, halting, valid })) }),
  };
}

function pictureOf(answered: Answered, counts: boolean, color: boolean): string {
  const { number, item, family, solution, steps, spared } = answered;
  const heading = counts ? [`puzzle ${number}`] : [];
  if (item.error || !solution) return [...heading, wordsOf(answered)].join('\n');
  const question = item.value.tokens;
  if (steps) {
    const settled = spared ? [`settled: ${spared} more steps were not taken`] : [];
    return [...heading, showSteps(question, steps, family, color), ...settled].join('\n');
  }
  const { tokens, halting, steps: taken, candidates, answers } = solution;
  if (answers) return [...heading, ...showAnswers(family, question, answers, candidates, color)].join('\n');
  const of = candidates > 1 ? `, chosen of ${candidates} candidates` : '';
  return [
    ...heading,
    `${taken} supervision ${taken === 1 ? 'step' : 'steps'}: halting ${(100 * halting).toFixed(1)} %${of}`,
    showPuzzle(family, question, tokens, undefined, color),
    verdict(family, question, solution),
  ].join('\n');
}

/** Every different answer with how often it came, and whether it satisfies the rules. */
function showAnswers(
  family: Family,
  question: Int32Array,
  answers: readonly FoundAnswer[],
  starts: number,
  color: boolean,
): string[] {
  const right = answers.filter(({ valid }) => valid).length;
  const judged = family.fault
    ? `, of which ${right} ${right === 1 ? 'satisfies' : 'satisfy'} the rules`
    : '; rules not known';
  const summary = `${countOf(answers.length, 'different answer')} from ${countOf(starts, 'start')}${judged}`;
  const pictures = answers.flatMap(({ tokens, valid, count, halting }, i) => {
    const verdict = valid === undefined ? '' : valid ? ', valid' : ', not valid';
    const title = `answer ${i + 1}: ${count} of ${starts} starts${verdict}, halting ${(100 * halting).toFixed(1)} %`;
    return [title, showPuzzle(family, question, tokens, undefined, color)];
  });
  return [...pictures, summary];
}

/**
 * An answer and how it came about, as text: the question, each step, and whether the rules are satisfied.
 *
 * @param steps after each supervision step, the first one first.
 */
export function showSteps(
  question: Int32Array,
  steps: readonly Step[],
  family: Family,
  color = supportsColor(process.stdout),
): string {
  const pictures = steps.map(({ step, tokens, halting, changed }, i) => {
    const before = steps[i - 1]?.tokens ?? question;
    const title = `step ${step}: halting ${(100 * halting).toFixed(1)} %, ${changed} cells changed`;
    return `${title}\n${showPuzzle(family, question, tokens, before, color)}`;
  });
  const asked = `question\n${showPuzzle(family, question, question, undefined, color)}`;
  return [asked, ...pictures, verdict(family, question, steps.at(-1)!)].join('\n');
}

function verdict(
  family: Family,
  question: Int32Array,
  { tokens, restored }: Pick<Solution, 'tokens' | 'restored'>,
): string {
  const put =
    restored > 0
      ? `; ${restored} ${restored === 1 ? 'given was' : 'givens were'} overwritten and put back`
      : '';
  if (!family.fault) return `rules not known${put}`;
  const fault = family.fault(question, tokens);
  const judged = fault
    ? `not solved: the answer breaks the rules: ${fault}`
    : 'solved: the answer satisfies the rules';
  return `${judged}${put}`;
}

export interface Counts {
  readonly total: number;
  /** Where no rules are known every answer counts. */
  readonly solved: number;
  readonly unreadable: number;
  /** Still to be answered when the command was stopped. */
  readonly left: number;
}

export function countsOf(answered: readonly Answered[]): Counts {
  const count = (holds: (one: Answered) => boolean) => answered.filter(holds).length;
  return {
    total: answered.length,
    solved: count(({ solution }) => solution !== undefined && solution.valid !== false),
    unreadable: count(({ item }) => item.error !== undefined),
    left: count(isLeft),
  };
}

/** 0 when all are solved, 130 when it was stopped before, 1 when some were not read, 3 when some are not solved. */
export function statusOf({ total, solved, unreadable, left }: Counts): number {
  if (left > 0) return 130;
  if (unreadable > 0) return 1;
  return solved < total ? 3 : 0;
}
