/** What an architecture is built from: types, defaults and descriptions. Those that one architecture alone reads say so. */

import * as z from 'zod';

export const modelSettings = z.strictObject({
  mixer: z
    .enum(['mlp', 'attention', 'convolution', 'candidates'])
    .default('mlp')
    .describe(
      'how positions exchange information; convolution: with their neighbours on the grid, so that the model has no fixed size; candidates: of Sudoku, each digit of a cell with those that it excludes',
    ),
  hiddenSize: z
    .int()
    .positive()
    .default(512)
    .describe('D, width of a position; with candidates an equal share of it for each digit'),
  layers: z.int().positive().default(2).describe('layers of the one network; of HRM, of the low level'),
  highLayers: z
    .int()
    .nonnegative()
    .default(0)
    .describe("layers of HRM's high level, or of a network of its own that TRM's y has; 0: one network"),
  heads: z.int().positive().default(8).describe('attention heads'),
  expansion: z
    .number()
    .positive()
    .default(4)
    .describe('SwiGLU expansion, before the factor 2/3 and rounding to widthMultiple'),
  widthMultiple: z
    .int()
    .positive()
    .default(256)
    .describe('inner widths of SwiGLU are rounded up to a multiple of it'),
  gateNorm: z
    .boolean()
    .default(false)
    .describe('normalise inside SwiGLU: sigmoid(g) * norm(g * u) in place of silu(g) * u'),
  positions: z.enum(['none', 'rope', 'learned']).default('none').describe('position encoding'),
  cycles: z
    .int()
    .positive()
    .default(3)
    .describe('T, cycles in a supervision step; only the last has a gradient'),
  latentSteps: z.int().positive().default(6).describe('n, latent refinements in a cycle'),
  oneStepGradient: z
    .boolean()
    .default(false)
    .describe(
      'the gradient passes through the last refinement and the answer alone, as it always does in HRM',
    ),
  continueLoss: z
    .boolean()
    .default(false)
    .describe(
      'learn what continuing is worth, from a second forward pass, and halt by it, as HRM always does',
    ),
  puzzleSlots: z.int().nonnegative().default(16).describe('P, positions that hold the puzzle embedding'),
  puzzleEmbeddingSize: z.int().nonnegative().default(512).describe('E, width of a puzzle embedding; 0: none'),
  normEpsilon: z.number().positive().default(1e-5).describe('epsilon of RMSNorm'),
  ropeTheta: z.number().positive().default(10000).describe('base of the rotary frequencies'),
});

export type ModelSettings = z.infer<typeof modelSettings>;

/** Whether the weights of such a model know nothing of a puzzle's size: they run on any grid. */
export function fitsAnySize({ mixer }: Pick<ModelSettings, 'mixer'>): boolean {
  return mixer === 'convolution';
}

/** Whether its first position sees the whole puzzle. */
export const hasFirstPosition = ({ mixer }: ModelSettings): boolean =>
  mixer === 'mlp' || mixer === 'attention';

/** Whether a question in all forms that its symmetries give it gets the same answer, in that form. */
export const answersFormsAlike = ({ mixer }: ModelSettings): boolean => mixer === 'candidates';
