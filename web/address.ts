/**
 * What a link to the page holds: the view, the model, the puzzle, how the model thinks, and the moment that is looked at.
 * A part that is left out, or is none, is as it would be without a link.
 */

import type { Depth } from './recursions.ts';

export const views = { solve: 'Solve', train: 'Train', arc: 'ARC' } as const;
export type View = keyof typeof views;

export interface Address {
  readonly view: View;
  readonly model?: string | undefined;
  /** One line, as its family writes it. */
  readonly puzzle?: string | undefined;
  /** Rows and columns, to a model of any size. */
  readonly size?: readonly [number, number] | undefined;
  readonly depth?: Depth | undefined;
  /** The recursion that is looked at, from 1. */
  readonly at?: number | undefined;
}

/** The most of each setting that a link may ask for; the page's own fields allow no more. */
export const MOST = { supervisionSteps: 128, cycles: 8, latentSteps: 12 } as const;

/** @param hash with or without its #. */
export function readAddress(hash: string): Address {
  const [, name = '', query = ''] = /^#?([^?]*)\??(.*)$/s.exec(hash)!;
  const view = Object.hasOwn(views, name) ? (name as View) : 'solve';
  const parts = new URLSearchParams(query);
  const text = (key: string) => parts.get(key) || undefined;
  const [rows, columns] = numbers(text('size'), 2, [40, 40]) ?? [];
  const [supervisionSteps, cycles, latentSteps] = numbers(text('depth'), 3, Object.values(MOST)) ?? [];
  const [at] = numbers(text('at'), 1, [Number.MAX_SAFE_INTEGER]) ?? [];
  return {
    view,
    ...(text('model') && { model: text('model') }),
    ...(text('puzzle') && { puzzle: text('puzzle') }),
    ...(rows && { size: [rows, columns!] as const }),
    ...(supervisionSteps && {
      depth: {
        supervisionSteps,
        cycles: cycles!,
        latentSteps: latentSteps!,
        untilHalt: parts.get('halt') !== '0',
      },
    }),
    ...(at && { at }),
  };
}

export function writeAddress({ view, model, puzzle, size, depth, at }: Address): string {
  const parts = new URLSearchParams();
  if (model) parts.set('model', model);
  if (puzzle) parts.set('puzzle', puzzle);
  if (size) parts.set('size', size.join('x'));
  if (depth) {
    parts.set('depth', [depth.supervisionSteps, depth.cycles, depth.latentSteps].join('x'));
    if (!depth.untilHalt) parts.set('halt', '0');
  }
  if (at) parts.set('at', String(at));
  const query = parts.toString();
  return query === '' ? `#${view}` : `#${view}?${query}`;
}

/** So many whole numbers of at least 1, each at most its bound; undefined where they are not. */
function numbers(
  text: string | undefined,
  count: number,
  most: readonly number[],
): readonly number[] | undefined {
  const values = text?.split('x').map(Number) ?? [];
  const fit = values.every((value, i) => Number.isInteger(value) && value >= 1 && value <= most[i]!);
  return values.length === count && fit ? values : undefined;
}
