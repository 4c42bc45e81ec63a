/**
 * Pictures of a sweep: accuracy against training compute, against each number that varies, by supervision step, and the
 * curves of all arms.
 */

import { type EvaluationRow, readMetrics } from '../metrics.ts';
import { accuracyFigure, type BoundedPoint, type Line, short } from '../terminal/accuracy-figure.ts';
import { formatFlops } from '../terminal/amounts.ts';
import { lawFigure } from '../terminal/law-figure.ts';
import { renderStepCurves } from '../terminal/step-curves.ts';
import { VARIABLES } from './fits.ts';
import type { ArmResult, Measured, Report } from './results.ts';

/** A result that there is something to draw of. */
type Drawn = ArmResult & { readonly measured: Measured };

/** SVG texts by the names of their files. */
export function figuresOf({ sweep, results, finished, laws }: Report): Record<string, string> {
  const drawn = results.filter((result): result is Drawn => result.measured !== undefined);
  if (drawn.length === 0) return {};
  const title = sweep.about || sweep.name;
  const figures: Record<string, string> = {
    compute: accuracyFigure(
      title,
      drawn.map((one) => lineOf(one.name, [one], trainingFlops)),
      'FLOP of training',
      formatFlops,
    ),
  };
  for (const { key, axis, value } of numbersOf(drawn)) {
    const groups = new Map<string, Drawn[]>();
    for (const one of drawn) groups.set(restOf(one, key), [...(groups.get(restOf(one, key)) ?? []), one]);
    const lines = [...groups].map(([rest, some]) => lineOf(rest, some, value));
    figures[`by-${key}`] = accuracyFigure(title, lines, axis, short);
  }
  for (const against of sweep.fit) {
    const lines = laws
      .filter((one) => one.against === against)
      .map(({ name, points, law }) => ({ name, points, curve: law?.curve ?? [] }));
    if (lines.length > 0) figures[`fit-${against}`] = lawFigure(title, lines, VARIABLES[against].axis);
  }
  const curves = drawn.flatMap((one) => {
    const runs = finished.filter(({ run, outcome }) => run.arm === one.arm && outcome.status === 'done');
    const points = meanCurve(
      runs.map(({ run }) => readMetrics(run.folder).filter((row) => row.kind === 'evaluation')),
    );
    const flops = one.arm.cost.trainingStep;
    // Settings of the last evaluation share their curve.
    if (one.setting !== drawn[0]!.setting || points.length === 0) return [];
    return [
      { name: one.arm.name, points: points.map(({ x, y, ...bounds }) => ({ x: x * flops, y, ...bounds })) },
    ];
  });
  if (curves.length > 0)
    figures.curves = accuracyFigure(title, curves, 'FLOP of training', formatFlops, true);
  const stepping = drawn.filter(({ measured }) => measured.steps.length > 1);
  if (stepping.length > 0) {
    const lines = stepping.map(({ name, seeds, measured: { examples, steps } }) => ({
      name,
      examples: examples * seeds.length,
      exact: steps.map(({ exact }) => exact),
    }));
    figures['supervision-steps'] = renderStepCurves(lines, title);
  }
  return figures;
}

const trainingFlops = ({ measured }: Drawn): number => measured.trainingFlops;

interface Varied {
  /** Of the parts of an arm's name; also the file's name. */
  readonly key: string;
  /** Name of the axis. */
  readonly axis: string;
  readonly value: (one: Drawn) => number;
}

/** What varies and is a number. */
function numbersOf(drawn: readonly Drawn[]): Varied[] {
  const keys = new Set(drawn.flatMap(({ arm }) => Object.keys(arm.grid)));
  const ofGrid = [...keys].map((key): Varied => {
    const value = ({ arm: { grid } }: Drawn) => (typeof grid[key] === 'number' ? grid[key] : Number.NaN);
    return { key, axis: key, value };
  });
  const others: Varied[] = [
    { key: 'dataset', axis: 'training puzzles', value: ({ arm }) => arm.data.puzzles },
    { key: 'weights', axis: 'weights', value: ({ arm }) => arm.cost.parameters },
    { key: 'answer', axis: 'GFLOP of an answer', value: ({ measured }) => measured.answerFlops / 1e9 },
  ];
  return [...ofGrid, ...others].filter(({ value }) => {
    const values = new Set(drawn.map(value));
    return values.size > 1 && [...values].every(Number.isFinite);
  });
}

/** What an arm is beside one of its parts: arms that differ in that alone are one line. */
function restOf({ arm: { parts }, setting }: Drawn, key: string): string {
  const rest = Object.entries(parts).flatMap(([part, text]) => (part === key ? [] : [text]));
  return [...rest, ...(key === 'answer' ? [] : [setting])].filter(Boolean).join(', ');
}

function lineOf(name: string, results: readonly Drawn[], value: (one: Drawn) => number): Line {
  const points = results.map((one) => ({ x: value(one), y: one.measured.exact, ...one.measured.interval }));
  return { name, points: points.sort((a, b) => a.x - b.x) };
}

/** Held-out accuracy over steps: the mean of the seeds, between the lowest and the highest, at steps that all have. */
function meanCurve(seeds: readonly (readonly EvaluationRow[])[]): BoundedPoint[] {
  return (seeds[0] ?? []).flatMap(({ step }) => {
    const values = seeds.flatMap((rows) => rows.find((row) => row.step === step)?.exact ?? []);
    if (values.length < seeds.length) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{ x: step, y: mean, low: Math.min(...values), high: Math.max(...values) }];
  });
}
