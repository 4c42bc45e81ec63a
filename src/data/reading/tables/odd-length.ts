/** Rows that should be equally long: which of them is not. */

export interface OddLength {
  /** The first of another length than the others, from 0. */
  readonly at: number;
  /** The length of most, else of the longest. */
  readonly usual: number;
  readonly isMost: boolean;
}

/** Undefined where all are equally long, but for those of length 0. */
export function oddLengthAmong(lengths: readonly number[]): OddLength | undefined {
  const most = usualLength(lengths);
  const usual = most ?? lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const at = lengths.findIndex((length) => length > 0 && length !== usual);
  return at < 0 ? undefined : { at, usual, isMost: most !== undefined };
}

/** What more than half of them are, of which at most a third is longer. */
export function usualLength(lengths: readonly number[]): number | undefined {
  const sorted = lengths.toSorted((a, b) => a - b);
  const usual = sorted[sorted.length >> 1]!;
  const count = (isCounted: (length: number) => boolean) => sorted.filter(isCounted).length;
  const isUsual = 2 * count((length) => length === usual) > sorted.length;
  return isUsual && 3 * count((length) => length > usual) <= sorted.length ? usual : undefined;
}
