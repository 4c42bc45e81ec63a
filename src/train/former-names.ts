/**
 * Checkpoints of format 1 by the names of format 2, and what states were called before they were y and z, which the
 * random streams of their starts still are.
 */

/** y and zH were `answer`; z and zL `latent`, z3 `latent3`. */
export function formerStateName(state: string): string {
  return state === 'y' || state === 'zH' ? 'answer' : state.replace(/^zL?/, 'latent');
}

/** Beginnings of tensors' names, and what they were. */
const formerBeginnings = [
  ['optimizer/firstMoment/', 'first/'],
  ['optimizer/secondMoment/', 'second/'],
  ['puzzleEmbeddings', 'puzzles'],
] as const;

/** What a tensor was called in format 1. */
export function formerTensorName(name: string): string {
  const [, folder, state] = /^(start\/|carry\/states\/)(.+)$/.exec(name) ?? [];
  if (state !== undefined) return `${folder!.replace('states', 'latent')}${formerStateName(state)}`;
  for (const [now, then] of formerBeginnings) if (name.startsWith(now)) return name.replace(now, then);
  return name;
}

/** A header of format 1 as one of format 2: `puzzle` is `family`, `shape.puzzles` is `shape.puzzleEmbeddingRows`. */
export function upgradedHeader({ puzzle, shape, ...same }: Record<string, unknown>): Record<string, unknown> {
  const { puzzles, ...sizes } = Object(shape) as Record<string, unknown>;
  return { ...same, format: 2, family: puzzle, shape: { ...sizes, puzzleEmbeddingRows: puzzles } };
}
