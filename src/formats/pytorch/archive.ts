/**
 * The container of `torch.save`: a zip whose entries are stored, not compressed, under one folder:
 * `data.pkl`, `byteorder`, `version`, and the storages `data/0`, `data/1`, … (torch/serialization.py).
 */

import { unzipSync, zipSync } from 'fflate';
import { TrmError } from '../../errors.ts';
import { crc32 } from '../crc.ts';

/** Whether bytes begin as a zip does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The entries by their names below the folder. Together they are no longer than the file.
 *
 * @param file its name, for errors.
 * @throws TrmError `checkpoint` on a damaged zip or entry, compressed entries or entries that overlap.
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
    const damaged = damagedAmong(files, checksumsIn(bytes));
    if (damaged) fail(`${damaged} is damaged: its checksum is another`);
    for (const [name, entry] of Object.entries(files)) entries.set(name.slice(name.indexOf('/') + 1), entry);
  } catch (error) {
    if (error instanceof TrmError) throw error;
    fail('not a sound zip', error);
  }
  return entries;
}

/**
 * The first entry that has not the checksum that the zip says. Where none has it the file was saved without them
 * (`torch.serialization.set_crc32_options(False)`).
 */
function damagedAmong(
  files: Readonly<Record<string, Uint8Array>>,
  said: ReadonlyMap<string, number>,
): string | undefined {
  const filled = Object.entries(files).filter(([, { length }]) => length > 0);
  const damaged = filled.filter(([name, entry]) => crc32(entry) !== said.get(name));
  return damaged.length < filled.length ? damaged[0]?.[0] : undefined;
}

/** Places in the directory of a zip (APPNOTE.TXT 4.3.12 to 4.3.16). */
const [END, ENTRY, END_64] = [0x06054b50, 0x02014b50, 0x06064b50];

/** The checksums that the directory of a sound zip names. @throws RangeError where it points out of the file. */
function checksumsIn(bytes: Uint8Array): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (view.getUint32(end, true) !== END) end--;
  let at = view.getUint32(end + 16, true);
  if (at === 0xffffffff) {
    const large = Number(view.getBigUint64(end - 20 + 8, true));
    if (view.getUint32(large, true) === END_64) at = Number(view.getBigUint64(large + 48, true));
  }
  const said = new Map<string, number>();
  while (view.getUint32(at, true) === ENTRY) {
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    said.set(
      new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name!)),
      view.getUint32(at + 16, true),
    );
    at += 46 + name! + extra! + comment!;
  }
  return said;
}

/** A zip of stored entries under the folder `archive`. */
export function writeArchive(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const files = Object.fromEntries([...entries].map(([name, entry]) => [`archive/${name}`, entry]));
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) }); // no clock: equal tensors, equal file
}
