/** Seeded damage to a file: what transfer, disks and attackers do to it. */

import type { Random } from '../../src/data/random.ts';

const extremes = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: Random, others: readonly Uint8Array[]) => Uint8Array;

const mutations: readonly Mutation[] = [
  // A few bits flipped.
  (bytes, random) => {
    for (let i = 1 + random.int(8); i > 0; i--) bytes[random.int(bytes.length)]! ^= 1 << random.int(8);
    return bytes;
  },
  // Cut off.
  (bytes, random) => bytes.slice(0, random.int(bytes.length)),
  // A length field: a little-endian number of 1, 2, 4 or 8 bytes set to an extreme.
  (bytes, random) => {
    const width = 1 << random.int(4);
    const at = random.int(Math.max(1, bytes.length - width));
    let value = extremes[random.int(extremes.length)]!;
    for (let i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = value & 255;
      value = Math.floor(value / 256);
    }
    return bytes;
  },
  // A digit of a textual header changed, or made a run of nines.
  (bytes, random) => {
    const digits: number[] = [];
    bytes.subarray(0, 4096).forEach((byte, i) => {
      if (byte >= 48 && byte <= 57) digits.push(i);
    });
    if (digits.length === 0) return bytes;
    const at = digits[random.int(digits.length)]!;
    if (random.int(2) === 0) {
      bytes[at] = 48 + random.int(10);
      return bytes;
    }
    return joined(bytes.subarray(0, at), new Uint8Array(1 + random.int(12)).fill(57), bytes.subarray(at + 1));
  },
  // A piece of the file, or of another file, put somewhere, or put in place of what is there.
  (bytes, random, others) => {
    const from = random.int(2) === 0 ? bytes : others[random.int(others.length)]!;
    const start = random.int(from.length);
    const piece = from.slice(start, start + 1 + random.int(256));
    const at = random.int(bytes.length);
    const rest = random.int(2) === 0 ? at : at + piece.length;
    return joined(bytes.subarray(0, at), piece, bytes.subarray(rest));
  },
  // A piece taken out.
  (bytes, random) => {
    const at = random.int(bytes.length);
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.int(64)));
  },
];

/** A damaged copy: one to three mutations, most of them near the start, where headers are, or near the end. */
export function mutate(sound: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  let bytes: Uint8Array<ArrayBuffer> = Uint8Array.from(sound);
  for (let count = 1 + random.int(3); count > 0 && bytes.length > 0; count--) {
    const mutation = mutations[random.int(mutations.length)]!;
    // Half of the time only the first or last kilobyte is touched.
    const part = Math.min(bytes.length, 1024);
    const place = random.int(4);
    if (place === 0) {
      bytes = joined(mutation(bytes.slice(0, part), random, others), bytes.subarray(part));
    } else if (place === 1) {
      const start = bytes.length - part;
      bytes = joined(bytes.subarray(0, start), mutation(bytes.slice(start), random, others));
    } else bytes = Uint8Array.from(mutation(bytes, random, others));
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
