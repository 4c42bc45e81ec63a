/**
 * What the recursive models share: the embedding of a question, a network of post-norm layers, and the reading of an
 * answer (official models/recursive_reasoning/trm.py and hrm.py, which agree in these).
 *
 * B batch, S cells, P puzzle slots, L = P + S positions, D hidden, V vocabulary, E puzzle embedding.
 */

import { add, mul } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/linear.ts';
import { mean } from '../graph/ops/reduce.ts';
import { concat, expand, gather, reshape, slice, transpose } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { constant, scope } from '../graph/trace.ts';
import {
  attention,
  attentionSpecs,
  convolution,
  convolutionSpecs,
  linear,
  type Rope,
  residualNorm,
  ropeTables,
  swiglu,
  swigluSpecs,
} from '../nn/layers.ts';
import {
  fill,
  type Initializer,
  linearSpec,
  type ParameterSpec,
  type ParameterSpecs,
  type Parameters,
  part,
  prefixed,
  truncatedNormal,
} from '../nn/parameters.ts';
import {
  candidateSpecs,
  embedCandidates,
  hearCompetitors,
  readDigits,
  type Sudoku,
  saidSpec,
  sudokuOf,
} from './candidates.ts';
import type { PuzzleShape, StepInput, StepOutput } from './model.ts';
import { hasFirstPosition, type ModelSettings } from './settings.ts';

/** The Sudoku that a model of candidates is for; of other models none. */
const sudokuFor = ({ mixer }: ModelSettings, shape: PuzzleShape): Sudoku | undefined =>
  mixer === 'candidates' ? sudokuOf(shape) : undefined;

/** N: candidates of a position, which share its width; 1 of other models. */
const candidatesOf = (config: ModelSettings, shape: PuzzleShape): number =>
  sudokuFor(config, shape)?.digits ?? 1;

/** How a latent begins: the same for all candidates, else somewhere. */
export const stateStart = ({ mixer }: ModelSettings): Initializer =>
  mixer === 'candidates' ? fill(0) : truncatedNormal(1);

/** Weights of `embed` and `readAnswer`. */
export function endSpecs(config: ModelSettings, shape: PuzzleShape): ParameterSpecs {
  const { hiddenSize: D, puzzleSlots: P } = config;
  const { cells, vocabulary } = shape;
  const N = candidatesOf(config, shape);
  const width = D / N;
  const embedding = (rows: number): ParameterSpec => ({
    shape: [rows, D],
    init: truncatedNormal(1 / Math.sqrt(D)),
    group: 'embeddings',
  });
  return {
    tokens: N > 1 ? saidSpec(width) : embedding(vocabulary),
    ...(config.positions === 'learned' && { positions: embedding(P + cells) }),
    head: linearSpec(width, N > 1 ? 1 : vocabulary, 'embeddings'),
    'haltHead.weight': { shape: [width, 2], init: fill(0), group: 'embeddings' },
    'haltHead.bias': { shape: [2], init: fill(-5), group: 'vectors' },
  };
}

/** Weights of a `network` of `layers` layers. */
export function networkSpecs(config: ModelSettings, shape: PuzzleShape, layers: number): ParameterSpecs {
  const { hiddenSize: D, puzzleSlots: P, expansion, widthMultiple } = config;
  const width = D / candidatesOf(config, shape);
  const mixers = {
    mlp: () => prefixed('mixer', swigluSpecs(P + shape.cells, expansion, widthMultiple)),
    attention: () => prefixed('attention', attentionSpecs(D)),
    convolution: () => prefixed('convolution', convolutionSpecs(D)),
    candidates: () => prefixed('candidates', candidateSpecs(width)),
  };
  const layer: ParameterSpecs = {
    ...mixers[config.mixer](),
    ...prefixed('mlp', swigluSpecs(width, expansion, widthMultiple)),
  };
  return Object.assign({}, ...Array.from({ length: layers }, (_, i) => prefixed(`layers.${i}`, layer)));
}

/** x: the puzzle embedding in its slots, then the tokens; scaled by sqrt(D). Result `[B*L, D]`. */
export function embed(
  config: ModelSettings,
  shape: PuzzleShape,
  parameters: Parameters,
  { tokens, puzzleEmbedding }: StepInput,
): Tensor {
  const { hiddenSize: D, puzzleSlots: P } = config;
  const [B, S] = tokens.shape as readonly [number, number];
  const sudoku = sudokuFor(config, shape);
  if (sudoku) {
    const x = embedCandidates(tokens, parameters.tokens!, sudoku); // [B*S*N, C]
    return reshape(mul(x, Math.sqrt(x.shape[1]!)), [B * S, D]); // [B*S, D]
  }
  let x = gather(parameters.tokens!, tokens); // [B, S, D]
  if (puzzleEmbedding) {
    const missing = P * D - puzzleEmbedding.shape[1]!;
    const filled =
      missing > 0 ? concat([puzzleEmbedding, expand(constant(0), [B, missing])], 1) : puzzleEmbedding; // [B, P*D]
    x = concat([reshape(filled, [B, P, D]), x], 1); // [B, L, D]
  }
  if (config.positions === 'learned') x = mul(add(x, parameters.positions!), Math.SQRT1_2);
  return reshape(mul(x, Math.sqrt(D)), [B * (P + S), D]); // [B*L, D]
}

