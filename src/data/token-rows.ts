/** Puzzles that nothing is known of: rows of token numbers, between spaces or commas, a puzzle a line. */
import type { Family } from './family.ts';
import { linesOf } from './reading/documents.ts';
import type { Found } from './reading/found.ts';

export function tokenRows(cells: number, vocabulary: number): Family {
  return {
    title: `rows of ${cells} tokens`,
    cells,
    vocabulary,
    canvas: { rows: 1, columns: cells },
    symbols: Array.from({ length: vocabulary }, (_, token) => ({ text: String(token), name: String(token) })),
    read: (text) =>
      linesOf(text).flatMap((row, i): Found<Int32Array>[] => {
        if (row.trim() === '') return [];
        const tokens = row
          .trim()
          .split(/[\s,]+/)
          .map(Number);
        const sound =
          tokens.length === cells && tokens.every((t) => Number.isInteger(t) && t >= 0 && t < vocabulary);
        if (sound) return [{ value: Int32Array.from(tokens), line: i + 1 }];
        const fault = `expected ${cells} tokens of 0 to ${vocabulary - 1}, got ${tokens.length} values`;
        return [{ fault, line: i + 1 }];
      }),
    line: (tokens) => Array.from(tokens).join(' '),
  };
}
