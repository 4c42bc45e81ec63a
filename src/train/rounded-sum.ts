/**
 * A sum over the ranks that travels in bfloat16, half the bytes, with what rounding leaves over kept for the next sum
 * (error feedback: arXiv 1901.09847; both ways, 1905.05957). So nothing is lost but time: over the steps a weight's gradients
 * add up to what they would be.
 *
 * MPI knows no bfloat16, and summing in it would round at every rank. So each rank sums its slice of the vector, in float32
 * and in the order of the ranks: all give it their parts of the slice, and it gives all the sum. What its rounding of the sum
 * leaves over it owes itself.
 *
 * N elements, R ranks, each with a slice of S = ceil(N / R).
 */

import type { Communicator } from './communicator.ts';

/**
 * Replaces the values `[N]` by their sums over the ranks, the same bits on all of them.
 *
 * @param leftover of this rank, `[N]`: is added first, and becomes what is left over now.
 */
export async function roundedSum(
  values: Float32Array,
  leftover: Float32Array,
  communicator: Communicator,
): Promise<void> {
  const { rank, size } = communicator;
  const slice = Math.ceil(values.length / size);
  for (let i = 0; i < values.length; i++) leftover[i]! += values[i]!;
  const sent = new Uint16Array(slice * size); // [R * S], zeros at its end
  takeRounded(leftover, sent);

  const received = await communicator.allToAll(sent); // [R, S]
  const sum = new Float32Array(slice);
  for (let r = 0; r < size; r++)
    for (let i = 0; i < slice; i++) sum[i]! += fromBfloat16(received[r * slice + i]!);
  const rounded = new Uint16Array(slice);
  takeRounded(sum, rounded);
  const own = leftover.subarray(rank * slice, (rank + 1) * slice); // the last ones are shorter
  for (let i = 0; i < own.length; i++) own[i]! += sum[i]!;

  const all = await communicator.allGather(rounded); // [R * S]
  for (let i = 0; i < values.length; i++) values[i] = fromBfloat16(all[i]!);
}

/** Rounds values to bfloat16 and leaves what that leaves over. */
function takeRounded(values: Float32Array, rounded: Uint16Array): void {
  for (let i = 0; i < values.length; i++) {
    const bits = toBfloat16(values[i]!);
    rounded[i] = bits;
    values[i]! -= fromBfloat16(bits);
  }
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** Bits of the nearest bfloat16, of two equally near ones the even. */
export function toBfloat16(value: number): number {
  float[0] = value;
  const bits = word[0]!;
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays one
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

export function fromBfloat16(bits: number): number {
  word[0] = bits << 16;
  return float[0]!;
}
