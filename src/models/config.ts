/** The settings of the recursive models: one schema for types, defaults, validation and documentation. */

import { z } from 'zod';

export const modelSchema = z
  .strictObject({
    architecture: z
      .enum(['trm', 'hrm', 'trm-single-z', 'trm-multi-z'])
      .default('trm')
      .describe('which model'),
    mixer: z.enum(['mlp', 'attention']).default('mlp').describe('how positions exchange information'),
    hiddenSize: z.int().positive().default(512).describe('D, width of a position'),
    layers: z.int().positive().default(2).describe('layers of the one network; of HRM, of the low level'),
    highLayers: z.int().nonnegative().default(0).describe("layers of HRM's high level; 0: no HRM"),
    heads: z.int().positive().default(8).describe('attention heads'),
    expansion: z
      .number()
      .positive()
      .default(4)
      .describe('SwiGLU expansion, before the factor 2/3 and rounding to 256'),
    positions: z.enum(['none', 'rope', 'learned']).default('none').describe('position encoding'),
    cycles: z
      .int()
      .positive()
      .default(3)
      .describe('T, cycles in a supervision step; only the last has a gradient'),
    latentSteps: z.int().positive().default(6).describe('n, latent refinements in a cycle'),
    puzzleSlots: z.int().nonnegative().default(16).describe('P, positions that hold the puzzle embedding'),
    puzzleEmbeddingSize: z
      .int()
      .nonnegative()
      .default(512)
      .describe('E, width of a puzzle embedding; 0: none'),
    normEpsilon: z.number().positive().default(1e-5).describe('epsilon of RMSNorm'),
    ropeTheta: z.number().positive().default(10000).describe('base of the rotary frequencies'),
  })
  .superRefine((config, context) => {
    const fail = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    const { hiddenSize, heads, puzzleEmbeddingSize, puzzleSlots } = config;
    if ((config.architecture === 'hrm') !== config.highLayers > 0)
      fail('highLayers', 'must be positive for hrm, 0 for others');
    if (config.mixer === 'attention' && hiddenSize % heads !== 0)
      fail('heads', `must divide hiddenSize ${hiddenSize}`);
    if (config.positions === 'rope' && (hiddenSize / heads) % 2 !== 0)
      fail('heads', 'rope needs an even head width hiddenSize / heads');
    if (puzzleEmbeddingSize > puzzleSlots * hiddenSize) {
      fail(
        'puzzleSlots',
        `${puzzleSlots} slots of ${hiddenSize} do not hold a puzzle embedding of ${puzzleEmbeddingSize}`,
      );
    }
    const filled = Math.ceil(puzzleEmbeddingSize / hiddenSize);
    if (config.architecture === 'hrm' && puzzleSlots !== filled)
      fail('puzzleSlots', `must be ${filled} for hrm: as many as the puzzle embedding fills`);
    if (puzzleEmbeddingSize === 0 && puzzleSlots > 0)
      fail('puzzleSlots', 'must be 0 without a puzzle embedding');
  });

export type ModelConfig = z.infer<typeof modelSchema>;
