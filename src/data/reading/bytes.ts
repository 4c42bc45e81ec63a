/** Text from a file's bytes: UTF-8, or UTF-16 as Windows programs save it, with or without a byte order mark. */

import { TrmError } from '../../errors.ts';

/** @throws TrmError `data` where they are a picture, an archive or whatever else is no text. */
export function textOf(bytes: Uint8Array, file: string): string {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes); // which takes the mark away
  if (!text.includes('\0')) return text;
  const fix = 'unpack an archive; save a spreadsheet as CSV, and a document as text';
  throw new TrmError('data', 'no text: a byte 0 is in it', { file, fix });
}

/** Of a text's first bytes. Puzzles are almost all ASCII: in UTF-16 every other byte of such a text is 0. */
export function encodingOf(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe) || (a! > 0 && b === 0 && c! > 0 && d === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b! > 0 && c === 0 && d! > 0)) return 'utf-16be';
  return 'utf-8';
}
