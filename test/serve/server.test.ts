/** `trm serve`: what it answers, what it refuses, and that nothing is lost under load. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import { formatLine } from '../../src/data/sudoku/grid.ts';
import type { Solver } from '../../src/evaluate/solver.ts';
import { thinkingSchema } from '../../src/evaluate/thinking.ts';
import { load } from '../../src/load.ts';
import { SolveQueue } from '../../src/serve/queue.ts';
import { solveServer } from '../../src/serve/server.ts';
import { main } from '../cli/command.ts';

let solver: Solver;
let server: Server;
let queue: SolveQueue;
let port: number;

beforeAll(async () => {
  solver = await load('sudoku-4x4', { device: 'cpu' });
  queue = new SolveQueue(solver, { rows: 8, limit: 40, thinking: thinkingSchema.parse({ halt: 0.9 }) });
  const limits = { maxBody: 4096, maxPuzzles: 48, timeout: 1 };
  server = solveServer(queue, { ...limits, about: { model: 'test' }, usage: 'use it\n' });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await solver.dispose();
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
  readonly body: any;
}

const json = { 'Content-Type': 'application/json' };

function ask(
  method: string,
  path: string,
  body = '',
  headers: Record<string, string> = json,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, method, path, headers, host: '127.0.0.1' }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      const isJson = response.headers['content-type'] === 'application/json';
      resolve({
        status: response.statusCode!,
        headers: response.headers,
        body: isJson ? JSON.parse(text) : text,
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const solve = (content: unknown) => ask('POST', '/solve', JSON.stringify(content));
const puzzle = '1....2.....4..21';
const answer = '1342421321343421';

describe('answers', () => {
  it('a puzzle', async () => {
    const { status, body } = await solve({ puzzle });
    expect(status).toBe(200);
    expect(body).toEqual({
      answer,
      halting: expect.any(Number),
      steps: expect.any(Number),
      valid: true,
      tokens: [...answer].map((digit) => Number(digit) + 1),
    });
  });

  it('several, in their order, also as tokens', async () => {
    const tokens = [...puzzle].map((cell) => (cell === '.' ? 1 : Number(cell) + 1));
    const { body } = await solve({ puzzles: [puzzle, `${'.'.repeat(15)}4`, tokens] });
    expect(body.solutions).toMatchObject([{ answer }, { answer: expect.stringMatching(/4$/) }, { answer }]);
  });

  it('its health, and people', async () => {
    expect(await ask('GET', '/health')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        model: 'test',
        waiting: 0,
        solved: expect.any(Number),
        seconds: expect.any(Number),
      },
    });
    expect(await ask('GET', '/')).toMatchObject({ status: 200, body: 'use it\n' });
  });
});

describe('refuses', () => {
  it.each([
    ['no JSON', '{"puzzle": ', 400, 'json', /./],
    [
      'another shape',
      '{"puzzles": "1"}',
      400,
      'data',
      /expected \{"puzzle": …\} or \{"puzzles": \[…\]\} with 1 to 48/,
    ],
    ['unknown keys', `{"puzzle": "${puzzle}", "steps": 99}`, 400, 'data', /expected/],
    ['too many puzzles', JSON.stringify({ puzzles: Array(49).fill(puzzle) }), 400, 'data', /1 to 48/],
    ['a puzzle of another size', '{"puzzle": "123"}', 400, 'data', /puzzle:1: expected a grid/],
    ['givens that break a rule', `{"puzzle": "11${'.'.repeat(14)}"}`, 400, 'data', /1 stands twice in row 1/],
    [
      'tokens out of range',
      JSON.stringify({ puzzle: Array(16).fill(7) }),
      400,
      'data',
      /expected 16 tokens of 0 to 5/,
    ],
    ['a large body', JSON.stringify({ puzzle: '.'.repeat(5000) }), 413, 'size', /at most 4096 bytes/],
  ])('%s', async (_, body, status, code, message) => {
    const reply = await ask('POST', '/solve', body);
    expect(reply).toMatchObject({
      status,
      body: { error: { code, message: expect.stringMatching(message) } },
    });
  });

  it('a large body that does not say how large', async () => {
    const headers = { ...json, 'Transfer-Encoding': 'chunked' };
    expect(await ask('POST', '/solve', 'x'.repeat(100_000), headers)).toMatchObject({ status: 413 });
  });

  it('wrong routes, methods, types and hosts', async () => {
    expect(await ask('GET', '/nowhere')).toMatchObject({ status: 404, body: { error: { code: 'route' } } });
    expect(await ask('GET', '/constructor')).toMatchObject({ status: 404 });
    expect(await ask('GET', '/solve')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(await ask('POST', '/solve', '{}', { 'Content-Type': 'text/plain' })).toMatchObject({
      status: 415,
    });
    expect(await ask('GET', '/health', '', { Host: 'puzzles.example' })).toMatchObject({ status: 403 });
  });

  it.each([
    ['what is no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 .*"code":"http"/s],
    [
      'a request that does not end',
      'POST /solve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
      /^HTTP\/1\.1 408 .*"code":"timeout"/s,
    ],
  ])('%s', async (_, sent, expected) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toMatch(expected);
  });

  it('more than may wait', async () => {
    const reply = await solve({ puzzles: Array(41).fill(puzzle) });
    expect(reply).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { error: { code: 'busy' } },
    });
    expect(await solve({ puzzle })).toMatchObject({ status: 200, body: { answer } });
  });
});

test('a thousand requests, thirty-two at a time: each gets its own answer', async () => {
  const puzzles: string[] = [];
  for (const { question } of generatePuzzles(4, new Random(9))) {
    puzzles.push(formatLine(question));
    if (puzzles.length === 64) break;
  }
  const direct = await solver.solve(puzzles, { halt: 0.9 });
  const counts = { solved: 0, refused: 0, gone: 0 };
  let next = 0;
  const client = async () => {
    for (let i = next++; i < 1000; i = next++) {
      const own = i % puzzles.length;
      if (i % 10 === 3) {
        const bad = ['{', '{"puzzle": "12"}', `{"puzzle": "${'.'.repeat(5000)}"}`][i % 3]!;
        const { status, body } = await ask('POST', '/solve', bad);
        expect(status).toBe([400, 400, 413][i % 3]);
        expect(body.error.message).toBeTypeOf('string');
        counts.refused++;
      } else if (i % 50 === 7) {
        await hangUp(puzzles[own]!);
        counts.gone++;
      } else {
        const { status, body } = await solve({ puzzle: puzzles[own] });
        expect(status).toBe(200);
        expect(body.answer).toBe(direct[own]!.answer);
        expect(body.halting).toBeCloseTo(direct[own]!.halting, 4);
        counts.solved++;
      }
    }
  };
  await Promise.all(Array.from({ length: 32 }, client));
  expect(counts).toEqual({ solved: 880, refused: 100, gone: 20 });
  await queue.idle();
  expect(queue.waiting).toBe(0);
}, 60_000);

/** Asks and goes away before the answer. */
async function hangUp(asked: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const body = JSON.stringify({ puzzle: asked });
  socket.write(
    `POST /solve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 1));
  socket.destroy();
  await once(socket, 'close');
}

describe('the command', () => {
  it('tells its address, answers, and finishes on a signal', async () => {
    const child = spawn(process.execPath, [main, 'serve', 'sudoku-4x4', '--port', '0', '--device', 'cpu']);
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    while (!/http:\S+\n/.test(out)) await once(child.stdout, 'data');
    const url = /http:\S+/.exec(out)![0];
    const response = await fetch(`${url}/solve`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ puzzle }),
    });
    expect(await response.json()).toMatchObject({ answer, valid: true });
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
    expect(out).toMatch(/stopped after 1 puzzles\n$/);
  });

  it('refuses a port that is taken', async () => {
    const child = spawn(process.execPath, [
      main,
      'serve',
      'sudoku-4x4',
      '--port',
      String(port),
      '--device',
      'cpu',
    ]);
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const [status] = await once(child, 'close');
    expect(status).toBe(2);
    expect(err).toMatch(/--port: the port is taken; choose another/);
  });
});
