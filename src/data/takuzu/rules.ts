/**
 * Takuzu, the binary puzzle: an n x n grid of zeros and ones, n even. No three alike stand side by side in a row or a
 * column, each has as many zeros as ones, and no two rows are the same, nor two columns.
 * Source: P. H. Utomo and R. H. Makarim, "Solving a binary puzzle", Mathematics in Computer Science 11 (2017).
 */
import type { TokenRow } from '../family.ts';

export const BLANK = 1;
export const ZERO = 2;
export const ONE = 3;

/** The places of each row `[n]`, then of each column. */
export function linesOf(size: number): number[][] {
  const range = Array.from({ length: size }, (_, i) => i);
  return [
    ...range.map((row) => range.map((column) => row * size + column)),
    ...range.map((column) => range.map((row) => row * size + column)),
  ];
}

export interface Fault {
  readonly what: string;
  readonly places: readonly number[];
}

/** All that breaks a rule, or is not the question's; none while the rules hold so far. */
export function findFaults(question: TokenRow, answer: TokenRow, size: number): Fault[] {
  const changed = Array.from({ length: size ** 2 }, (_, place) => place)
    .filter((place) => question[place] !== BLANK && question[place] !== answer[place])
    .map((place) => ({ what: 'a given was changed', places: [place] }));
  const lines = linesOf(size);
  const name = (l: number) => (l < size ? `row ${l + 1}` : `column ${l - size + 1}`);
  const within = lines.flatMap((line, l) =>
    [ZERO, ONE].flatMap((token) => {
      const places = line.filter((place) => answer[place] === token);
      const many = { what: `${name(l)} has more than ${size / 2} of ${token - ZERO}`, places };
      const triples = line.slice(2).flatMap((_, i) => {
        const three = line.slice(i, i + 3);
        if (three.some((place) => answer[place] !== token)) return [];
        return [{ what: `three of ${token - ZERO} in ${name(l)}`, places: three }];
      });
      return [...triples, ...(places.length > size / 2 ? [many] : [])];
    }),
  );
  return [...changed, ...within, ...twins(answer, lines, name)];
}

/** Rows that are the same, and columns, once they are filled. */
function twins(
  answer: TokenRow,
  lines: readonly (readonly number[])[],
  name: (l: number) => string,
): Fault[] {
  const size = lines.length / 2;
  const texts = lines.map((line) => {
    const tokens = line.map((place) => answer[place]!);
    return tokens.every((token) => token === ZERO || token === ONE) ? tokens.join('') : undefined;
  });
  return lines.flatMap((line, l) => {
    const other = texts.findIndex((text, o) => o > l && o < size === l < size && text === texts[l]);
    if (texts[l] === undefined || other < 0) return [];
    return [{ what: `${name(l)} is the same as ${name(other)}`, places: [...line, ...lines[other]!] }];
  });
}

/** What is wrong with an answer; undefined when it is the question with every cell filled by the rules. */
export function takuzuFault(question: TokenRow, answer: TokenRow, size: number): string | undefined {
  const filled = Array.from(answer).every((token) => token === ZERO || token === ONE);
  return findFaults(question, answer, size)[0]?.what ?? (filled ? undefined : 'a cell is blank');
}
