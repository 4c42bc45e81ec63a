/**
 * What a link to the page holds: the view, the puzzle, who thinks about it and how, on both sides where there are two, and
 * the moment that is looked at, which the sides share; of the ARC view the task. A part that is left out, or is none, is as it
 * would be without a link.
 */

import type { Depth } from './recursions.ts';

export const views = { solve: 'Solve', train: 'Train', arc: 'ARC' } as const;
export type View = keyof typeof views;

/** Who thinks, and how. */
export interface Thinker {
  readonly model?: string | undefined;
  readonly depth?: Depth | undefined;
  /** Whether it looks again from other sides; true when omitted. */
  readonly looksAgain?: boolean | undefined;
}

export interface Address extends Thinker {
  readonly view: View;
  /** One line, as its family writes it. */
  readonly puzzle?: string | undefined;
  /** Rows and columns, to a model of any size. */
  readonly size?: readonly [number, number] | undefined;
  /** The second side. */
  readonly other?: Thinker | undefined;
  /** The recursion that is looked at, from 1, as the first side counts them. */
  readonly at?: number | undefined;
  /** A task of those that the page has, and the test of it that is worked on, from 1. */
  readonly task?: string | undefined;
  readonly test?: number | undefined;
}

/** The most of each setting that a link may ask for; the page's own fields allow no more. */
export const MOST = { supervisionSteps: 128, cycles: 8, latentSteps: 12 } as const;

/** What the second side's parts begin with. */
const SECOND = 'b-';

/** @param hash with or without its #. */
export function readAddress(hash: string): Address {
  const [, name = '', query = ''] = /^#?([^?]*)\??(.*)$/s.exec(hash)!;
  const view = Object.hasOwn(views, name) ? (name as View) : 'solve';
  const parts = new URLSearchParams(query);
  const puzzle = parts.get('puzzle');
  const [rows, columns] = numbers(parts.get('size'), 2, [40, 40]) ?? [];
  const task = parts.get('task');
  const [test] = numbers(parts.get('test'), 1, [Number.MAX_SAFE_INTEGER]) ?? [];
  const [at] = numbers(parts.get('at'), 1, [Number.MAX_SAFE_INTEGER]) ?? [];
  const other = readThinker(parts, SECOND);
  return {
    view,
    ...readThinker(parts),
    ...(puzzle && { puzzle }),
    ...(rows && { size: [rows, columns!] as const }),
    ...(Object.keys(other).length > 0 && { other }),
    ...(at && { at }),
    ...(task && { task }),
    ...(test && { test }),
  };
}

export function writeAddress({ view, puzzle, size, at, other, task, test, ...first }: Address): string {
  const parts = new URLSearchParams();
  writeThinker(parts, first);
  if (puzzle) parts.set('puzzle', puzzle);
  if (size) parts.set('size', size.join('x'));
  if (other) writeThinker(parts, other, SECOND);
  if (at) parts.set('at', String(at));
  if (task) parts.set('task', task);
  if (test) parts.set('test', String(test));
  const query = parts.toString();
  return query === '' ? `#${view}` : `#${view}?${query}`;
}

export const viewNow = (): View => readAddress(location.hash).view;

/** Shows a view, unless somebody has gone elsewhere meanwhile. @param from where it was asked for. */
export function goTo(view: View, from: View): void {
  if (viewNow() === from && view !== from) location.hash = `#${view}`;
}

function readThinker(parts: URLSearchParams, prefix = ''): Thinker {
  const text = (key: string) => parts.get(prefix + key);
  const model = text('model');
  const [supervisionSteps, cycles, latentSteps] = numbers(text('depth'), 3, Object.values(MOST)) ?? [];
  const untilHalt = text('halt') !== '0';
  return {
    ...(model && { model }),
    ...(supervisionSteps && {
      depth: { supervisionSteps, cycles: cycles!, latentSteps: latentSteps!, untilHalt },
    }),
    ...(text('again') === '0' && { looksAgain: false }),
  };
}

function writeThinker(parts: URLSearchParams, { model, depth, looksAgain }: Thinker, prefix = ''): void {
  if (model) parts.set(`${prefix}model`, model);
  if (depth) {
    parts.set(`${prefix}depth`, [depth.supervisionSteps, depth.cycles, depth.latentSteps].join('x'));
    if (!depth.untilHalt) parts.set(`${prefix}halt`, '0');
  }
  if (looksAgain === false) parts.set(`${prefix}again`, '0');
}

/** So many whole numbers of at least 1, each at most its bound; undefined where they are not. */
function numbers(text: string | null, count: number, most: readonly number[]): readonly number[] | undefined {
  const values = text?.split('x').map(Number) ?? [];
  const fit = values.every((value, i) => Number.isInteger(value) && value >= 1 && value <= most[i]!);
  return values.length === count && fit ? values : undefined;
}
