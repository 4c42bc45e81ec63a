/**
 * Answers that stand in a text below their puzzles, under a title as `Solution:`. They are no puzzles of their own, and what stands
 * there must answer what is above it.
 */
import { unquotedLinesOf } from './documents.ts';
import type { Answered, Found } from './found.ts';

/** `Solution:`, `## Answers`, `Solution to puzzle 3`, perhaps with the cells behind it. */
const TITLE =
  /^[^\p{L}\d]*(solutions?|answers?|solved|lösung(en)?)\b( +(to|for|of|the|this|no|nr|key|grid|maze|puzzle|sudoku)\b)*[^\p{L}]*$/iu;

/**
 * What a text holds, the answers beside their puzzles; one that answers none is a fault.
 *
 * @param found puzzles and answers, in the order of their lines.
 * @param faultOf why something is no answer to a question; undefined where it is one.
 */
export function withAnswers<T>(
  found: readonly Found<T>[],
  text: string,
  faultOf: (question: T, answer: T) => string | undefined,
): Answered<T>[] {
  const titles = titlesAbove(found, unquotedLinesOf(text));
  const puzzles: Answered<T>[] = [];
  /** The first of the puzzles that stand above the next title. */
  let first = 0;
  for (let i = 0; i < found.length; i++) {
    const given = found[i]!;
    if (titles[i] !== 'answer' || puzzles.length === 0 || given.fault !== undefined) {
      puzzles.push(given);
      continue;
    }
    const end = titles.findIndex((title, at) => at > i && title !== 'none');
    const answers = found.slice(i, end < 0 ? undefined : end);
    const inOrder = answeredBy(puzzles.slice(first), answers, faultOf);
    if (inOrder) {
      puzzles.splice(first, inOrder.length, ...inOrder);
      i += answers.length - 1;
    } else {
      const above = puzzles.at(-1)!;
      const fault = above.fault === undefined ? faultOf(above.value, given.value) : 'which was not read';
      if (fault === undefined) puzzles[puzzles.length - 1] = { ...above, answer: given.value };
      else {
        const fix = 'leave out the answers, or the title above them';
        puzzles.push({ fault: `it is no answer to the puzzle above it: ${fault}`, fix, line: given.line! });
      }
    }
    first = puzzles.length;
  }
  return puzzles;
}

/** As many puzzles with their answers; undefined where one of these is none. */
function answeredBy<T>(
  puzzles: readonly Answered<T>[],
  answers: readonly Found<T>[],
  faultOf: (question: T, answer: T) => string | undefined,
): Answered<T>[] | undefined {
  if (puzzles.length !== answers.length) return undefined;
  const answered = puzzles.flatMap((puzzle, i): Answered<T>[] => {
    const answer = answers[i]!;
    if (puzzle.fault !== undefined || answer.fault !== undefined) return [];
    return faultOf(puzzle.value, answer.value) === undefined ? [{ ...puzzle, answer: answer.value }] : [];
  });
  return answered.length === puzzles.length ? answered : undefined;
}

/** What each stands under: a title of answers, other words, or none since the one before it. */
function titlesAbove(found: readonly Found<unknown>[], lines: readonly string[]) {
  return found.map(({ line = 0 }, i): 'answer' | 'words' | 'none' => {
    if (TITLE.test(lines[line - 1] ?? '')) return 'answer';
    const above = lines.slice(found[i - 1]?.line ?? 0, Math.max(0, line - 1));
    const words = above.findLast((one) => /\p{L}{3}/u.test(one));
    if (words === undefined) return 'none';
    return TITLE.test(words) ? 'answer' : 'words';
  });
}
