import type { CellLoss } from '../nn/losses.ts';

/** The probabilities that training meant by the logits of a cell, `[V]` or some of them: they are one together. */
export function probabilities(logits: ArrayLike<number>, loss: CellLoss): number[] {
  const values = Array.from(logits);
  const most = Math.max(...values);
  const weights = values.map((x) => (loss === 'softmax' ? Math.exp(x - most) : x < 0 ? 1 / (1 - x) : 1 + x));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}
