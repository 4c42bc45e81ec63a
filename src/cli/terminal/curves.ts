/**
 * Training curves as one standalone SVG: the loss above, the accuracies below, over optimizer steps.
 *
 * Drawn as text with d3-scale and d3-shape, which are small, maintained and need no DOM. The figure is light,
 * and turns dark where the reader's system is. Training curves are thin lines, lightly smoothed; held-out
 * evaluations are lines with a dot at each evaluation.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { TrmError } from '../../errors.ts';
import { downsample, finite, type Point, smooth } from './series.ts';

/** What is drawn of a training step's metrics; accuracies are fractions, NaN where nothing was measured. */
export interface MetricsRow {
  readonly step: number;
  readonly loss: number;
  readonly cellAccuracy: number;
  readonly exactAccuracy: number;
}

/** What is drawn of an evaluation on held-out puzzles; fractions. */
export interface EvaluationRow {
  readonly step: number;
  readonly exact: number;
  readonly cell: number;
}

/** A scale with its tick marks, whatever kind of scale it is. */
interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

interface Series {
  readonly name: string;
  /** Class of the colour. */
  readonly color: 'loss' | 'cell' | 'exact';
  readonly kind: 'faint' | 'train' | 'heldOut';
  readonly points: readonly Point[];
  readonly format: (value: number) => string;
}

const WIDTH = 760;
const LEFT = 58;
const RIGHT = WIDTH - 20;
const NAME = 14;
const PANEL = 190;
const TOP = 74;
const GAP = 62;
const HEIGHT = TOP + 2 * PANEL + GAP + 50;
/** Mean width of a letter of the legend: text cannot be measured without a browser. */
const LETTER = 6.2;
const MAX_POINTS = 400;
/** Half-width of the smoothing, as a part of the points drawn. */
const SMOOTHING = 0.01;
/** The loss is drawn on a logarithmic scale when it spans more than this factor. */
const LOG_SPAN = 20;

const STYLE = `
svg { font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; }
.paper { fill: #ffffff; } text { fill: #3b4048; } .title, .name { font-weight: 600; fill: #16191d; }
.title { font-size: 15px; } .legend { font-size: 11px; }
path { fill: none; stroke: currentColor; stroke-linejoin: round; stroke-linecap: round; }
circle { fill: currentColor; } .grid { stroke: #e6e8eb; } .axis { stroke: #9aa1aa; }
.train { stroke-width: 1.3; } .faint { stroke-width: 1; stroke-opacity: .3; } .heldOut { stroke-width: 2; }
.loss { color: #5b6470; } .cell { color: #1f77b4; } .exact { color: #d9690f; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #14171b; } text { fill: #b9c0c9; } .title, .name { fill: #f0f2f5; }
  .grid { stroke: #2a2f36; } .axis { stroke: #69717b; }
  .loss { color: #aab3bf; } .cell { color: #58a6e0; } .exact { color: #f59145; }
}`;

/**
 * The curves of a run as SVG text.
 *
 * @param rows metrics in the order of their steps; any number, drawn as at most 400 points
 * @param evaluations held-out evaluations in the order of their steps; may be empty
 * @param title line above the figure, plain text
 * @throws TrmError `data` when there is nothing to draw
 */
