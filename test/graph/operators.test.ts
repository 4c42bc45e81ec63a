/** Every operator: its gradient rule against central differences of the reference interpreter, in float64. */

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { gradientRules } from '../../src/graph/gradient-rules.ts';
import { gradients } from '../../src/graph/gradients.ts';
import { interpret } from '../../src/graph/interpret.ts';
import { mul } from '../../src/graph/ops/elementwise.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import type { OperatorName } from '../../src/graph/tensor.ts';
import { constant, input, trace } from '../../src/graph/trace.ts';
import { sizeOf } from '../../src/shape.ts';
import { type OperatorCase, operatorCases, operatorNames } from './operator-cases.ts';

/** All with a rule; half precision, between which a cast has one, is too coarse for differences (gradients.test.ts). */
const differentiable = operatorNames.filter((name) => gradientRules[name] && name !== 'cast');

/** Operands with a gradient: those of the rotary tables and of indices have none. */
const differentiated = (name: OperatorName, { operands }: OperatorCase) =>
  operands.flatMap(({ dtype }, i) => (dtype === 'float32' && (name !== 'rotary' || i === 0) ? [i] : []));

/** Norm-wise relative difference of the traced gradient of sum(weights * y) from central differences, per operand. */
function gradientErrors(name: OperatorName, drawn: OperatorCase, random: Random): number[] {
  const { operands, build } = drawn;
  const wrt = differentiated(name, drawn);
  const graph = trace(name, () => {
    const inputs = operands.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype));
    const y = build(...inputs);
    const weights = Array.from({ length: sizeOf(y.shape) }, () => 2 * random.float() - 1);
    const loss = sum(mul(y, constant(weights, y.shape)));
    const traced = gradients(
      loss,
      wrt.map((i) => inputs[i]!),
    );
    return { loss, ...Object.fromEntries(traced.map((g, j) => [`g${wrt[j]}`, g])) };
  });
  expect(graph.nodes.map((node) => node.op)).toContain(name);
  const values = operands.map(({ data }) => Float64Array.from(data as ArrayLike<number>));
  const at = () => interpret(graph, Object.fromEntries(values.map((data, i) => [`x${i}`, data])), 'float64');
  const analytic = at();
  const epsilon = 1e-5;
  return wrt.map((i) => {
    const shifted = (j: number, by: number) => {
      const before = values[i]![j]!;
      values[i]![j] = before + by;
      const loss = at().loss![0]!;
      values[i]![j] = before;
      return loss;
    };
    const numeric = values[i]!.map((_, j) => (shifted(j, epsilon) - shifted(j, -epsilon)) / (2 * epsilon));
    const norm = (x: Float64Array) => Math.sqrt(x.reduce((total, value) => total + value * value, 0));
    const difference = numeric.map((value, j) => value - analytic[`g${i}`]![j]!);
    return norm(difference) / Math.max(norm(numeric), 1e-3);
  });
}

describe('each gradient rule equals finite differences', () => {
  it.each(differentiable)('%s', (name) => {
    for (let seed = 0; seed < 12; seed++) {
      const random = new Random(seed);
      const drawn = operatorCases[name](random);
      for (const error of gradientErrors(name, drawn, random))
        expect(error, `seed ${seed}`).toBeLessThan(1e-6);
    }
  });

  it('what has no rule is known', () => {
    const none = operatorNames.filter((name) => !gradientRules[name]);
    const comparisons = ['less', 'greater', 'greaterOrEqual', 'equal'];
    expect(none).toEqual(['sign', 'maximum', 'minimum', ...comparisons, 'argMax', 'attention']);
  });
});
