/** Ctrl-C before a command has begun: nothing is lost, and that is said. From then on each command answers for itself. */

import { onStopSignals } from './signals.ts';

/** What is said, and still true in a command that has made no file yet. */
export const nothingWritten = 'stopped before anything was written\n';

/** Signals act as usual from then on. */
export const commandBegins = onStopSignals(() => {
  process.stderr.write(nothingWritten);
  process.exit(130);
});
