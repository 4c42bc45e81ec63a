/** The settings of a model, its architecture among them: one schema for types, defaults, validation and documentation. */

import * as z from 'zod';
import { type ArchitectureName, architectures } from './build.ts';
import { hasFirstPosition, modelSettings } from './settings.ts';

/**
 * The graph of a supervision step repeats every application of a layer (cycles T, n + 1 networks each). The paper's has 42;
 * ONNX Runtime takes a quarter of an hour to make 4000 of them ready, and twice as many take four times as long.
 */
const MOST_APPLICATIONS = 10_000;

const names = Object.keys(architectures) as ArchitectureName[];

export const modelSchema = z
  .strictObject({
    architecture: z.enum(names).default('trm').describe('which model'),
    ...modelSettings.shape,
  })
  .superRefine(({ architecture, ...settings }, context) => {
    const fail = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    const { mixer, hiddenSize, heads, positions, puzzleEmbeddingSize, puzzleSlots } = settings;
    const areSizes = hiddenSize > 0 && heads > 0 && puzzleSlots >= 0; // else that is the fault
    if (areSizes && mixer === 'attention' && hiddenSize % heads !== 0)
      fail('heads', `must divide hiddenSize ${hiddenSize}`);
    if (areSizes && positions === 'rope' && (hiddenSize / heads) % 2 !== 0)
      fail('heads', 'rope needs an even head width hiddenSize / heads');
    const held = puzzleSlots * hiddenSize;
    if (areSizes && puzzleEmbeddingSize > held) {
      fail(
        'puzzleSlots',
        `${puzzleSlots} slots of ${hiddenSize} do not hold a puzzle embedding of ${puzzleEmbeddingSize}; lower puzzleEmbeddingSize to ${held}, or raise puzzleSlots to ${Math.ceil(puzzleEmbeddingSize / hiddenSize)}`,
      );
    }
    if (!hasFirstPosition(settings)) {
      if (puzzleEmbeddingSize > 0) fail('puzzleEmbeddingSize', `must be 0 with ${mixer}, which has no slots`);
      if (positions !== 'none')
        fail('positions', `must be none with ${mixer}, to which all places are alike`);
    }
    if (puzzleEmbeddingSize === 0 && puzzleSlots > 0)
      fail('puzzleSlots', 'must be 0 without a puzzle embedding');
    const applications =
      settings.cycles * (settings.latentSteps + 1) * (settings.layers + settings.highLayers);
    if (applications > MOST_APPLICATIONS)
      fail(
        'layers',
        `a supervision step would apply a layer ${applications} times, at most ${MOST_APPLICATIONS} can be traced; lower layers, cycles or latentSteps`,
      );
    const refused = architectures[architecture].refuses(settings);
    for (const [key, reason] of Object.entries(refused)) fail(key, reason);
  });

/** A model's settings, with their defaults. */
export type ModelConfig = z.infer<typeof modelSchema>;
