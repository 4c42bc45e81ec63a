/**
 * Matrix products. `matmul` reads either operand transposed, so the backward pass needs no transpositions. `gemm` adds
 * to a matrix in the same pass, which is how gradients of shared weights accumulate.
 */

import type { ProductAttributes, Tensor } from '../tensor.ts';
import { emit } from '../trace.ts';

/** `transposeA`, `transposeB`: read the last two axes of that operand swapped; `scale`: factor on the product. */
export type ProductOptions = Partial<ProductAttributes>;

const complete = ({
  transposeA = false,
  transposeB = false,
  scale = 1,
}: ProductOptions): ProductAttributes => ({
  transposeA,
  transposeB,
  scale,
});

/** `scale * a b` over the last two axes, leading axes broadcast. a `[..., M, K]`, b `[..., K, N]`, result `[..., M, N]`. */
export function matmul(a: Tensor, b: Tensor, options: ProductOptions = {}): Tensor {
  return emit('matmul', [a, b], complete(options))[0]!;
}

/** `scale * a b + c` for matrices. a `[M, K]`, b `[K, N]`, c `[M, N]`. */
export function gemm(a: Tensor, b: Tensor, c: Tensor, options: ProductOptions = {}): Tensor {
  return emit('gemm', [a, b, c], complete(options))[0]!;
}
