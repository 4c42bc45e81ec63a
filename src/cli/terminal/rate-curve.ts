/** The losses of a learning-rate range test as one standalone SVG, over a logarithmic axis of rates. */

import { scaleLinear, scaleLog } from 'd3-scale';
import type { RateTest } from '../../train/find-rate.ts';
import { axis, figure, LEFT, PANEL, panel, RIGHT, type Series, TOP } from './figure.ts';

export function renderRateCurve({ points, smooth, suggested }: RateTest, title: string): string {
  const series: Series[] = [
    {
      name: 'loss',
      color: 'loss',
      kind: 'faint',
      points: points.map(({ rate, loss }) => ({ x: rate, y: loss })),
      format: short,
    },
    {
      name: 'smoothed',
      color: 's0',
      kind: 'train',
      points: points.map(({ rate }, i) => ({ x: rate, y: smooth[i]! })),
      format: short,
    },
  ];
  const x = scaleLog([points[0]!.rate, points.at(-1)!.rate], [LEFT, RIGHT]);
  const decades = x.ticks().filter((rate) => Number.isInteger(Math.round(1e9 * Math.log10(rate)) / 1e9));
  const losses = points.map(({ loss }) => loss);
  const y = scaleLinear([0, Math.max(...losses)], [TOP + PANEL, TOP]).nice(5);
  const body = panel(
    'Loss',
    TOP,
    axis(x, decades, (rate) => rate.toExponential()),
    axis(y, y.ticks(5), y.tickFormat(5)),
    series,
  );
  const at = suggested === undefined ? undefined : Math.round(10 * x(suggested)) / 10;
  const mark =
    at === undefined
      ? []
      : [
          `<path class="exact heldOut" d="M${at},${TOP}V${TOP + PANEL}"/>`,
          `<text class="legend" x="${at + 6}" y="${TOP + 12}">learningRate=${suggested}</text>`,
        ];
  return figure(title, TOP + PANEL + 50, [body, ...mark], 'learning rate');
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
