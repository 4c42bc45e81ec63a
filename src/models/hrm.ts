/**
 * The Hierarchical Reasoning Model (arXiv 2506.21734; official models/recursive_reasoning/hrm.py), which TRM grew
 * from: two networks at two speeds, and a gradient through their last application only.
 *
 *     T cycles of   n times   zL = low(zL + zH + x)
 *                             zH = high(zH + zL)
 *
 * B batch, S cells, P puzzle slots, L = P + S positions, D hidden, V vocabulary.
 */

import { add } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/shape.ts';
import { noGrad, scope } from '../graph/trace.ts';
import { part, prefixed } from '../nn/parameters.ts';
import { embed, endSpecs, network, networkSpecs, readAnswer, stateStart } from './blocks.ts';
import type { Model, PuzzleShape, StepOutput } from './model.ts';
import type { ModelSettings } from './settings.ts';

/** What it cannot be built with: no high level, or other slots than the puzzle embedding fills (as in the official code). */
export function hrmRefuses({ highLayers, hiddenSize, puzzleEmbeddingSize, puzzleSlots }: ModelSettings) {
  const filled = Math.ceil(puzzleEmbeddingSize / hiddenSize);
  return {
    ...(highLayers === 0 && { highLayers: 'must be positive for hrm' }),
    ...(puzzleSlots !== filled && {
      puzzleSlots: `must be ${filled} for hrm: as many as the puzzle embedding fills`,
    }),
  };
}

export function hrm(config: ModelSettings, shape: PuzzleShape): Model {
  const { hiddenSize: D, puzzleSlots: P, cycles: T, latentSteps: n } = config;
  const L = P + shape.cells;
  const state = { shape: [L, D], init: stateStart(config) };
  return {
    shape,
    parameters: {
      ...endSpecs(config, shape),
      ...prefixed('low', networkSpecs(config, shape, config.layers)),
      ...prefixed('high', networkSpecs(config, shape, config.highLayers)),
    },
    states: {
      zH: { ...state, isAnswer: true, mayBePerturbed: false },
      zL: { ...state, isAnswer: false, mayBePerturbed: true },
    },
    puzzleEmbeddingSize: config.puzzleEmbeddingSize,
    learnsToContinue: true,

    step(parameters, carry, question): StepOutput {
      const B = question.tokens.shape[0]!;
      const low = network(config, shape, part(parameters, 'low'), B);
      const high = network(config, shape, part(parameters, 'high'), B);
      const x = scope('embed', () => embed(config, shape, parameters, question)); // [B*L, D]
      let zH = reshape(carry.zH!, [B * L, D]);
      let zL = reshape(carry.zL!, [B * L, D]);

      const refine = () => {
        zL = scope('low', () => low(add(zL, add(zH, x))));
      };
      const conclude = () => {
        zH = scope('high', () => high(add(zH, zL)));
      };
      noGrad(() => {
        for (let t = 1; t < T; t++) {
          for (let i = 0; i < n; i++) refine();
          conclude();
        }
        for (let i = 1; i < n; i++) refine();
      });
      refine();
      conclude();

      const answer = reshape(zH, [B, L, D]);
      return {
        carry: { zH: answer, zL: reshape(zL, [B, L, D]) },
        ...readAnswer(config, shape, parameters, answer), // [B*S, V], [B], [B]
      };
    },
  };
}
