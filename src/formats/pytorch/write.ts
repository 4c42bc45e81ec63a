/**
 * Writes a state dict as `torch.save` does: a pickle (protocol 2) of a dict of tensors, and a storage for each.
 * `torch.load(..., weights_only=True)` reads it.
 */

import { sizeOf } from '../../shape.ts';
import type { FileTensor, FileTensors } from '../file-tensor.ts';
import { writeArchive } from './archive.ts';
import { storageNames } from './read.ts';

/** The file's bytes. */
export function writePytorch(tensors: FileTensors): Uint8Array {
  const text = new TextEncoder();
  const entries = new Map([
    ['data.pkl', pickle(tensors)],
    ['byteorder', text.encode('little')],
    ['version', text.encode('3\n')],
  ]);
  [...tensors.values()].forEach(({ data }, i) => {
    entries.set(`data/${i}`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
  return writeArchive(entries);
}

/** Opcodes as their letters: ( MARK, t TUPLE, X BINUNICODE, J BININT, c GLOBAL, Q BINPERSID, R REDUCE, u SETITEMS. */
function pickle(tensors: FileTensors): Uint8Array {
  const bytes: number[] = [];
  const text = new TextEncoder();
  const write = (letters: string) => {
    for (const byte of text.encode(letters)) bytes.push(byte);
  };
  const word = (value: number) =>
    bytes.push(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
  const string = (value: string) => {
    write('X');
    word(text.encode(value).length);
    write(value);
  };
  const integer = (value: number) => {
    if (value < 2 ** 31) {
      write('J');
      word(value);
    } else {
      bytes.push(0x8a, 8); // LONG1 of eight bytes
      word(value % 2 ** 32);
      word(Math.floor(value / 2 ** 32));
    }
  };
  const tuple = (values: readonly number[]) => {
    write('(');
    for (const value of values) integer(value);
    write('t');
  };
  const tensor = ({ dtype, shape, data }: FileTensor, key: string) => {
    write('ctorch._utils\n_rebuild_tensor_v2\n((');
    string('storage');
    write(`ctorch\n${storageNames[dtype]}\n`);
    string(key);
    string('cpu');
    integer(data.length);
    write('tQ');
    integer(0); // offset
    tuple(shape);
    tuple(shape.map((_, i) => sizeOf(shape.slice(i + 1)))); // strides
    bytes.push(0x89); // NEWFALSE: needs no gradient
    write('ccollections\nOrderedDict\n)RtR'); // an empty one: no hooks
  };
  bytes.push(0x80, 2); // PROTO
  write('}('); // EMPTY_DICT
  [...tensors].forEach(([name, value], i) => {
    string(name);
    tensor(value, String(i));
  });
  write('u.');
  return Uint8Array.from(bytes);
}
