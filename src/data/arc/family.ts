/** ARC grids as a family: colours as digits on a canvas of 30x30; questions come from task files, not from text. */
import * as z from 'zod';
import type { CellSymbol, Family, PuzzleFamily } from '../family.ts';
import { lineOf } from '../grids/canvas.ts';
import { ARC_PALETTE, MAX_SIDE } from './grid.ts';
import { CANVAS, END_TOKEN, VOCABULARY } from './sequence.ts';

const schema = z.object({ kind: z.literal('arc') });
const names = ['black', 'blue', 'red', 'green', 'yellow', 'grey', 'pink', 'orange', 'light blue', 'brown'];

/** Its augmentations are puzzles of the dataset, each with an identifier: no symmetry is drawn while training. */
const family: Family = {
  info: { kind: 'arc' },
  title: 'ARC',
  cells: CANVAS,
  vocabulary: VOCABULARY,
  canvas: { rows: MAX_SIDE, columns: MAX_SIDE, end: END_TOKEN },
  symbols: [
    { text: '', name: 'padding' },
    { text: '', name: 'end of the grid' },
    ...names.map(
      (name, colour): CellSymbol => ({
        text: String(colour),
        name: `${colour} ${name}`,
        colour: ARC_PALETTE[colour]!,
      }),
    ),
  ],
  written: { rows: MAX_SIDE, columns: MAX_SIDE, smaller: true },
  read: (text) => [
    {
      fault: text.trim() === '' ? 'the text is empty' : 'an ARC model takes tasks, not grids as text',
      fix: 'give a task file, as ARC has them',
    },
  ],
  line: (tokens) => lineOf(tokens, family),
};

export const arc = {
  schema,
  assumed: [{ kind: 'arc' }],
  of: () => family,
} satisfies PuzzleFamily<z.infer<typeof schema>>;
