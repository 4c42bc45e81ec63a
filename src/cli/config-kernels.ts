/** What the native engine makes of a recipe on a dataset (docs/engine.md): its lowered programs as text. */

import { lowered } from '../compiler/compile.ts';
import { printProgram } from '../compiler/print.ts';
import { readSplits } from '../data/node/folder.ts';
import { TrmError } from '../errors.ts';
import type { Graph, RowGraph } from '../graph/trace.ts';
import { traceAnswerStep } from '../inference/answer-step.ts';
import { layoutOf } from '../inference/weights.ts';
import { buildModel } from '../models/build.ts';
import type { Config } from '../train/config.ts';
import { shapeOf } from '../train/sizes.ts';
import { traceSupervisionStep } from '../train/supervision-step.ts';
import { traceUpdate } from '../train/update.ts';

/** @throws TrmError `usage` without a dataset, whose sizes the kernels depend on. */
export async function kernelsOf(config: Config, data: readonly string[] | undefined): Promise<string> {
  if (data === undefined) {
    const fix = 'add --data DIR: what the kernels are depends on the sizes of its puzzles';
    throw new TrmError('usage', '--kernels needs a dataset', { key: 'data', fix });
  }
  const model = buildModel(config.model, shapeOf((await readSplits(data)).train.metadata));
  const { microBatchSize: rows, batchSize, starts: group } = config;
  const graphs: readonly (Graph | RowGraph)[] = [
    { rows, group, trace: (b) => traceSupervisionStep(model, b, batchSize, config) },
    { rows, trace: (b) => traceAnswerStep(model, b, { logits: false }) },
    traceUpdate(layoutOf(model.parameters), config),
  ];
  return graphs.map((graph) => printProgram(lowered(graph))).join('\n');
}
