/**
 * The random stream of `numpy.random.seed(s)` and the functions the official dataset builders draw from it, number for
 * number: with the same seed a dataset built here has the bytes of one built there.
 *
 * For all other randomness the package has its own stream (random.ts), whose state fits in a checkpoint.
 * Sources: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998); NumPy's legacy `RandomState`, whose draws NumPy
 * has frozen (NEP 19): numpy/random/mtrand.pyx and src/distributions (masked rejection of 32-bit words).
 */
import { TrmError } from '../errors.ts';

const N = 624;
const M = 397;

export class NumpyRandom {
  readonly #key = new Uint32Array(N);
  #position = N;

  /** @param seed as for `numpy.random.seed`. @throws TrmError `usage` unless it is an integer in [0, 2^32). */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
      throw new TrmError('usage', `expected an integer in [0, 2^32), got ${seed}`, { key: 'seed' });
    }
    this.#key[0] = seed;
    for (let i = 1; i < N; i++) {
      const before = this.#key[i - 1]!;
      this.#key[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    return this.#word() >>> 0;
  }

  /** The next 32 bits, as a signed integer: those are the fast ones. */
  #word(): number {
    if (this.#position === N) this.#twist();
    let y = this.#key[this.#position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** `randint(low, high)`: uniform in [low, high); draws nothing when there is one choice. At most 2^32 - 1 choices. */
  randint(low: number, high: number): number {
    if (!(high > low)) throw new TrmError('usage', `randint(${low}, ${high}): there is no number between`);
    return low + this.#upTo(high - low - 1);
  }

  /** `random_sample()`: uniform in [0, 1), 53 random bits. */
  float(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** `shuffle(array)`, in place; returns the same array. */
  shuffle<A extends { readonly length: number; [index: number]: unknown }>(array: A): A {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.#upTo(i);
      const swapped = array[i];
      array[i] = array[j];
      array[j] = swapped;
    }
    return array;
  }

  /** `permutation(n)`: 0..n-1 in random order. */
  permutation(n: number): Int32Array {
    const numbers = new Int32Array(n);
    for (let i = 0; i < n; i++) numbers[i] = i;
    return this.shuffle(numbers);
  }

  /** `choice(n, size, replace=False)`. */
  choice(n: number, size: number): Int32Array {
    if (size > n) throw new TrmError('usage', `cannot choose ${size} of ${n} without replacement`);
    return this.permutation(n).subarray(0, size);
  }

  /** Uniform in [0, max]: words are cut to the bits of max until one does not exceed it. */
  #upTo(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    for (;;) {
      const value = (this.#word() & mask) >>> 0;
      if (value <= max) return value;
    }
  }

  #twist(): void {
    const key = this.#key;
    for (let i = 0; i < N; i++) {
      const y = (key[i]! & 0x80000000) | (key[(i + 1) % N]! & 0x7fffffff);
      key[i] = key[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#position = 0;
  }
}
