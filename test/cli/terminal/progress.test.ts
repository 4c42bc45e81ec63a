import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  announcing,
  createProgress,
  describeProgress,
  fitLine,
  formatDuration,
  formatRate,
  type ProgressStream,
} from '../../../src/cli/terminal/progress.ts';

/** A stream that remembers what was written, with a clock that stands still until moved. */
function fake(terminal: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const stream = {
    ...terminal,
    write: (text: string) => written.push(text) > 0,
  } as unknown as ProgressStream;
  return {
    clock,
    written,
    text: () => stripVTControlCharacters(written.join('')),
    progress: createProgress({ stream, label: 'train', now: () => clock.ms }),
  };
}

describe('what is begun', () => {
  beforeEach(() => vi.stubEnv('TERM', 'xterm'));
  afterEach(() => vi.unstubAllEnvs());

  it('stands on a terminal until it is done or fails, and nowhere else', async () => {
    const { written } = fake();
    const terminal = { isTTY: true, columns: 12, write: (text: string) => written.push(text) > 0 };
    const stream = terminal as unknown as ProgressStream;
    expect(await announcing('reading a long name', async () => written.splice(0), stream)).toEqual([
      '\u001b[2K\u001b[Greading a …',
    ]);
    expect(written.splice(0)).toEqual(['\u001b[2K\u001b[G']);
    await expect(announcing('x', () => Promise.reject(new Error('no')), stream)).rejects.toThrow('no');
    expect(written.splice(0)).toEqual(['\u001b[2K\u001b[Gx …', '\u001b[2K\u001b[G']);
    await announcing('x', async () => {}, { ...terminal, isTTY: false } as unknown as ProgressStream);
    expect(written).toEqual([]);
  });
});

describe('progress on a stream that is no terminal', () => {
  it('writes a line at most every ten seconds, and the last state at the end', () => {
    const { clock, written, progress } = fake();
    for (let second = 0; second <= 25; second++) {
      clock.ms = second * 1000;
      progress.update(`second ${second}`);
    }
    progress.end();
    progress.update('too late');
    progress.end();
    expect(written).toEqual([
      'train: second 0\n',
      'train: second 10\n',
      'train: second 20\n',
      'train: second 25\n',
    ]);
  });

  it('does not repeat a line at the end', () => {
    const { written, progress } = fake();
    progress.update('same');
    progress.end();
    expect(written).toEqual(['train: same\n']);
  });

  it('logs at once, without repeating the state', () => {
    const { written, progress } = fake();
    progress.update('a');
    progress.log('saved');
    progress.end('done');
    expect(written).toEqual(['train: a\n', 'saved\n', 'train: done\n']);
  });

  it('keeps no control codes or line breaks', () => {
    const { written, progress } = fake();
    progress.update('\u001b[31mred\u001b[39m\nand\tmore');
    expect(written).toEqual(['train: red and more\n']);
  });
});

