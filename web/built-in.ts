/** What of a puzzle is built into a network and what it learned, in the page's words. */

import type { ModelSettings } from '../src/models/settings.ts';

/** By how its positions exchange information. */
export const builtIn: Readonly<Record<ModelSettings['mixer'], string>> = {
  candidates:
    'Which cells share a row, column or box is built in, and that all digits are alike; what follows from that it learned.',
  convolution: 'That it sees the neighbours of each cell is built in; all else it learned from examples.',
  mlp: 'Nothing of the rules is built in: it learned from examples alone.',
  attention: 'Nothing of the rules is built in: it learned from examples alone.',
};
