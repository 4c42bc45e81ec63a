/**
 * The parts that figures are drawn of, as SVG text: panels of series over two axes, each with a legend of last values.
 *
 * Drawn with d3-scale and d3-shape, which are small, maintained and need no DOM. Figures are light, and turn dark where
 * the reader's system is.
 */
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Point } from './series.ts';
import { escapeText } from './svg.ts';

/** A scale with its tick marks, whatever kind of scale it is. */
export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Colours `s0` to `s5`, which everyone tells apart; further series take them again, dashed and with rings for dots. */
const COLORS = 6;

export interface Series {
  readonly name: string;
  /** `s0` and on by its place among the others, or that of a quantity. */
  readonly color: 'loss' | 'cell' | 'exact' | `s${number}`;
  /** `dots`: points alone, without a line. */
  readonly kind: 'faint' | 'train' | 'heldOut' | 'dots';
  readonly points: readonly Point[];
  readonly format: (value: number) => string;
  /** Bounds at each point, drawn as a band. */
  readonly bounds?: readonly Bounds[];
  /** The same, drawn as a line at each point: of points that are not of one course. */
  readonly whiskers?: readonly Bounds[];
}

export const WIDTH = 760;
export const LEFT = 58;
export const RIGHT = WIDTH - 20;
export const NAME = 14;
export const PANEL = 190;
export const TOP = 74;
/** Mean width of a letter of the legend: text cannot be measured without a browser. */
const LETTER = 6.2;

const STYLE = `
svg { font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; }
.paper { fill: #ffffff; } text { fill: #3b4048; } .title, .name { font-weight: 600; fill: #16191d; }
.title { font-size: 15px; } .legend { font-size: 11px; }
path { fill: none; stroke: currentColor; stroke-linejoin: round; stroke-linecap: round; }
circle { fill: currentColor; } .again { stroke-dasharray: 5 3; } circle.again { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-dasharray: none; } .band { fill: currentColor; stroke: none; fill-opacity: .12; } .grid { stroke: #e6e8eb; } .axis { stroke: #9aa1aa; }
.train { stroke-width: 1.3; } .faint { stroke-width: 1; stroke-opacity: .3; } .heldOut { stroke-width: 2; }
.loss { color: #5b6470; } .cell { color: #1f77b4; } .exact { color: #d9690f; }
.s0 { color: #1f77b4; } .s1 { color: #d9690f; } .s2 { color: #2a9d3a; } .s3 { color: #9467bd; } .s4 { color: #5b6470; } .s5 { color: #c2337a; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #14171b; } text { fill: #b9c0c9; } .title, .name { fill: #f0f2f5; }
  .grid { stroke: #2a2f36; } .axis { stroke: #69717b; }
  .loss { color: #aab3bf; } .cell { color: #58a6e0; } .exact { color: #f59145; }
  .s0 { color: #58a6e0; } .s1 { color: #f59145; } .s2 { color: #5fcf70; } .s3 { color: #b99be0; } .s4 { color: #aab3bf; } .s5 { color: #f07ab4; }
}`;

/** A figure of a title, what is drawn below it, and the name of the horizontal axis. */
export function figure(title: string, height: number, parts: readonly string[], xName: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escapeText(title)}</title>
<style>${STYLE}
</style>
<rect class="paper" width="${WIDTH}" height="${height}"/>
<text class="title" x="${NAME}" y="28">${escapeText(title)}</text>
${parts.join('\n')}
<text x="${(LEFT + RIGHT) / 2}" y="${height - 12}" text-anchor="middle">${xName}</text>
</svg>
`;
}

/** Height of a line of the legend. */
export const LEGEND_LINE = 16;

/**
 * One panel: name and legend above, horizontal grid, both axes, the series. The legend is one line, or a line for each
 * series (`stacked`), which needs that much more room above.
 */
export function panel(
  name: string,
  top: number,
  x: Axis,
  y: Axis,
  series: readonly Series[],
  stacked = false,
): string {
  const bottom = top + PANEL;
  const drawn = series.filter(({ points }) => points.length > 0);
  const named = drawn.filter(({ name }) => name !== '');
  const parts = [
    `<text class="name" x="${NAME}" y="${top - 14}">${name}</text>`,
    ...y.ticks.map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${tick.at}" y2="${tick.at}"/>` +
        `<text x="${LEFT - 8}" y="${round(tick.at + 4)}" text-anchor="end">${tick.label}</text>`,
    ),
    `<path class="axis" d="M${LEFT},${bottom}H${RIGHT}"/>`,
    ...x.ticks.map(
      (tick) =>
        `<line class="axis" x1="${tick.at}" x2="${tick.at}" y1="${bottom}" y2="${bottom + 5}"/>` +
        `<text x="${tick.at}" y="${bottom + 19}" text-anchor="middle">${tick.label}</text>`,
    ),
    ...(stacked
      ? named.map((one, i) => legend([one], top - 18 - (named.length - 1 - i) * LEGEND_LINE))
      : [legend(drawn, top - 18)]),
    ...drawn.map((one) => drawSeries(one, x, y)),
  ];
  return `<g>\n${parts.filter(Boolean).join('\n')}\n</g>`;
}

