/**
 * PyTorch checkpoints without Python: the state dict of a `torch.save` file. No code of the file is run; the pickle
 * may name only what a state dict needs (unpickle.ts), and what is allocated is bounded by the file's size.
 * Source: torch/serialization.py and torch/_utils.py.
 */

import { TrmError } from '../../errors.ts';
import { type Shape, showShape, sizeOf } from '../../shape.ts';
import {
  type ElementData,
  type ElementType,
  elementArrays,
  type FileTensor,
  type FileTensors,
} from '../file-tensor.ts';
import { readArchive } from './archive.ts';
import { type Global, Unread, unpickle } from './unpickle.ts';

/** Element type to the name of its storage class in `torch`. */
export const storageNames: Readonly<Record<ElementType, string>> = {
  float64: 'DoubleStorage',
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  bfloat16: 'BFloat16Storage',
  int64: 'LongStorage',
  int32: 'IntStorage',
  int16: 'ShortStorage',
  int8: 'CharStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
};

/** Bytes of pickle: a tensor takes about 100, and an object of Python may take 100 times its bytes here. */
const largestPickle = 2 ** 20;

class Storage {
  readonly dtype: ElementType;
  readonly data: ElementData;
  /** Whether a tensor has taken the elements as its own. */
  taken = false;

  constructor(dtype: ElementType, data: ElementData) {
    this.dtype = dtype;
    this.data = data;
  }
}

/** A tensor of the pickle, its elements its own. */
class Tensor implements FileTensor {
  readonly dtype: ElementType;
  readonly shape: Shape;
  readonly data: ElementData;

  constructor(dtype: ElementType, shape: Shape, data: ElementData) {
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }
}

