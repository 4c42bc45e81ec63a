/** Ctrl-C before a command hears for itself: nothing is lost, and that is said. */

import { heedUserSignal, nothingWritten, untilOthersHear } from './signals.ts';

heedUserSignal();

/** Signals act as usual from then on, unless the command hears them. */
export const hearNoMore = untilOthersHear(() => {
  const goesOn = process.argv.some((one) => /^--resume(?:=|$)/.test(one));
  process.stderr.write(goesOn ? 'stopped before it went on; the same command does\n' : nothingWritten);
  process.exit(130);
});
