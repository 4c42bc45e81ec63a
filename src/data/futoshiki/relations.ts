/**
 * Signs that a text tells on lines of their own, by the places of two cells, as some programs read them: `1 1 1 2`, `(1,1) (1,2)`,
 * `A1 A2`. They are not read, and the grid that they are about has no signs without them.
 */

import { CELL } from '../reading/beside/said.ts';
import type { Found } from '../reading/found.ts';
import type { FutoshikiShape } from './rules.ts';

const NUMBERS = /^[\s([{]*\d{1,2}(?:[\s,;:()[\]{}<>=→-]+\d{1,2}){1,5}[\s)\]},;]*$/;
const NAMES = new RegExp(`^\\s*${CELL}[\\s,;:<>=→-]+${CELL}[\\s,;]*$`, 'i');
const LONGEST = 60;

/** Whether a line is of such numbers or names, and neither a row nor the size of a grid. */
function isRelation(line: string, size: number): boolean {
  if (line.length > LONGEST) return false;
  if (NAMES.test(line)) return true;
  if (!NUMBERS.test(line)) return false;
  const numbers = line.match(/\d+/g)!.map(Number);
  const [row, column, otherRow, otherColumn] = numbers as [number, number, number, number];
  if (numbers.length === size) {
    if (size !== 4) return false;
    // A row of a grid has no digit twice.
    const [down, across] = [Math.abs(row - otherRow), Math.abs(column - otherColumn)];
    return down + across === 1;
  }
  return numbers.length !== 2 || row !== size || column !== size;
}

/** Puzzles, of which those without a sign are refused beside such lines. @param fix how signs are written. */
export function withoutLostSigns(
  found: readonly Found<Int32Array>[],
  lines: readonly string[],
  { size, signs }: FutoshikiShape,
  fix: string,
): Found<Int32Array>[] {
  const relation = lines.find((line) => isRelation(line, size));
  const isSign = (token: number) => Object.values(signs).includes(token);
  return found.map((one) => {
    if (relation === undefined || one.fault !== undefined || one.value.some(isSign)) return one;
    const fault = `a grid without signs beside ${relation.trim()}, which may be the places of one: relations between cells are not read`;
    return { fault, fix, line: one.line! };
  });
}