export function renderCurves(
  rows: readonly MetricsRow[],
  evaluations: readonly EvaluationRow[],
  title = 'Training',
): string {
  if (rows.length + evaluations.length === 0) {
    throw new TrmError('data', 'no metrics to draw', { fix: 'train for at least one logged step first' });
  }
  const points = (key: 'loss' | 'cellAccuracy' | 'exactAccuracy'): Point[] =>
    downsample(finite(rows.map((row) => ({ x: row.step, y: row[key] }))), MAX_POINTS);
  const train = (name: string, color: Series['color'], raw: readonly Point[], format = percent): Series => {
    return { name, color, kind: 'train', points: smooth(raw, Math.round(raw.length * SMOOTHING)), format };
  };
  const heldOut = (name: string, key: 'cell' | 'exact'): Series => {
    const measured = finite(evaluations.map((row) => ({ x: row.step, y: row[key] })));
    return { name, color: key, kind: 'heldOut', points: downsample(measured, MAX_POINTS), format: percent };
  };
  const loss = points('loss');
  const above: Series[] = [
    { name: '', color: 'loss', kind: 'faint', points: loss, format: short },
    train('training', 'loss', loss, short),
  ];
  const below: Series[] = [
    train('training cells', 'cell', points('cellAccuracy')),
    train('training exact', 'exact', points('exactAccuracy')),
    heldOut('held-out cells', 'cell'),
    heldOut('held-out exact', 'exact'),
  ];
  const x = stepAxis(Math.max(rows.at(-1)?.step ?? 0, evaluations.at(-1)?.step ?? 0));
  const lossTop = TOP;
  const accuracyTop = TOP + PANEL + GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
<title>${escapeText(title)}</title>
<style>${STYLE}
</style>
<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="${NAME}" y="28">${escapeText(title)}</text>
${panel('Loss', lossTop, x, lossAxis(loss, lossTop), above)}
${panel('Accuracy', accuracyTop, x, accuracyAxis(accuracyTop), below)}
<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">optimizer step</text>
</svg>
`;
}

/** One panel: name and legend above, horizontal grid, both axes, the series. */
function panel(name: string, top: number, x: Axis, y: Axis, series: readonly Series[]): string {
  const bottom = top + PANEL;
  const drawn = series.filter(({ points }) => points.length > 0);
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
    legend(drawn, top - 18),
    ...drawn.map((one) => drawSeries(one, x, y)),
  ];
  return `<g>\n${parts.filter(Boolean).join('\n')}\n</g>`;
}

function drawSeries({ kind, color, points }: Series, x: Axis, y: Axis): string {
  const path = line<Point>(
    (p) => x.at(p.x),
    (p) => y.at(p.y),
  ).digits(1);
  const curve = `<path class="${color} ${kind}" d="${path(points)}"/>`;
  // A line needs two points, so a lone one gets a dot.
  if (kind !== 'heldOut' && points.length > 1) return curve;
  const radius = points.length > 60 ? 1.5 : 3;
  const dots = points.map(
    (p) => `<circle class="${color}" cx="${x.at(p.x)}" cy="${y.at(p.y)}" r="${radius}"/>`,
  );
  return curve + dots.join('');
}

/** From the right edge leftwards, each entry with the series' last value. */
function legend(series: readonly Series[], y: number): string {
  let right = RIGHT;
  const entries = [...series].reverse().map(({ name, color, kind, points, format }) => {
    if (name === '') return '';
    const text = `${name} ${format(points.at(-1)!.y)}`;
    const from = round(right - LETTER * text.length);
    right = from - 38;
    const dot = kind === 'heldOut' ? `<circle class="${color}" cx="${from - 15}" cy="${y}" r="3"/>` : '';
    return (
      `<path class="${color} ${kind}" d="M${from - 24},${y}h18"/>${dot}` +
      `<text class="legend" x="${from}" y="${y + 4}">${escapeText(text)}</text>`
    );
  });
  return entries.reverse().join('');
}

function stepAxis(last: number): Axis {
  const scale = scaleLinear([0, Math.max(last, 1)], [LEFT, RIGHT]);
  return axis(scale, scale.ticks(8).filter(Number.isInteger), steps);
}

function accuracyAxis(top: number): Axis {
  const scale = scaleLinear([0, 1], [top + PANEL, top]);
  return axis(scale, scale.ticks(5), scale.tickFormat(5, '.0%'));
}

function lossAxis(points: readonly Point[], top: number): Axis {
  const values = points.length > 0 ? points.map((p) => p.y) : [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = [top + PANEL, top];
  if (low > 0 && high / low > LOG_SPAN) {
    const scale = scaleLog([low / 1.1, high * 1.1], range);
    const digits = high / low > 1000 ? '1' : '125'; // of the ticks
    return axis(
      scale,
      scale.ticks().filter((tick) => digits.includes(tick.toExponential()[0]!)),
      short,
    );
  }
  const scale = scaleLinear([Math.min(0, low), high > 0 ? high : 1], range).nice(5);
  return axis(scale, scale.ticks(5), scale.tickFormat(5));
}

function axis(scale: (value: number) => number, ticks: number[], format: (value: number) => string): Axis {
  const at = (value: number): number => round(scale(value));
  return { at, ticks: ticks.map((tick) => ({ at: at(tick), label: format(tick) })) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)}%`;
}

/** 500, 1.5k, 20k, 1M */
function steps(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function escapeText(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
