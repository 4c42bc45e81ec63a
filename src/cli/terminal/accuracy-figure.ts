/** Accuracy against a number, as one standalone SVG: a line for each thing compared, with an interval at each point. */

import { scaleLinear, scaleLog } from 'd3-scale';
import {
  type Axis,
  accuracyAxis,
  axis,
  type Bounds,
  figure,
  LEFT,
  LEGEND_LINE,
  PANEL,
  panel,
  percent,
  RIGHT,
  type Series,
  TOP,
} from './figure.ts';
import type { Point } from './series.ts';

export interface BoundedPoint extends Point, Bounds {}

export interface Line {
  readonly name: string;
  readonly points: readonly BoundedPoint[];
}

/** Lines over numbers; `course` for those whose points are of one run, which vary in a band. */
export function accuracyFigure(
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
      color: `s${i}`,
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
export function numberAxis(values: readonly number[], format: (x: number) => string): Axis {
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

/** Three digits. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));
