/** Text from a file's bytes: UTF-8, or UTF-16 or its own code page as Windows programs save it, with or without a byte order mark. */

import { TrmError } from '../../errors.ts';

/**
 * @param onNote called with what whoever gave the file should hear.
 * @throws TrmError `data` where they are a picture, an archive or whatever else is no text.
 */
export function textOf(bytes: Uint8Array, file: string, onNote: (note: string) => void = () => {}): string {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes); // which takes the mark away
  if (!text.includes('\0')) {
    if (!text.includes(UNKNOWN) || !isBroken(bytes)) return text;
    onNote(`${file}: not in UTF-8; read as Windows-1252`);
    // Signs may be cells, of which nobody knows in which code page they are.
    return new TextDecoder('windows-1252').decode(bytes).replace(/[^\p{ASCII}\p{L}]/gu, UNKNOWN);
  }
  const fix = 'unpack an archive; save a spreadsheet as CSV, and a document as text';
  throw new TrmError('data', 'no text: a byte 0 is in it', { file, fix });
}

const UNKNOWN = '\ufffd';

/** Whether bytes are no UTF-8, wherever a text was cut. */
function isBroken(bytes: Uint8Array): boolean {
  try {
    new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes, { stream: true });
    return false;
  } catch {
    return true;
  }
}

/** Of a text's first bytes. Puzzles are almost all ASCII: in UTF-16 every other byte of such a text is 0. */
export function encodingOf(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe) || (a! > 0 && b === 0 && c! > 0 && d === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b! > 0 && c === 0 && d! > 0)) return 'utf-16be';
  return 'utf-8';
}
