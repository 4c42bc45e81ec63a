/**
 * Training curves as one standalone SVG: the loss above, the accuracies below, over optimizer steps.
 *
 * Training curves are thin lines, lightly smoothed; held-out evaluations are lines with a dot at each evaluation.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import { TrmError } from '../../errors.ts';
import {
  type Axis,
  accuracyAxis,
  axis,
  figure,
  PANEL,
  panel,
  percent,
  type Series,
  stepAxis,
  TOP,
} from './figure.ts';
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

const GAP = 62;
const HEIGHT = TOP + 2 * PANEL + GAP + 50;
const MAX_POINTS = 400;
/** Half-width of the smoothing, as a part of the points drawn. */
const SMOOTHING = 0.01;
/** The loss is drawn on a logarithmic scale when it spans more than this factor. */
const LOG_SPAN = 20;

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
  const parts = [
    panel('Loss', lossTop, x, lossAxis(loss, lossTop), above),
    panel('Accuracy', accuracyTop, x, accuracyAxis(accuracyTop), below),
  ];
  return figure(title, HEIGHT, parts, 'optimizer step');
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

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
