/** The curves of a training run. */

/** A column an optimizer step. */
export interface History {
  readonly step: number[];
  readonly loss: number[];
  /** Share of finished training puzzles that are right; null where none finished. */
  readonly accuracy: (number | null)[];
  /** Share of held-out puzzles solved; null but after evaluations. */
  readonly heldOut: (number | null)[];
}

export type HistoryEvent =
  | { readonly type: 'step'; readonly step: number; readonly loss: number; readonly accuracy: number | null }
  | { readonly type: 'evaluation'; readonly exact: number };

export function emptyHistory(): History {
  return { step: [], loss: [], accuracy: [], heldOut: [] };
}

/** An evaluation belongs to the last step. A run that goes on from an earlier one does the steps after it again. */
export function record(history: History, event: HistoryEvent): void {
  if (event.type === 'evaluation') {
    history.heldOut[history.heldOut.length - 1] = event.exact;
    return;
  }
  while ((history.step.at(-1) ?? 0) >= event.step)
    for (const column of [history.step, history.loss, history.accuracy, history.heldOut]) column.pop();
  history.step.push(event.step);
  history.loss.push(event.loss);
  history.accuracy.push(event.accuracy);
  history.heldOut.push(null);
}
