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
import { type Global, unpickle } from './unpickle.ts';

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

/**
 * The tensors of a file that holds a state dict, or a dict whose `model` is one. Strided tensors become row-major.
 *
 * @param file its name, for errors.
 * @throws TrmError `checkpoint` on anything else than such a file.
 */
export function readPytorch(bytes: Uint8Array, file: string): FileTensors {
  const fail = (message: string, key?: string): never => {
    throw new TrmError('checkpoint', message, { file, ...(key !== undefined && { key }) });
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

  const root = unpickle(pickle, { globals, persistent }, file);
  const whole = root instanceof Map ? root : fail('expected a state dict');
  const state = whole.get('model') instanceof Map ? (whole.get('model') as Map<unknown, unknown>) : whole;
  const tensors = new Map<string, FileTensor>();
  for (const [name, value] of state) {
    if (!(value instanceof Tensor)) fail('expected a tensor', String(name));
    tensors.set(String(name), value as Tensor);
  }
  return tensors;
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
