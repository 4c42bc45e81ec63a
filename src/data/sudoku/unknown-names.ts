/**
 * Names before the rows of a grid of which nobody knows what they count: `9:` to `1:`, as beside a chessboard, `B 1:`, `Row A1:`,
 * `First row:`. The rows may belong where the names say, or where they are.
 */

import { isOtherOrder, namedOtherwise, placesNamed } from '../reading/beside/other-order.ts';
import type { Fault } from '../reading/found.ts';
import { type Context, isBorder } from './lines.ts';

/** A name before a colon, a bar or a bracket, or a short one before a space. */
const NAMED =
  /^[\s>*-]*(?:(?<name>[\p{L}\d][^:|=)\n]{0,19})\s?[:|=)]|(?<short>[\p{L}\d]{1,3}(?=\s)))[\s*]*(?<cells>.*)$/u;

/** What to say of as many rows as a grid has, each behind a name, from a line on; and the lines that hold them. */
export function unknownNamesAt(
  lines: readonly string[],
  from: number,
  context: Context,
  isRow: (line: string, context: Context) => boolean,
): { readonly fault: Fault & { readonly line: number }; readonly places: readonly number[] } | undefined {
  const { size } = context;
  const names: string[] = [];
  const places: number[] = [];
  for (let at = from; at < lines.length && names.length < size; at++) {
    if (names.length > 0 && (lines[at]!.trim() === '' || isBorder(lines[at]!, context))) continue;
    const { name, short, cells } = NAMED.exec(lines[at]!)?.groups ?? {};
    if (cells === undefined || isRow(lines[at]!, context) || !isRow(cells, context)) return undefined;
    names.push((name ?? short)!.trim());
    places.push(at);
  }
  if (names.length < size) return undefined;
  const fault = `the ${size} rows have the names ${names[0]} to ${names.at(-1)}, which may be those of columns, boxes or cells`;
  const fix = `call rows Row 1 to Row ${size}, or leave the names out`;
  const other = isOtherOrder(placesNamed(names)) ? namedOtherwise('rows') : { fault, fix };
  return { fault: { ...other, line: from + 1 }, places };
}
