/**
 * The puzzles that the page opens with, each with one solution. The hard ones, of 22 to 24 givens, are of `generatePuzzles`
 * with as few givens as possible, and chosen because the model has to look at them several times.
 */

import type { FamilyInfo } from '../src/data/families.ts';

export type Curated = 'hard' | 'easy';

/** Weights of the model that the page opens with, told before they are there. */
export const LANDING_WEIGHTS = 526_850;

export const curatedFamily: FamilyInfo = { kind: 'sudoku', size: 9 };

export const curated: Record<Curated, readonly string[]> = {
  hard: [
    '.....65.......4.76...18..9...46.........9...55...7....27....8.3..68......1...9.4.',
    '...9..3.......3....7..4.....45....781..7..6..6...9......3.1......82..9.6.9.....54',
    '......7.6.7.6.2...53..........5..21.3..........1.3.9..6.9..4..82.5.........2.1.5.',
    '...9.....8.....42.6..47...5.....1...1..56...35.....28.....8..7...1.3.....79....5.',
    '.....24.99....12.5.6...5......4....63.1...9.........73..4.3......57.9...19.......',
    '....6.3.27......1.2..3.......9....561.3..59.....7.......5..7.......2.6...9.458...',
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
