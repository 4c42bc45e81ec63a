/** The text of a file piece by piece, in whichever encoding it is, for files that are too large to be held. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { encodingOf } from '../reading/bytes.ts';

/** A stream of texts without the byte order mark; an error of reading the file is one of the stream. */
export function textStream(file: string): Readable {
  return Readable.from(textsOf(file));
}

async function* textsOf(file: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const bytes of createReadStream(file, { highWaterMark: 1 << 20 })) {
    decoder ??= new TextDecoder(encodingOf(bytes as Uint8Array));
    yield decoder.decode(bytes as Uint8Array, { stream: true });
  }
  if (decoder) yield decoder.decode();
}
