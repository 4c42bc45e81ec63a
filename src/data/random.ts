/**
 * The package's source of randomness: one seeded stream whose whole state fits in a checkpoint.
 *
 * pure-rand (xoroshiro128+) makes the bits; its own seeding leaves neighbouring seeds correlated at first, so
 * the seed is hashed into the 128-bit start here. Beside the generator's position a stream keeps its key, the
 * start it was given: `fork` derives children from the key alone, so a child does not depend on how much its
 * parent has already drawn.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { TrmError } from '../errors.ts';

/** A seeded, deterministic, serialisable stream of random numbers. The same seed gives the same numbers anywhere. */
export class Random {
  #key: readonly number[];
  #bits: ReturnType<typeof xoroshiro128plusFromState>;

  /** @param seed any integer. @throws TrmError `usage` when it is not one. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) {
      throw new TrmError('usage', `expected an integer, got ${seed}`, { key: 'seed' });
    }
    this.#key = absorb([0, 0, 0, 0], words(seed));
    this.#bits = xoroshiro128plusFromState(this.#key);
  }

  /** The stream that `state()` described, at the same position. @throws TrmError `data` on anything else. */
  static fromState(state: readonly number[]): Random {
    const sound = state.length === 8 && state.every((word) => word === (word | 0));
    if (!sound || state.slice(4).every((word) => word === 0)) {
      throw new TrmError('data', `not the state of a random stream: [${state.join(', ')}]`);
    }
    return Random.#at(state.slice(0, 4), state.slice(4));
  }

  /** Key (4 int32) and position (4 int32): everything there is, ready for JSON. */
  state(): number[] {
    return [...this.#key, ...this.#bits.getState()];
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    return this.#bits.next() >>> 0;
  }

  /** Uniform in [0, 1), 53 random bits. */
  float(): number {
    return uniformFloat64(this.#bits);
  }

  /** Uniform integer in [0, n), without bias. @throws TrmError `usage` unless n is a positive integer. */
  int(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1) throw new TrmError('usage', `int(${n}): need a positive integer`);
    return uniformInt(this.#bits, 0, n - 1);
  }

  /** Standard normal. Box-Muller, one of its two values: nothing is kept back, so `state()` stays complete. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    return radius * Math.cos(2 * Math.PI * this.float());
  }

  /** Fills with normals of a deviation: both values of Box-Muller, from 32 bits each: twice as fast as `normal`. */
  normals(target: Float32Array, deviation: number): void {
    for (let i = 0; i < target.length; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log((this.uint32() + 1) / 2 ** 32));
      const angle = 2 * Math.PI * (this.uint32() / 2 ** 32);
      target[i] = radius * Math.cos(angle);
      if (i + 1 < target.length) target[i + 1] = radius * Math.sin(angle);
    }
  }

  /** True with a probability. */
  chance(probability: number): boolean {
    return this.uint32() < probability * 2 ** 32;
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<A extends { readonly length: number; [index: number]: unknown }>(array: A): A {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const swapped = array[i];
      array[i] = array[j];
      array[j] = swapped;
    }
    return array;
  }

  /** A uniformly random order of 0..n-1. */
  permutation(n: number): Int32Array {
    return this.shuffle(countTo(n));
  }

  /** `count` distinct members of 0..n-1 in random order. @throws TrmError `usage` when count > n. */
  choose(n: number, count: number): Int32Array {
    if (count > n) throw new TrmError('usage', `cannot choose ${count} of ${n} without replacement`);
    const chosen = new Int32Array(count);
    const moved = new Map<number, number>(); // where the shuffled order of 0..n-1 differs from 0..n-1
    for (let i = 0; i < count; i++) {
      const j = i + this.int(n - i);
      chosen[i] = moved.get(j) ?? j;
      moved.set(j, moved.get(i) ?? i);
    }
    return chosen;
  }

  /**
   * An independent stream named by labels, e.g. `fork('epoch', 3)`. It follows from the seed and the labels only:
   * the parent is not advanced. Labels form a path: `fork('a', 'b')` is `fork('a').fork('b')`.
   */
  fork(label: number | string, ...more: (number | string)[]): Random {
    const key = absorb(this.#key, [label, ...more].flatMap(words));
    return Random.#at(key, key);
  }

  static #at(key: readonly number[], position: readonly number[]): Random {
    const stream = new Random(0);
    stream.#key = key;
    stream.#bits = xoroshiro128plusFromState(position);
    return stream;
  }
}

/** 0..n-1; a plain loop, many times as fast as Int32Array.from. */
function countTo(n: number): Int32Array {
  const numbers = new Int32Array(n);
  for (let i = 0; i < n; i++) numbers[i] = i;
  return numbers;
}

/** A label as 32-bit words that say their own kind and length, so that no two label lists read the same. */
function words(label: number | string): number[] {
  if (typeof label === 'string') {
    return [2, label.length, ...Array.from({ length: label.length }, (_, i) => label.charCodeAt(i))];
  }
  return [1, ...new Int32Array(new Float64Array([label]).buffer)];
}

/** Hashes words into a 128-bit key, one after the other; for given words a bijection of the key. */
function absorb(key: readonly number[], input: readonly number[]): number[] {
  let [a, b, c, d] = key as [number, number, number, number];
  for (const word of input) {
    a = scramble((a ^ d ^ word) + 0x3c6ef372);
    b = scramble((b ^ a) + 0x1b873593);
    c = scramble((c ^ b) + 0x2545f491);
    d = scramble((d ^ c) + 0x5851f42d);
  }
  return [a, b, c, d];
}

/** The finaliser of MurmurHash3 (public domain): every input bit reaches every output bit. */
function scramble(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
