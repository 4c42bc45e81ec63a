/**
 * Puzzles of several sizes and one set of weights: a model whose positions know their neighbours alone has no size of its
 * own. It is trained on datasets of several sizes in turn, and answers puzzles of any (at-size.ts).
 */

import type { DatasetMetadata } from '../data/dataset.ts';
import { checkKind, familyOf } from '../data/families.ts';
import { TrmError } from '../errors.ts';
import { buildModel } from '../models/build.ts';
import type { Model, PuzzleShape } from '../models/model.ts';
import { fitsAnySize } from '../models/settings.ts';
import type { Config } from './config.ts';

/** What a model is to puzzles of one size. */
export interface SizedModel {
  readonly model: Model;
  /** What the puzzles are. */
  readonly family: DatasetMetadata['puzzle'];
}

/** What a dataset's puzzles are to a model. */
export function shapeOf(metadata: DatasetMetadata): PuzzleShape {
  const { seq_len: cells, vocab_size: vocabulary, num_puzzle_identifiers: puzzleEmbeddingRows } = metadata;
  return onGrid({ cells, vocabulary, puzzleEmbeddingRows }, metadata.puzzle);
}

/** The same shape with its grid, where the puzzles' family is known. */
export function onGrid(shape: PuzzleShape, family: DatasetMetadata['puzzle']): PuzzleShape {
  const { info, canvas, box } = familyOf({ family, ...shape });
  const { rows, columns } = canvas;
  return info ? { ...shape, grid: { rows, columns, box } } : shape;
}

/**
 * The model of a config for each of several datasets.
 *
 * @throws TrmError `config` on several sizes for a model that has one of its own, `data` on puzzles of other tokens.
 */
export function sizedModels(
  config: Config['model'],
  datasets: readonly { metadata: DatasetMetadata }[],
): SizedModel[] {
  const sized = datasets.map(({ metadata }) => ({
    model: buildModel(config, shapeOf(metadata)),
    family: metadata.puzzle,
  }));
  if (sized.length > 1 && !fitsAnySize(config)) {
    const sizes = sized.map(({ model }) => sizeName(model.shape)).join(', ');
    throw new TrmError('config', `the datasets have puzzles of several sizes: ${sizes}`, {
      key: 'model.mixer',
      fix: 'choose convolution, whose weights fit any size, or datasets of one size',
    });
  }
  const [first, ...others] = sized;
  for (const { model, family } of others) {
    checkKind(family, first!.family, 'one dataset has', 'another');
    const [expected, got] = [first!.model.shape.vocabulary, model.shape.vocabulary];
    if (expected !== got)
      throw new TrmError('data', `one dataset has ${got} tokens, another ${expected}`, { key: 'vocab_size' });
  }
  return sized;
}

/** The models of a run, of each size that it is trained on. */
export function modelsOf({
  model,
  others = [],
}: {
  readonly model: Model;
  readonly others?: readonly SizedModel[] | undefined;
}): Model[] {
  return [model, ...others.map((other) => other.model)];
}

/** `12x16`, or the number of cells where they are no grid. */
export function sizeName({ grid, cells }: PuzzleShape): string {
  return grid ? `${grid.rows}x${grid.columns}` : `${cells} cells`;
}

/**
 * Rows of a batch, and of those computed at once, for puzzles of another size: as many as have about as many cells, and all
 * that share a question.
 */
export function rowsAt({ batchSize, microBatchSize, starts }: Config, first: Model, { shape }: Model) {
  const scaled = (rows: number) =>
    starts * Math.max(1, Math.round((rows * first.shape.cells) / (shape.cells * starts)));
  return { batchSize: scaled(batchSize), microBatchSize: scaled(microBatchSize) };
}
