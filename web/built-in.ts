/** What of a puzzle is built into a network and what it learned, in the page's words. */

import type { ModelSettings } from '../src/models/settings.ts';

/** By how its positions exchange information. */
export const builtIn: Readonly<Record<ModelSettings['mixer'], string>> = {
  candidates: 'Rows, columns and boxes are built in, and that digits are alike; the rest it learned.',
  convolution: 'Which cells are neighbours is built in; the rest it learned.',
  mlp: 'No rule is built in: it learned from examples alone.',
  attention: 'No rule is built in: it learned from examples alone.',
};
