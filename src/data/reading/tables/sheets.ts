/**
 * A range of Google Sheets, as its API gives it: `{"range": …, "majorDimension": "ROWS", "values": [["5", "3"], …]}`. Empty cells
 * at the end of a row and empty rows at the end are left out there, so that a grid is filled up to a square.
 *
 * Source: the reference of the Google Sheets API, ValueRange.
 */

export interface Sheet {
  readonly values?: unknown;
  readonly majorDimension?: unknown;
}

/** Rows and columns of a sheet that may be a grid; what is longer are puzzles. */
const LARGEST = 30;

/** The rows of cells; undefined where it is no such range. */
export function sheetOf({ values, majorDimension }: Sheet): unknown[][] | undefined {
  if (!Array.isArray(values) || values.length === 0 || !values.every(Array.isArray)) return undefined;
  const lists = values as unknown[][];
  const side = lists.reduce((most, { length }) => Math.max(most, length), lists.length);
  if (side > LARGEST || !lists.flat().every(isCell)) return lists;
  const isByColumn = majorDimension === 'COLUMNS';
  return Array.from({ length: side }, (_, row) =>
    Array.from(
      { length: side },
      (_, column) => (isByColumn ? lists[column]?.[row] : lists[row]?.[column]) ?? '',
    ),
  );
}

const isCell = (cell: unknown) => String(cell ?? '').length < 3;
