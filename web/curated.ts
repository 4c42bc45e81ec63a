/**
 * The puzzles that the page opens with, each with one solution. The hard ones, of 22 to 24 givens, are test puzzles of
 * the recipe `sudoku-9x9`, and chosen because the model has to look at them seven or eight times.
 */

import type { FamilyInfo } from '../src/data/families.ts';

export type Curated = 'hard' | 'easy';

/** Whose a puzzle is: one of the page's, or the visitor's own. */
export type Choice = Curated | 'own';

/** What is told of the model that the page opens with before it is there. */
export const LANDING = { weights: 26_818, mixer: 'candidates', proven: true } as const;

export const curatedFamily: FamilyInfo = { kind: 'sudoku', size: 9 };

export const curated: Record<Curated, readonly string[]> = {
  hard: [
    '.2..49..5.....27..6...3...99..8........2.76.........3...7...8...489.5....1.....5.',
    '28........5...361...1....4........93.3.74.........25......8.......6...814..179...',
    '.8....6......7.85.1......9..6..12.....15.7.2...73....43.........4..26.......8...7',
    '.46.1.7....23.....8..5...4.....6...3...2.....41...9.........237.89.........6..5..',
    '.4......6.8.....2.2..89.......53......1..7...46.....3......5.81..3..2.74...6..9..',
    '..6..2...3..1..56..4....1...7.4..62..2...6.79..9........1...........38...6...9...',
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
