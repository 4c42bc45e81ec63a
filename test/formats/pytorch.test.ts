/** PyTorch files: every element type and layout that torch.save writes, and nothing that would run code. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync, unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { type FileTensors, narrowed, rounded, toFloat32 } from '../../src/formats/file-tensor.ts';
import { writeArchive } from '../../src/formats/pytorch/archive.ts';
import { readPytorch } from '../../src/formats/pytorch/read.ts';
import { unpickle } from '../../src/formats/pytorch/unpickle.ts';
import { writePytorch } from '../../src/formats/pytorch/write.ts';
import { readModelFile } from '../../src/interop/model-file.ts';

const folder = fileURLToPath(new URL('../fixtures/pytorch', import.meta.url));
const bytesOf = (name: string) => readFileSync(join(folder, name));
const base = Float32Array.from({ length: 12 }, (_, i) => i / 8);

/** What make.py put into kinds.pt. */
const kinds: [name: string, dtype: string, shape: number[], values: readonly (number | bigint)[]][] = [
  ['base', 'float32', [3, 4], [...base]],
  ['transposed', 'float32', [4, 3], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11].map((i) => i / 8)],
  ['row', 'float32', [2], [5 / 8, 6 / 8]],
  ['expanded', 'float32', [2, 3], [1.5, 1.5, 1.5, 2.5, 2.5, 2.5]],
  ['scalar', 'float32', [], [-3]],
  ['empty', 'float32', [0, 4], []],
  ['float64', 'float64', [2], [0.1, 1e300]],
  ['int64', 'int64', [2], [-1n, 2n ** 40n]],
  ['int32', 'int32', [1], [-7]],
  ['int16', 'int16', [1], [-8]],
  ['int8', 'int8', [1], [-9]],
  ['uint8', 'uint8', [1], [250]],
  ['bool', 'bool', [2], [1, 0]],
  ['parameter', 'float32', [1], [4]],
];
const halves = [1, -0.333251953125, 6.103515625e-5, 5.9604644775390625e-8, 65504, -0];
const bfloats = [1, -2.5, 3.140625, Number.POSITIVE_INFINITY];

