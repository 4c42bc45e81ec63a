/** What states were called before they were y and z: in the random streams of their starts and in checkpoints of format 1. */

/** y and zH were `answer`; z and zL `latent`, z3 `latent3`. */
export function formerStateName(state: string): string {
  return state === 'y' || state === 'zH' ? 'answer' : state.replace(/^zL?/, 'latent');
}
