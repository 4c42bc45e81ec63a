/** A TRM of a few cells with random weights, to compare what runs it. Imports nothing of Node. */

import { Random } from '../../src/data/random.ts';
import type { Graph } from '../../src/graph/trace.ts';
import { modelSchema } from '../../src/models/config.ts';
import type { Model } from '../../src/models/model.ts';
import { trm } from '../../src/models/trm.ts';
import { float32, type HostTensors, int32 } from '../../src/runtime/backend.ts';
import { sizeOf } from '../../src/shape.ts';

export const mixers = ['mlp', 'attention'] as const;

export function tinyTrm(mixer: (typeof mixers)[number]): Model {
  const config = modelSchema.parse({
    mixer,
    positions: mixer === 'attention' ? 'rope' : 'none',
    hiddenSize: 16,
    layers: 1,
    heads: 2,
    expansion: 1,
    cycles: 2,
    latentSteps: 2,
    puzzleSlots: 2,
    puzzleEmbeddingSize: 16,
  });
  return trm(config, { cells: 4, vocabulary: 5, puzzleEmbeddingRows: 1 });
}

/** A random value for each input of a model's graph; weights of the size that training begins with. */
export function randomFeeds(graph: Graph, vocabulary: number, seed = 1): HostTensors {
  const random = new Random(seed);
  return Object.fromEntries(
    graph.inputs.map(({ name, tensor: { shape, dtype } }) => {
      const size = sizeOf(shape);
      if (dtype === 'int32') {
        return [
          name,
          int32(
            Int32Array.from({ length: size }, () => random.int(vocabulary)),
            shape,
          ),
        ];
      }
      const scale = name.startsWith('parameter/') ? 1 / Math.sqrt(shape[0]!) : 1;
      return [
        name,
        float32(
          Float32Array.from({ length: size }, () => scale * random.normal()),
          shape,
        ),
      ];
    }),
  );
}