describe('readPytorch', () => {
  let tensors: FileTensors;
  beforeAll(() => {
    tensors = readPytorch(bytesOf('kinds.pt'), 'kinds.pt');
  });

  test.each(kinds)('reads %s, %s', (name, dtype, shape, values) => {
    expect(tensors.get(name)).toMatchObject({ dtype, shape });
    expect(Array.from(tensors.get(name)!.data as Float32Array)).toEqual(values);
  });

  test.each([
    ['float16', halves],
    ['bfloat16', bfloats],
  ] as const)('widens %s exactly, and narrows it back', (dtype, values) => {
    const tensor = tensors.get(dtype)!;
    expect(tensor.dtype).toBe(dtype);
    expect(Array.from(toFloat32(tensor))).toEqual(values);
    expect(narrowed(Float32Array.from(values), dtype)).toEqual(tensor.data);
    expect(narrowed(Float32Array.of(1 / 3), dtype)).toBeUndefined();
  });

  test('all 65536 halves survive the way to float32 and back', () => {
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const data = Uint16Array.from({ length: 65536 }, (_, i) => i);
      expect(narrowed(toFloat32({ dtype, shape: [65536], data }), dtype)).toEqual(data);
    }
  });

  // The words are NumPy's: float32 values, ties, the largest half and subnormals as np.float16.
  test('rounds to float16 as NumPy does, and refuses what is beyond its range', () => {
    const words = [
      [0, 0x0000],
      [1 / 3, 0x3555],
      [-1 / 3, 0xb555],
      [0.1, 0x2e66],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [2049, 0x6800],
      [2051, 0x6802],
      [65519, 0x7bff],
      [2 ** -15 / 3, 0x00ab],
      [2 ** -25, 0x0000],
      [1.5 * 2 ** -25, 0x0001],
      [-5.3e-6, 0x8059],
      [Math.PI, 0x4248],
    ];
    const values = Float32Array.from(words, ([value]) => value!);
    expect(rounded(values, 'float16')).toEqual(Uint16Array.from(words, ([, word]) => word!));
    expect(rounded(Float32Array.of(65520), 'float16')).toBeUndefined();
  });

  test('takes the model out of a training state', () => {
    const state = readPytorch(bytesOf('training-state.pt'), 'x');
    expect([...state.keys()]).toEqual(['weight']);
    expect(state.get('weight')!.data).toEqual(base);
  });

  test.each([
    ['evil.pt', /^evil\.pt: it names posix\.system \(pickle offset 18\)/],
    ['module.pt', /^module\.pt: it names torch\.nn\.modules\.linear\.Linear \(pickle offset 2\)/],
    ['protocol-4.pt', /the instruction 0x95 is not allowed \(pickle offset 2\)/],
  ])('refuses %s and runs nothing', (name, message) => {
    expect(() => readPytorch(bytesOf(name), name)).toThrow(message);
    expect(existsSync('it-was-run')).toBe(false);
  });

  test('refuses what is no file of torch.save', () => {
    expect(() => readModelFile(bytesOf('legacy.pt'), {}, 'legacy.pt')).toThrow(
      /before PyTorch 1\.6.*save it again/,
    );
    expect(() => readPytorch(new Uint8Array(100), 'x.pt')).toThrow(/^x\.pt: not a sound zip/);
    const other = writeArchive(new Map([['readme', new Uint8Array(3)]]));
    expect(() => readPytorch(other, 'x.pt')).toThrow(/data\.pkl is missing/);
  });

  test('refuses a damaged entry, unless it was saved without checksums', () => {
    const entries = { dtype: 'float32', shape: [12], data: base } as const;
    const sound = Buffer.from(writePytorch(new Map([['a', entries]])));
    expect([...readPytorch(sound, 'x.pt').keys()]).toEqual(['a']);
    const damaged = Buffer.from(sound);
    const at = damaged.indexOf(Buffer.from(base.buffer));
    damaged[at + 6]! ^= 1;
    expect(() => readPytorch(damaged, 'x.pt')).toThrow(
      /^x\.pt: archive\/data\/0 is damaged: its checksum is another; .* use another copy/,
    );
    const directory = damaged.subarray(damaged.indexOf('PK\x01\x02'));
    for (let at = 0; at >= 0; at = directory.indexOf('PK\x01\x02', at + 1))
      directory.writeUInt32LE(0, at + 16);
    expect([...readPytorch(damaged, 'x.pt').keys()]).toEqual(['a']);
  });

  test('refuses zip bombs: compressed entries, and entries that overlap', () => {
    const small = deflateSync(new Uint8Array(1 << 20));
    const zip = Buffer.from(writeArchive(new Map([['data.pkl', small]])));
    const directory = zip.indexOf('PK\x01\x02');
    zip.writeUInt16LE(8, directory + 10); // deflated
    zip.writeUInt32LE(1 << 20, directory + 24);
    expect(() => readPytorch(zip, 'x.pt')).toThrow(/data\.pkl is compressed/);

    const sound = Buffer.from(writePytorch(new Map([['a', { dtype: 'float32', shape: [12], data: base }]])));
    const start = sound.indexOf('PK\x01\x02');
    const end = sound.indexOf('PK\x05\x06');
    const many = Buffer.concat([
      sound.subarray(0, start),
      ...Array.from({ length: 200 }, () => sound.subarray(start, end)),
      sound.subarray(end),
    ]);
    many.writeUInt16LE(800, many.length - 14); // entries
    expect(() => readPytorch(many, 'x.pt')).toThrow(/its entries are larger than the file/);
  });

  test('refuses tensors that repeat a small storage without end', () => {
    const pickle = Buffer.from(
      '\x80\x02}(X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQK\x00(J\x00\x00\x00\x40t(K\x00t\x89ccollections\nOrderedDict\n)RtRu.',
      'latin1',
    );
    const file = writeArchive(
      new Map([
        ['data.pkl', new Uint8Array(pickle)],
        ['data/0', new Uint8Array(4)],
      ]),
    );
    expect(() => readPytorch(file, 'x.pt')).toThrow(/repeat their elements/);
  });
});

