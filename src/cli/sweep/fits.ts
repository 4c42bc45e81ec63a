/** Laws of the held-out error of a sweep: against weights, training puzzles, recursions, or supervision steps of an answer. */

import { fitLaw, type RunError } from '../../evaluate/error-law.ts';
import { mean } from '../../evaluate/statistics.ts';
import type { BoundedPoint } from '../terminal/accuracy-figure.ts';
import type { PricedArm } from './budget.ts';
import type { Fitted } from './file.ts';
import type { ArmResult, Finished, SweepLaw } from './results.ts';
import type { NamedEvaluation } from './run.ts';

interface Variable {
  readonly axis: string;
  /** Parts of an arm's name that it takes the place of: arms that differ in them alone have one law. */
  readonly parts: RegExp;
  /** What an evaluation came to, at each number. */
  points(arm: PricedArm, evaluation: NamedEvaluation): { readonly x: number; readonly exact: number }[];
}

/** At one number of the arm. */
const at =
  (x: (arm: PricedArm) => number): Variable['points'] =>
  (arm, { exact }) => [{ x: x(arm), exact }];

export const VARIABLES: Readonly<Record<Fitted, Variable>> = {
  weights: { axis: 'weights', parts: /^(recipe|model\..*)$/, points: at(({ cost }) => cost.parameters) },
  puzzles: { axis: 'training puzzles', parts: /^dataset$/, points: at(({ data }) => data.puzzles) },
  recursions: {
    axis: 'T × n',
    parts: /^model\.(cycles|latentSteps)$/,
    points: at(({ config: { model } }) => model.cycles * model.latentSteps),
  },
  steps: {
    axis: 'supervision steps of an answer',
    parts: /^$/,
    // Powers of two: neighbours say nearly the same.
    points: (_, { steps }) =>
      steps.flatMap(({ exact }, i) => (Number.isInteger(Math.log2(i + 1)) ? [{ x: i + 1, exact }] : [])),
  },
};

/** The law of each variable, and of each group of arms that share the rest. */
export function lawsOf(
  fit: readonly Fitted[],
  results: readonly ArmResult[],
  finished: readonly Finished[],
): SweepLaw[] {
  return fit.flatMap((against) => {
    const { parts, points } = VARIABLES[against];
    const groups = new Map<string, ArmResult[]>();
    for (const one of results) {
      if (against === 'steps' && !isLongest(one, results)) continue;
      const rest = Object.entries(one.arm.parts).flatMap(([part, text]) => (parts.test(part) ? [] : [text]));
      const name = [...rest, one.setting].filter(Boolean).join(', ') || 'all arms';
      groups.set(name, [...(groups.get(name) ?? []), one]);
    }
    return [...groups].flatMap(([name, arms]): SweepLaw[] => {
      const runs = arms.flatMap(({ arm, setting }) => runsOf(arm, setting, finished, points));
      return runs.length > 0 ? [{ against, name, law: fitLaw(runs), points: meansOf(runs) }] : [];
    });
  });
}

/** Whether no other setting takes its arm further: the steps of a shorter one are the first of a longer one. */
function isLongest({ arm, measured }: ArmResult, results: readonly ArmResult[]): boolean {
  const stepsOf = (one: ArmResult['measured']) => one?.steps.length ?? 0;
  return !results.some((other) => other.arm === arm && stepsOf(other.measured) > stepsOf(measured));
}

function runsOf(
  arm: PricedArm,
  setting: string,
  finished: readonly Finished[],
  points: Variable['points'],
): RunError[] {
  return finished.flatMap(({ run, outcome }) => {
    if (run.arm !== arm || outcome.status !== 'done') return [];
    const evaluation = outcome.result.evaluations.find((one) => one.setting === setting);
    if (!evaluation) return [];
    const { examples } = evaluation;
    return points(arm, evaluation).map(({ x, exact }) => ({
      x,
      seed: run.seed,
      // A run that solved all would have no logarithm: half a puzzle more, of one more.
      error: ((1 - exact) * examples + 0.5) / (examples + 1),
    }));
  });
}

function meansOf(runs: readonly RunError[]): BoundedPoint[] {
  const numbers = [...new Set(runs.map(({ x }) => x))].sort((a, b) => a - b);
  return numbers.map((x) => {
    const errors = runs.filter((run) => run.x === x).map(({ error }) => error);
    return { x, y: mean(errors), low: Math.min(...errors), high: Math.max(...errors) };
  });
}
