/**
 * Two of the paper's ablations of TRM (arXiv 2510.04871, section 4.2; official trm_singlez.py and trm_hier6.py).
 *
 * B batch, S cells, P puzzle slots, L = P + S positions, D hidden, V vocabulary.
 */

import { add } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { noGrad, scope } from '../graph/trace.ts';
import { embed, endSpecs, network, networkSpecs, readAnswer, stateStart } from './blocks.ts';
import type { Carry, Model, PuzzleShape } from './model.ts';
import type { ModelSettings } from './settings.ts';

type F = (h: Tensor) => Tensor;

/** No answer apart from the latent: n times z = f(x + z), then z = f(z), which is read as the answer. */
export function trmSingleZ(config: ModelSettings, shape: PuzzleShape): Model {
  return ablation(config, shape, ['z'], 'z', (f, x, state) => {
    for (let i = 0; i < config.latentSteps; i++) state.z = f(add(state.z!, x));
    state.z = f(state.z!);
  });
}

/** As many latents as latent steps, each refined once in a cycle: z_i = f(x + y + z_1 + … + z_n), y = f(y + z_1 + … + z_n). */
export function trmMultiZ(config: ModelSettings, shape: PuzzleShape): Model {
  const latents = Array.from({ length: config.latentSteps }, (_, i) => `z${i + 1}`);
  return ablation(config, shape, ['y', ...latents], 'y', (f, x, state) => {
    const total = () => latents.map((name) => state[name]!).reduce((sum, z) => add(sum, z)); // [B*L, D]
    for (const name of latents) state[name] = f(add(total(), add(x, state.y!)));
    state.y = f(add(state.y!, total()));
  });
}

/** A TRM of other latents and another cycle. */
function ablation(
  config: ModelSettings,
  shape: PuzzleShape,
  names: readonly string[],
  answer: string,
  cycle: (f: F, x: Tensor, state: Record<string, Tensor>) => void,
): Model {
  const { hiddenSize: D, puzzleSlots: P, cycles: T } = config;
  const L = P + shape.cells;
  const state = { shape: [L, D], init: stateStart(config) };
  const mapped = <A, R>(record: Readonly<Record<string, A>>, change: (value: A) => R) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
  return {
    shape,
    parameters: { ...endSpecs(config, shape), ...networkSpecs(config, shape, config.layers) },
    states: Object.fromEntries(
      names.map((name) => [
        name,
        { ...state, isAnswer: name === answer, mayBePerturbed: name.startsWith('z') },
      ]),
    ),
    puzzleEmbeddingSize: config.puzzleEmbeddingSize,
    learnsToContinue: false,

    step(parameters, carry, question) {
      const B = question.tokens.shape[0]!;
      const f = network(config, shape, parameters, B);
      const x = scope('embed', () => embed(config, shape, parameters, question)); // [B*L, D]
      const states = mapped(carry, (tensor) => reshape(tensor, [B * L, D]));
      noGrad(() => {
        for (let t = 1; t < T; t++) scope(`cycle${t}`, () => cycle(f, x, states));
      });
      scope(`cycle${T}`, () => cycle(f, x, states));
      const next: Carry = mapped(states, (tensor) => reshape(tensor, [B, L, D]));
      const { logits, halt } = readAnswer(config, shape, parameters, next[answer]!); // [B*S, V], [B]
      return { carry: next, logits, halt };
    },
  };
}
