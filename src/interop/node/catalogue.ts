/** What a model file says of itself, from its header: a list of models reads no weights. */

import { statSync } from 'node:fs';
import { assumedFamily, familyFrom, familyInfo } from '../../data/families.ts';
import { readYaml } from '../../data/node/yaml.ts';
import type { ByteSource } from '../../formats/byte-source.ts';
import { openSafetensors } from '../../formats/safetensors.ts';
import { fitsAnySize } from '../../models/settings.ts';
import { withFile } from './file-source.ts';
import { configBeside } from './source.ts';

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

/** @throws TrmError `io` when the file, or the config beside it, cannot be read. */
export function modelEntry(name: string, file: string): ModelEntry {
  const { size: bytes } = statSync(file);
  const { config, trm, note } = withFile(file, (source) => headerOf(source, file));
  const beside = configBeside(file);
  const fields = beside === undefined ? fieldsOf(trm ?? config) : readYaml(beside);
  return { name, file, bytes, puzzles: puzzlesOf(fields), note };
}

/** The metadata of a safetensors file; none of one that is damaged, or of another format. */
function headerOf(source: ByteSource, file: string): Partial<Readonly<Record<string, string>>> {
  try {
    return openSafetensors(source, file).metadata;
  } catch {
    return {};
  }
}

/** The title of the puzzles that a checkpoint's header or an official config names. */
function puzzlesOf({ arch, ...own }: Record<string, unknown>): string | undefined {
  const { family, puzzle, shape, seq_len, vocab_size, mixer, config } = { ...own, ...Object(arch) };
  const named = familyInfo.safeParse(family ?? puzzle);
  const { cells, vocabulary } = { cells: seq_len, vocabulary: vocab_size, ...Object(shape) };
  const info = named.data ?? assumedFamily({ cells: Number(cells), vocabulary: Number(vocabulary) });
  const title = info && familyFrom(info)?.title;
  return title && fitsAnySize({ mixer, ...Object(config?.model) }) ? `${title} and other sizes` : title;
}

function fieldsOf(header = ''): Record<string, unknown> {
  try {
    return Object(JSON.parse(header));
  } catch {
    return {};
  }
}
