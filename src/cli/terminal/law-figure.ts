/** Errors and the laws fitted to them, on logarithmic axes, as one standalone SVG: the law is a line in its interval. */

import { scaleLog } from 'd3-scale';
import { type BoundedPoint, numberAxis, short } from './accuracy-figure.ts';
import { axis, figure, LEGEND_LINE, PANEL, panel, percent, type Series, TOP } from './figure.ts';

export interface LawLine {
  readonly name: string;
  readonly points: readonly BoundedPoint[];
  /** Of the law; empty where there is none. */
  readonly curve: readonly BoundedPoint[];
}

export function lawFigure(title: string, lines: readonly LawLine[], xName: string): string {
  const top = TOP + (lines.length - 1) * LEGEND_LINE;
  const shown = lines.flatMap(({ points, curve }) => [...points, ...curve]);
  const least = Math.min(...shown.map(({ y }) => y)) / 2;
  const scale = scaleLog([least, 1], [top + PANEL, top]).clamp(true);
  const ticks = scale.ticks().filter((tick) => /^[125]e/.test(tick.toExponential()));
  const y = axis(scale, ticks, (value) => `${short(100 * value)}%`);
  const x = numberAxis(
    shown.map((point) => point.x),
    short,
  );
  const series = lines.flatMap(({ name, points, curve }, i): Series[] => {
    const color = `s${i}` as const;
    return [
      { name, color, kind: 'dots', points, whiskers: points, format: percent },
      { name: '', color, kind: 'train', points: curve, bounds: curve, format: percent },
    ];
  });
  const body = panel('Puzzles not solved', top, x, y, series, true);
  return figure(title, top + PANEL + 50, [body], xName);
}
