/** Signals and two at once, with processes of their own: what no mock shows. */

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { heedUserSignal, onStopSignals } from '../../src/cli/support/signals.ts';
import { writeDataset } from '../../src/data/node/folder.ts';
import { decodeCheckpoint } from '../../src/train/checkpoint.ts';
import { tinyDataset } from '../train/support.ts';
import { main, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const [data, recipe] = [join(folder, 'data'), join(folder, 'tiny.yaml')];
const model =
  '{ hiddenSize: 16, heads: 2, cycles: 1, latentSteps: 1, puzzleSlots: 1, puzzleEmbeddingSize: 16, expansion: 1 }';
beforeAll(async () => {
  await writeDataset(data, { train: tinyDataset(20), test: tinyDataset(8) }, ['<blank>']);
  writeFileSync(
    recipe,
    `model: ${model}\nsteps: 100000\nbatchSize: 4\nmicroBatchSize: 4\nevaluateEvery: 0\ncheckpointEvery: 0\n`,
  );
});
const at = (name: string) => join(folder, name);
const begin = (run: string) => ['train', '--config', recipe, '--data', data, '--out', at(run)];
const stepOf = (run: string) => {
  const file = join(at(run), 'checkpoints', 'last', 'checkpoint.safetensors');
  return decodeCheckpoint(readFileSync(file), file).state.step;
};
const locksOf = (run: string) =>
  existsSync(at(run)) ? readdirSync(at(run)).filter((name) => name.startsWith('.lock')) : [];
type OnReady = (kill: (signal: NodeJS.Signals) => void, hearNoMore: () => void) => void;
/** Calls `act` once, when a step has been taken. */
const once = (act: OnReady) => {
  let done = false;
  return (err: string, ...means: Parameters<OnReady>) => {
    if (done || !err.includes('train: 1/')) return;
    done = true;
    act(...means);
  };
};

test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s saves and says how to go on',
  async (signal) => {
    const { status, err } = await trm(begin(signal), { onOutput: once((kill) => kill(signal)) });
    expect({ status, err }).toMatchObject({ status: 130 });
    const step = stepOf(signal);
    expect(step).toBeGreaterThan(0);
    expect(err).toContain(`stopped at step ${step}; go on with: trm train --resume ${at(signal)}\n`);
  },
);

test.skipIf(process.platform === 'win32')(
  'Ctrl-C saves where it has ended the reader of what is said too',
  async () => {
    const { status } = await trm(begin('unheard'), {
      onOutput: once((kill, hearNoMore) => {
        hearNoMore();
        kill('SIGINT');
      }),
    });
    expect(status).toBe(130);
    expect(stepOf('unheard')).toBeGreaterThan(0);
  },
);

test.skipIf(process.platform === 'win32').each([
  ['solve', [at('many.txt'), '--out', at('many.csv')]],
  ['evaluate', ['--data', data, '--csv', at('many.csv'), '--steps', '1000000']],
] as const)('trm %s that is stopped says that nothing was written', async (command, more) => {
  writeFileSync(at('many.txt'), '1....2.....4..21\n'.repeat(20_000));
  const { status, err } = await trm([command, 'sudoku-4x4', ...more], {
    onOutput: (err, kill) => {
      if (err.includes('engine ')) kill('SIGINT');
    },
  });
  expect({ status, err }).toEqual({
    status: 130,
    err: expect.stringMatching(/\nstopped before anything was written\n$/),
  });
  expect(existsSync(at('many.csv'))).toBe(false);
});

/** Sends the signal as soon as a command hears signals, of which its guard's thread tells. */
const AT_ONCE = `data:text/javascript,${encodeURIComponent("process.once('worker', () => process.kill(process.pid, 'SIGINT'));")}`;

