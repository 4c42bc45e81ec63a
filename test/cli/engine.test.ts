/** The options of the engine, and what a command says while it compiles. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { describeCompiled } from '../../src/cli/support/engine.ts';
import { findCompiler } from '../../src/runtime/native/compiler.ts';
import { skippedFor } from '../support/missing.ts';
import { temporaryFolder, trm } from './command.ts';

const compiler = await findCompiler();

describe('a compiled graph is told of', () => {
  const compiled = {
    kind: 'compiled',
    graph: 'answer',
    compiler: 'gcc 12.2.0',
    seconds: 1.42,
    bytes: 3.25 * 2 ** 20,
    kept: '/home/me/.cache/tiny-recursive-model/native',
  } as const;

  it('with its time, its memory, and the folder as the user writes it', () => {
    expect(describeCompiled(compiled, '/home/me')).toBe(
      'compiled graph "answer" for this CPU (gcc 12.2.0): 1.4 s, 3.3 MiB to run, kept in ~/.cache/tiny-recursive-model/native',
    );
    expect(describeCompiled(compiled, '/home/m')).toMatch(/kept in \/home\/me\/\.cache/);
  });

  it('without a folder where it is not kept', () => {
    expect(describeCompiled({ ...compiled, kept: undefined })).toMatch(/3\.3 MiB to run$/);
  });
});

describe('the options', () => {
  const puzzle = '..1..5...42..32...6..........2..6.4.';

  it('are in the help of every command that computes', async () => {
    for (const command of ['train', 'evaluate', 'solve', 'serve', 'demo', 'config init']) {
      const { out } = await trm([...command.split(' '), '--help']);
      expect(out, command).toMatch(/--engine <engine> /);
    }
  });

  it.each([
    [['--engine', 'torch'], 2, /--engine .* is invalid.*auto, native, onnxruntime, ort, reference/],
    [['--precision', 'float16'], 2, /--precision .* is invalid.*float32, bfloat16/],
    [
      ['--engine', 'ort', '--precision', 'bfloat16'],
      2,
      /onnxruntime does not compute in bfloat16; choose float32/,
    ],
    [['--engine', 'native', '--device', 'cuda'], 2, /device: the engine native has no cuda; choose cpu/],
  ])('%j are refused', async (options, status, message) => {
    const done = await trm(['solve', 'sudoku-6x6', ...options], { input: puzzle });
    expect(done.err).toMatch(message);
    expect(done.status).toBe(status);
  });

  it('what is taken is said with its reason, apart from the answer', async () => {
    const env = { TRM_ENGINE: 'ort' };
    const { out, err } = await trm(['solve', 'sudoku-6x6', '--steps', '2', '--json'], { input: puzzle, env });
    expect(err).toMatch(/^engine onnxruntime-node [\d.]+ on cpu \(TRM_ENGINE=ort; auto: .*\)\n$/);
    expect(JSON.parse(out)).toMatchObject({ puzzles: [{ valid: true }] });
  });

  it('ort is a name to solve with', async () => {
    const options = ['--engine', 'ort', '--steps', '2'];
    const { out, status } = await trm(['solve', 'sudoku-6x6', ...options], { input: puzzle });
    expect(out).toMatch(/solved: the answer satisfies the rules/);
    expect(status).toBe(0);
  });

  it.skipIf(typeof compiler === 'string')(
    `native says what it compiles, once; TRM_ENGINE names it as well${skippedFor(compiler)}`,
    async () => {
      const { folder, remove } = temporaryFolder();
      onTestFinished(remove);
      const env = { TRM_CACHE: folder, TRM_NATIVE_FLAGS: '-O1' };
      const solve = (options: readonly string[], more = {}) =>
        trm(['solve', 'sudoku-6x6', '--steps', '2', ...options], { input: puzzle, env: { ...env, ...more } });
      const first = await solve(['--engine', 'native']);
      expect(first.err).toMatch(/compiled graph "answer step" for this CPU \((gcc|clang) [\d.]+\): [\d.]+ s/);
      expect(first.out).toMatch(/solved: the answer satisfies the rules/);
      const again = await solve([], { TRM_ENGINE: 'native' });
      expect(again.err).not.toMatch(/compil/);
      expect(again.out).toBe(first.out);
    },
  );
});
