/**
 * Pictures of a sweep: accuracy against training compute, against each number that varies, by supervision step, and the
 * curves of all arms.
 */

import { scaleLinear, scaleLog } from 'd3-scale';
import { type EvaluationRow, readMetrics } from '../metrics.ts';
import { formatFlops } from '../terminal/amounts.ts';
import {
  type Axis,
  accuracyAxis,
  axis,
  type Bounds,
  COLORS,
  figure,
  LEFT,
  LEGEND_LINE,
  PANEL,
  panel,
  percent,
  RIGHT,
  type Series,
  TOP,
} from '../terminal/figure.ts';
import type { Point } from '../terminal/series.ts';
import { renderStepCurves } from '../terminal/step-curves.ts';
import type { ArmResult, Measured, Report } from './results.ts';

/** A result that there is something to draw of. */
type Drawn = ArmResult & { readonly measured: Measured };

/** SVG texts by the names of their files. */
export function figuresOf({ sweep, results, finished }: Report): Record<string, string> {
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

interface BoundedPoint extends Point, Bounds {}

interface Line {
  readonly name: string;
  readonly points: readonly BoundedPoint[];
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

/** Lines over numbers; `course` for those whose points are of one run, which vary in a band. */
function accuracyFigure(
  title: string,
  lines: readonly Line[],
  xName: string,
  format: (x: number) => string,
  course = false,
): string {
  const top = TOP + (lines.length - 1) * LEGEND_LINE;
  const series = lines.map(
    ({ name, points }, i): Series => ({
      name,
      color: `s${i % COLORS}`,
      kind: 'heldOut',
      points,
      ...(course ? { bounds: points } : { whiskers: points }),
      format: percent,
    }),
  );
  const values = lines.flatMap(({ points }) => points.map((point) => point.x));
  const x = course ? axisFromZero(values, format) : numberAxis(values, format);
  return figure(
    title,
    top + PANEL + 50,
    [panel('Puzzles solved', top, x, accuracyAxis(top), series, true)],
    xName,
  );
}

function axisFromZero(values: readonly number[], format: (x: number) => string): Axis {
  const scale = scaleLinear([0, Math.max(...values)], [LEFT, RIGHT]);
  return axis(scale, scale.ticks(6), format);
}

/** Logarithmic where the numbers span a factor of five, with room at both ends. */
function numberAxis(values: readonly number[], format: (x: number) => string): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low > 0 && high / low >= 5) {
    const scale = scaleLog([low / 1.2, high * 1.2], [LEFT, RIGHT]);
    const digits = high / low > 100 ? '1' : '125';
    return axis(
      scale,
      scale.ticks().filter((tick) => digits.includes(tick.toExponential()[0]!)),
      format,
    );
  }
  const room = (high - low || Math.abs(high) || 1) / 10;
  const scale = scaleLinear([Math.max(low - room, Math.min(low, 0)), high + room], [LEFT, RIGHT]);
  return axis(scale, scale.ticks(6), format);
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
