/**
 * Grids of 16x16 whose digits are the letters `A` to `P`, as many publish them: where no digit stands and a letter beyond `G` does,
 * which is the largest digit otherwise, all are read so.
 */
import { formatDigit } from './grid.ts';
import type { SudokuSize } from './rules.ts';

const ASIDE = /[\s|,;"'[\]()/]/g;
/** Characters of a line that may be cells. */
const LONGEST = 2000;

/** The lines with digits in place of such letters. */
export function withoutLetters(lines: readonly string[], size: SudokuSize): readonly string[] {
  if (size !== 16) return lines;
  const cells = lines.map((line) => (line.length > LONGEST ? '' : line.replace(ASIDE, '')));
  const isRow = (row: string) => [size, size ** 2].includes(row.length) && /^[a-px._0*·?□-]+$/i.test(row);
  const areDigits = cells.some((row) => row.length >= size && /[1-9]/.test(row) && !/[q-wyz]/i.test(row));
  if (areDigits || !cells.some((row) => isRow(row) && /[h-p]/i.test(row))) return lines;
  return lines.map((line, i) =>
    isRow(cells[i]!)
      ? line.replace(/[a-p]/gi, (letter) => formatDigit(letter.toUpperCase().charCodeAt(0) - 64))
      : line,
  );
}
