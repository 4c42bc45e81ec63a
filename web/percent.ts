/**
 * A share in percent, the same wherever the page tells it; what is not quite all is never 100.
 *
 * @param share from 0 to 1. @param digits after the point.
 */
export function percent(share: number, digits = 1): string {
  const shown = 100 * share;
  const rounded = share < 1 ? Math.min(shown, 100 - 10 ** -digits) : shown;
  return `${rounded.toFixed(digits)}\u00a0%`;
}