test.skipIf(process.platform === 'win32').each([
  ['data check', data],
  ['data show', data, '--image', at('none.svg')],
  ['data import', at('many.txt'), '--out', at('none')],
  ['data generate sudoku', '--size', '4', '--count', '4', '--out', at('none')],
  ['export', 'sudoku-9x9', '--out', at('none.onnx')],
  ['export', 'sudoku-9x9', '--out', at('none.pt')],
  ['import', at('many.txt'), '--out', at('none')],
  ['push', 'sudoku-4x4', 'hf:me/none', '--dry-run'],
  ['config init', '--data', data, '--out', at('none.yaml')],
  ['config show', recipe, '--data', data, '--time'],
  ['config show', recipe, '--data', data, '--kernels'],
  ['solve', 'sudoku-4x4', at('many.txt'), '--out', at('none.csv')],
  ['train', '--config', recipe, '--data', data, '--out', at('none')],
])('trm %s that is stopped as it begins says so, and leaves nothing', async (command, ...more) => {
  const ended = await trm([...command.split(' '), ...more], { env: { NODE_OPTIONS: `--import=${AT_ONCE}` } });
  expect(ended).toEqual({
    status: 130,
    signal: null,
    out: '',
    err: 'stopped before anything was written\n',
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([]);
});

test('SIGUSR1 ends a rank as SIGTERM does, unless its command hears it', async () => {
  vi.stubEnv('OMPI_COMM_WORLD_RANK', '0').stubEnv('OMPI_COMM_WORLD_SIZE', '2');
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  heedUserSignal();
  const heard = vi.fn();
  const deafen = onStopSignals(heard);
  process.emit('SIGUSR1');
  expect([heard.mock.calls.length, kill.mock.calls]).toEqual([1, []]);
  deafen();
  process.emit('SIGUSR1');
  expect([heard.mock.calls.length, kill.mock.calls]).toEqual([
    1,
    expect.arrayContaining([[process.pid, 'SIGTERM']]),
  ]);
  process.removeAllListeners('SIGUSR1');
  vi.unstubAllEnvs();
  kill.mockRestore();
});

test.skipIf(process.platform === 'win32')(
  'a demo that is stopped before it trains leaves nothing',
  async () => {
    const { status, signal, err } = await trm(['demo'], {
      env: { TMPDIR: folder },
      onOutput: (err, kill) => {
        if (err.startsWith('engine ')) kill('SIGTERM');
      },
    });
    expect({ status, signal }).toEqual({ status: 130, signal: null });
    expect(err).toMatch(/^engine .*\nstopped\n$/);
    expect(readdirSync(folder).filter((name) => name.startsWith('trm-demo'))).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32')(
  'Ctrl-C at any moment of the start says what there is',
  async () => {
    const said = new Set<string>();
    // Until the signal comes so late that there is something to go on with.
    for (let wait = 100; !said.has('go on'); wait *= 1.5) {
      const run = `early-${Math.round(wait)}`;
      const child = spawn(process.execPath, [main, ...begin(run)]);
      let err = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        err += text;
      });
      setTimeout(() => child.kill('SIGINT'), wait);
      const end = await new Promise((resolve) =>
        child.on('close', (code, signal) => resolve(signal ?? code)),
      );
      if (end === 'SIGINT') continue; // Node itself has not begun
      expect(end, err).toBe(130);
      const nothing = err.endsWith('stopped before anything was written\n');
      if (!nothing) expect(err).toMatch(/^stopped at step \d+; go on with: .*train --resume .*\n$/m);
      expect(existsSync(join(at(run), 'config.json'))).toBe(!nothing);
      expect(locksOf(run)).toEqual([]);
      said.add(nothing ? 'nothing' : 'go on');
    }
    expect(said).toEqual(new Set(['nothing', 'go on']));
  },
);

test.skipIf(process.platform === 'win32').each([
  ['engine ', 'SIGTERM'],
  ['training on', 'SIGINT'],
] as const)('a signal just as "%s" is said is heard', async (said, signal) => {
  const run = `at-${said.trim()}`;
  let sent = false;
  const { status, err } = await trm(begin(run), {
    onOutput(err, kill) {
      if (sent || !err.includes(said)) return;
      sent = true;
      kill(signal);
    },
  });
  expect({ status, err }).toMatchObject({ status: 130 });
  expect(err).toMatch(/^stopped at step \d+; go on with: .*train --resume .*\n$/m);
  expect(locksOf(run)).toEqual([]);
});

test.skipIf(process.platform === 'win32').each([
  [
    'is heard by the next one who hears',
    'onStopSignals(() => { process.stdout.write("heard\\n"); process.exit(3); });',
    3,
  ],
  ['ends the process where nobody hears', '', 'SIGINT'],
])('a signal that came while the thread was busy %s', async (_, next, end) => {
  const { ended } = script(`
    import { onStopSignals } from 'SUPPORT/signals.js';
    const deafen = onStopSignals(() => process.exit(1));
    process.kill(process.pid, 'SIGINT'); // noted, and told when this turn of the loop is over
    deafen();
    ${next}
    setTimeout(() => process.exit(2), 3000);
  `);
  expect(await ended).toBe(end);
});

test('of two that go on with a run at once one does', async () => {
  const resume = ['train', '--resume', at('SIGINT')];
  const set = ['--set', `steps=${stepOf('SIGINT') + 400}`]; // more than one takes while the other begins
  const results = await Promise.all([trm([...resume, ...set]), trm([...resume, ...set])]);
  expect(results.map(({ status }) => status).sort()).toEqual([0, 2]);
  const refused = results.find(({ status }) => status === 2)!;
  expect(refused.err).toMatch(/SIGINT: process \d+ trains here; let it end, or stop it with Ctrl-C\n$/);
  expect(existsSync(join(at('SIGINT'), 'curves.svg'))).toBe(true);
});

/** Runs a script beside the built command. */
function script(text: string, environment: NodeJS.ProcessEnv = process.env) {
  const support = fileURLToPath(new URL('../../dist/cli/support/', import.meta.url));
  const child = spawn(process.execPath, ['--input-type=module', '-e', text.replaceAll('SUPPORT', support)], {
    env: environment,
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (data) => {
    out += data;
  });
  child.stderr.setEncoding('utf8').on('data', (data) => {
    out += data;
  });
  const seen = async (text: string) => {
    while (!out.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on('close', (status, signal) => resolve(signal ?? status)),
  );
  return { child, seen, ended };
}

test.skipIf(process.platform === 'win32')(
  'a second Ctrl-C ends a process whose main thread is busy, and only the second',
  async () => {
    const { child, seen, ended } = script(`
      import { startGuard } from 'SUPPORT/guard.js';
      import { onStopSignals } from 'SUPPORT/signals.js';
      onStopSignals(() => {});
      startGuard().working('tracing');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      process.stdout.write("busy\\n");
      for (const begun = Date.now(); Date.now() - begun < 60_000; );
    `);
    await seen('busy');
    child.kill('SIGINT');
    await seen('stopping when the graph is ready');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(child.exitCode ?? child.signalCode).toBeNull();
    const begun = performance.now();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(performance.now() - begun).toBeLessThan(5000);
  },
);

test.skipIf(process.platform === 'win32').each([
  ['nothing would be lost, with words', 'tracing', "'ended, go on'", 130, 'ended, go on, left\n'],
  ['the work has gone on since, it does not', undefined, "'ended, go on'", 0, 'finished'],
])('the first Ctrl-C ends a busy process where %s', async (_, later, farewell, end, last) => {
  const { child, seen, ended } = script(`
    import { stopping } from 'SUPPORT/stopping.js';
    const stop = stopping(() => undefined);
    process.once('exit', () => process.stderr.write(', left\\n')); // as a lock is removed, a cursor shown again
    await stop.working('tracing', ${farewell});
    stop.working(${JSON.stringify(later)}, ${farewell});
    process.stdout.write("busy\\n");
    for (const begun = Date.now(); Date.now() - begun < 5000; );
    process.stdout.write('finished\\n');
    process.exit(0);
  `);
  await seen('busy');
  child.kill('SIGINT');
  expect(await ended).toBe(end);
  await seen(last);
});

test.skipIf(process.platform === 'win32')(
  'the first Ctrl-C ends busy work that says itself how far it is',
  async () => {
    const { child, seen, ended } = script(`
    import { endingAtOnce } from 'SUPPORT/stopping.js';
    await endingAtOnce('', () => {
      process.stdout.write("busy\\n");
      for (const begun = Date.now(); Date.now() - begun < 8000; );
    });
    process.stdout.write('finished\\n');
  `);
    await seen('busy');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await seen('busy\nstopped before anything was written\n');
  },
);

test.skipIf(process.platform === 'win32')('Ctrl-C ends a step of the reference that takes long', async () => {
  const heavy = ['model.hiddenSize=128', 'batchSize=64', 'microBatchSize=64'];
  const began = performance.now();
  let sent = Number.POSITIVE_INFINITY;
  const { status, signal, err } = await trm(
    [...begin('reference'), '--engine', 'reference', '--set', ...heavy],
    {
      onOutput(err, kill) {
        if (Number.isFinite(sent) || !err.includes('training on')) return;
        sent = performance.now() - began;
        setTimeout(kill, 2000, 'SIGINT');
      },
    },
  );
  expect(performance.now() - began - sent).toBeLessThan(20_000);
  expect(err).toContain(`stopped at step 0; go on with: trm train --resume ${at('reference')}\n`);
  expect(signal ?? status).toBe(130);
  expect(stepOf('reference')).toBe(0);
});

test.skipIf(process.platform === 'win32').each([
  ['nohup', 130, 'survived'],
  ['node', 'SIGHUP', 'ready'],
])('a terminal that closes: a command begun by %s', async (command, end, last) => {
  const { child, seen, ended } = script(
    `
      import { outlivesTerminal } from 'SUPPORT/signals.js';
      if (outlivesTerminal()) process.on('SIGHUP', () => { process.stdout.write('survived'); process.exit(130); });
      setTimeout(() => {}, 60_000);
      process.stdout.write('ready');
    `,
    { ...process.env, _: `/usr/bin/${command}` },
  );
  await seen('ready');
  child.kill('SIGHUP');
  expect(await ended).toBe(end);
  await seen(last);
});
