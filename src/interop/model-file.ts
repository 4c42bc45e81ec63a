/** A model from a file's bytes, whatever wrote it: this package, the official code, or an export of either. */

import { TrmError } from '../errors.ts';
import { type ByteSource, inMemory } from '../formats/byte-source.ts';
import { isZip } from '../formats/pytorch/archive.ts';
import { readPytorch } from '../formats/pytorch/read.ts';
import { writePytorch } from '../formats/pytorch/write.ts';
import { encodeSafetensors, openSafetensors, readTensors } from '../formats/safetensors.ts';
import { type Checkpoint, checkpointFrom, isCheckpoint } from '../train/checkpoint.ts';
import { officialPuzzles } from './official.ts';
import {
  type ExportType,
  exportConfig,
  exportOfficial,
  type ImportedModel,
  importOfficial,
} from './official-checkpoint.ts';
import { type OfficialSettings, parseOfficialSettings, unofficial } from './official-config.ts';
import { isOnnx, readOnnx } from './onnx-file.ts';

export interface ModelFile extends ImportedModel {
  /** A checkpoint of this package, with the state of training, or the official code's weights. */
  readonly kind: 'checkpoint' | 'official';
  /** What its maker says of it, as its held-out accuracy. */
  readonly note?: string | undefined;
}

/**
 * Reads a checkpoint of this package or its ONNX export, a PyTorch checkpoint of the official code, or official tensors as
 * safetensors.
 *
 * @param settings official keys, for files of the official code; a file's own config comes before the defaults.
 * @throws TrmError `checkpoint` or `config` on anything that is none of these, `usage` on a text.
 */
export function readModelFile(bytes: Uint8Array, settings: OfficialSettings, file: string): ModelFile {
  return readModel(inMemory(bytes), settings, file);
}

/**
 * The same from a source of bytes; of a checkpoint each tensor is read straight to its place.
 *
 * @param key of the state dict in a PyTorch file with several.
 */
export function readModel(
  source: ByteSource,
  settings: OfficialSettings,
  file: string,
  key?: string,
): ModelFile {
  const start = source.bytes(0, Math.min(source.size, 9));
  if (isText(start)) {
    const fix = 'give a checkpoint, the folder of a run or an exported model';
    throw new TrmError('usage', 'a text file, no model', { file, fix });
  }
  if (isZip(start)) {
    const tensors = readPytorch(source.bytes(0, source.size), file, key);
    return { kind: 'official', ...importOfficial(tensors, settings, file) };
  }
  if (key !== undefined) {
    throw new TrmError('usage', 'is for PyTorch files with several state dicts', { file, key: '--key' });
  }
  if (isOnnx(start)) {
    const checkpoint = readOnnx(source.bytes(0, source.size), file);
    return { kind: 'checkpoint', checkpoint, notes: [] };
  }
  // A safetensors file may begin with that byte too, but its ninth opens the header.
  if (start[0] === 0x80 && start[8] !== 0x7b) {
    throw new TrmError('checkpoint', 'a bare pickle, as torch.save wrote them before PyTorch 1.6', {
      file,
      fix: 'load it in PyTorch with weights_only=True and save it again',
    });
  }
  const read = openSafetensors(source, file);
  if (isCheckpoint(read)) return { kind: 'checkpoint', checkpoint: checkpointFrom(read, file), notes: [] };
  const { num_puzzle_identifiers: claimed, ...own } = read.metadata.config
    ? parseConfigJson(read.metadata.config, file)
    : {};
  // The size of the table is the tensor's: a file's claim may not decide what is allocated.
  const rows = [...read.tensors].find(([name]) => name.endsWith(officialPuzzles))?.[1].shape[0];
  const isSound = claimed !== undefined && (rows === undefined || claimed === rows); // without a table it says nothing
  const known = { ...own, ...(isSound && { num_puzzle_identifiers: rows ?? 1 }), ...settings };
  return { kind: 'official', note: read.metadata.note, ...importOfficial(readTensors(read), known, file) };
}

/** Whether no byte is a control character: every format of models has some among its first nine. */
function isText(start: Uint8Array): boolean {
  return start.length > 0 && start.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function parseConfigJson(text: string, file: string): OfficialSettings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new TrmError('checkpoint', 'not JSON', { file, key: 'metadata config', cause });
  }
  return parseOfficialSettings(json, file);
}

export const modelFormats = ['pytorch', 'safetensors'] as const;
export type ModelFormat = (typeof modelFormats)[number];

/**
 * The averaged weights under the official names, as chunks of a file; in safetensors with the config inside.
 *
 * @param prefix before each name.
 * @param options `dtype` rounds the weights; `note` is kept in a safetensors file for its readers.
 */
export function encodeModelFile(
  checkpoint: Checkpoint,
  format: ModelFormat,
  prefix: string,
  { dtype, note }: { readonly dtype?: ExportType | undefined; readonly note?: string | undefined } = {},
): Uint8Array[] {
  const lacking = unofficial(checkpoint.config.model);
  if (format === 'pytorch' && lacking !== undefined)
    throw new TrmError('usage', `the official code has no ${lacking}`, {
      fix: 'export it as safetensors or onnx',
    });
  const tensors = exportOfficial(checkpoint, prefix, dtype);
  if (format === 'pytorch') return [writePytorch(tensors)];
  return encodeSafetensors(Object.fromEntries(tensors), {
    format: 'pt',
    config: JSON.stringify(exportConfig(checkpoint)),
    ...(note !== undefined && { note }),
  });
}