describe('a state dict inside of what a trainer keeps', () => {
  const text = (value: string) => `X${String.fromCharCode(value.length)}\x00\x00\x00${value}`;
  const dict = (entries: Record<string, string>) =>
    `}(${Object.entries(entries)
      .map(([key, value]) => text(key) + value)
      .join('')}u`;
  const number = 'K\x07';
  const tensors: FileTensors = new Map([['weight', { dtype: 'float32', shape: [3, 4], data: base }]]);
  const sound = writePytorch(tensors);
  const entries = unzipSync(sound);
  const pickle = Buffer.from(entries['archive/data.pkl']!).toString('latin1');
  const state = pickle.slice(2, -1); // between PROTO and STOP
  const tensor = state.slice(state.indexOf('ctorch._utils'), -1);
  /** One number of the storage, as a score that was the best. */
  const word = (value: number) => `J${Buffer.from(Int32Array.of(value).buffer).toString('latin1')}`;
  const score = tensor.replace(`(${word(3)}${word(4)}t(${word(4)}${word(1)}t`, '(t(t');
  const file = (root: string) =>
    writeArchive(
      new Map([
        ['data.pkl', new Uint8Array(Buffer.from(`\x80\x02${root}.`, 'latin1'))],
        ['data/0', entries['archive/data/0']!],
      ]),
    );

  test.each([
    ['model', { model: state, optimizer: dict({ lr: number }) }],
    ['state_dict', { epoch: number, state_dict: state, callbacks: dict({ best: dict({ score }) }) }],
    ['model_state_dict', { step: number, model_state_dict: state, config: dict({ arch: text('trm') }) }],
    ['model_state', { model_state: state, optimizer_states: dict({ first: state }) }],
    ['ema', { ema: state, step: number }],
    ['ema.shadow', { ema: dict({ shadow: state, decay: number }), best: dict({ score }) }],
  ])('%s is found', (key, root) => {
    expect(readPytorch(file(dict(root)), 'x.pt')).toEqual(tensors);
    expect(readPytorch(file(dict(root)), 'x.pt', key)).toEqual(tensors);
  });

  test('several are named, and one is chosen', () => {
    const both = file(dict({ model: state, ema: dict({ shadow: dict({ other: score, weight: tensor }) }) }));
    expect(() => readPytorch(both, 'x.pt')).toThrow(
      /^x\.pt: it holds several state dicts; choose with trm import --key: model or ema\.shadow$/,
    );
    expect([...readPytorch(both, 'x.pt', 'ema.shadow').keys()]).toEqual(['other', 'weight']);
    expect([...readPytorch(both, 'x.pt', 'model').keys()]).toEqual(['weight']);
    expect(() => readPytorch(both, 'x.pt', 'shadow')).toThrow(
      /^x\.pt: shadow: there is no such state dict; choose with trm import --key: model or ema\.shadow$/,
    );
  });

  test('none is an error that says what is there instead', () => {
    expect(() => readPytorch(file(dict({ epoch: number, best: dict({ score }) })), 'x.pt')).toThrow(
      /^x\.pt: there is no state dict in it, only epoch, best$/,
    );
    expect(() => readPytorch(file(dict({ weight: tensor, step: number })), 'x.pt')).toThrow(
      /^x\.pt: step: expected a tensor$/,
    );
    const itself = `}q\x01${text('self')}h\x01s`;
    expect(() => readPytorch(file(itself), 'x.pt')).toThrow(/there is no state dict in it, only self$/);
  });

  test('settings of a trainer may stand beside it and are not made', () => {
    const config = 'comegaconf.dictconfig\nDictConfig\n)\x81}b';
    const path = `cpathlib\nPosixPath\n(${text('/x')}tR`;
    const ordered = `ccollections\ndefaultdict\n)R(${text('a')}${number}u`;
    const dtype = 'ctorch\nfloat32\n';
    const lightning = { hyper_parameters: config, path, ordered, dtype, state_dict: state };
    expect(readPytorch(file(dict(lightning)), 'x.pt')).toEqual(tensors);
    expect(() => readPytorch(file(dict({ state_dict: config })), 'x.pt')).toThrow(
      'there is no state dict in it, only state_dict (omegaconf.dictconfig.DictConfig)',
    );
    const evil = `cposix\nsystem\n(${text('touch it-was-run')}tR`;
    expect(() => readPytorch(file(dict({ config: evil, state_dict: state })), 'x.pt')).toThrow(
      /it names posix\.system/,
    );
    expect(() => readPytorch(file(dict({ config: '}}\x81', state_dict: state })), 'x.pt')).toThrow(
      /it makes an object of what is no class/,
    );
  });
});

