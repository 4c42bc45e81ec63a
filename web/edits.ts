/** What is edited, with undo and redo. */

import { useReducer } from 'preact/hooks';

export interface Edits<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
}

export type Edit<T> =
  | {
      readonly type: 'set';
      readonly to: T;
      /** Whether it belongs to the edit before. */
      readonly joins: boolean;
    }
  | { readonly type: 'undo' | 'redo' };

/** Edits that can be taken back. */
const KEPT = 200;

/** There is nothing to take back before the first value that is set. */
export function edited<T>({ past, now, future }: Edits<T>, edit: Edit<T>): Edits<T> {
  if (edit.type === 'set') {
    const before = now !== undefined && !edit.joins ? [...past, now].slice(-KEPT) : past;
    return { past: before, now: edit.to, future: [] };
  }
  const [from, to] = edit.type === 'undo' ? [past, future] : [future, past];
  const next = from.at(-1);
  if (next === undefined) return { past, now, future };
  const [left, grown] = [from.slice(0, -1), [...to, now]];
  return edit.type === 'undo'
    ? { past: left, now: next, future: grown }
    : { past: grown, now: next, future: left };
}

export function useEdits<T>(first: T) {
  const [{ past, now, future }, change] = useReducer<Edits<T>, Edit<T>>(edited, {
    past: [],
    now: first,
    future: [],
  });
  return {
    now,
    /** What undo and redo lead to. */
    past: past.at(-1),
    future: future.at(-1),
    set: (to: T, joins = false) => change({ type: 'set', to, joins }),
    undo: () => change({ type: 'undo' }),
    redo: () => change({ type: 'redo' }),
  };
}
