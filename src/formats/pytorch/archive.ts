/**
 * The container of `torch.save`: a zip whose entries are stored, not compressed, under one folder:
 * `data.pkl`, `byteorder`, `version`, and the storages `data/0`, `data/1`, … (torch/serialization.py).
 */

import { unzipSync, zipSync } from 'fflate';
import { TrmError } from '../../errors.ts';

/** Whether bytes begin as a zip does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The entries by their names below the folder. Together they are no longer than the file.
 *
 * @param file its name, for errors.
 * @throws TrmError `checkpoint` on a damaged zip, compressed entries or entries that overlap.
 */
export function readArchive(bytes: Uint8Array, file: string): Map<string, Uint8Array> {
  const fail = (message: string, cause?: unknown): never => {
    throw new TrmError('checkpoint', message, {
      file,
      fix: 'the file is damaged or not of torch.save; use another copy',
      cause,
    });
  };
  let total = 0;
  const entries = new Map<string, Uint8Array>();
  try {
    const files = unzipSync(bytes, {
      // Before an entry is copied: sizes are the file's claims, and overlapping entries could claim without end.
      filter: ({ name, size, originalSize, compression }) => {
        if (compression !== 0 || size !== originalSize)
          fail(`${name} is compressed, which torch.save never does`);
        total += size + 46; // 46: the least that the zip's directory needs for an entry
        if (!(size >= 0 && total <= bytes.length)) fail('its entries are larger than the file');
        return true;
      },
    });
    for (const [name, entry] of Object.entries(files)) entries.set(name.slice(name.indexOf('/') + 1), entry);
  } catch (error) {
    if (error instanceof TrmError) throw error;
    fail('not a sound zip', error);
  }
  return entries;
}

/** A zip of stored entries under the folder `archive`. */
export function writeArchive(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const files = Object.fromEntries([...entries].map(([name, entry]) => [`archive/${name}`, entry]));
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) }); // no clock: equal tensors, equal file
}
