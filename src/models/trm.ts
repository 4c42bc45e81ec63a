/**
 * The Tiny Recursive Model (arXiv 2510.04871, section 4; official models/recursive_reasoning/trm.py).
 *
 * One tiny network f improves a latent reasoning z and an answer y of the question x:
 *
 *     n times   z = f(x + y + z)
 *               y = f(y + z)          one cycle
 *     T cycles, the last one with gradient: one supervision step
 *
 * B batch, S cells, P puzzle slots, L = P + S positions, D hidden, V vocabulary.
 */

import { add } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/shape.ts';
import { noGrad, scope } from '../graph/trace.ts';
import { embed, endSpecs, network, networkSpecs, readAnswer, stateStart } from './blocks.ts';
import type { Model, PuzzleShape, StepOutput } from './model.ts';
import type { ModelSettings } from './settings.ts';

/** The Tiny Recursive Model, as the paper describes it. */
export function trm(config: ModelSettings, shape: PuzzleShape): Model {
  const { hiddenSize: D, puzzleSlots: P } = config;
  const L = P + shape.cells;
  const state = { shape: [L, D], init: stateStart(config) };
  return {
    shape,
    parameters: { ...endSpecs(config, shape), ...networkSpecs(config, shape, config.layers) },
    states: {
      y: { ...state, isAnswer: true, mayBePerturbed: false },
      z: { ...state, isAnswer: false, mayBePerturbed: true },
    },
    puzzleEmbeddingSize: config.puzzleEmbeddingSize,
    learnsToContinue: false,

    step(parameters, carry, question): StepOutput {
      const B = question.tokens.shape[0]!;
      const f = network(config, shape, parameters, B);
      const x = scope('embed', () => embed(config, shape, parameters, question)); // [B*L, D]
      let y = reshape(carry.y!, [B * L, D]);
      let z = reshape(carry.z!, [B * L, D]);

      const cycle = () => {
        const given = add(x, y); // [B*L, D], the same for all n refinements
        for (let i = 0; i < config.latentSteps; i++) z = scope(`z${i}`, () => f(add(z, given)));
        y = scope('y', () => f(add(y, z)));
      };
      noGrad(() => {
        for (let t = 1; t < config.cycles; t++) scope(`cycle${t}`, cycle);
      });
      scope(`cycle${config.cycles}`, cycle);

      const answer = reshape(y, [B, L, D]);
      // The second halting logit belongs to the continue loss, which the paper dropped; it is kept for its checkpoints.
      const { logits, halt } = readAnswer(config, shape, parameters, answer); // [B*S, V], [B]
      return { carry: { y: answer, z: reshape(z, [B, L, D]) }, logits, halt };
    },
  };
}
