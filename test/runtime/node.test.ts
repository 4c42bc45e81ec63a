/** Choosing a device under Node. What a device computes is the contract's (contract.test.ts). */

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { TrmError } from '../../src/errors.ts';
import { add } from '../../src/graph/ops/elementwise.ts';
import { input, trace } from '../../src/graph/trace.ts';
import { type Backend, float32, wholeGraph } from '../../src/runtime/backend.ts';
import type { EngineNotice } from '../../src/runtime/native/backend.ts';
import { findCompiler } from '../../src/runtime/native/compiler.ts';
import { withStandIn } from '../../src/runtime/native/stand-in.ts';
import { type NodeBackendOptions, openBackend } from '../../src/runtime/node.ts';
import { ortNode } from '../../src/runtime/onnxruntime/ort-node.ts';
import { referenceBackend } from '../../src/runtime/reference/backend.ts';
import { temporaryFolder } from '../cli/command.ts';
import { skippedFor } from '../support/missing.ts';

const compiler = await findCompiler();
const inBuild = (await ortNode()).listSupportedBackends().map(({ name }) => name);

beforeEach(() => {
  vi.stubEnv('TRM_ENGINE', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('TRM_ENGINE', () => {
  it.each(['onnxruntime', 'ort', 'reference'])('%s is what auto takes', async (engine) => {
    vi.stubEnv('TRM_ENGINE', engine);
    const taken = engine === 'ort' ? 'onnxruntime' : engine;
    expect(await openBackend({ device: 'cpu' })).toMatchObject({ engine: taken });
    expect(await openBackend({ engine: 'auto', device: 'cpu' })).toMatchObject({ engine: taken });
  });

  it('gives way to an engine that is asked for', async () => {
    vi.stubEnv('TRM_ENGINE', 'reference');
    expect(await openBackend({ engine: 'ort', device: 'cpu' })).toMatchObject({ engine: 'onnxruntime' });
  });

  it('is the reason that is told; what is asked for has its own', async () => {
    vi.stubEnv('TRM_ENGINE', 'ort');
    expect(await openBackend({ device: 'cpu' })).toMatchObject({ reason: 'TRM_ENGINE=ort; as asked' });
    expect(await openBackend({ engine: 'reference' })).toMatchObject({ reason: 'as asked' });
  });

  it('is refused where it names none', async () => {
    vi.stubEnv('TRM_ENGINE', 'torch');
    await expect(openBackend()).rejects.toThrow(
      'TRM_ENGINE: no engine is called "torch"; choose one of auto, native, onnxruntime, ort, reference',
    );
  });
});

test('auto takes cuda or native where they open, else ONNX Runtime on the CPU, and says why', async () => {
  const { engine, device, reason } = await openBackend();
  if (device === 'cuda') expect(reason).toBe('auto: CUDA opened');
  else {
    expect(device).toBe('cpu');
    expect(engine).toBe(typeof compiler === 'string' ? 'onnxruntime' : 'native');
    if (engine === 'native')
      expect(reason).toBe('auto: there is a C compiler to compile graphs for this CPU');
    else expect(reason).toMatch(/^auto: .* without CUDA \(.+\); not native: no C compiler/);
  }
});

test.each([
  [0, '0'],
  [-1, '-1'],
  [1.5, '1.5'],
  [Number.NaN, 'NaN'],
  ['2', '"2"'],
])('%s threads are refused by every engine', async (threads, shown) => {
  for (const engine of ['native', 'ort', 'reference'] as const)
    await expect(openBackend({ engine, device: 'cpu', threads: threads as number })).rejects.toMatchObject({
      code: 'usage',
      detail: { key: 'threads' },
      what: `expected a whole number of at least 1, got ${shown}`,
    });
});

test('cpu is as asked', async () => {
  expect(await openBackend({ engine: 'ort', device: 'cpu' })).toMatchObject({
    device: 'cpu',
    reason: 'as asked',
  });
});

const missing = (['coreml', 'dml'] as const).filter((device) => !inBuild.includes(device));
test.each(missing)('%s, not in this build, is refused with the list of those that are', async (device) => {
  const error = await openBackend({ device }).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(TrmError);
  expect(error).toMatchObject({ code: 'runtime', detail: { key: 'device' } });
  expect((error as TrmError).message).toMatch(
    /not in this build of ONNX Runtime; choose one of cpu, .*wasm$/,
  );
});

test('cuda opens, or the error says what it needs', async () => {
  const opened = await openBackend({ device: 'cuda' }).catch((fault: unknown) => fault);
  if (opened instanceof TrmError)
    expect(opened.message).toMatch(/"cuda" .*; .*(node-install=cuda12|choose one of)/);
  else expect(opened).toMatchObject({ device: 'cuda', reason: 'as asked' });
});

test('the reference is an engine, in either precision', async () => {
  const backend = await openBackend({ engine: 'reference', precision: 'float64' });
  expect(backend).toMatchObject({ engine: 'reference', device: 'cpu' });
  expect(backend.runtime).toBe('reference interpreter, float64');
  expect(await openBackend({ engine: 'onnxruntime', device: 'cpu' })).toMatchObject({
    engine: 'onnxruntime',
  });
});

test('ort is short for onnxruntime', async () => {
  expect(await openBackend({ engine: 'ort', device: 'cpu' })).toMatchObject({
    engine: 'onnxruntime',
    precision: 'float32',
  });
});

const { folder, remove } = temporaryFolder();
afterAll(remove);

describe.skipIf(typeof compiler === 'string')(`where there is a C compiler${skippedFor(compiler)}`, () => {
  it.each(['float32', 'bfloat16'] as const)(
    'native opens in %s, with its cache where TRM_CACHE says',
    async (precision) => {
      process.env.TRM_CACHE = folder;
      const backend = await openBackend({ engine: 'native', precision });
      expect(backend).toMatchObject({ engine: 'native', device: 'cpu', reason: 'as asked', precision });
      expect(backend.runtime).toMatch(/^native, (gcc|clang) /);
      expect(readdirSync(join(folder, 'native'))).toHaveLength(1); // the trial
    },
  );

  it('a cache that cannot be used is told of, and no hindrance', async () => {
    writeFileSync(join(folder, 'file'), '');
    process.env.TRM_CACHE = join(folder, 'file');
    const notices: EngineNotice[] = [];
    const { engine } = await openBackend({ engine: 'native', onNotice: (notice) => notices.push(notice) });
    expect(engine).toBe('native');
    expect(notices).toEqual([
      { kind: 'no cache', reason: `${folder}/file/native cannot be written (ENOTDIR)` },
    ]);
  });

  it.each([
    [
      { TRM_NATIVE_FLAGS: '-wrong' },
      /with TRM_NATIVE_FLAGS="-wrong" failed \(.*-wrong.*\); correct or unset TRM_NATIVE_FLAGS$/,
    ],
    [
      { TRM_CACHE: '/dev/null/cache', TMPDIR: '/nowhere' },
      /\/nowhere: no temporary folder can be made here \(ENOENT\); set TMPDIR to a folder that takes files$/,
    ],
  ])(
    '%j that cannot be worked with is told by name, also where ONNX Runtime is taken for it',
    async (env, why) => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      const { engine, reason } = await openBackend({ device: 'cpu' });
      expect({ engine, reason }).toEqual({ engine: 'onnxruntime', reason: expect.stringMatching(why) });
      expect(reason).toMatch(/^as asked; not native: /);
      const error = (await openBackend({ engine: 'native' }).catch((fault: unknown) => fault)) as TrmError;
      expect(`${error.fault}; ${error.detail.fix}`).toMatch(/^engine: the engine native does not open: /);
      expect(error.message).toBe(`${error.fault}; ${error.detail.fix}`);
      expect(error.message).toMatch(/, or choose onnxruntime, which computes in float32$/);
      expect(error.message.replace(', or choose onnxruntime, which computes in float32', '')).toMatch(why);
    },
  );

  it('CC that is none is passed over, which the reason says', async () => {
    vi.stubEnv('CC', 'no-such-compiler');
    const { engine, reason } = await openBackend({ engine: 'native' });
    expect(engine).toBe('native');
    expect(reason).toBe('as asked; CC is passed over: no-such-compiler is not there');
  });

  it('bfloat16 is native without being asked', async () => {
    expect(await openBackend({ precision: 'bfloat16' })).toMatchObject({
      engine: 'native',
      precision: 'bfloat16',
    });
  });
});

describe('where there is no C compiler', () => {
  const { PATH, CC } = process.env;
  beforeEach(() => {
    process.env.PATH = folder;
    delete process.env.CC;
  });
  afterEach(() => {
    process.env.PATH = PATH;
    if (CC !== undefined) process.env.CC = CC;
  });

  it.each([{ engine: 'native' }, { precision: 'bfloat16' }] as const)(
    '%j says so, and what to do',
    async (options) => {
      const error = await openBackend(options).catch((fault: unknown) => fault);
      expect(error).toMatchObject({ code: 'runtime', detail: { key: 'engine' } });
      expect((error as TrmError).message).toMatch(
        /^engine: the engine native does not open: no C compiler.*; install gcc or clang, or choose onnxruntime/,
      );
    },
  );

  it('auto is ONNX Runtime', async () => {
    expect(await openBackend({ device: 'cpu' })).toMatchObject({ engine: 'onnxruntime', device: 'cpu' });
  });
});

test('a graph that native does not compile runs on the engine beside it, which is told once of each', async () => {
  const told: string[] = [];
  let opened = 0;
  const native: Backend = {
    ...referenceBackend('float32'),
    compile: async (graph) => {
      if (wholeGraph(graph).name === 'easy') return referenceBackend('float32').compile(graph);
      throw new TrmError('runtime', 'too hard');
    },
  };
  const both = withStandIn(
    native,
    async () => {
      opened++;
      return referenceBackend('float64');
    },
    (graph, reason) => told.push(`${graph}: ${reason}`),
  );
  const graphOf = (name: string) => trace(name, () => ({ y: add(input('x', [1]), 1) }));
  const run = async (name: string) => {
    const program = await both.compile(graphOf(name));
    return [...(await program.run({ x: float32(Float32Array.of(1), [1]) })).y!.data];
  };
  expect(await run('easy')).toEqual([2]);
  expect({ told, opened }).toEqual({ told: [], opened: 0 });
  for (const name of ['hard', 'harder', 'easy', 'hard']) expect(await run(name)).toEqual([2]);
  expect({ told, opened }).toEqual({ told: ['hard: too hard', 'harder: too hard'], opened: 1 });
});

test.each([
  [
    { engine: 'nonsense' },
    'engine: no engine is called "nonsense"; choose one of auto, native, onnxruntime, ort, reference',
  ],
  [{ precision: 'float64' }, 'precision: the engine onnxruntime does not compute in float64; choose float32'],
  [
    { engine: 'reference', precision: 'float16' },
    'precision: the engine reference does not compute in float16',
  ],
  [{ engine: 'native', device: 'cuda' }, 'device: the engine native has no cuda; choose cpu'],
  [{ engine: 'native', precision: 'float64' }, 'float64; choose float32 or bfloat16'],
  [
    { engine: 'ort', precision: 'bfloat16' },
    'the engine onnxruntime does not compute in bfloat16; choose float32',
  ],
  [
    { device: 'wasm', precision: 'bfloat16' },
    'the engine onnxruntime does not compute in bfloat16; choose float32',
  ],
  [{ engine: 'reference', device: 'cuda' }, 'device: the engine reference has no cuda; choose cpu'],
])('%j is refused', async (options, message) => {
  await expect(openBackend(options as NodeBackendOptions)).rejects.toThrow(message);
});

describe('where a package of ONNX Runtime', () => {
  afterEach(() => {
    vi.doUnmock('../../src/runtime/onnxruntime/not-there.ts');
    vi.doUnmock('node:fs');
    vi.resetModules();
  });

  const missing = (name: string) =>
    Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
  const unloadable = Object.assign(new Error('libonnxruntime.so.1: cannot open shared object file\nmore'), {
    code: 'ERR_DLOPEN_FAILED',
  });

  /** `openBackend` in a process where importing these packages fails. */
  async function without(faults: Readonly<Record<string, Error>>) {
    vi.resetModules();
    const { imported } = await vi.importActual<typeof import('../../src/runtime/onnxruntime/not-there.ts')>(
      '../../src/runtime/onnxruntime/not-there.ts',
    );
    vi.doMock('../../src/runtime/onnxruntime/not-there.ts', () => ({
      imported: (name: string, load: () => Promise<unknown>) =>
        imported(name, () => (faults[name] ? Promise.reject(faults[name]) : load())),
    }));
    const { openBackend } = await import('../../src/runtime/node.ts');
    return (device: 'auto' | 'cpu' | 'wasm', engine: 'auto' | 'ort' = 'ort') =>
      openBackend({ engine, device }).then(
        ({ device, reason }) => `${device}: ${reason}`,
        ({ message }) => message,
      );
  }

  it.each([
    [
      'does not load',
      unloadable,
      'onnxruntime-node does not load here: libonnxruntime.so.1: cannot open shared object file',
      '; choose the device wasm',
    ],
    [
      'is not installed',
      missing('onnxruntime-node'),
      'the package onnxruntime-node is not installed',
      '; add it: npm install onnxruntime-node (where its download of CUDA fails, with ONNXRUNTIME_NODE_INSTALL=skip in the environment)',
    ],
  ])('for Node %s, auto takes wasm with a warning', async (_, fault, why, fix) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const open = await without({ 'onnxruntime-node': fault });
    expect(await open('wasm')).toBe('wasm: as asked');
    expect(warn).not.toHaveBeenCalled();
    expect(await open('cpu')).toBe(`device: ${why}${fix}`);
    expect(await open('auto')).toMatch(`wasm: auto: ${why}`);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(`^computing on wasm, which is slow: ${why}`)]]);
    warn.mockRestore();
  });

  it.skipIf(typeof compiler === 'string')(
    `for Node is not installed, auto is native though there is a driver, and says why not CUDA without a warning${skippedFor(compiler)}`,
    async () => {
      const fs = await vi.importActual<typeof import('node:fs')>('node:fs');
      const existsSync = (file: string) => file === '/dev/nvidiactl' || fs.existsSync(file);
      vi.doMock('node:fs', () => ({ ...fs, default: fs, existsSync }));
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
      const open = await without({ 'onnxruntime-node': missing('onnxruntime-node') });
      expect(await open('auto', 'auto')).toMatch(
        /^cpu: auto: there is a C compiler .*; no CUDA: the package onnxruntime-node is not installed$/,
      );
      expect(await open('cpu', 'auto')).toBe(
        'cpu: auto: there is a C compiler to compile graphs for this CPU',
      );
      expect(warn).not.toHaveBeenCalled();
      warn.mockRestore();
    },
  );

  it('for the web is not installed, wasm names it, and auto the other', async () => {
    const open = await without({
      'onnxruntime-node': unloadable,
      'onnxruntime-web': missing('onnxruntime-web'),
    });
    expect(await open('wasm')).toBe(
      'device: the package onnxruntime-web is not installed; add it: npm install onnxruntime-web',
    );
    expect(await open('auto')).toMatch(
      /^device: onnxruntime-node does not load here: .*; choose the device wasm$/,
    );
  });
});
