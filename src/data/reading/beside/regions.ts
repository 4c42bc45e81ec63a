/** Maps of regions: as many equal signs for each as a row has cells, all of which hang together, as `111222333` in nine rows. */

/** Sides of a map. */
const [LEAST_SIDE, LARGEST_SIDE] = [4, 16];

/** Whether rows of signs are the regions of a grid. The digits of an answer do not hang together. */
export function areRegions(rows: readonly (readonly string[])[]): boolean {
  const side = rows.length;
  if (side < LEAST_SIDE || side > LARGEST_SIDE || rows.some((row) => row.length !== side)) return false;
  const cells = rows.flat();
  const places = new Map<string, number[]>();
  for (const [place, sign] of cells.entries()) places.set(sign, [...(places.get(sign) ?? []), place]);
  if (places.size !== side) return false;
  return [...places].every(([sign, all]) => {
    if (!/^[\dA-Za-z]{1,2}$/.test(sign) || all.length !== side) return false;
    const reached = new Set([all[0]!]);
    for (const place of reached) {
      const column = place % side;
      const beside = [place - side, place + side, ...(column > 0 ? [place - 1] : [])];
      if (column < side - 1) beside.push(place + 1);
      for (const one of beside) if (cells[one] === sign) reached.add(one);
    }
    return reached.size === side;
  });
}

/** The same of a value: rows as lists or texts, or all cells in one. */
export function isRegions(value: unknown): boolean {
  const list = typeof value === 'string' ? textRows(value) : value;
  if (!Array.isArray(list) || list.length > LARGEST_SIDE ** 2) return false;
  const side = Math.sqrt(list.length);
  const isFlat = list.every((one) => typeof one === 'number' || (typeof one === 'string' && one.length < 3));
  if (!isFlat) {
    const areCells = (row: unknown): row is unknown[] =>
      Array.isArray(row) && row.length === list.length && !row.some(Array.isArray);
    const rows = list.map((row: unknown) =>
      areCells(row) ? row.map(String) : typeof row === 'string' ? [...row] : [],
    );
    return areRegions(rows);
  }
  if (!Number.isInteger(side)) return false;
  const cells = list.map(String);
  return areRegions(Array.from({ length: side }, (_, row) => cells.slice(row * side, (row + 1) * side)));
}

/** Lines, or a sign a cell. */
function textRows(text: string): string[] {
  if (text.length > 2 * LARGEST_SIDE ** 2) return [];
  const lines = text.trim().split(/\s*[\n/]\s*/);
  return lines.length > 1 ? lines : [...(lines[0] ?? '')];
}
