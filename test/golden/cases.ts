/** The golden cases: a folder of what the official code computes, from TRM_GOLDEN or the project's fixtures. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileTensors } from '../../src/formats/file-tensor.ts';
import { decodeSafetensors } from '../../src/formats/safetensors.ts';
import type { OfficialConfig } from '../../src/interop/official-config.ts';

export const goldenFolder =
  process.env.TRM_GOLDEN ?? fileURLToPath(new URL('../fixtures/golden', import.meta.url));

export interface GoldenStep {
  readonly step: number;
  readonly lr: readonly number[];
  readonly loss: number;
  readonly lm_loss: number;
  readonly q_halt_loss: number;
  readonly q_continue_loss?: number;
  readonly count: number;
  readonly accuracy: number;
  readonly exact_accuracy: number;
  readonly q_halt_accuracy: number;
  readonly steps: number;
  readonly grad_norm: number;
}

export interface GoldenCase {
  readonly name: string;
  readonly cls: string;
  readonly config: OfficialConfig & { readonly batch_size: number; readonly halt_max_steps: number };
  readonly optimizer: Readonly<Record<string, number>>;
  readonly loss: string;
  readonly eval_steps: number;
  readonly steps: readonly GoldenStep[];
}

export function goldenCases(): string[] {
  const folder = join(goldenFolder, 'model');
  if (!existsSync(folder)) throw new Error(`TRM_GOLDEN: ${folder} does not exist`);
  return readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));
}

export function readCase(name: string): GoldenCase {
  return JSON.parse(readFileSync(join(goldenFolder, 'model', `${name}.json`), 'utf8'));
}

/** A case's tensors; asking for one that is missing throws. */
export class GoldenTensors {
  readonly #tensors: FileTensors;

  constructor(name: string) {
    const file = join(goldenFolder, 'model', `${name}.safetensors`);
    this.#tensors = decodeSafetensors(readFileSync(file), file).tensors;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  names(): string[] {
    return [...this.#tensors.keys()];
  }

  #data(name: string) {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`golden tensor ${name} is missing`);
    return tensor.data;
  }

  floats(name: string): Float32Array {
    return Float32Array.from(this.#data(name) as Float32Array);
  }

  ints(name: string): Int32Array {
    return Int32Array.from(this.#data(name) as Int32Array, Number);
  }
}

/** L2 norm of a - b. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(Array.from(a).reduce((sum, value) => sum + value * value, 0));
}

/** distance(a, b) / norm(b), guarded where b is zero. */
export function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return distance(a, b) / Math.max(norm(b), 1e-7);
}
