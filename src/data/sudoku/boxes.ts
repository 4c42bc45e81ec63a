/**
 * The boxes that lines of a text draw around cells, by bars and rules, by groups and by wider gaps. Their shape must be the model's:
 * the same digits in other boxes are another puzzle.
 */
import type { Fault } from '../reading/found.ts';
import { BARS, type Context, cellsBetween, isBorder } from './lines.ts';
import { type SudokuSize, sudokuShape } from './rules.ts';

/**
 * What to say of a grid that is drawn with other boxes; undefined where it has the model's, or none.
 *
 * @param at the places of its rows among the lines.
 */
export function otherBoxes(
  lines: readonly string[],
  at: readonly number[],
  context: Context,
): Fault | undefined {
  const { boxRows, boxColumns } = sudokuShape(context.size);
  const across = widthsOf(
    at.map((place) => lines[place]!),
    context.size,
  );
  const heights = heightsOf(lines, at, context);
  const isOther =
    across.some((widths) => widths.some((width) => width !== boxColumns)) ||
    heights.some((height) => height % boxRows > 0);
  if (!isOther) return undefined;
  const width = across.length > 0 ? evenly(across.flat()) : boxColumns;
  const height = heights.length > 0 ? evenly(heights) : boxRows;
  if (width === undefined || height === undefined || height === 1)
    return {
      fault: `lines are drawn between the cells that are no boxes of ${boxRows} rows × ${boxColumns} columns`,
      fix: 'leave them out if they mean nothing; puzzles of other boxes are not read',
    };
  const drawn = [heights.length > 0 && `${height} rows`, across.length > 0 && `${width} columns`];
  const isTurned =
    (heights.length === 0 || height === boxColumns) && (across.length === 0 || width === boxRows);
  return {
    fault: `drawn with boxes of ${drawn.filter(Boolean).join(' × ')}; this model's are ${boxRows} × ${boxColumns}`,
    fix: isTurned
      ? 'write its columns as rows, which turns the boxes too'
      : 'puzzles of other boxes are not read',
  };
}

/** Whether bars divide a row into boxes, as `1 2 3 | 4 5 6`: names of columns stand without them. */
export function isInBoxes(row: string, { size }: Context): boolean {
  return !/[,;\t]/.test(row) && cellsOf(barredParts(row), size) !== undefined;
}

/** What all of them are; undefined where they differ. */
function evenly(lengths: readonly number[]): number | undefined {
  return lengths.every((length) => length === lengths[0]) ? lengths[0] : undefined;
}

/**
 * Cells of the parts of each row that is drawn in parts: between bars, or else in groups or between wider gaps, which draw boxes
 * where they are equally long in all rows.
 */
function widthsOf(rows: readonly string[], size: SudokuSize): number[][] {
  const plain = rows.map((row) => (/[,;\t]/.test(row) ? '' : row));
  const byBars = plain.map((row) => cellsOf(barredParts(row), size)).filter((widths) => widths !== undefined);
  if (byBars.length > 0) return byBars;
  const byGaps = plain.map((row) => cellsOf(spacedParts(row), size));
  const [first] = byGaps;
  const isEven =
    first && evenly(first) !== undefined && byGaps.every((widths) => String(widths) === String(first));
  return isEven ? [first] : [];
}

/** Between heavy or double bars, where there are such, else between all of them. */
function barredParts(row: string): string[] {
  const [heavy, any] = [/[┃║]|\|\|/g, BARS].map((bars) =>
    row
      .trim()
      .replace(bars, '\n')
      .replace(/^\n|\n$/g, '')
      .split('\n'),
  ) as [string[], string[]];
  return heavy.length > 1 ? heavy : any;
}

/** Groups of cells, or single cells between wider gaps. */
function spacedParts(row: string): string[] {
  const groups = row.trim().split(/ +/);
  return groups.every(({ length }) => length === 1) ? row.trim().split(/ {2,}/) : groups;
}

/** How many each part holds; undefined where they are one part, single cells, or not all cells: a blank may be a space. */
function cellsOf(parts: readonly string[], size: SudokuSize): number[] | undefined {
  if (parts.length === 1 || parts.length === size) return undefined;
  const widths = parts.map((part) => cellsBetween(part, size, (count) => count > 0)?.length ?? 0);
  return widths.reduce((sum, width) => sum + width, 0) === size ? widths : undefined;
}

/** Rows of each part of a grid that rules or empty lines divide; between all rows they are of a table, or space alone. */
function heightsOf(lines: readonly string[], at: readonly number[], context: Context): number[] {
  const between = at.slice(1).map((place, i) => lines.slice(at[i]! + 1, place));
  const isRule = (line: string) => isBorder(line, context);
  const areAllRuled = between.every((some) => some.some(isRule));
  const isHeavy = (line: string) => isRule(line) && /[═━=]/.test(line);
  const isDivision = areAllRuled && between.flat().some(isHeavy) ? isHeavy : isRule;
  const heights = [1];
  for (const some of between) {
    if (some.some((line) => isDivision(line) || line.trim() === '')) heights.push(1);
    else heights[heights.length - 1]!++;
  }
  const isTable = at.every((place) => lines[place]!.split(BARS).length >= at.length);
  const divides = heights.length > 1 && (heights.length < at.length || (areAllRuled && !isTable));
  return divides ? heights : [];
}
