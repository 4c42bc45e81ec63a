/** Curves over time, drawn by uPlot, in the page's colours; the newest values also as text. */

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

export interface Curve {
  readonly label: string;
  readonly values: readonly (number | null | undefined)[];
  /** Dashes tell curves apart without colour. */
  readonly dash?: readonly number[];
  /** Of another unit: the right axis. */
  readonly right?: boolean;
}

interface ChartProps {
  readonly label: string;
  readonly x: readonly number[];
  readonly curves: readonly Curve[];
  readonly xLabel: string;
  /** Fixed range of the left axis; from the data when omitted. */
  readonly range?: readonly [number, number];
  readonly logarithmic?: boolean;
  /** Which column a line marks and the caption tells; the last one, unmarked, when omitted. */
  readonly marked?: number | undefined;
}

const colors = ['var(--curve-1)', 'var(--curve-2)', 'var(--curve-3)'];

/** A logarithmic axis with powers of ten only, every other one where there are many. */
const powersOfTen: uPlot.Axis = {
  splits: (_u, _axis, low, high) => {
    const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
    const stride = last - first > 4 ? 2 : 1;
    return Array.from(
      { length: Math.max(0, Math.floor((last - first) / stride) + 1) },
      (_, i) => 10 ** (first + i * stride),
    );
  },
  filter: (_u, splits) => splits,
  values: (_u, splits) => splits.map((value) => `1e${Math.round(Math.log10(value))}`),
};

export function Chart({ label, x, curves, xLabel, range, logarithmic, marked }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const line = useRef<number>(undefined);
  line.current = marked === undefined ? undefined : x[marked];

  useEffect(() => {
    const style = getComputedStyle(host.current!);
    const color = (name: string) => () => style.getPropertyValue(name.slice(4, -1)).trim();
    const axis = {
      stroke: color('var(--quiet)'),
      grid: { stroke: color('var(--line)'), width: 1 },
      ticks: { show: false },
    };
    const drawn = new uPlot(
      {
        width: host.current!.clientWidth || 300,
        height: 170,
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { time: false },
          y: { ...(range ? { range: () => [...range] } : {}), distr: logarithmic ? 3 : 1 },
          right: { range: () => [0, 1] },
        },
        axes: [
          { ...axis, label: xLabel, labelSize: 18, size: 26 },
          { ...axis, size: 46, ...(logarithmic ? powersOfTen : {}) },
          ...(curves.some(({ right }) => right)
            ? [{ ...axis, scale: 'right', side: 1 as const, size: 40 }]
            : []),
        ],
        series: [
          {},
          ...curves.map(({ label, dash, right }, i) => ({
            label,
            scale: right ? 'right' : 'y',
            stroke: color(colors[i]!),
            width: 1.5,
            spanGaps: true,
            points: { show: false },
            ...(dash ? { dash: [...dash] } : {}),
          })),
        ],
        hooks: {
          draw: [
            (u) => {
              if (line.current === undefined) return;
              const at = u.valToPos(line.current, 'x', true);
              u.ctx.fillStyle = color('var(--quiet)')();
              u.ctx.fillRect(at - 1, u.bbox.top, 2, u.bbox.height);
            },
          ],
        },
      },
      [[], ...curves.map(() => [])],
      host.current!,
    );
    plot.current = drawn;
    const resized = new ResizeObserver(([entry]) => {
      const { width } = entry!.contentRect;
      if (width > 0) drawn.setSize({ width, height: 170 });
    });
    resized.observe(host.current!);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => drawn.redraw(false);
    dark.addEventListener('change', repaint);
    return () => {
      resized.disconnect();
      dark.removeEventListener('change', repaint);
      drawn.destroy();
    };
  }, []);

  useEffect(() => {
    plot.current?.setData([[...x], ...curves.map(({ values }) => [...values])] as uPlot.AlignedData);
  }, [x, curves, marked]);

  return (
    <figure class="chart">
      <figcaption>
        {curves.map(({ label, values, dash }, i) => (
          <span key={label}>
            <svg width="22" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="22"
                y1="4"
                y2="4"
                stroke={colors[i]}
                stroke-width="2"
                stroke-dasharray={dash?.join(' ')}
              />
            </svg>{' '}
            {label} <b>{shown(values, marked)}</b>
          </span>
        ))}
      </figcaption>
      <div ref={host} role="img" aria-label={label} />
    </figure>
  );
}

/** The value at the mark or the last before it. */
function shown(values: Curve['values'], marked = values.length - 1): string {
  const value = values.slice(0, marked + 1).findLast((value) => typeof value === 'number');
  return value?.toPrecision(3) ?? '';
}
