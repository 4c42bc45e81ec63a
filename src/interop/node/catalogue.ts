/** What a model file says of itself, from its header: a list of models reads no weights. */

import { statSync } from 'node:fs';
import { familyFrom, familyInfo, officialFamily } from '../../data/families.ts';
import { isZip } from '../../formats/pytorch/archive.ts';
import { openSafetensors } from '../../formats/safetensors.ts';
import { withFile } from './file-source.ts';

export interface ModelEntry {
  /** What names it wherever a run does. */
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  /** What it solves; undefined where the file does not tell. */
  readonly puzzles: string | undefined;
  /** What its maker says of it, as its held-out accuracy. */
  readonly note: string | undefined;
}

/** @throws TrmError `io` when the file cannot be read. */
export function modelEntry(name: string, file: string): ModelEntry {
  const { size: bytes } = statSync(file);
  const { config, trm, note } = withFile(file, (source) =>
    isZip(source.bytes(0, Math.min(source.size, 9)))
      ? {}
      : headerOf(() => openSafetensors(source, file).metadata),
  );
  return { name, file, bytes, puzzles: puzzlesOf(trm ?? config), note };
}

/** None of a file that is damaged, or of another format. */
function headerOf(read: () => Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    return read();
  } catch {
    return {};
  }
}

/** The title of the puzzles that a header names: a checkpoint of this package, or an official config. */
function puzzlesOf(header: string | undefined): string | undefined {
  const { family, puzzle, shape, seq_len, vocab_size } = fieldsOf(header);
  const named = familyInfo.safeParse(family ?? puzzle);
  const { cells, vocabulary } = { cells: seq_len, vocabulary: vocab_size, ...Object(shape) };
  const info = named.data ?? officialFamily({ cells: Number(cells), vocabulary: Number(vocabulary) });
  return info && familyFrom(info)?.title;
}

function fieldsOf(header = ''): Record<string, unknown> {
  try {
    return Object(JSON.parse(header));
  } catch {
    return {};
  }
}
