/**
 * Positions of a latent state in the plane: their two principal components, by power iteration.
 *
 * M moments, L positions, D hidden.
 */

/** The most vectors that the axes are fitted to; more change them little. */
const sample = 2000;
const iterations = 30;

/**
 * Projects states `[L, D]`, one a moment, onto the two principal components of all their positions.
 *
 * @returns `[L, 2]` a moment, all scaled alike so that the largest coordinate is 1.
 */
export function project(states: readonly Float32Array[], width: number): Float32Array[] {
  const positions = (states[0]?.length ?? 0) / width;
  const stride = Math.max(1, Math.ceil((states.length * positions) / sample));
  const vectors: Float32Array[] = [];
  for (let i = 0; i < states.length * positions; i += stride) {
    const at = (i % positions) * width;
    vectors.push(states[Math.floor(i / positions)]!.slice(at, at + width));
  }
  const mean = new Float32Array(width);
  for (const vector of vectors) addTo(mean, vector, 1 / vectors.length);
  for (const vector of vectors) addTo(vector, mean, -1);
  const axes = [principal(vectors, width, 0), new Float32Array(width)];
  for (const vector of vectors) addTo(vector, axes[0]!, -dot(vector, axes[0]!));
  axes[1] = principal(vectors, width, 1);

  const offsets = axes.map((axis) => dot(mean, axis));
  const points = states.map((state) => {
    const plane = new Float32Array(positions * 2); // [L, 2]
    for (let p = 0; p < positions; p++) {
      const vector = state.subarray(p * width, (p + 1) * width);
      axes.forEach((axis, i) => {
        plane[p * 2 + i] = dot(vector, axis) - offsets[i]!;
      });
    }
    return plane;
  });
  const largest = points.reduce(
    (most, plane) => plane.reduce((m, v) => Math.max(m, Math.abs(v)), most),
    1e-9,
  );
  return points.map((plane) => plane.map((value) => value / largest));
}

/** The direction in which centred vectors vary most. */
function principal(vectors: readonly Float32Array[], width: number, seed: number): Float32Array {
  let axis = Float32Array.from({ length: width }, (_, i) => Math.cos(i * (seed + 1)) / Math.sqrt(width));
  for (let i = 0; i < iterations; i++) {
    const next = new Float32Array(width);
    for (const vector of vectors) addTo(next, vector, dot(vector, axis));
    const length = Math.sqrt(dot(next, next)) || 1;
    axis = next.map((value) => value / length);
  }
  return axis;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addTo(sum: Float32Array, vector: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * vector[i]!;
}
