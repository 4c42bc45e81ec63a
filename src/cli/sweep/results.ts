/** What the arms of a sweep came to, over their seeds. */

import { differenceInterval, meanInterval } from '../../evaluate/bootstrap.ts';
import type { Law } from '../../evaluate/error-law.ts';
import { type Interval, pairedDifference, wilsonInterval } from '../../evaluate/statistics.ts';
import type { StepAccuracy } from '../../evaluate/tally.ts';
import type { BoundedPoint } from '../terminal/accuracy-figure.ts';
import type { PricedArm } from './budget.ts';
import type { Fitted, Sweep } from './file.ts';
import type { NamedEvaluation, Outcome, Run } from './run.ts';

/** A run and what became of it. */
export interface Finished {
  readonly run: Run;
  readonly outcome: Outcome;
}

/** All that a sweep came to. */
export interface Report {
  readonly sweep: Sweep;
  readonly results: readonly ArmResult[];
  readonly finished: readonly Finished[];
  /** Of what the sweep asks to be fitted. */
  readonly laws: readonly SweepLaw[];
}

/** Of the arms that differ in a number, and in nothing else. */
export interface SweepLaw {
  readonly against: Fitted;
  /** What the arms have in common, beside the number that varies. */
  readonly name: string;
  /** Undefined where the numbers are too few, or all errors the same. */
  readonly law: Law | undefined;
  /** Mean error of the runs at each number, between the least and the greatest. */
  readonly points: readonly BoundedPoint[];
}

/** An arm under one setting of the evaluation. Accuracies are shares; costs are means over the seeds. */
export interface ArmResult {
  readonly name: string;
  readonly arm: PricedArm;
  readonly setting: string;
  /** The seeds that are measured, and those that failed. */
  readonly seeds: readonly number[];
  readonly failed: number;
  /** Undefined where no seed is measured. */
  readonly measured: Measured | undefined;
}

export interface Measured {
  /** Puzzles that each seed answered. */
  readonly examples: number;
  /** Mean over the seeds, and their standard deviation; undefined for one seed. */
  readonly exact: number;
  readonly spread: number | undefined;
  /** 95 %: Wilson's for one seed; of several also a bootstrap of seeds and puzzles, whichever reaches further. */
  readonly interval: Interval;
  readonly cell: number;
  /** Against the first arm of the same dataset, with the same seeds; undefined of the first one itself. */
  readonly difference: { readonly mean: number; readonly interval: Interval } | undefined;
  /** Means of all seeds after each supervision step; empty where puzzles take different numbers of them. */
  readonly steps: readonly StepAccuracy[];
  /** Optimizer steps, FLOP and seconds of training. */
  readonly trainedSteps: number;
  readonly trainingFlops: number;
  readonly trainingSeconds: number;
  /** FLOP and supervision steps of an answer. */
  readonly answerFlops: number;
  readonly answerSteps: number;
}

interface Seen {
  readonly seed: number;
  readonly evaluation: NamedEvaluation;
  readonly trainedSteps: number;
  readonly seconds: number;
}

/** In the order of the arms, each with all settings of the evaluation. */
export function resultsOf(
  arms: readonly PricedArm[],
  finished: readonly Finished[],
  settings: readonly string[] = [''],
): ArmResult[] {
  const rows = arms.flatMap((arm) =>
    settings.map((setting) => ({ arm, setting, seen: seenOf(arm, setting, finished) })),
  );
  return rows.map(({ arm, setting, seen }) => {
    const failed = finished.filter(
      ({ run, outcome }) => run.arm === arm && outcome.status === 'failed',
    ).length;
    const name = [arm.name, setting].filter(Boolean).join('; ');
    const first = rows.find((row) => row.arm.dataset === arm.dataset)!.seen;
    const measured = seen.length === 0 ? undefined : measure(arm, seen, first === seen ? [] : first);
    return { name, arm, setting, seeds: seen.map(({ seed }) => seed), failed, measured };
  });
}

