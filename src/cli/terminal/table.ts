/** A table as text. */

/** Columns two spaces apart, the first `left` of them flush left, the others flush right; no newline at the end. */
export function renderTable(rows: readonly (readonly string[])[], left = 1): string {
  const widths = rows[0]!.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]!.length), 0),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
