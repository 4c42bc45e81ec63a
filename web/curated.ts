/**
 * The puzzles that the page opens with, each with one solution. The hard ones, of 22 to 24 givens, are test puzzles of
 * the recipe `sudoku-9x9`, and chosen because the model has to look at them six to nine times.
 */

import type { FamilyInfo } from '../src/data/families.ts';

export type Curated = 'hard' | 'easy';

/** Whose a puzzle is: one of the page's, or the visitor's own. */
export type Choice = Curated | 'own';

/** What is told of the model that the page opens with before it is there. */
export const LANDING = { weights: 55_586, mixer: 'candidates', proven: true } as const;

export const curatedFamily: FamilyInfo = { kind: 'sudoku', size: 9 };

export const curated: Record<Curated, readonly string[]> = {
  hard: [
    '..5....1.9.18....3...4.........69...21......5....1.9..1......7.....7.5.6.84..3...',
    '.13.....9...1......59.7...464............4.......5.1.82...65......2....1.7....93.',
    '...3....51......7.8..4.....5....9.2.....6...8.7...5....89..6........834...72...5.',
    '..8....31.739.28..............3...5....729.........6.256.....8..2.......8.15...46',
    '....31..97....4....3......8.5..2...7....7.3..9.76..........5.3.....6.92..14......',
    '....6.8..1...8.72352.......79.2.....3...58.7....6..3...............3..94..5.2..6.',
  ],
  easy: [
    '.7..6.82..268...4......7.3.2..9157..895...46.731.......8.723.1.61..8...2....5697.',
    '...9..3...6.5.3...37..4...5.45361.781..7..6..6..492....53.1.7....82.49.6.96....54',
    '..586..3...73..98.....1.6.5.24935...6....83.4.83..6529.48..3.7..9...7..8...4.1..3',
    '278.......31....644.5193...39....6.7...37.4.5..2.461.......7.1.51.9.82..629.3..5.',
  ],
};

/** The next one of a kind after a puzzle, the first one where it is none of them. */
export function nextCurated(kind: Curated, line?: string): string {
  const all = curated[kind];
  return all[(all.indexOf(line ?? '') + 1) % all.length]!;
}

/** Whose the puzzle of a link is. */
export function choiceOf(line: string): Choice {
  const kinds = Object.keys(curated) as Curated[];
  return kinds.find((kind) => curated[kind].includes(line)) ?? 'own';
}