function seenOf(arm: PricedArm, setting: string, finished: readonly Finished[]): Seen[] {
  return finished.flatMap(({ run, outcome }) => {
    if (run.arm !== arm || outcome.status !== 'done') return [];
    const { evaluations, steps, seconds } = outcome.result;
    const evaluation = evaluations.find((one) => one.setting === setting);
    return evaluation ? [{ seed: run.seed, evaluation, trainedSteps: steps, seconds }] : [];
  });
}

function measure(arm: PricedArm, seen: readonly Seen[], base: readonly Seen[]): Measured {
  const mean = (of: (one: Seen) => number) => seen.reduce((sum, one) => sum + of(one), 0) / seen.length;
  const examples = seen[0]!.evaluation.examples;
  const exact = mean(({ evaluation }) => evaluation.exact);
  const variance =
    seen.reduce((sum, { evaluation }) => sum + (evaluation.exact - exact) ** 2, 0) / (seen.length - 1);
  const answerSteps = mean(({ evaluation }) => evaluation.meanSteps);
  const trainedSteps = mean((one) => one.trainedSteps);
  return {
    examples,
    exact,
    spread: seen.length > 1 ? Math.sqrt(variance) : undefined,
    interval: intervalOf(exact, examples, seen),
    cell: mean(({ evaluation }) => evaluation.cell),
    difference: differenceOf(base, seen),
    steps: seen[0]!.evaluation.steps.map((_, i) => ({
      exact: mean(({ evaluation }) => evaluation.steps[i]!.exact),
      cell: mean(({ evaluation }) => evaluation.steps[i]!.cell),
      halting: mean(({ evaluation }) => evaluation.steps[i]!.halting),
    })),
    trainedSteps,
    trainingFlops: trainedSteps * arm.cost.trainingStep,
    trainingSeconds: mean((one) => one.seconds),
    answerFlops: answerSteps * arm.cost.answerStep,
    answerSteps,
  };
}

/** Seeds that agree do not make the puzzles more: never narrower than Wilson's interval of the mean. */
function intervalOf(exact: number, examples: number, seen: readonly Seen[]): Interval {
  const wilson = wilsonInterval(exact * examples, examples);
  if (seen.length === 1) return wilson;
  const { low, high } = meanInterval(solvedBy(seen));
  return { low: Math.min(low, wilson.low), high: Math.max(high, wilson.high) };
}

/** Of the seeds that both have. */
function differenceOf(base: readonly Seen[], seen: readonly Seen[]): Measured['difference'] {
  const pairs = seen.flatMap((own) => {
    const other = base.find(({ seed }) => seed === own.seed);
    return other ? [[other, own] as const] : [];
  });
  if (pairs.length === 0) return undefined;
  const solved = solvedBy(pairs.flat());
  const [first, second] = [0, 1].map((side) => solved.filter((_, i) => i % 2 === side));
  const differences = pairs.map(([other, own]) => own.evaluation.exact - other.evaluation.exact);
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const bootstrap = pairs.length > 1 ? differenceInterval(first!, second!) : undefined;
  // Where no redrawing makes a difference, as among runs that solve nothing, it says too much.
  const known = bootstrap && bootstrap.low < bootstrap.high ? bootstrap : undefined;
  return { mean, interval: known ?? pairedDifference(first![0]!, second![0]!).interval };
}

/**
 * For each run whether it solved each puzzle, `[examples]` each. Which puzzle is which matters little: those that some run
 * did not solve come first, the others were solved by all.
 */
function solvedBy(seen: readonly Seen[]): Uint8Array[] {
  const rows = [...new Set(seen.flatMap(({ evaluation }) => evaluation.wrong))];
  const place = new Map(rows.map((row, i) => [row, i]));
  return seen.map(({ evaluation: { wrong, examples } }) => {
    const solved = new Uint8Array(examples).fill(1);
    for (const row of wrong) solved[place.get(row)!] = 0;
    return solved;
  });
}
