/**
 * Futoshiki: an n x n grid in which every row and every column holds each digit once, with signs between neighbours that
 * say which is the smaller.
 *
 * A puzzle is a row of tokens on a canvas of 2n-1 x 2n-1 places: cells where row and column are even, between two of them
 * a sign or nothing, nothing at the corners. So the model sees each sign where a person does.
 */
import type { TokenRow } from '../family.ts';

/** Digit d has token d + 1; signs come after the digits. */
export const BLANK = 1;

export interface FutoshikiShape {
  /** n */
  readonly size: number;
  /** 2n - 1, rows and columns of the canvas. */
  readonly side: number;
  /** [n * n] places of the cells, row after row. */
  readonly cells: readonly number[];
  /** Places between two cells, and those: left and right, or upper and lower. */
  readonly gaps: ReadonlyMap<number, readonly [first: number, second: number]>;
  /** Rows and columns: the places of each. */
  readonly lines: readonly (readonly number[])[];
  /** No sign. */
  readonly none: number;
  /** The first of a gap is smaller: `<` and `^`; or larger: `>` and `v`. */
  readonly signs: Readonly<Record<'<' | '>' | '^' | 'v', number>>;
}

export function futoshikiShape(size: number): FutoshikiShape {
  const side = 2 * size - 1;
  const range = Array.from({ length: size }, (_, i) => i);
  const at = (row: number, column: number) => 2 * row * side + 2 * column;
  const gaps = new Map<number, readonly [number, number]>();
  for (const row of range) {
    for (const column of range) {
      const cell = at(row, column);
      if (column < size - 1) gaps.set(cell + 1, [cell, cell + 2]);
      if (row < size - 1) gaps.set(cell + side, [cell, cell + 2 * side]);
    }
  }
  const none = size + 2;
  return {
    size,
    side,
    cells: range.flatMap((row) => range.map((column) => at(row, column))),
    gaps,
    lines: [
      ...range.map((row) => range.map((column) => at(row, column))),
      ...range.map((column) => range.map((row) => at(row, column))),
    ],
    none,
    signs: { '<': none + 1, '>': none + 2, '^': none + 3, v: none + 4 },
  };
}

/** The sign that two digits call for, side by side or one above the other. */
export function signOf(first: number, second: number, above: boolean, { signs }: FutoshikiShape): number {
  if (above) return first < second ? signs['^'] : signs.v;
  return first < second ? signs['<'] : signs['>'];
}

/** The smaller and the larger place of every sign. */
export function ordersOf(tokens: TokenRow, { gaps, signs }: FutoshikiShape): [number, number][] {
  const orders: [number, number][] = [];
  for (const [gap, [first, second]] of gaps) {
    if (tokens[gap] === signs['<'] || tokens[gap] === signs['^']) orders.push([first, second]);
    if (tokens[gap] === signs['>'] || tokens[gap] === signs.v) orders.push([second, first]);
  }
  return orders;
}

/** What is wrong with the digits that are there, and where; empty while all rules hold. */
export function findConflicts(tokens: TokenRow, shape: FutoshikiShape): { what: string; places: number[] }[] {
  const { size, lines } = shape;
  const conflicts = lines.flatMap((line, l) => {
    const where = l < size ? `row ${l + 1}` : `column ${l - size + 1}`;
    return Array.from({ length: size }, (_, i) => i + 1).flatMap((digit) => {
      const places = line.filter((place) => tokens[place] === digit + BLANK);
      return places.length < 2 ? [] : [{ what: `${digit} stands twice in ${where}`, places }];
    });
  });
  for (const [small, large] of ordersOf(tokens, shape)) {
    const [less, more] = [tokens[small]! - BLANK, tokens[large]! - BLANK];
    if (less < 1 || more < 1 || less < more) continue;
    conflicts.push({
      what: small < large ? `${less} is not smaller than ${more}` : `${more} is not larger than ${less}`,
      places: [small, large],
    });
  }
  return conflicts;
}

/** What is wrong with an answer; undefined when it is the question with every cell filled by the rules. */
export function futoshikiFault(
  question: TokenRow,
  answer: TokenRow,
  shape: FutoshikiShape,
): string | undefined {
  const { size, cells, gaps } = shape;
  for (const place of [...cells, ...gaps.keys()]) {
    if (question[place] !== BLANK && question[place] !== answer[place])
      return gaps.has(place) ? 'a sign was changed' : 'a given was changed';
  }
  const blank = cells.some((cell) => answer[cell]! <= BLANK || answer[cell]! > size + BLANK);
  return findConflicts(answer, shape)[0]?.what ?? (blank ? 'a cell is blank' : undefined);
}
