/**
 * The puzzle-embedding table lives outside the graph (inference/feed.ts gathers its rows): the rows' gradients come out,
 * and sign-SGD changes the rows of the batch only (official models/sparse_embedding.py, CastedSparseEmbeddingSignSGD).
 *
 * B rows of the batch, E width of an embedding.
 */

/** Gradients of equal ids are summed, then p *= 1 - rate * weightDecay; p -= rate * sign(sum). gradient `[B, E]`. */
export function signSgd(
  table: Float32Array,
  width: number,
  ids: Int32Array,
  gradient: Float32Array,
  { rate, weightDecay }: { readonly rate: number; readonly weightDecay: number },
): void {
  const sums = new Map<number, Float32Array>();
  ids.forEach((id, row) => {
    const part = gradient.subarray(row * width, (row + 1) * width);
    const sum = sums.get(id);
    if (!sum) sums.set(id, part.slice());
    else for (let i = 0; i < width; i++) sum[i]! += part[i]!;
  });
  const keep = 1 - rate * weightDecay;
  for (const [id, sum] of sums) {
    const start = id * width;
    for (let i = 0; i < width; i++) table[start + i] = table[start + i]! * keep - rate * Math.sign(sum[i]!);
  }
}

/**
 * Fills a table `[rows, width]` from one of any number of rows: with the same when the number is equal, else every row
 * is the mean of all (official pretrain.py, load_checkpoint).
 */
export function fillTable(target: Float32Array, table: Float32Array, width: number): void {
  if (table.length === target.length) {
    target.set(table);
    return;
  }
  const sum = new Float64Array(width);
  table.forEach((value, i) => {
    sum[i % width]! += value;
  });
  const mean = Float32Array.from(sum, (value) => value / (table.length / width));
  for (let at = 0; at < target.length; at += width) target.set(mean, at);
}
