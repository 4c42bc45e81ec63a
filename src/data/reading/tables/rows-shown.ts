/** What `trm data show` prints: a title, and below it the lines of a question beside those of its answer. */

export interface RowShown {
  /** Of its title, from 1. */
  readonly line: number;
  readonly question: string;
  /** Without the marks of what it changed. */
  readonly answer: string;
}

const title = /^(?:train|test) row \d+, puzzle \d+/;
/** Between the two on every line. */
export const gap = '     ';

/** Every row; undefined where the text begins with none. */
export function rowsShown(lines: readonly string[]): RowShown[] | undefined {
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0 || !title.test(lines[first]!)) return undefined;
  const titles = lines.flatMap((line, i) => (title.test(line) ? [i] : []));
  return titles.map((at, i) => {
    const below = lines.slice(at + 1, titles[i + 1]).filter((line) => line.trim() !== '');
    const begin = answerBegin(below);
    const side = (from: number, to?: number) =>
      below.map((line) => line.slice(from, to).trimEnd()).join('\n');
    return { line: at + 1, question: side(0, begin), answer: side(begin).replaceAll('*', ' ') };
  });
}

/** Where the answer begins: after what is a gap on every line; of several, as between blank columns, the middle one. */
function answerBegin(lines: readonly string[]): number {
  const widest = lines.reduce((most, { length }) => Math.max(most, length), 0);
  const gaps = Array.from({ length: widest }, (_, column) => column).filter((column) =>
    lines.every((line) => line.startsWith(gap, column)),
  );
  const offCentre = (column: number) => Math.abs(2 * column + gap.length - widest);
  const middle = gaps.reduce((best, column) => (offCentre(column) < offCentre(best) ? column : best), widest);
  return middle + (middle < widest ? gap.length : 0);
}
