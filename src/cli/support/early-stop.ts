/** Ctrl-C before a command hears for itself: nothing is lost, and that is said. */

import { heedUserSignal, nothingWritten, untilOthersHear } from './signals.ts';

heedUserSignal();

/** Signals act as usual from then on, unless the command hears them. */
export const hearNoMore = untilOthersHear(() => {
  process.stderr.write(nothingWritten);
  process.exit(130);
});
