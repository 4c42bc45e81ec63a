/** What a question gives stays: a model may overwrite it, and its answer is put right before it is judged or shown. */
import type { Family } from './family.ts';

/** @param answer is left as it is. @returns it with the question's givens, and how many of them it had lost. */
export function keepGivens(
  { open }: Family,
  question: ArrayLike<number>,
  answer: Int32Array,
): { tokens: Int32Array; restored: number } {
  if (open === undefined) return { tokens: answer, restored: 0 };
  const tokens = answer.map((token, place) => (question[place] === open ? token : question[place]!));
  return { tokens, restored: tokens.filter((token, place) => token !== answer[place]).length };
}
