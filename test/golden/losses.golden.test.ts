/** Cell losses and their gradients against the official float64 stablemax and PyTorch's cross-entropy. */

import { expect, test } from 'vitest';
import { gradients } from '../../src/graph/gradients.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import { input, trace } from '../../src/graph/trace.ts';
import { cellCrossEntropy, cellLosses } from '../../src/nn/losses.ts';
import { float32, int32 } from '../../src/runtime/backend.ts';
import { findCompiler } from '../../src/runtime/native/compiler.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { GoldenTensors, relative } from './cases.ts';

const engines = [
  'onnxruntime',
  ...(typeof (await findCompiler()) === 'string' ? [] : (['native'] as const)),
] as const;
const each = engines.flatMap((engine) => cellLosses.map((name) => [name, engine] as const));

test.each(each)('%s equals the official loss, ignored labels included (%s)', async (name, engine) => {
  const t = new GoldenTensors('losses');
  const labels = t.ints('labels'); // [4, 9]
  const graph = trace('loss', () => {
    const logits = input('logits', [36, 11]);
    const loss = cellCrossEntropy(logits, input('labels', [36], 'int32'), name);
    return { loss, gradient: gradients(sum(loss), [logits])[0]! };
  });
  const program = await (await openBackend({ engine, device: 'cpu' })).compile(graph);
  const out = await program.run({
    logits: float32(t.floats('logits'), [36, 11]),
    labels: int32(labels, [36]),
  });
  expect(relative(out.loss!.data as Float32Array, t.floats(name))).toBeLessThan(1e-5);
  expect(relative(out.gradient!.data as Float32Array, t.floats(`${name}_grad`))).toBeLessThan(1e-5);
  await program.dispose();
});
