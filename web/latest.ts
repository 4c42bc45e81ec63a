/**
 * What is asked for and comes later: a puzzle, a model's file, a run. Only what was asked for last is taken; an answer that
 * comes after a later question would replace what somebody already looks at.
 *
 * @returns what notes a question, and gives whether it is still the last one.
 */
export function latest(): () => () => boolean {
  let asked = 0;
  return () => {
    const mine = ++asked;
    return () => mine === asked;
  };
}
