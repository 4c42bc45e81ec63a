/** Curves over time, drawn by uPlot, in the page's colours; the newest values also as text. */

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { percent } from '../percent.ts';

export interface Curve {
  readonly label: string;
  readonly values: readonly (number | null | undefined)[];
  /** Dashes tell curves apart without colour. */
  readonly dash?: readonly number[];
  /** Whether each value is a dot too: of few values the first would not be seen. */
  readonly dots?: boolean;
  /** The sign whose colour it has, where it is of a cell; one of the chart's own when omitted. */
  readonly digit?: string | undefined;
}

interface ChartProps {
  readonly label: string;
  readonly x: readonly number[];
  readonly curves: readonly Curve[];
  readonly xLabel: string;
  /** Whether values are shares, from 0 to 1, told in percent; the axis is the data's when omitted. */
  readonly share?: boolean;
  readonly logarithmic?: boolean;
  /** What is said where nothing is drawn yet. */
  readonly empty: string;
  /** Which column a line marks and the caption tells; the last one, unmarked, when omitted. */
  readonly marked?: number | undefined;
  /** Told the column that is pressed or dragged over. */
  readonly onPick?: ((column: number) => void) | undefined;
}

const height = 180;
const font = '12px system-ui, sans-serif';
const colors = ['--curve-1', '--curve-2', '--curve-3', '--curve-4'] as const;
type Palette = Record<(typeof colors)[number] | '--quiet' | '--line', string>;

/** The page's colours, read once: asking for them while drawing would have the whole page laid out. */
function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = [...colors, '--quiet', '--line'].map((name) => [name, style.getPropertyValue(name).trim()]);
  return Object.fromEntries(entries) as Palette;
}

/** Ends of an axis of shares, with a margin, so that curves along them are seen whole. */
const shareRange = [-0.04, 1.04] as const;

const percents: uPlot.Axis = { values: (_u, splits) => splits.map((value) => percent(value, 0)) };

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
  values: (_u, splits) => splits.map((value) => `1e${Math.round(Math.log10(value))}`), // of one length, however small
};

/** Steps between the marks of a count: 1, 2, 5, 10, 20 and so on. */
const whole = Array.from({ length: 30 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3));

export function Chart({ label, x, curves, xLabel, share, logarithmic, empty, marked, onPick }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const caption = useRef<HTMLElement>(null);
  const plot = useRef<uPlot>(undefined);
  const line = useRef<number>(undefined);
  line.current = marked === undefined ? undefined : x[marked];
  const shownCurves = useRef(curves);
  shownCurves.current = curves;

  useEffect(() => {
    let palette = paletteOf(host.current!);
    let digits = new Map<string, string>();
    const color = (name: keyof Palette) => () => palette[name];
    /** That of its line in the caption. */
    const curveColor = (i: number) => () => {
      const { digit } = shownCurves.current[i] ?? {};
      if (digit === undefined) return palette[colors[i]!];
      const known =
        digits.get(digit) ?? getComputedStyle(caption.current!.querySelectorAll('line')[i]!).stroke;
      digits.set(digit, known);
      return known;
    };
    const axis = {
      font,
      labelFont: font,
      stroke: color('--quiet'),
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
    };
    const drawn = new uPlot(
      {
        width: host.current!.clientWidth || 300,
        height,
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { time: false },
          y: { ...(share && { range: () => [...shareRange] }), distr: logarithmic ? 3 : 1 },
        },
        axes: [
          { ...axis, incrs: whole, label: xLabel, labelSize: 18, size: 26 },
          { ...axis, size: 46, ...(logarithmic ? powersOfTen : share ? percents : {}) },
        ],
        series: [
          {},
          ...curves.map(({ label, dash, dots = false }, i) => ({
            label,
            stroke: curveColor(i),
            width: 1.5,
            spanGaps: true,
            points: { show: dots, size: 6, fill: curveColor(i) }, // else white, on dark paper too
            ...(dash ? { dash: [...dash] } : {}),
          })),
        ],
        hooks: {
          draw: [
            (u) => {
              if (line.current === undefined) return;
              const at = u.valToPos(line.current, 'x', true);
              u.ctx.fillStyle = palette['--quiet'];
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
      if (width > 0) drawn.setSize({ width, height });
    });
    resized.observe(host.current!);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => {
      palette = paletteOf(host.current!);
      digits = new Map();
      drawn.redraw(false);
    };
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

  /** A shortcut of the slider. */
  const pick = ({ clientX, pointerType }: PointerEvent) => {
    const u = plot.current;
    if (!u || !onPick || x.length === 0 || pointerType === 'touch') return;
    onPick(u.valToIdx(u.posToVal(clientX - u.over.getBoundingClientRect().left, 'x')));
  };

  return (
    <figure class="chart">
      <figcaption ref={caption} class={x.length === 0 ? 'waits' : undefined}>
        {curves.map(({ label, values, dash, digit }, i) => (
          <span key={label} data-digit={digit}>
            <svg width="22" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="22"
                y1="4"
                y2="4"
                stroke={digit === undefined ? `var(${colors[i]})` : 'var(--digit-ink)'}
                stroke-width="2"
                stroke-dasharray={dash?.join(' ')}
              />
            </svg>{' '}
            {label} <b>{shown(values, share, marked)}</b>
          </span>
        ))}
      </figcaption>
      <div class="plot">
        <div
          ref={host}
          role="img"
          aria-label={label}
          class={onPick && 'picks'}
          onPointerDown={pick}
          onPointerMove={(event) => event.buttons === 1 && pick(event)}
        />
        {x.length === 0 && <p class="note">{empty}</p>}
      </div>
    </figure>
  );
}

/** The value at the mark or the last before it. */
function shown(values: Curve['values'], share = false, marked = values.length - 1): string {
  const value = values.slice(0, marked + 1).findLast((value) => typeof value === 'number');
  if (value === undefined) return '';
  return share ? percent(value) : value.toPrecision(3);
}