test('unpickle names the place of what is cut or malformed', () => {
  const world = { globals: new Map(), persistent: () => null };
  const run = (text: string) => unpickle(Buffer.from(text, 'latin1'), world, 'x');
  expect(run('\x80\x02}(K\x01K\x02u.')).toEqual(new Map([[1, 2]]));
  expect(run('\x8a\x02\x00\xff.')).toBe(-256);
  expect(run('G\x3f\xf8\x00\x00\x00\x00\x00\x00.')).toBe(1.5);
  expect(() => run('}')).toThrow(/ends too early \(pickle offset 0\)|ends too early/);
  expect(() => run('(.')).toThrow(/a value is missing \(pickle offset 1\)/);
  expect(() => run('h\x07.')).toThrow(/nothing was remembered as 7 \(pickle offset 0\)/);
  expect(() => run('cbuiltins\neval\n.')).toThrow(/it names builtins\.eval \(pickle offset 0\)/);
});

test.each([
  ['N.', null],
  ['\x88.', true],
  ['\x89.', false],
  ['M\x01\x02.', 513],
  ['J\xff\xff\xff\xff.', -1],
  ['\x8a\x08\x00\x00\x00\x00\x01\x00\x00\x00.', 2 ** 32],
  ['](K\x01K\x02e.', [1, 2]],
  [']K\x01a.', [1]],
  ['K\x01K\x02\x86.', [1, 2]],
  ['K\x07r\x00\x01\x00\x00j\x00\x01\x00\x00\x86.', [7, 7]],
  ['K\x07q\x05h\x05\x86.', [7, 7]],
  ['}K\x01K\x02s.', new Map([[1, 2]])],
])('unpickles %j', (text, value) => {
  const world = { globals: new Map(), persistent: () => null };
  expect(unpickle(Buffer.from(text, 'latin1'), world, 'x')).toEqual(value);
});

test.each([
  ['\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00.', /an integer of 9 bytes/],
  ['}(K\x01u.', /pickle offset/],
  [']K\x01K\x02s.', /pickle offset/],
  ['}(K\x01e.', /pickle offset/],
  ['K\x01K\x02t.', /pickle offset/],
  ['K\x01)R.', /it calls what cannot be called/],
  [']}b.', /it sets attributes of what is no dict/],
  ['cno newline', /pickle offset/],
])('unpickle refuses %j', (text, message) => {
  const world = { globals: new Map(), persistent: () => null };
  expect(() => unpickle(Buffer.from(text, 'latin1'), world, 'x')).toThrow(message);
});

