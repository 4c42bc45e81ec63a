/** Why tests are skipped, as a part of their names, which the reporter (skipped.ts) reads. */

/** ` (skipped: no C compiler: …)` of what says in words, or as an error, why it is not there; nothing of what is there. */
export function skippedFor(found: unknown): string {
  const why = found instanceof Error ? found.message : found;
  return typeof why === 'string' ? ` (skipped: ${why})` : '';
}
