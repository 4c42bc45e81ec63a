/** The walker that gradients are made by; its rules are held against differences in operators.test.ts. */

import { expect, test } from 'vitest';
import { gradients } from '../../src/graph/gradients.ts';
import { interpret } from '../../src/graph/interpret.ts';
import * as e from '../../src/graph/ops/elementwise.ts';
import { fusedAttention } from '../../src/graph/ops/fused.ts';
import { matmul } from '../../src/graph/ops/linear.ts';
import * as r from '../../src/graph/ops/reduce.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { constant, emit, input, noGrad, trace } from '../../src/graph/trace.ts';
import { float32 } from '../../src/runtime/backend.ts';
import { randomArray, run } from './support.ts';

test('a weight that is applied three times collects its gradient by gemm', () => {
  const graph = trace('shared', () => {
    const [x, w] = [input('x', [5, 3]), input('w', [3, 3])];
    const y = matmul(e.silu(matmul(e.silu(matmul(x, w)), w)), w); // [5, 3]
    const loss = r.sum(e.mul(y, y));
    return { loss, g: gradients(loss, [w])[0]! };
  });
  expect(graph.nodes.filter((node) => node.op === 'gemm').length).toBe(2);
  const [x, w] = [randomArray([5, 3], 1), Float64Array.from(randomArray([3, 3], 2))];
  const lossAt = (w: Float64Array) => interpret(graph, { x, w }, 'float64');
  const analytic = lossAt(w).g!;
  w.forEach((value, i) => {
    const at = (by: number) => lossAt(w.with(i, value + by)).loss![0]!;
    expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(analytic[i]!, 6);
  });
});

test('what arrives at a second output counts, alone and with what arrives at the first', async () => {
  const build = (first: number, second: number) => () => {
    const [x, residual] = [input('x', [1, 2]), input('residual', [1, 2])];
    const [normalised, total] = emit('addRmsNorm', [x, residual], { epsilon: 1e-5 }) as [Tensor, Tensor];
    const loss = r.sum(e.add(e.mul(normalised, first), e.mul(e.mul(total, total), second)));
    const [gx, gResidual] = gradients(loss, [x, residual]);
    return { gx: gx!, gResidual: gResidual! };
  };
  const inputs = {
    x: float32(Float32Array.of(3, 1), [1, 2]),
    residual: float32(Float32Array.of(0, 3), [1, 2]),
  };
  const sums = await run(build(0, 1), inputs); // d (s^2) = 2 s, s = [3, 4]
  expect(Array.from(sums.gx!.data as Float32Array)).toEqual([6, 8]);
  expect(sums.gResidual!.data).toEqual(sums.gx!.data);
  const first = (await run(build(1, 0), inputs)).gx!.data as Float32Array;
  const both = (await run(build(1, 1), inputs)).gx!.data as Float32Array;
  for (const [i, value] of both.entries()) expect(value).toBeCloseTo(first[i]! + [6, 8][i]!, 4);
});

test('noGrad stops the gradient; what the loss does not depend on gets zeros', async () => {
  const out = await run(
    () => {
      const [x, other] = [input('x', [2]), input('other', [3])];
      const loss = r.sum(
        e.mul(
          x,
          noGrad(() => e.mul(x, x)),
        ),
      );
      const [gx, gOther] = gradients(loss, [x, other]);
      return { gx: gx!, gOther: gOther! };
    },
    { x: float32(Float32Array.of(2, 3), [2]), other: float32(new Float32Array(3), [3]) },
  );
  expect(Array.from(out.gx!.data as Float32Array)).toEqual([4, 9]);
  expect(Array.from(out.gOther!.data as Float32Array)).toEqual([0, 0, 0]);
});

test('an operator without a rule is named', () => {
  const attempt = () =>
    trace('attention', () => {
      const x = input('x', [1, 2, 4]);
      return { g: gradients(r.sum(fusedAttention(x, x, x, 2)), [x])[0]! };
    });
  expect(attempt).toThrow(/operator attention has no gradient rule; compute it under noGrad/);
});

test('the gradient of a cast is cast back (half precision is too coarse for differences)', async () => {
  const weights = [0.5, -2];
  const out = await run(
    () => {
      const x = input('x', [2]);
      const half = e.cast(e.mul(e.cast(x, 'float16'), e.cast(constant(weights, [2]), 'float16')), 'float32');
      return { g: gradients(r.sum(half), [x])[0]! };
    },
    { x: float32(Float32Array.of(1, 1), [2]) },
  );
  expect(Array.from(out.g!.data as Float32Array)).toEqual(weights);
});

test.each([
  ['argMax makes int32', (x: Tensor) => r.argMax(x, -1)],
  ['cast makes int32', (x: Tensor) => e.cast(x, 'int32')],
  ['less makes bool', (x: Tensor) => e.less(x, 0)],
])('whole numbers between the loss and a weight are named: %s', (what, build) => {
  const attempt = () =>
    trace('counting', () => {
      const x = input('x', [2, 4]);
      return { g: gradients(r.sum(e.cast(build(x), 'float32')), [x])[0]! };
    });
  expect(attempt).toThrow(`operator ${what}, which has no gradient; compute it under noGrad`);
});

test('equal maxima share the gradient', async () => {
  const out = await run(
    () => {
      const x = input('x', [2, 3]);
      return { g: gradients(r.sum(r.max(x, [1])), [x])[0]! };
    },
    { x: float32(Float32Array.of(1, 5, 5, 7, 0, 2), [2, 3]) },
  );
  expect(Array.from(out.g!.data as Float32Array)).toEqual([0, 0.5, 0.5, 1, 0, 0]);
});

test('the loss must be a scalar', () => {
  const attempt = () => trace('vector', () => ({ g: gradients(input('x', [2]), [])[0]! }));
  expect(attempt).toThrow(/the loss has shape \[2\]; reduce it to a scalar first/);
});