describe('progress on a terminal', () => {
  beforeEach(() => {
    vi.stubEnv('TERM', 'xterm');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('writes plain lines where the terminal cannot move its cursor', () => {
    vi.stubEnv('TERM', 'dumb');
    const { written, progress } = fake({ isTTY: true, columns: 80 });
    progress.update('a');
    expect(written).toEqual(['train: a\n']);
  });

  it('rewrites its line, cut to the width', () => {
    const { clock, written, text, progress } = fake({ isTTY: true, columns: 20 });
    progress.update('0123456789');
    clock.ms = 100;
    progress.update('0123456789abcdefghij');
    expect(text()).toBe('train: 0123456789\ntrain: 0123456789a…\n');
    expect(written.at(-1)).toContain('\u001b[2K'); // erases the line before
    expect(written.join('')).not.toContain('\u001b[?25l'); // the cursor stays, so no signal is listened for
  });

  it('redraws at most every 50 ms, but always at the end', () => {
    const { clock, text, progress } = fake({ isTTY: true, columns: 80 });
    for (clock.ms = 0; clock.ms < 60; clock.ms += 10) progress.update(`at ${clock.ms}`);
    progress.end('done');
    expect(text()).toBe('train: at 0\ntrain: at 50\ntrain: done\n');
  });

  it('logs above the line and draws it again', () => {
    const { text, written, progress } = fake({ isTTY: true, columns: 80 });
    progress.update('half');
    progress.log('saved a checkpoint');
    expect(text()).toBe('train: half\nsaved a checkpoint\ntrain: half\n');
    expect(written.at(-2)).toBe('saved a checkpoint\n');
  });
});

describe('describeProgress', () => {
  it('says all that is known', () => {
    const fields = { loss: 0.123456, exact: '45.1 %' };
    expect(describeProgress({ done: 129, total: 1000, rate: 3.4, unit: 'steps', eta: 260, fields })).toBe(
      '129/1000 (12 %), 3.4 steps/s, 4 m 20 s left, loss 0.1235, exact 45.1 %',
    );
  });
  it('says no more than is known', () => {
    expect(describeProgress({ done: 7 })).toBe('7');
    expect(describeProgress({ done: 999, total: 1000 })).toBe('999/1000 (99 %)');
    expect(describeProgress({ done: 0, total: 0 })).toBe('0/0 (100 %)');
  });
});

it.each([
  ['12345', 6, '12345'],
  ['12345', 5, '123…'],
  ['12345', 2, '…'],
  ['12345', 0, '…'],
])('fitLine(%s, %i) is %s', (text, columns, expected) => {
  expect(fitLine(text, columns)).toBe(expected);
});

it.each([
  [0, '0.0 s'],
  [4.24, '4.2 s'],
  [9.96, '10 s'],
  [59.6, '1 m 0 s'],
  [83, '1 m 23 s'],
  [3599.6, '1 h 0 m'],
  [7510, '2 h 5 m'],
  [86399, '1 d 0 h'],
  [3.2 * 86400, '3 d 5 h'],
  [Number.POSITIVE_INFINITY, '?'],
  [Number.NaN, '?'],
  [-1, '?'],
])('formatDuration(%f) is %s', (seconds, expected) => {
  expect(formatDuration(seconds)).toBe(expected);
});

it.each([
  [0.2512, undefined, '0.251/s'],
  [12.34, 'puzzles', '12.3 puzzles/s'],
  [999.7, undefined, '1k/s'],
  [4567, 'puzzles', '4.57k puzzles/s'],
  [2.5e6, undefined, '2.5M/s'],
  [Number.NaN, 'puzzles', '? puzzles/s'],
])('formatRate(%f, %s) is %s', (rate, unit, expected) => {
  expect(formatRate(rate, unit)).toBe(expected);
});

/** What a terminal shows after what was written to it, as far as the progress line moves its cursor. */
function screen(written: string): string[] {
  const rows = [''];
  let row = 0;
  for (const part of written.replaceAll('\x1b', '^').split(/(\^\[[\d?]*[A-Za-z]|\n)/)) {
    if (part === '\n') rows[++row] ??= '';
    else if (part === '^[1A') row = Math.max(0, row - 1);
    else if (part === '^[2K') rows[row] = '';
    else if (!part.startsWith('^')) rows[row] += part;
  }
  return rows.slice(0, row + 1);
}

describe('two progress lines on a terminal', () => {
  it('take turns, and what stays of the one is above the other', () => {
    const written: string[] = [];
    let now = 0;
    const stream = {
      isTTY: true,
      columns: 80,
      write: (text: string) => written.push(text) > 0,
    } as unknown as ProgressStream;
    const line = (label: string) => createProgress({ stream, label, now: () => (now += 1000) });
    const shown = () => screen(written.join('')).filter((row) => row !== '');
    const [outer, inner] = [line('train'), line('engine')];
    written.push('train: making ready, 2 s'); // by the guard's thread
    outer.update('step 1');
    inner.update('compiling');
    expect(shown()).toEqual(['engine: compiling']);
    outer.update('step 2');
    expect(shown()).toEqual(['train: step 2']);
    inner.end('compiled');
    outer.update('step 3');
    expect(shown()).toEqual(['engine: compiled', 'train: step 3']);
    outer.end();
    expect(shown()).toEqual(['engine: compiled', 'train: step 3']);
  });
});
