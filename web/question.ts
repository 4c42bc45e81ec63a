/** The puzzle that is asked, with undo and redo. */

import { useReducer } from 'preact/hooks';
import type { FamilyInfo } from '../src/data/families.ts';

export interface Asked {
  /** `[S]` */
  readonly question: Int32Array;
  readonly family: FamilyInfo;
  readonly model: string;
}

interface Edits {
  readonly past: readonly Asked[];
  readonly now: Asked | undefined;
  readonly future: readonly Asked[];
}

type Edit =
  | {
      readonly type: 'ask';
      readonly asked: Asked /** Whether it belongs to the edit before. */;
      readonly joins: boolean;
    }
  | { readonly type: 'undo' | 'redo' };

/** Edits that can be taken back. */
const KEPT = 200;

export function edited({ past, now, future }: Edits, edit: Edit): Edits {
  if (edit.type === 'ask') {
    const before = now && !edit.joins ? [...past, now].slice(-KEPT) : past;
    return { past: before, now: edit.asked, future: [] };
  }
  const [from, to] = edit.type === 'undo' ? [past, future] : [future, past];
  const next = from.at(-1);
  if (!next) return { past, now, future };
  const [left, grown] = [from.slice(0, -1), now ? [...to, now] : to];
  return edit.type === 'undo'
    ? { past: left, now: next, future: grown }
    : { past: grown, now: next, future: left };
}

export function useQuestion() {
  const [{ past, now, future }, change] = useReducer(edited, { past: [], now: undefined, future: [] });
  return {
    asked: now,
    /** What undo and redo lead to. */
    past: past.at(-1),
    future: future.at(-1),
    ask: (asked: Asked, joins = false) => change({ type: 'ask', asked, joins }),
    undo: () => change({ type: 'undo' }),
    redo: () => change({ type: 'redo' }),
  };
}
