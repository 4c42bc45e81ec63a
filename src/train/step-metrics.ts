/**
 * What a step gives beside gradients: numbers of each row from the graph, and the sums of them that are reported.
 *
 * G rows of the global batch, B of them local.
 */

/** Sums over the global batch, as the official code logs them. */
export interface StepMetrics {
  readonly step: number;
  /** Cell loss + haltLossWeight * (halting loss + continue loss), summed over rows. */
  readonly loss: number;
  readonly cellLoss: number;
  readonly haltLoss: number;
  /** 0 for a model that does not learn to continue. */
  readonly continueLoss: number;
  /** Rows that finished in this step and have labels; the next four are sums over them. */
  readonly count: number;
  readonly cellAccuracy: number;
  readonly exactAccuracy: number;
  readonly haltAccuracy: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
}

/** Per-row results of the gradient graph, `[B]` or of all ranks `[G]`, and those of a model that learns to continue. */
export const rowOutputs = ['cellLoss', 'haltLoss', 'correct', 'scored', 'halt'] as const;
export const continueOutputs = ['continueLoss', 'margin'] as const;
export type RowOutputs = Record<(typeof rowOutputs)[number] | (typeof continueOutputs)[number], Float32Array>;

/** Results of all ranks' rows, with the carry's counts after the step, `[G]` each. */
export type GlobalRows = RowOutputs & { readonly steps: Int32Array; readonly halted: Int32Array };

/** Zeros for `rows` rows. */
export const emptyRows = (rows: number): RowOutputs =>
  Object.fromEntries(
    [...rowOutputs, ...continueOutputs].map((name) => [name, new Float32Array(rows)]),
  ) as RowOutputs;

/** Sums over all rows. */
export function lossesOf(rows: GlobalRows, haltLossWeight: number) {
  const cellLoss = total(rows.cellLoss);
  const haltLoss = total(rows.haltLoss);
  const continueLoss = total(rows.continueLoss);
  return { loss: cellLoss + haltLossWeight * (haltLoss + continueLoss), cellLoss, haltLoss, continueLoss };
}

/** Sums over the rows that are done and have labels. */
export function finished(rows: GlobalRows) {
  const sums = { count: 0, cellAccuracy: 0, exactAccuracy: 0, haltAccuracy: 0, steps: 0 };
  rows.halted.forEach((halted, row) => {
    const scored = rows.scored[row]!;
    if (halted === 0 || scored === 0) return;
    const exact = rows.correct[row] === scored;
    sums.count++;
    sums.cellAccuracy += rows.correct[row]! / scored;
    sums.exactAccuracy += exact ? 1 : 0;
    sums.haltAccuracy += rows.halt[row]! >= 0 === exact ? 1 : 0;
    sums.steps += rows.steps[row]!;
  });
  return sums;
}

function total(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
