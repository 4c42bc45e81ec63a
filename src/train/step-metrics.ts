/**
 * What a step gives beside gradients: numbers of each row from the graph, and the means of them that are reported.
 *
 * G rows of the global batch, B of them local.
 */

import type { Model } from '../models/model.ts';

/** Per example, over the global batch, as the official code logs them. */
export interface StepMetrics {
  readonly step: number;
  /** Cell loss + haltLossWeight * (halting loss + continue loss), the mean over the rows. */
  readonly loss: number;
  readonly cellLoss: number;
  readonly haltLoss: number;
  /** 0 for a model that does not learn to continue. */
  readonly continueLoss: number;
  /** Rows that finished in this step and have labels; the next four are means over them, null where there is none. */
  readonly count: number;
  readonly cellAccuracy: number | null;
  readonly exactAccuracy: number | null;
  readonly haltAccuracy: number | null;
  readonly meanSteps: number | null;
  readonly learningRate: number;
  readonly gradientNorm: number;
}

/** Per-row results of the gradient graph, `[B]` or of all ranks `[G]`, and those of models that use the logit of continuing. */
const rowOutputs = ['cellLoss', 'haltLoss', 'correct', 'scored', 'halt'] as const;
const continueOutputs = { unused: [], compared: ['margin'], learned: ['continueLoss', 'margin'] } as const;
export type RowOutputs = Record<(typeof rowOutputs)[number], Float32Array> &
  Partial<Record<'continueLoss' | 'margin', Float32Array>>;

/** The per-row results of a model. */
export function rowOutputsOf({ continuing }: Model): readonly (keyof RowOutputs)[] {
  return [...rowOutputs, ...continueOutputs[continuing]];
}

/** Results of all ranks' rows, with the carry's counts after the step, `[G]` each. */
export type GlobalRows = Omit<RowOutputs, 'margin'> & Record<'steps' | 'halted', Float32Array>;

/** Means over all rows. */
export function lossesOf(rows: GlobalRows, haltLossWeight: number) {
  const cellLoss = mean(rows.cellLoss);
  const haltLoss = mean(rows.haltLoss);
  const continueLoss = rows.continueLoss ? mean(rows.continueLoss) : 0;
  return { loss: cellLoss + haltLossWeight * (haltLoss + continueLoss), cellLoss, haltLoss, continueLoss };
}

/** Means over the rows that are done and have labels. */
export function finished(rows: GlobalRows) {
  const sums = { cellAccuracy: 0, exactAccuracy: 0, haltAccuracy: 0, steps: 0 };
  let count = 0;
  rows.halted.forEach((halted, row) => {
    const scored = rows.scored[row]!;
    if (halted === 0 || scored === 0) return;
    const exact = rows.correct[row] === scored;
    count++;
    sums.cellAccuracy += rows.correct[row]! / scored;
    sums.exactAccuracy += exact ? 1 : 0;
    sums.haltAccuracy += rows.halt[row]! >= 0 === exact ? 1 : 0;
    sums.steps += rows.steps[row]!;
  });
  const share = (sum: number) => (count > 0 ? sum / count : null);
  return {
    count,
    cellAccuracy: share(sums.cellAccuracy),
    exactAccuracy: share(sums.exactAccuracy),
    haltAccuracy: share(sums.haltAccuracy),
    meanSteps: share(sums.steps),
  };
}

/** The metrics of a step that each rank took with rows of its own: over the rows of all, and the mean of the gradients' norms. */
export function meanOfRanks(
  ranks: readonly { readonly rows: number; readonly metrics: StepMetrics }[],
): StepMetrics {
  const over = (key: keyof StepMetrics, weight: (rank: (typeof ranks)[number]) => number): number | null => {
    const counted = ranks.filter(({ metrics }) => metrics[key] !== null);
    const weights = counted.reduce((sum, rank) => sum + weight(rank), 0);
    if (weights === 0) return null;
    return counted.reduce((sum, rank) => sum + weight(rank) * rank.metrics[key]!, 0) / weights;
  };
  const ofRows = (key: keyof StepMetrics) => over(key, ({ rows }) => rows)!;
  const ofFinished = (key: keyof StepMetrics) => over(key, ({ metrics }) => metrics.count);
  const [{ metrics }] = ranks as [(typeof ranks)[number]];
  return {
    step: metrics.step,
    loss: ofRows('loss'),
    cellLoss: ofRows('cellLoss'),
    haltLoss: ofRows('haltLoss'),
    continueLoss: ofRows('continueLoss'),
    count: ranks.reduce((sum, { metrics }) => sum + metrics.count, 0),
    cellAccuracy: ofFinished('cellAccuracy'),
    exactAccuracy: ofFinished('exactAccuracy'),
    haltAccuracy: ofFinished('haltAccuracy'),
    meanSteps: ofFinished('meanSteps'),
    learningRate: metrics.learningRate,
    gradientNorm: over('gradientNorm', () => 1)!,
  };
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