describe('a tensor as anybody may write it', () => {
  const text = (value: string) => `X${String.fromCharCode(value.length)}\x00\x00\x00${value}`;
  const int = (value: number) => `J${Buffer.from(Int32Array.of(value).buffer).toString('latin1')}`;
  const tuple = (...items: string[]) => `(${items.join('')}t`;
  const float = 'ctorch\nFloatStorage\n';
  const storage = (kind = text('storage'), type = float, key = text('0')) =>
    `${tuple(kind, type, key, text('cpu'), int(2))}Q`;
  const ordered = 'ccollections\nOrderedDict\n)R';
  const tensor = (from = storage(), offset = int(0), shape = tuple(int(2)), strides = tuple(int(1))) =>
    `ctorch._utils\n_rebuild_tensor_v2\n${tuple(from, offset, shape, strides, '\x89', ordered)}R`;
  const read = (tensor: string, bytes = Uint8Array.from(new Uint8Array(Float32Array.of(1, 2).buffer))) => {
    const pickle = new Uint8Array(Buffer.from(`\x80\x02}(${text('w')}${tensor}u.`, 'latin1'));
    return readPytorch(
      writeArchive(
        new Map([
          ['data.pkl', pickle],
          ['data/0', bytes],
        ]),
      ),
      'x.pt',
    );
  };

  test('is read', () => {
    expect([...read(tensor())]).toEqual([
      ['w', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }],
    ]);
  });

  test.each([
    ['no storage', tensor(int(1)), /a malformed tensor/],
    ['an offset below 0', tensor(storage(), int(-1)), /a malformed tensor/],
    ['an offset that is a text', tensor(storage(), text('0')), /a malformed tensor/],
    ['a shape that is a number', tensor(storage(), int(0), int(2)), /a malformed tensor/],
    ['a dimension below 0', tensor(storage(), int(0), tuple(int(-2))), /a malformed tensor/],
    ['strides of another rank', tensor(storage(), int(0), tuple(int(2)), tuple()), /a malformed tensor/],
    ['a stride below 0', tensor(storage(), int(1), tuple(int(2)), tuple(int(-1))), /a malformed tensor/],
    [
      'nine axes',
      tensor(storage(), int(0), tuple(...Array(9).fill(int(1))), tuple(...Array(9).fill(int(1)))),
      /a malformed tensor/,
    ],
    [
      'more than its storage',
      tensor(storage(), int(0), tuple(int(3))),
      /a tensor \[3\] reaches beyond its storage of 2 elements/,
    ],
    ['an offset past its storage', tensor(storage(), int(1)), /reaches beyond its storage/],
    [
      'strides past its storage',
      tensor(storage(), int(0), tuple(int(2)), tuple(int(2))),
      /reaches beyond its storage/,
    ],
    ['another kind of thing', tensor(storage(text('module'))), /a storage of an unknown kind/],
    ['a type that is none', tensor(storage(text('storage'), ordered)), /a storage of an unknown kind/],
    [
      'a key that is a number',
      tensor(storage(text('storage'), float, int(0))),
      /a storage of an unknown kind/,
    ],
    [
      'a key of no storage',
      tensor(storage(text('storage'), float, text('7'))),
      /data\/7: the storage is missing/,
    ],
  ])('refuses %s', (_, pickle, message) => {
    expect(() => read(pickle)).toThrow(message);
  });

  test('refuses bytes that are no whole elements', () => {
    expect(() => read(tensor(), new Uint8Array(7))).toThrow(/data\/0: 7 bytes are no float32/);
  });
});

describe('writePytorch', () => {
  const written = (tensors: FileTensors) => readPytorch(writePytorch(tensors), 'again');

  test('is read back with every element type', () => {
    const tensors = readPytorch(bytesOf('kinds.pt'), 'kinds.pt');
    expect(written(tensors)).toEqual(tensors);
  });

  const python = process.env.TRM_PYTHON;
  const why = python ? '' : ' (skipped: TRM_PYTHON names no Python with torch)';
  test.skipIf(!python)(`PyTorch loads it with weights_only=True, every tensor the same${why}`, () => {
    const temporary = mkdtempSync(join(tmpdir(), 'trm-torch-'));
    try {
      writeFileSync(join(temporary, 'ours.pt'), writePytorch(readPytorch(bytesOf('kinds.pt'), 'kinds.pt')));
      const script = `
import sys, torch
ours, theirs = (torch.load(path, weights_only=True) for path in sys.argv[1:])
assert list(ours) == list(theirs)
for name, tensor in theirs.items():
    assert ours[name].dtype == tensor.dtype and ours[name].shape == tensor.shape, name
    assert torch.equal(ours[name], tensor), name
print(len(ours))`;
      const out = execFileSync(python!, ['-c', script, join(temporary, 'ours.pt'), join(folder, 'kinds.pt')]);
      expect(Number(out)).toBe(16);
    } finally {
      rmSync(temporary, { recursive: true });
    }
  });
});
