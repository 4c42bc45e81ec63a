/**
 * Muon: the momentum of a weight matrix, made orthogonal, is the step (Keller Jordan, kellerjordan.github.io/posts/muon
 * and the code github.com/KellerJordan/Muon; for TRM: arXiv 2601.19085). Vectors, embeddings and heads, which are no
 * maps between hidden states, keep AdamW.
 *
 * Our matrices are [in, out], PyTorch's [out, in]: its factor max(1, rows / columns)^0.5 is max(1, out / in)^0.5 here.
 *
 * Deviation: the iteration is in float32, not bfloat16, which no backend here has.
 */

import { add, div, mul, sqrt, sub } from '../../graph/ops/elementwise.ts';
import { matmul } from '../../graph/ops/linear.ts';
import { sumSquare } from '../../graph/ops/reduce.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { adamw } from './adamw.ts';
import { decayed, lerp, type Optimizer, type Rule } from './rule.ts';

const iterations = 5;
/** Of the odd quintic that brings singular values near 1: the steepest at 0 that still ends within about 0.7 to 1.2. */
const [a, b, c] = [3.4445, -4.775, 2.0315];

/** Newton-Schulz: the nearest (semi-)orthogonal matrix to x, about. x `[M, N]`, result the same. */
function orthogonal(x: Tensor): Tensor {
  const [M, N] = x.shape as readonly [number, number];
  const tall = M > N;
  let u = div(x, add(sqrt(sumSquare(x)), 1e-7)); // [M, N], no singular value above 1
  for (let i = 0; i < iterations; i++) {
    const gram = matmul(u, u, tall ? { transposeA: true } : { transposeB: true }); // the smaller: [N, N] or [M, M]
    const factor = add(mul(gram, b), mul(matmul(gram, gram), c)); // b A + c A^2
    u = add(mul(u, a), tall ? matmul(u, factor) : matmul(factor, u)); // [M, N]
  }
  return u;
}

const orthogonalMomentum: Rule = {
  state: ['momentum'],
  takesMatrices: true,
  trace(u, { momentum: beta }) {
    const [inputs, outputs] = u.weights.shape as readonly [number, number];
    const momentum = lerp(u.state.momentum!, u.gradient, 1 - beta); // [in, out]
    const ahead = lerp(u.gradient, momentum, beta); // Nesterov: where the next step's momentum would point
    const step = mul(orthogonal(ahead), Math.sqrt(Math.max(1, outputs / inputs))); // [in, out]
    return { weights: sub(decayed(u), mul(step, u.rate)), state: { momentum } };
  },
};

export const muon: Optimizer = { matrices: orthogonalMomentum, embeddings: adamw, vectors: adamw };
