/**
 * Reverse-mode gradients of a traced graph: a short walker over a table of rules.
 *
 * The walker visits nodes from the loss backwards and adds up what reaches each tensor. Contributions that are
 * matrix products are added by `gemm` in the pass that computes them, so a weight that is applied many times
 * (here: in every recursion) costs no extra pass over its gradient.
 */

import { TrmError } from '../errors.ts';
import { showShape, sizeOf } from '../shape.ts';
import { type AnyGradientRule, gradientRules } from './gradient-rules.ts';
import { add } from './ops/elementwise.ts';
import { gemm } from './ops/linear.ts';
import { expand } from './ops/shape.ts';
import type { Node, Tensor } from './tensor.ts';
import { constant, noGrad, reachable, scope } from './trace.ts';

/** The matrix product that makes a matrix, undefined where something else does. */
function productOf({ source, shape }: Tensor): Node<'matmul'> | undefined {
  return source.kind === 'node' && source.node.op === 'matmul' && shape.length === 2
    ? source.node
    : undefined;
}

/** Adds up contributions, letting matrix products accumulate onto the sum of the others. */
function accumulate(contributions: readonly Tensor[]): Tensor {
  const others = contributions.filter((c) => !productOf(c));
  const products = contributions.filter((c) => productOf(c));
  const start = others.length > 0 ? others.reduce((total, c) => add(total, c)) : products.shift()!;
  return products.reduce((total, c) => {
    const { inputs, attributes } = productOf(c)!;
    return gemm(inputs[0], inputs[1], total, attributes);
  }, start);
}

/** @throws TrmError `graph` where a gradient cannot pass: no rule, or whole numbers that no small change moves. */
function ruleOf({ op, scope: path, outputs }: Node): AnyGradientRule {
  const rule = gradientRules[op];
  const { dtype } = outputs[0]!;
  if (rule && dtype.startsWith('float')) return rule as unknown as AnyGradientRule;
  const where = path ? ` (traced in "${path}")` : '';
  const what = dtype.startsWith('float') ? 'has no gradient rule' : `makes ${dtype}, which has no gradient`;
  throw new TrmError('graph', `gradients: operator ${op} ${what}${where}`, {
    fix: 'compute it under noGrad, or express it with operators that have one',
  });
}

/**
 * Gradients of a scalar with respect to `wrt`, as tensors of the graph being traced. A tensor that the loss does
 * not depend on gets zeros. Nodes traced under `noGrad` pass nothing on.
 *
 * @throws TrmError `graph` when the loss is no scalar, or an operator on the way has no rule (named in the message).
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (sizeOf(loss.shape) !== 1) {
    throw new TrmError('graph', `gradients: the loss has shape ${showShape(loss.shape)}`, {
      fix: 'reduce it to a scalar first',
    });
  }
  const { nodes } = reachable([loss]);
  const needed = new Set(wrt.map((tensor) => tensor.id));
  const path = nodes.filter((node) => {
    const depends = !node.detached && node.inputs.some((parent) => needed.has(parent.id));
    if (depends) for (const output of node.outputs) needed.add(output.id);
    return depends;
  });

  return noGrad(() => {
    const contributions = new Map<number, Tensor[]>([[loss.id, [constant(1, loss.shape, loss.dtype)]]]);
    const arrived = (tensor: Tensor): Tensor | undefined => {
      const parts = contributions.get(tensor.id);
      if (!parts) return undefined;
      const total = accumulate(parts);
      contributions.set(tensor.id, [total]);
      return total;
    };
    for (const node of path.reverse()) {
      const ofOutputs = node.outputs.map(arrived);
      if (!ofOutputs.some(Boolean)) continue;
      const rule = ruleOf(node);
      scope(`${node.scope}.backward`, () => {
        rule(node, ...ofOutputs).forEach((part, index) => {
          const parent = node.inputs[index]!;
          if (!part || !needed.has(parent.id)) return;
          contributions.set(parent.id, [...(contributions.get(parent.id) ?? []), part]);
        });
      });
    }
    return wrt.map((tensor) => arrived(tensor) ?? expand(constant(0, [], tensor.dtype), tensor.shape));
  });
}
