/** Puzzles that nothing is known of: rows of token numbers, between spaces or commas, a puzzle a line. */
import { TrmError } from '../errors.ts';
import type { Family } from './family.ts';

export function tokenRows(cells: number, vocabulary: number): Family {
  return {
    title: `rows of ${cells} tokens`,
    cells,
    vocabulary,
    canvas: { rows: 1, columns: cells },
    symbols: Array.from({ length: vocabulary }, (_, token) => ({ text: String(token), name: String(token) })),
    read: (text, file) =>
      text.split(/\r?\n/).flatMap((row, i) => {
        if (row.trim() === '') return [];
        const tokens = row
          .trim()
          .split(/[\s,]+/)
          .map(Number);
        const sound =
          tokens.length === cells && tokens.every((t) => Number.isInteger(t) && t >= 0 && t < vocabulary);
        if (sound) return [Int32Array.from(tokens)];
        throw new TrmError(
          'data',
          `expected ${cells} tokens of 0 to ${vocabulary - 1}, got ${tokens.length} values`,
          { file, line: i + 1 },
        );
      }),
    line: (tokens) => Array.from(tokens).join(' '),
  };
}
