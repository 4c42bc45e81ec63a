/** Accuracy by supervision step as one standalone SVG: a line for each evaluation, in the band of its 95 % interval. */
import { type Interval, wilsonInterval } from '../../evaluate/statistics.ts';
import {
  accuracyAxis,
  figure,
  LEGEND_LINE,
  PANEL,
  panel,
  percent,
  type Series,
  stepAxis,
  TOP,
} from './figure.ts';

export interface StepCurve {
  readonly name: string;
  /** Puzzles evaluated. */
  readonly examples: number;
  /** Share of puzzles solved after each supervision step, the first one first. */
  readonly exact: readonly number[];
}

export function renderStepCurves(curves: readonly StepCurve[], title: string): string {
  const top = TOP + (curves.length - 1) * LEGEND_LINE;
  const series = curves.map(
    ({ name, examples, exact }, i): Series => ({
      name,
      color: `s${i}`,
      kind: 'heldOut',
      points: exact.map((share, step) => ({ x: step + 1, y: share })),
      bounds: exact.map((share): Interval => wilsonInterval(Math.round(share * examples), examples)),
      format: percent,
    }),
  );
  const x = stepAxis(Math.max(...curves.map(({ exact }) => exact.length)));
  const body = panel('Puzzles solved', top, x, accuracyAxis(top), series, true);
  return figure(title, top + PANEL + 50, [body], 'supervision step');
}
