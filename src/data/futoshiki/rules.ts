/**
 * Futoshiki: an n x n grid in which every row and every column holds each digit once, with signs between neighbours that
 * say which is the smaller.
 *
 * A puzzle is a row of tokens on a canvas of 2n-1 x 2n-1 places: cells where row and column are even, between two of them
 * a sign or nothing, nothing at the corners. So the model sees each sign where a person does.
 */
import type { CellSymbol, TokenRow } from '../family.ts';

/** A cell without a digit; digit d is BLANK + d, then comes "no sign", then the signs. */
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
  /** The places of each row and each column. */
  readonly lines: readonly (readonly number[])[];
  readonly none: number;
  /** The first of a gap is smaller: `<` and `^`; or larger: `>` and `v`. */
  readonly signs: Readonly<Record<'<' | '>' | '^' | 'v', number>>;
  /** By token. */
  readonly symbols: readonly CellSymbol[];
  /** Tokens that may stand at a place, the blank one first. */
  takes(place: number): number[];
}

export function futoshikiShape(size: number): FutoshikiShape {
  const [side, none] = [2 * size - 1, BLANK + size + 1];
  const range = Array.from({ length: size }, (_, i) => i);
  const lines = [
    ...range.map((row) => range.map((column) => 2 * row * side + 2 * column)),
    ...range.map((column) => range.map((row) => 2 * row * side + 2 * column)),
  ];
  const cells = lines.slice(0, size).flat();
  const pairs = lines.flatMap((line) => line.slice(1).map((second, i) => [line[i]!, second] as const));
  pairs.sort(([a], [b]) => a - b); // in reading order
  const gaps = new Map(pairs.map((pair) => [(pair[0] + pair[1]) / 2, pair]));
  const signs = { '<': none + 1, '>': none + 2, '^': none + 3, v: none + 4 };
  const digits = range.map((i) => ({ text: String(i + 1), name: String(i + 1) }));
  const symbols = [
    { text: '', name: 'padding' },
    { text: '', key: '.', name: 'blank' },
    ...digits,
    { text: ' ', key: '.', name: 'no sign' },
    ...Object.keys(signs).map((text) => ({
      text,
      name: '<^'.includes(text) ? 'smaller than' : 'larger than',
    })),
  ];
  const takes = (place: number) => {
    const [first, second] = gaps.get(place) ?? [];
    if (first === undefined)
      return cells.includes(place) ? [BLANK, ...range.map((i) => BLANK + 1 + i)] : [none];
    return second! - first === 2 ? [none, signs['<'], signs['>']] : [none, signs['^'], signs.v];
  };
  return { size, side, cells, gaps, lines, none, signs, symbols, takes };
}

/** The smaller and the larger place of every sign. */
export function ordersOf(tokens: TokenRow, { gaps, signs }: FutoshikiShape): (readonly [number, number])[] {
  return [...gaps].flatMap(([gap, [first, second]]) => {
    if (tokens[gap] === signs['<'] || tokens[gap] === signs['^']) return [[first, second] as const];
    return tokens[gap] === signs['>'] || tokens[gap] === signs.v ? [[second, first] as const] : [];
  });
}

export interface Fault {
  readonly what: string;
  readonly places: readonly number[];
}

/** All that breaks a rule, or is not the question's; none while the rules hold so far. */
export function findFaults(question: TokenRow, answer: TokenRow, shape: FutoshikiShape): Fault[] {
  const { size, cells, gaps, lines } = shape;
  const changed = [...cells, ...gaps.keys()]
    .filter((place) => question[place] !== BLANK && question[place] !== answer[place])
    .map((place) => ({ what: `a ${gaps.has(place) ? 'sign' : 'given'} was changed`, places: [place] }));
  const twice = lines.flatMap((line, l) => {
    const where = l < size ? `row ${l + 1}` : `column ${l - size + 1}`;
    return Array.from({ length: size }, (_, i) => i + 1).flatMap((digit) => {
      const places = line.filter((place) => answer[place] === BLANK + digit);
      return places.length > 1 ? [{ what: `${digit} stands twice in ${where}`, places }] : [];
    });
  });
  const unordered = ordersOf(answer, shape).flatMap(([small, large]) => {
    const [less, more] = [answer[small]! - BLANK, answer[large]! - BLANK];
    const holds = less < 1 || more < 1 || less < more;
    return holds ? [] : [{ what: `${less} must be less than ${more}`, places: [small, large] }];
  });
  return [...changed, ...twice, ...unordered];
}

/** What is wrong with an answer; undefined when it is the question with every cell filled by the rules. */
export function futoshikiFault(
  question: TokenRow,
  answer: TokenRow,
  shape: FutoshikiShape,
): string | undefined {
  const filled = shape.cells.every((cell) => answer[cell]! > BLANK && answer[cell]! < shape.none);
  return findFaults(question, answer, shape)[0]?.what ?? (filled ? undefined : 'a cell is blank');
}
