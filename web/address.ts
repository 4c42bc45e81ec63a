/**
 * What a link to the page holds: the view, the puzzle, who thinks about it and how, on both sides where there are two, and
 * the moment that is looked at, which the sides share; of the ARC view the task. A part that is left out is as it would be
 * without a link, and so is one that cannot be taken, of which that is told.
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
  /** What of a link that is read cannot be taken, in the page's words: `at=0 (expected a number from 1 on)`. */
  readonly refused?: readonly string[] | undefined;
}

/** The most of each setting that a link may ask for; the page's own fields allow no more. */
export const MOST = { supervisionSteps: 128, cycles: 8, latentSteps: 12 } as const;

/** What the second side's parts begin with. */
const SECOND = 'b-';

/** The largest grid that a link may ask for. */
const LARGEST = [40, 40];
const ANY = [Number.MAX_SAFE_INTEGER];

/** Whether a part can be taken, and what is expected of it. */
type Part = readonly [fits: (text: string) => boolean, expected: string];
const some: Part = [(text) => text !== '', 'a text'];
const flag: Part = [(text) => text === '0' || text === '1', '0 or 1'];
const counted: Part = [(text) => numbers(text, 1, ANY) !== undefined, 'a number from 1 on'];
const bounded = (most: readonly number[]): Part => [
  (text) => numbers(text, most.length, most) !== undefined,
  `${most.map(() => '1').join('x')} to ${most.join('x')}`,
];
const thinker = { model: some, depth: bounded(Object.values(MOST)), halt: flag, again: flag };
/** What a link to each view may hold. */
const known: Readonly<Record<View, Readonly<Record<string, Part>>>> = {
  solve: {
    ...thinker,
    ...Object.fromEntries(Object.entries(thinker).map(([key, part]) => [SECOND + key, part])),
    ...{ puzzle: some, size: bounded(LARGEST), at: counted },
  },
  train: {},
  arc: { task: some, test: counted },
};

/** @param name of the view, as the link has it. */
function refusedOf(name: string, view: View, parts: URLSearchParams): string[] {
  const isView = name === '' || name === view;
  const refused = isView ? [] : [`#${name} (expected one of ${Object.keys(views).join(', ')})`];
  const seen = new Set<string>();
  for (const [key, text] of parts) {
    const [fits, expected] = (Object.hasOwn(known[view], key) && known[view][key]) || [];
    if (!fits) refused.push(`${key}=${text} (no key of a link to ${views[view]})`);
    else if (seen.has(key)) refused.push(`${key}=${text} (a second ${key}, of which the first is taken)`);
    else if (!fits(text)) refused.push(`${key}=${text} (expected ${expected})`);
    seen.add(key);
  }
  return refused;
}

/** What to say of parts of a link that cannot be taken; '' where there are none. */
export function tellRefused(refused: readonly string[]): string {
  if (refused.length === 0) return '';
  return `this link is damaged: it holds ${refused.join(' and ')}; the usual is in place of that`;
}

/** @param hash with or without its #. */
export function readAddress(hash: string): Address {
  const [, name = '', query = ''] = /^#?([^?]*)\??(.*)$/s.exec(hash)!;
  const view = Object.hasOwn(views, name) ? (name as View) : 'solve';
  const parts = new URLSearchParams(query);
  const puzzle = parts.get('puzzle');
  const [rows, columns] = numbers(parts.get('size'), 2, LARGEST) ?? [];
  const task = parts.get('task');
  const [test] = numbers(parts.get('test'), 1, ANY) ?? [];
  const [at] = numbers(parts.get('at'), 1, ANY) ?? [];
  const other = readThinker(parts, SECOND);
  const refused = refusedOf(name, view, parts);
  return {
    view,
    ...readThinker(parts),
    ...(puzzle && { puzzle }),
    ...(rows && { size: [rows, columns!] as const }),
    ...(Object.keys(other).length > 0 && { other }),
    ...(at && { at }),
    ...(task && { task }),
    ...(test && { test }),
    ...(refused.length > 0 && { refused }),
  };
}

export function writeAddress({
  view,
  puzzle,
  size,
  at,
  other,
  task,
  test,
  refused: _,
  ...first
}: Address): string {
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
