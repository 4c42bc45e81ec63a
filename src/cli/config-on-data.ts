/** What a recipe becomes on a dataset, whose sizes decide the shapes of its weights. */

import { readSplits } from '../data/node/folder.ts';
import { layoutOf } from '../inference/weights.ts';
import { buildModel } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import { showShape } from '../shape.ts';
import type { Config } from '../train/config.ts';
import { renderTable } from './terminal/table.ts';

/** The model that the recipe makes for the puzzles of a dataset. */
export async function modelOn(config: Config, data: string): Promise<Model> {
  const { seq_len, vocab_size, num_puzzle_identifiers } = (await readSplits(data)).train.metadata;
  return buildModel(config.model, {
    cells: seq_len,
    vocabulary: vocab_size,
    puzzleEmbeddingRows: num_puzzle_identifiers,
  });
}

/** Sizes and weights as comments behind the recipe, which stays one that can be read back. */
export function showModel(model: Model, data: string): string {
  const { shape, parameters, count, puzzleEmbeddings } = describeModel(model);
  const { cells, vocabulary, puzzleEmbeddingRows } = shape;
  const table = renderTable([
    ...parameters.map(({ name, shape }) => [name, showShape(shape)]),
    ['puzzle embeddings', showShape(puzzleEmbeddings)],
  ]);
  const sizes = `${cells} cells, ${vocabulary} tokens, puzzle embeddings for ${puzzleEmbeddingRows}`;
  const weights = `${count.toLocaleString('en')} weights and the puzzle embeddings`;
  const text = `on ${data} (${sizes}): ${weights}\n${table}`;
  return `${text.replace(/^/gm, '# ')}\n`;
}

/** The same as data. */
export function describeModel({ shape, parameters, puzzleEmbeddingSize }: Model) {
  return {
    shape,
    /** Weights, the puzzle embeddings apart. */
    count: layoutOf(parameters).count,
    parameters: Object.entries(parameters).map(([name, { shape }]) => ({ name, shape })),
    puzzleEmbeddings: [shape.puzzleEmbeddingRows, puzzleEmbeddingSize],
  };
}
