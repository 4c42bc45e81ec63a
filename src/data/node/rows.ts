/** Arrays of rows that stay in their `.npy` file: a dataset of 6 GB trains in little memory. */
import { closeSync, fstatSync, openSync, read } from 'node:fs';
import { TrmError } from '../../errors.ts';
import { LONGEST_HEADER, type NpyArray, type NpyLayout, npyLayout } from '../../formats/npy.ts';
import type { Tokens } from '../family.ts';
import { ioError } from './io-error.ts';
import { readAt } from './read-at.ts';

export interface RowFile {
  readonly shape: readonly number[];
  /** Bytes of all rows in memory. */
  readonly bytes: number;
  /** Elements of the rows `first` to `first + count`. */
  read(first: number, count: number): ReturnType<NpyLayout['elements']>;
  /**
   * Has the operating system fetch rows into its cache, where `read` finds them; returns at once. The work is done
   * by Node's threads, so it goes on while ONNX Runtime keeps the JavaScript thread busy.
   */
  prefetch(first: number, count: number): void;
  close(): void;
}

/**
 * Opens the `.npy` file of an array and reads its header. It stays open until `close`.
 *
 * @throws TrmError `io` when it cannot be read, `data` when it is not sound.
 */
export function openRows(file: string): RowFile {
  const failing = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw ioError(error, file);
    }
  };
  const descriptor = failing(() => openSync(file, 'r'));
  const readBytes = (position: number, length: number): Uint8Array =>
    failing(() => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readAt(descriptor, bytes, position));
    });
  try {
    const { size } = failing(() => fstatSync(descriptor));
    const layout = npyLayout(readBytes(0, Math.min(size, LONGEST_HEADER)), size, file);
    const perRow = layout.shape.slice(1).reduce((product, length) => product * length, 1) * layout.width;
    return {
      shape: layout.shape,
      bytes: size - layout.dataStart,
      read: (first, count) => layout.elements(readBytes(layout.dataStart + first * perRow, count * perRow)),
      prefetch(first, count) {
        const bytes = new Uint8Array(count * perRow); // only to be filled
        read(descriptor, bytes, 0, bytes.length, layout.dataStart + first * perRow, ignore);
      },
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** @throws TrmError `data` where they are no integers. */
export function integers(data: NpyArray['data'], file: string): Tokens {
  if (data instanceof Uint8Array || data instanceof Int32Array) return data;
  if (!(data instanceof Float32Array)) return Int32Array.from(data);
  throw new TrmError('data', 'expected integers', { file, fix: 'save them as uint8, int32 or int64' });
}

/** What goes wrong while fetching goes wrong again, and is reported, while reading. */
function ignore(): void {}
