/** What the cases of the contract assert with: they throw, and need no test runner. */

import { TrmError } from '../../src/errors.ts';
import type { HostTensor } from '../../src/runtime/backend.ts';

export const numbers = (tensor: HostTensor): number[] => Array.from(tensor.data as Float32Array, Number);

export const bits = ({ data }: HostTensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Among those that are finite. */
export const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);

export function check(what: string, holds: boolean): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

export function equal(what: string, actual: string, expected: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
}

/** NaN is close to NaN alone, and each infinity to itself. */
export function closeTo(
  what: string,
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
): void {
  const off = expected.findIndex((value, i) => {
    const got = actual[i] ?? 'nothing';
    return !Object.is(value, got) && !(Math.abs(value - Number(got)) <= tolerance);
  });
  if (off === -1 && actual.length === expected.length) return;
  throw new Error(`${what}[${off}]: expected ${expected[off]}, got ${actual[off]} (of ${actual.length})`);
}

export async function refused(run: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await run.then(
    () => new Error('it ran'),
    (fault: unknown) => fault,
  );
  if (error instanceof TrmError && error.code === 'runtime' && message.test(error.message)) return;
  throw new Error(`expected a TrmError like ${message}, got ${error}`);
}
