/** Tracing: sharing, folding, determinism, and errors that name the operator, the shapes and the fix. */

import { fromBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { ModelProtoSchema } from '../../src/graph/onnx/onnx_pb.ts';
import { serialize } from '../../src/graph/onnx/serialize.ts';
import { add, cast, mul, where } from '../../src/graph/ops/elementwise.ts';
import { addRmsNorm, fusedAttention, rotaryEmbedding } from '../../src/graph/ops/fused.ts';
import { gemm, matmul } from '../../src/graph/ops/linear.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import { concat, expand, gather, reshape, slice, transpose } from '../../src/graph/ops/shape.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { constant, input, scope, trace } from '../../src/graph/trace.ts';

const traced = (build: (x: Tensor) => Record<string, Tensor>) =>
  trace('test', () => build(input('x', [2, 3])));

test('equal nodes and constants are one; what no output needs is dropped', () => {
  const graph = traced((x) => {
    mul(x, 7);
    return { y: add(mul(x, 2), mul(x, 2)), z: mul(x, 2) };
  });
  expect(graph.nodes.map((node) => node.op)).toEqual(['mul', 'add']);
  expect(graph.constants).toHaveLength(1);
});

test('arithmetic of constants is done while tracing', () => {
  const graph = traced((x) => ({ y: add(x, mul(add(constant(2), 3), 4)) }));
  expect(graph.nodes).toHaveLength(1);
  expect(graph.constants[0]!.source).toMatchObject({ data: Float32Array.of(20) });
});

test('the same trace gives the same bytes, and names show scopes', () => {
  const bytes = () => serialize(traced((x) => ({ y: scope('head', () => sum(mul(x, 2), [1])) })));
  expect(bytes()).toEqual(bytes());
  const model = fromBinary(ModelProtoSchema, bytes());
  expect(model.graph!.node.every((node) => node.name.startsWith('head/'))).toBe(true);
  expect(model.graph!.output[0]!.name).toBe('y');
});

test.each([
  [
    'add',
    (x: Tensor) => add(x, constant([1, 2], [2])),
    /add: shapes \[2, 3\] and \[2\] do not broadcast; make axis -1 equal/,
  ],
  [
    'matmul',
    (x: Tensor) => matmul(x, x),
    /matmul: float32 \[2, 3\] times float32 \[2, 3\]; the inner dimensions/,
  ],
  [
    'reshape',
    (x: Tensor) => reshape(x, [4]),
    /reshape: \[2, 3\] has 6 elements, \[4\] 4; the numbers of elements/,
  ],
  [
    'transpose',
    (x: Tensor) => transpose(x, [0, 0]),
    /transpose: \[0, 0\] is no permutation .*\[2, 3\]; name each of 0 to 1 once/,
  ],
  [
    'concat',
    (x: Tensor) => concat([x, reshape(x, [3, 2])], 0),
    /concat: .*\[3, 2\] does not join .*\[2, 3\] along axis 0; all other axes must be equal/,
  ],
  [
    'slice',
    (x: Tensor) => slice(x, 1, 2, 5),
    /slice: 2\.\.5 is not inside axis 1 of \[2, 3\]; need 0 <= start < end <= 3/,
  ],
  ['gather', (x: Tensor) => gather(x, x), /gather: indices are float32, expected int32; cast\(\)/],
  [
    'where',
    (x: Tensor) => where(x, x, 0),
    /where: the condition is float32, expected bool; compare it first/,
  ],
  ['expand', (x: Tensor) => expand(x, [2, 4]), /expand: \[2, 3\] does not broadcast to \[2, 4\]; each axis/],
  ['sum', (x: Tensor) => sum(x, [2]), /sum: axis 2 .* of rank 2; choose one of -2 to 1/],
  ['gemm', (x: Tensor) => gemm(x, x, x, { transposeB: true }), /gemm: .* c \[2, 2\], .* c \[2, 3\]; reshape/],
  [
    'addRmsNorm',
    (x: Tensor) => addRmsNorm(x, constant([1], [1]), 1e-5),
    /addRmsNorm: shapes \[2, 3\] and \[1\] differ; expand/,
  ],
  [
    'attention',
    (x: Tensor) => fusedAttention(reshape(x, [1, 2, 3]), reshape(x, [1, 2, 3]), reshape(x, [1, 2, 3]), 2),
    /attention: 2 heads do not divide .*\[1, 2, 3\].*; choose a divisor of 3/,
  ],
  [
    'rotary',
    (x: Tensor) => rotaryEmbedding(reshape(x, [1, 1, 6]), constant(1), constant(1), 1),
    /rotary: .*\[1, 1, 6\] with 1 heads needs tables .*\[1, 3\], got \[\] and \[\]; .*ropeTables/,
  ],
  ['constant', () => constant([1, 2], [3]), /constant: 2 values do not fill \[3\]; give 3 values/],
  ['dtypes', (x: Tensor) => add(x, cast(x, 'int32')), /add: dtypes float32 and int32 differ; cast\(\)/],
])('%s names its operands and the fix', (_, build, message) => {
  expect(() => traced((x) => ({ y: build(x) }))).toThrow(message);
});

test('tracing is one at a time, and ops need a trace', () => {
  expect(() => constant(1)).toThrow(/constant: no graph is being traced; call it inside trace/);
  expect(() => traced(() => ({ y: trace('inner', () => ({})) as never }))).toThrow(
    /another graph is being traced/,
  );
  expect(() => traced(() => ({ y: input('x', [1]) }))).toThrow(/input "x" is declared twice/);
  expect(() => traced((x) => ({ x: add(x, 1) }))).toThrow(/output "x" has the name of an input/);
  expect(traced((x) => ({ y: x })).outputs).toHaveLength(1); // the failures above left no trace open
});
