/** Lowered programs of real graphs, for tests of the compiler. */

import { lowered } from '../../src/compiler/compile.ts';
import type { Program } from '../../src/compiler/program.ts';
import { traceAnswerStep } from '../../src/inference/answer-step.ts';
import { buildModel } from '../../src/models/build.ts';
import { modelSchema } from '../../src/models/config.ts';
import type { Model } from '../../src/models/model.ts';
import { traceSupervisionStep } from '../../src/train/supervision-step.ts';

/** Without a puzzle embedding, so that nothing has to be put behind it. */
export function model(settings: Record<string, unknown>, cells = 16): Model {
  const config = modelSchema.parse({
    hiddenSize: 32,
    layers: 2,
    heads: 2,
    cycles: 2,
    latentSteps: 2,
    puzzleSlots: 0,
    puzzleEmbeddingSize: 0,
    ...settings,
  });
  return buildModel(config, { cells, vocabulary: 6, puzzleEmbeddingRows: 1 });
}

export const training = (of: Model, rows: number) => ({
  rows,
  trace: (count: number) =>
    traceSupervisionStep(of, count, rows, { cellLoss: 'stablemax', labelSmoothing: 0, haltLossWeight: 0.5 }),
});

export const answering = (of: Model, rows: number) => ({
  rows,
  trace: (count: number) => traceAnswerStep(of, count, { logits: false }),
});

export const programs = (): readonly Program[] =>
  (['mlp', 'attention'] as const).flatMap((mixer) => {
    const of = model({ mixer, positions: mixer === 'mlp' ? 'none' : 'rope' });
    return [lowered(training(of, 4)), lowered(answering(of, 4))];
  });
