/** "did you mean": the known word that a wrong one was meant to be, where one is near enough to be it. */

/** The fix for an unknown word: the near one, else `otherwise`, for a wild guess helps nobody. */
export function didYouMean(word: string, known: readonly string[], otherwise: string): string {
  const meant = nearMiss(word, known);
  return meant === undefined ? otherwise : `did you mean ${meant}?`;
}

/**
 * The known word that is a slip or two away from `word`, or begins like it; of paths like `model.heads` also one that
 * stands elsewhere. Undefined where none is near: another number is not a slip but another thing.
 */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const [parent, own] = parted(word);
  const beside = known.filter((one) => parted(one)[0] === parent);
  const [best] = beside
    .filter((one) => !/\d/.test(parted(one)[1]) || digits(parted(one)[1]) === digits(own))
    .map((one) => ({ one, slips: slips(own, parted(one)[1]) }))
    .sort((a, b) => a.slips - b.slips);
  if (best && best.slips <= Math.min(3, Math.ceil(own.length / 4))) return best.one;
  const begins = own.length < 3 ? undefined : beside.find((one) => parted(one)[1].startsWith(own));
  return begins ?? known.find((one) => parted(one)[1] === own);
}

const digits = (word: string): string => word.replaceAll(/\D/g, '');

/** A path as what it is below and its last name, in lower case. */
function parted(path: string): [parent: string, own: string] {
  const lower = path.toLowerCase();
  const at = lower.lastIndexOf('.') + 1;
  return [lower.slice(0, at), lower.slice(at)];
}

/** Letters to add, drop, change or swap with a neighbour: the optimal string alignment distance. */
function slips(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : changed;
      next.push(Math.min(changed, swapped, row[j]! + 1, next[j - 1]! + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
