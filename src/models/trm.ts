/**
 * The Tiny Recursive Model (arXiv 2510.04871, section 4; official models/recursive_reasoning/trm.py).
 *
 * One tiny network f improves a latent reasoning z and an answer y of the question x:
 *
 *     n times   z = f(x + y + z)
 *               y = f(y + z)          one cycle
 *     T cycles, the last one with gradient: one supervision step
 *
 * B batch, S cells, P puzzle slots, L = P + S positions, D hidden, H heads, V vocabulary, E puzzle embedding.
 */

import { add, mul } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/linear.ts';
import { concat, expand, gather, reshape, slice, transpose } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { constant, noGrad, scope } from '../graph/trace.ts';
import {
  attention,
  attentionSpecs,
  linear,
  type Rope,
  residualNorm,
  ropeTables,
  swiglu,
  swigluSpecs,
} from '../nn/layers.ts';
import {
  fill,
  linearSpec,
  type ParameterSpecs,
  type Parameters,
  part,
  prefixed,
  truncatedNormal,
} from '../nn/parameters.ts';
import type { Model, PuzzleShape, Question, StepOutput } from './model.ts';
import type { TrmConfig } from './trm-config.ts';

export function trm(config: TrmConfig, shape: PuzzleShape): Model {
  const { hiddenSize: D, puzzleSlots: P } = config;
  const L = P + shape.cells;
  const latent = { shape: [L, D], init: truncatedNormal(1) };
  return {
    shape,
    parameters: parameterSpecs(config, shape),
    latents: { answer: latent, latent },
    puzzleEmbeddingSize: config.puzzleEmbeddingSize,

    step(parameters, carry, question): StepOutput {
      const B = question.tokens.shape[0]!;
      const f = network(config, parameters, B, L);
      const x = scope('embed', () => embed(config, parameters, question)); // [B*L, D]
      let y = reshape(carry.answer!, [B * L, D]);
      let z = reshape(carry.latent!, [B * L, D]);

      const cycle = () => {
        const given = add(x, y); // [B*L, D], the same for all n refinements
        for (let i = 0; i < config.latentSteps; i++) z = scope(`z${i}`, () => f(add(z, given)));
        y = scope('y', () => f(add(y, z)));
      };
      noGrad(() => {
        for (let t = 1; t < config.cycles; t++) scope(`cycle${t}`, cycle);
      });
      scope(`cycle${config.cycles}`, cycle);

      const positions = reshape(y, [B, L, D]);
      const cells = reshape(slice(positions, 1, P, L), [B * shape.cells, D]); // [B*S, D]
      const first = reshape(slice(positions, 1, 0, 1), [B, D]); // [B, D]
      const halt = linear(first, parameters['haltHead.weight']!, parameters['haltHead.bias']!); // [B, 2]
      return {
        carry: { answer: positions, latent: reshape(z, [B, L, D]) },
        logits: scope('head', () => matmul(cells, parameters.head!)), // [B*S, V]
        // The second logit belongs to the continue loss, which the paper dropped; it is kept for its checkpoints.
        halt: reshape(slice(halt, 1, 0, 1), [B]),
      };
    },
  };
}

function parameterSpecs(config: TrmConfig, { cells, vocabulary }: PuzzleShape): ParameterSpecs {
  const { hiddenSize: D, puzzleSlots: P, expansion } = config;
  const embedding = truncatedNormal(1 / Math.sqrt(D));
  const layer: ParameterSpecs = {
    ...(config.mixer === 'mlp'
      ? prefixed('mixer', swigluSpecs(P + cells, expansion))
      : prefixed('attention', attentionSpecs(D))),
    ...prefixed('mlp', swigluSpecs(D, expansion)),
  };
  return {
    tokens: { shape: [vocabulary, D], init: embedding },
    ...(config.positions === 'learned' ? { positions: { shape: [P + cells, D], init: embedding } } : {}),
    ...Object.assign({}, ...Array.from({ length: config.layers }, (_, i) => prefixed(`layers.${i}`, layer))),
    head: linearSpec(D, vocabulary),
    'haltHead.weight': { shape: [D, 2], init: fill(0) },
    'haltHead.bias': { shape: [2], init: fill(-5) },
  };
}

/** x: the puzzle embedding in its slots, then the tokens; scaled by sqrt(D). Result `[B*L, D]`. */
function embed(config: TrmConfig, parameters: Parameters, { tokens, puzzle }: Question): Tensor {
  const { hiddenSize: D, puzzleSlots: P } = config;
  const [B, S] = tokens.shape as readonly [number, number];
  let x = gather(parameters.tokens!, tokens); // [B, S, D]
  if (puzzle) {
    const missing = P * D - puzzle.shape[1]!;
    const filled = missing > 0 ? concat([puzzle, expand(constant(0), [B, missing])], 1) : puzzle; // [B, P*D]
    x = concat([reshape(filled, [B, P, D]), x], 1); // [B, L, D]
  }
  if (config.positions === 'learned') x = mul(add(x, parameters.positions!), Math.SQRT1_2);
  return reshape(mul(x, Math.sqrt(D)), [B * (P + S), D]); // [B*L, D]
}

/** f: post-norm layers of a mixer over positions and a SwiGLU over channels. `[B*L, D]` to the same. */
function network(config: TrmConfig, parameters: Parameters, B: number, L: number): (h: Tensor) => Tensor {
  const { hiddenSize: D, heads, normEpsilon } = config;
  const rope: Rope | undefined =
    config.mixer === 'attention' && config.positions === 'rope'
      ? ropeTables(L, D / heads, config.ropeTheta)
      : undefined;
  const layers = Array.from({ length: config.layers }, (_, i) => part(parameters, `layers.${i}`));

  const mix = (h: Tensor, layer: Parameters): Tensor => {
    if (config.mixer === 'attention') {
      const update = attention(h, part(layer, 'attention'), { batch: B, positions: L, heads }, rope);
      return residualNorm(h, update, normEpsilon);
    }
    // The MLP mixer works, and normalises, along the positions.
    const across = reshape(transpose(reshape(h, [B, L, D]), [0, 2, 1]), [B * D, L]); // [B*D, L]
    const mixed = residualNorm(across, swiglu(across, part(layer, 'mixer')), normEpsilon); // [B*D, L]
    return reshape(transpose(reshape(mixed, [B, D, L]), [0, 2, 1]), [B * L, D]); // [B*L, D]
  };
  return (h) =>
    layers.reduce((state, layer, i) => {
      const mixed = scope(`layers.${i}/mixer`, () => mix(state, layer)); // [B*L, D]
      return scope(`layers.${i}/mlp`, () =>
        residualNorm(mixed, swiglu(mixed, part(layer, 'mlp')), normEpsilon),
      );
    }, h);
}
