/** Ctrl-C before a command has begun: nothing is lost, and that is said. From then on each command answers for itself. */

import { heedUserSignal, nothingWritten, onStopSignals } from './signals.ts';

heedUserSignal();

/** Signals act as usual from then on. */
export const commandBegins = onStopSignals(() => {
  process.stderr.write(nothingWritten);
  process.exit(130);
});
