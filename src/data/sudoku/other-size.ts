/**
 * A grid of another size in a text: it is one fault, not one in every line of it. How wide it is only its height tells, for
 * cells may stand between spaces, commas or bars, or in groups: a grid is n lines that may all hold n cells.
 */
import { placeBefore, placeFrom } from '../reading/places.ts';
import { BARS, type Context, isBorder, type Line, lineAs, NAMED_CELL } from './lines.ts';

/** Cells of a row, at least and at most. */
const [LEAST, MOST] = [4, 25];

interface OtherSize {
  /** n of its n*n cells. */
  readonly size: number;
  /** Lines that it takes, with its borders. */
  readonly lines: number;
}

/**
 * The grid that begins with a line, where it is one of another size; a few bad rows are none.
 *
 * @param kind what the line is.
 */
export function otherSizeAt(
  lines: readonly string[],
  from: number,
  kind: Line['kind'],
  context: Context,
): OtherSize | undefined {
  // A row of 16x16 may look like a grid of 4x4; the next one does not.
  const mayBeRow = kind === 'grid' && context.size ** 2 <= MOST;
  const odd = mayBeRow ? lineAs(lines[from + 1] ?? '', context).kind : kind;
  if (!['bad', 'aside', 'words'].includes(odd) || isBorder(lines[from]!, context)) return undefined;
  for (const size of widthsOf(lines[from]!)) {
    if (size === context.size || size < LEAST || size > MOST) continue;
    const rows: string[] = [];
    let at = from;
    for (; at < lines.length && rows.length < size; at++) {
      const line = lines[at]!;
      if (widthsOf(line).has(size)) rows.push(line);
      else if (line.trim() !== '' && !isBorder(line, context)) break;
    }
    if (isCut(lines, from, size)) continue;
    const isRead = (line: string) => ['row', 'grid'].includes(lineAs(line, context).kind);
    if (rows.length === size && rows.filter(isRead).length < size / 2) return { size, lines: at - from };
  }
  return undefined;
}

/** Whether lines between tabs are of a wider sheet, which lost the empty cells at their ends. */
function isCut(lines: readonly string[], from: number, size: number): boolean {
  if (!lines[from]!.includes('\t')) return false;
  const isOfSheet = (line: string) => line.includes('\t');
  const begin = placeBefore(lines, from, (line) => !isOfSheet(line)) + 1;
  const end = placeFrom(lines, from, (line) => !isOfSheet(line));
  return lines.slice(begin, end).some((line) => line.split('\t').length > size);
}

/** How many cells a line may hold, by every way of writing them. */
function widthsOf(line: string): Set<number> {
  if (NAMED_CELL.test(line)) return new Set();
  const bare = line.replace(/[[\](){}"']/g, ' ').trim();
  const between = bare.split(/[,;\t]/).length;
  const tokens = bare
    .replace(BARS, ' ')
    .split(/[\s,;]+/)
    .filter(Boolean);
  const parts = bare.replace(BARS, '|').split('|');
  const isFramed = parts.at(0) === '' && parts.at(-1) === '';
  return new Set([
    ...(between > 1 ? [between] : []),
    ...(tokens.every(({ length }) => length < 3) ? [tokens.length] : []),
    tokens.join('').length,
    ...inParts(isFramed ? parts.slice(1, -1) : []),
  ]);
}

/** Cells of parts between bars in which the columns tell blanks: as wide as their cells, or with spaces between or around. */
function inParts(parts: readonly string[]): number[] {
  const [width, ...others] = new Set(parts.map(({ length }) => length));
  if (width === undefined || others.length > 0) return [];
  return [width, (width + 1) / 2, width / 2, (width - 1) / 2, width / 3].map((cells) => cells * parts.length);
}
