/** What of a puzzle is built into a network, what it learned, and from what, in the page's words. */

import type { ModelSettings } from '../src/models/settings.ts';
import { TRAINED } from './tasks.ts';

/** By how its positions exchange information. */
export const builtIn: Readonly<Record<ModelSettings['mixer'], string>> = {
  candidates: 'Rows, columns and boxes are built in, and that digits are alike; the rest it learned.',
  convolution: 'Which cells are neighbours is built in; the rest it learned.',
  mlp: 'No rule is built in: it learned from examples alone.',
  attention: 'No rule is built in: it learned from examples alone.',
};

/** What the models learned from whose training the page knows: its own (models/README.md), and what is trained in it. */
export const learnedFrom: Readonly<Record<string, string>> = {
  'sudoku-4x4': '5000 that a program made',
  'sudoku-6x6': '5000 that a program made',
  'sudoku-9x9': '1900: half of them of Sudoku-Extreme, half made by a program',
  'sudoku-extreme-small': '900 of those same thousand of Sudoku-Extreme',
  'maze-any': '48 000 that a program made',
  'maze-10x10': '20 000 that a program made',
  [TRAINED]: 'what this page made while it was trained',
};