/**
 * Post-norm layers of a mixer over positions and a SwiGLU over channels, those of candidates over the channels of each.
 * `[B*L, D]` to the same.
 *
 * @param parameters those of the network alone, from `layers.` on. @param question of as many rows, with the step's dropout.
 */
export function network(
  config: ModelSettings,
  shape: PuzzleShape,
  parameters: Parameters,
  { tokens, random }: StepInput,
): (h: Tensor) => Tensor {
  const { hiddenSize: D, puzzleSlots: P, heads, normEpsilon } = config;
  const B = tokens.shape[0]!;
  const { cells, grid } = shape;
  const sudoku = sudokuFor(config, shape);
  const L = P + cells;
  const rope: Rope | undefined =
    config.mixer === 'attention' && config.positions === 'rope'
      ? ropeTables(L, D / heads, config.ropeTheta)
      : undefined;
  const gateNorm = config.gateNorm ? normEpsilon : undefined;
  /** What a part of a layer adds, and the norm of the sum. */
  const residual = (part: (h: Tensor) => Tensor) => {
    const dropout = random?.dropout();
    return (h: Tensor) => {
      const update = part(h);
      return residualNorm(h, dropout ? dropout(update) : update, normEpsilon);
    };
  };
  const mixers: Record<ModelSettings['mixer'], (layer: Parameters) => (h: Tensor) => Tensor> = {
    attention: (layer) =>
      residual((h) => attention(h, part(layer, 'attention'), { batch: B, positions: L, heads }, rope)),
    convolution: (layer) => residual((h) => convolution(h, part(layer, 'convolution'), grid!)),
    candidates: (layer) => residual((h) => hearCompetitors(h, part(layer, 'candidates'), sudoku!)),
    // The MLP mixer works, and normalises, along the positions.
    mlp(layer) {
      const mix = residual((across) => swiglu(across, part(layer, 'mixer'), gateNorm)); // [B*D, L]
      return (h) => {
        const across = reshape(transpose(reshape(h, [B, L, D]), [0, 2, 1]), [B * D, L]); // [B*D, L]
        const mixed = mix(across); // [B*D, L]
        return reshape(transpose(reshape(mixed, [B, D, L]), [0, 2, 1]), [B * L, D]); // [B*L, D]
      };
    },
  };
  const layers: { mix: (h: Tensor) => Tensor; transform: (h: Tensor) => Tensor }[] = [];
  for (let i = 0; `layers.${i}.mlp.down` in parameters; i++) {
    const layer = part(parameters, `layers.${i}`);
    layers.push({
      mix: mixers[config.mixer](layer),
      transform: residual((h) => swiglu(h, part(layer, 'mlp'), gateNorm)),
    });
  }
  const N = candidatesOf(config, shape);
  return (h) => {
    const begin = reshape(h, [B * L * N, D / N]); // [B*L*N, D/N]
    const end = layers.reduce((state, { mix, transform }, i) => {
      const mixed = scope(`layers.${i}/mixer`, () => mix(state)); // [B*L*N, D/N]
      return scope(`layers.${i}/mlp`, () => transform(mixed));
    }, begin);
    return reshape(end, [B * L, D]); // [B*L, D]
  };
}

/**
 * Logits of the cells, and of halting and continuing: from the first position or, where no position sees everything, from
 * the mean of all. positions `[B, L, D]`.
 */
export function readAnswer(
  config: ModelSettings,
  shape: PuzzleShape,
  parameters: Parameters,
  positions: Tensor,
): Pick<StepOutput, 'logits' | 'halt'> & { readonly continue: Tensor } {
  const { puzzleSlots: P } = config;
  const [B, L, D] = positions.shape as readonly [number, number, number];
  const N = candidatesOf(config, shape);
  const cells = reshape(slice(positions, 1, P, L), [B * (L - P) * N, D / N]); // [B*S*N, D/N]
  const judged = hasFirstPosition(config)
    ? reshape(slice(positions, 1, 0, 1), [B, D]) // [B, D]
    : mean(reshape(positions, [B, L * N, D / N]), [1]); // [B, D/N]
  const halt = linear(judged, parameters['haltHead.weight']!, parameters['haltHead.bias']!); // [B, 2]
  return {
    logits: scope('head', () =>
      N > 1 ? readDigits(cells, parameters.head!, N) : matmul(cells, parameters.head!),
    ), // [B*S, V]
    halt: reshape(slice(halt, 1, 0, 1), [B]),
    continue: reshape(slice(halt, 1, 1, 2), [B]),
  };
}