function classOf(color: Series['color']): string {
  const place = /^s(\d+)$/.exec(color)?.[1];
  if (place === undefined) return color;
  return `s${Number(place) % COLORS}${Number(place) < COLORS ? '' : ' again'}`;
}

function drawSeries({ kind, color: place, points, bounds, whiskers }: Series, x: Axis, y: Axis): string {
  const color = classOf(place);
  const path = line<Point>(
    (p) => x.at(p.x),
    (p) => y.at(p.y),
  ).digits(1);
  const band = area<number>(
    (i) => x.at(points[i]!.x),
    (i) => y.at(bounds![i]!.low),
    (i) => y.at(bounds![i]!.high),
  ).digits(1);
  const upright = (whiskers ?? []).map(
    ({ low, high }, i) =>
      `<path class="${color} train" d="M${x.at(points[i]!.x)},${y.at(low)}V${y.at(high)}"/>`,
  );
  const behind = bounds ? `<path class="${color} band" d="${band(points.keys())}"/>` : '';
  const course = kind === 'dots' ? '' : `<path class="${color} ${kind}" d="${path(points)}"/>`;
  const curve = behind + upright.join('') + course;
  // A line needs two points, so a lone one gets a dot.
  if (kind !== 'heldOut' && kind !== 'dots' && points.length > 1) return curve;
  const radius = points.length > 60 ? 1.5 : 3;
  const dots = points.map(
    (p) => `<circle class="${color}" cx="${x.at(p.x)}" cy="${y.at(p.y)}" r="${radius}"/>`,
  );
  return curve + dots.join('');
}

/** From the right edge leftwards, each entry with the series' last value. */
function legend(series: readonly Series[], y: number): string {
  let right = RIGHT;
  const entries = [...series].reverse().map(({ name, color: place, kind, points, format }) => {
    if (name === '') return '';
    const color = classOf(place);
    const text = `${name} ${format(points.at(-1)!.y)}`;
    const from = round(right - LETTER * text.length);
    right = from - 38;
    const dot =
      kind === 'heldOut' || kind === 'dots'
        ? `<circle class="${color}" cx="${from - 15}" cy="${y}" r="3"/>`
        : '';
    return (
      `<path class="${color} ${kind}" d="M${from - 24},${y}h18"/>${dot}` +
      `<text class="legend" x="${from}" y="${y + 4}">${escapeText(text)}</text>`
    );
  });
  return entries.reverse().join('');
}

export function stepAxis(last: number): Axis {
  const scale = scaleLinear([0, Math.max(last, 1)], [LEFT, RIGHT]);
  return axis(scale, scale.ticks(8).filter(Number.isInteger), steps);
}

export function accuracyAxis(top: number): Axis {
  const scale = scaleLinear([0, 1], [top + PANEL, top]);
  return axis(scale, scale.ticks(5), scale.tickFormat(5, '.0%'));
}

export function axis(
  scale: (value: number) => number,
  ticks: number[],
  format: (value: number) => string,
): Axis {
  const at = (value: number): number => round(scale(value));
  return { at, ticks: ticks.map((tick) => ({ at: at(tick), label: format(tick) })) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)}%`;
}

/** 500, 1.5k, 20k, 1M */
function steps(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}
