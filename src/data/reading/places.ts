/**
 * Places in a text and in a list of its lines, looked for from one on: `findIndex` begins at the first line each time, and to count
 * the lines above is to read them all, which for every line of a long file takes the square of its time.
 */

type Holds<T> = (one: T, at: number) => boolean;

/** The first place from `from` on where it holds; the length of the list where there is none. */
export function placeFrom<T>(list: readonly T[], from: number, holds: Holds<T>): number {
  for (let at = from; at < list.length; at++) if (holds(list[at]!, at)) return at;
  return list.length;
}

/** The last place before `end` where it holds; -1 where there is none. */
export function placeBefore<T>(list: readonly T[], end: number, holds: Holds<T>): number {
  for (let at = end - 1; at >= 0; at--) if (holds(list[at]!, at)) return at;
  return -1;
}

/** The lines, from 1, of indices in a text, which are asked for in order. */
export function lineCounter(text: string): (index: number) => number {
  let [line, from] = [1, 0];
  return (index) => {
    line += text.slice(from, index).split('\n').length - 1;
    from = index;
    return line;
  };
}

/** The lines that a fault tells, `on lines 3 to 6` or `line 3 says`, as those of the text from which its own was made. */
export const withLinesMoved = (fault: string, lineOf: (line: number) => number): string =>
  fault.replace(/(?:^|(?<= on ))lines? \d+(?: to \d+)?/, (said) =>
    said.replace(/\d+/g, (line) => String(lineOf(Number(line)))),
  );