/** What trainers keep beside a state dict (Lightning, Hydra): it may stand in a file, and is not read. */
const kept = new RegExp(
  [
    /^(argparse|collections|lightning|lightning_fabric|numpy|omegaconf|pathlib|pytorch_lightning|typing)[. ]/,
    /^torch (device|Size|bfloat16|bool|float\d+|u?int\d+)$/,
    /^__builtin__ (complex|dict|float|frozenset|int|list|object|set|str)$/,
    /^_codecs encode$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/**
 * The tensors of a file that holds a state dict, alone or inside of what a trainer keeps: `model`, `state_dict`,
 * `model_state_dict`, `ema.shadow`, whatever its name. Strided tensors become row-major.
 *
 * @param file its name, for errors.
 * @param key of the state dict, where there are several.
 * @throws TrmError `checkpoint` on anything else than such a file, and where `key` does not say which is meant.
 */
export function readPytorch(bytes: Uint8Array, file: string, key?: string): FileTensors {
  const fail = (message: string, key?: string, fix?: string): never => {
    const place = { file, ...(key !== undefined && { key }), ...(fix !== undefined && { fix }) };
    throw new TrmError('checkpoint', message, place);
  };
  const entries = readArchive(bytes, file);
  const pickle = entries.get('data.pkl') ?? fail('not a file of torch.save: data.pkl is missing');
  if (pickle.length > largestPickle)
    fail(`a pickle of ${pickle.length} bytes describes no state dict of a small model`);
  const byteorder = entries.get('byteorder');
  if (byteorder && new TextDecoder().decode(byteorder) !== 'little') fail('expected little', 'byteorder');

  const storages = new Map<string, Storage>();
  const storageTypes = new Map<Global, ElementType>();
  const globals = new Map<string, Global>();
  for (const [dtype, name] of Object.entries(storageNames)) {
    const global = { name };
    storageTypes.set(global, dtype as ElementType);
    globals.set(`torch ${name}`, global);
  }
  const persistent = (id: unknown): Storage => {
    const [kind, type, key] = Array.isArray(id) ? id : [];
    const dtype = storageTypes.get(type);
    if (kind !== 'storage' || !dtype || typeof key !== 'string') return fail('a storage of an unknown kind');
    const known = storages.get(key);
    if (known?.dtype === dtype) return known;
    const raw = entries.get(`data/${key}`) ?? fail('the storage is missing', `data/${key}`);
    const Array_ = elementArrays[dtype];
    if (raw.length % Array_.BYTES_PER_ELEMENT !== 0)
      fail(`${raw.length} bytes are no ${dtype}`, `data/${key}`);
    const storage = new Storage(
      dtype,
      new Array_(raw.buffer as ArrayBuffer, raw.byteOffset, raw.length / Array_.BYTES_PER_ELEMENT),
    );
    storages.set(key, storage);
    return storage;
  };

  let copied = 0;
  const rebuild = (args: readonly unknown[]): Tensor => {
    const [storage, offset, shape, strides] = args;
    const sound = storage instanceof Storage && isCounts([offset]) && isCounts(shape) && isCounts(strides);
    if (!sound || shape.length !== strides.length || shape.length > 8) return fail('a malformed tensor');
    const size = sizeOf(shape);
    const last = shape.reduce((index, length, i) => index + (length - 1) * strides[i]!, offset as number);
    if (size > 0 && last >= storage.data.length)
      fail(`a tensor ${showShape(shape)} reaches beyond its storage of ${storage.data.length} elements`);
    // Tensors that share a storage, or repeat its elements (stride 0), must not outgrow the file without bound.
    copied += size * storage.data.BYTES_PER_ELEMENT;
    if (copied > 4 * bytes.length + 1024)
      fail('its tensors repeat their elements: together more than four times the file');
    return new Tensor(storage.dtype, shape, elementsOf(storage, offset as number, shape, strides));
  };
  globals.set('torch._utils _rebuild_tensor_v2', { name: '_rebuild_tensor_v2', make: rebuild });
  globals.set('torch._utils _rebuild_parameter', { name: '_rebuild_parameter', make: ([data]) => data });
  globals.set('collections OrderedDict', { name: 'OrderedDict', make: () => new Map() });

  const root = unpickle(pickle, { globals, persistent, mayStand: (name) => kept.test(name) }, file);
  const whole = root instanceof Map ? root : fail('expected a state dict');
  const dicts = stateDicts(whole);
  const names = [...dicts.keys()];
  if (key !== undefined) return dicts.get(key) ?? fail('there is no such state dict', key, choice(names));
  if (names.length > 1) fail('it holds several state dicts', undefined, choice(names));
  return dicts.get(names[0]!) ?? fail(...nothing(whole));
}

const choice = (names: readonly string[]) =>
  names.length > 0 ? `choose with trm import --key: ${names.join(' or ')}` : 'it has none';

/** Keys of a trainer's own state, which holds tensors too. */
const trainers = /optim|sched|callbacks|loops/;

/**
 * The state dicts in a dict by the path of their keys: dicts of tensors, with a matrix among them where they lie deeper.
 *
 * @param seen dicts that have been looked into: a pickle may hold one twice, even within itself.
 */
function stateDicts(
  dict: ReadonlyMap<unknown, unknown>,
  path = '',
  seen = new Set<unknown>(),
): Map<string, FileTensors> {
  seen.add(dict);
  const tensors = tensorsOf(dict);
  if (tensors) {
    const isModel = path === '' || [...tensors.values()].some(({ shape }) => shape.length > 1);
    return new Map(isModel ? [[path, tensors]] : []);
  }
  const found = new Map<string, FileTensors>();
  for (const [name, value] of dict) {
    if (typeof name !== 'string' || trainers.test(name) || !(value instanceof Map) || seen.has(value))
      continue;
    const below = stateDicts(value, path === '' ? name : `${path}.${name}`, seen);
    for (const [place, tensors] of below) found.set(place, tensors);
  }
  return found;
}

/** A dict of tensors alone. */
function tensorsOf(dict: ReadonlyMap<unknown, unknown>): FileTensors | undefined {
  const entries = [...dict];
  const all = entries.length > 0 && entries.every(([, value]) => value instanceof Tensor);
  return all ? new Map(entries.map(([name, value]) => [String(name), value as Tensor])) : undefined;
}

/** What to say of a dict without a state dict. */
function nothing(dict: ReadonlyMap<unknown, unknown>): [message: string, key?: string] {
  const other = [...dict].find(([, value]) => !(value instanceof Tensor));
  const some = [...dict.values()].some((value) => value instanceof Tensor);
  if (some && other) return ['expected a tensor', String(other[0])];
  const names = [...dict].map(
    ([name, value]) => `${name}${value instanceof Unread ? ` (${value.name})` : ''}`,
  );
  return [`there is no state dict in it, only ${names.slice(0, 10).join(', ') || 'nothing'}`];
}

/** The elements of a strided view, row-major: the storage's own for the first tensor that is all of it, else a copy. */
function elementsOf(
  storage: Storage,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): ElementData {
  const { data: from } = storage;
  const size = sizeOf(shape);
  const dense = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
  if (size === 0 || shape.every((length, i) => length === 1 || strides[i] === dense[i])) {
    if (size !== from.length || storage.taken) return from.slice(offset, offset + size);
    storage.taken = true;
    return from;
  }
  const into = new (from.constructor as new (length: number) => ElementData)(size);
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < size; i++) {
    into[i] = from[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return into;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
