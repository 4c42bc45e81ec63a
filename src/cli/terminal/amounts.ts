/** Large numbers for people. */

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** `1.84 GFLOP`, three digits. */
export function formatFlops(flops: number): string {
  const power = flops < 1000 ? 0 : Math.min(Math.floor(Math.log10(flops) / 3), PREFIXES.length - 1);
  const rounded = Number((flops / 1000 ** power).toPrecision(3));
  const carried = rounded === 1000 && power < PREFIXES.length - 1; // 999.6 k is 1 M
  return `${carried ? 1 : rounded} ${PREFIXES[carried ? power + 1 : power]}FLOP`;
}

/** `12,345`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}
