/** The adapter between Node's HTTP and a handler: what reaches the handler, what comes back, and what only a socket shows. */

import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Solver } from '../../src/evaluate/solver.ts';
import { load } from '../../src/load.ts';
import { closeServer } from '../../src/serve/close-node.ts';
import { type Handler, solveHandler } from '../../src/serve/handler.ts';
import { nodeListener, nodeServer } from '../../src/serve/node.ts';
import { SolveQueue } from '../../src/serve/queue.ts';
import { fakeBackend } from '../train/fake-backend.ts';

const servers: Server[] = [];

/** A handler's server, its port. */
async function listening(handler: Handler, server = nodeServer(handler, 1)): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(
  port: number,
  { path = '/', method = 'POST', body = '', headers = {}, agent = new Agent() },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, method, headers, agent }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode!, headers: response.headers, body: text });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Everything that a socket answers to a text. */
async function raw(port: number, sent: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(sent);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

const echo: Handler = async (request) =>
  Response.json(
    {
      url: request.url,
      method: request.method,
      own: request.headers.get('X-Own'),
      body: request.body && (await request.text()),
    },
    { status: 201, headers: { 'X-Answer': 'yes' } },
  );

const refuse: Handler = async () => new Response('no\n', { status: 413 });

describe('a request', () => {
  it('reaches the handler whole, and its answer comes back', async () => {
    const port = await listening(echo);
    const { status, headers, body } = await ask(port, {
      path: '/a/b?c=d',
      body: 'größe '.repeat(20_000),
      headers: { 'X-Own': 'mine' },
    });
    expect({ status, ...JSON.parse(body) }).toEqual({
      status: 201,
      url: `http://127.0.0.1:${port}/a/b?c=d`,
      method: 'POST',
      own: 'mine',
      body: 'größe '.repeat(20_000),
    });
    expect(headers).toMatchObject({
      'x-answer': 'yes',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    });
  });

  it('may name its whole address, as one to a proxy does', async () => {
    const port = await listening(echo);
    for (const [target, url] of [
      ['http://localhost/a?b', 'http://localhost/a?b'],
      ['//other/a', 'http://here//other/a'],
    ])
      expect(await raw(port, `GET ${target} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`)).toContain(
        `"url":"${url}"`,
      );
  });

  it('without a body has none', async () => {
    const { body } = await ask(await listening(echo), { method: 'GET' });
    expect(JSON.parse(body)).toMatchObject({ method: 'GET', body: null });
  });

  it('reaches a listener in a server of its own', async () => {
    const port = await listening(echo, createServer(nodeListener(echo)));
    expect(JSON.parse((await ask(port, { body: 'x' })).body)).toMatchObject({ body: 'x' });
  });

  it('for the head alone is told the length that its handler tells', async () => {
    const port = await listening(async () => new Response(null, { headers: { 'Content-Length': '5' } }));
    const { headers, body } = await ask(port, { method: 'HEAD' });
    expect({ length: headers['content-length'], body }).toEqual({ length: '5', body: '' });
  });

  it('that is answered with 204 is told no length', async () => {
    const port = await listening(async () => new Response(null, { status: 204 }));
    const { status, headers } = await ask(port, { method: 'OPTIONS' });
    expect(status).toBe(204);
    expect(headers).not.toHaveProperty('content-length');
    expect(headers).not.toHaveProperty('transfer-encoding');
  });

  it('for no host is for the host `unnamed`', async () => {
    const text = await raw(await listening(echo), 'GET /a HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 201 .*"url":"http:\/\/unnamed\/a"/s);
  });

  it('with more headers than are taken is told so', async () => {
    const text = await raw(
      await listening(echo),
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 431 .*"expected at most \d+ bytes of headers"/s);
  });

  it('shares its connection with the next, read or refused', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const port = await listening(async (request) =>
      Response.json(request.url.endsWith('/read') ? await request.text() : 'unread'),
    );
    const ports = new Set<number | undefined>();
    agent.on('free', (socket) => ports.add(socket.localPort));
    for (const path of ['/read', '/unread', '/read', '/unread']) {
      const { body } = await ask(port, { path, agent, body: 'x'.repeat(50_000) });
      expect(JSON.parse(body)).toBe(path === '/read' ? 'x'.repeat(50_000) : 'unread');
    }
    expect(ports.size).toBe(1);
    agent.destroy();
  });
});

describe('refuses', () => {
  it('a body that is too large, unread, and lets the connection go', async () => {
    const { status, headers, body } = await ask(await listening(refuse), { body: 'x'.repeat(1_000_000) });
    expect({ status, body }).toEqual({ status: 413, body: 'no\n' });
    expect(headers.connection).toBe('close');
  });

  it('a body of which the handler has read enough', async () => {
    const port = await listening(async (request) => {
      for await (const chunk of request.body!) if (chunk.length > 0) break;
      return new Response('enough', { status: 413 });
    });
    const headers = { 'Transfer-Encoding': 'chunked' };
    expect(await ask(port, { body: 'x'.repeat(1_000_000), headers })).toMatchObject({
      status: 413,
      body: 'enough',
    });
  });

  it.each([
    ['what is no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 .*"code":"http"/s],
    [
      'a request that does not end',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{',
      /^HTTP\/1\.1 408 .*"code":"timeout"/s,
    ],
    [
      'a method that no Request may have',
      'TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 400 .*"code":"http","message":".*TRACE/s,
    ],
    [
      'a host that is none',
      'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 400 .*"code":"http"/s,
    ],
  ])('%s', async (_, sent, expected) => {
    const text = await raw(await listening(echo), sent);
    expect(text).toMatch(expected);
    expect(text).toMatch(/^X-Request-Id: [0-9a-f]{8}-[0-9a-f-]{27}\r$/im);
  });

  it('with 500 where the handler fails, and lives on', async () => {
    const port = await listening(async () => {
      throw new Error('broken');
    });
    for (let i = 0; i < 2; i++) {
      const { status, body } = await ask(port, {});
      expect({ status, ...JSON.parse(body) }).toEqual({
        status: 500,
        error: { code: 'internal', message: 'broken' },
      });
    }
  });
});

it('those who come while a model holds the thread come in together, before its next step', async () => {
  let steps = 0;
  const backend = fakeBackend((event) => {
    if (!event.startsWith('run')) return;
    steps++;
    for (const end = performance.now() + 20; performance.now() < end; );
  });
  const { checkpoint } = await load('sudoku-4x4', { device: 'cpu' });
  const queue = new SolveQueue(new Solver(checkpoint, backend), { rows: 16, thinking: { steps: 1 } });
  const port = await listening(solveHandler(queue));
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ puzzle: '.'.repeat(16) });
  const replies = await Promise.all(
    Array.from({ length: 64 }, () => ask(port, { path: '/solve', headers, body })),
  );
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect(steps).toBeLessThan(16);
});

it('a client that goes away gives up its puzzles, waiting or in thought, and others have their room at once', async () => {
  const { checkpoint } = await load('sudoku-4x4', { device: 'cpu' });
  const solver = new Solver(checkpoint, fakeBackend());
  const queue = new SolveQueue(solver, { rows: 4, limit: 12, thinking: { steps: 1 } });
  const port = await listening(solveHandler(queue, { maxSteps: 1e6 }));
  const body = JSON.stringify({ puzzles: Array(12).fill('.'.repeat(16)), settings: { steps: 1e6 } });
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST /solve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await expect.poll(() => queue.waiting).toBe(8);
  socket.destroy();
  await expect.poll(() => queue.waiting).toBe(0);
  const headers = { 'Content-Type': 'application/json' };
  const more = JSON.stringify({ puzzles: Array(12).fill('.'.repeat(16)) });
  expect(await ask(port, { path: '/solve', headers, body: more })).toMatchObject({ status: 200 });
  await queue.idle();
  expect(queue.solved).toBe(12);
});

/** A promise that is settled from outside. (Promise.withResolvers comes with Node 22.) */
function deferred<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe('the end', () => {
  it('of a client aborts the signal, in the answer and in the body', async () => {
    for (const length of [1, 50]) {
      const [arrived, ended] = [deferred(), deferred<string>()];
      const port = await listening(async (request) => {
        arrived.resolve();
        const gone = new Promise((resolve) => request.signal.addEventListener('abort', resolve));
        const text = await request.text().catch(() => 'cut');
        await gone;
        ended.resolve(text);
        return new Response('too late');
      });
      const socket = connect(port, '127.0.0.1');
      socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n{`);
      await arrived.promise;
      socket.destroy();
      expect(await ended.promise).toBe(length === 1 ? '{' : 'cut');
    }
  });

  it('of the server ends connections that are kept alive with their answer', async () => {
    const [arrived, answer] = [deferred(), deferred()];
    const port = await listening(async (request) => {
      if (request.url.endsWith('/slow')) {
        arrived.resolve();
        await answer.promise;
      }
      return new Response('done');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await ask(port, { agent })).headers.connection).toBe('keep-alive');
    const slow = ask(port, { agent, path: '/slow' });
    const waiting = ask(port, { agent }).catch((error: Error) => error.message); // for the same connection
    await arrived.promise;
    const closed = new Promise((resolve) => servers[0]!.close(resolve));
    answer.resolve();
    expect((await slow).headers.connection).toBe('close');
    await closed;
    expect(await waiting).toMatch(/ECONNREFUSED/);
    agent.destroy();
  });

  it('of the server waits for what was asked', async () => {
    const [arrived, answer] = [deferred(), deferred()];
    const port = await listening(async (request) => {
      if (!request.url.endsWith('/slow')) return new Response('meanwhile');
      arrived.resolve();
      await answer.promise;
      return new Response('at last');
    });
    const reply = ask(port, { path: '/slow' });
    await arrived.promise;
    let closed = false;
    const closing = closeServer(servers[0]!).then(() => {
      closed = true;
    });
    await expect
      .poll(() => ask(port, {}).catch((error: Error) => error.message), { timeout: 5000 })
      .toMatch(/ECONNREFUSED/);
    expect(closed).toBe(false);
    answer.resolve();
    expect(await reply).toMatchObject({ status: 200, body: 'at last' });
    await closing;
  });

  it('of the server is told to those who come while it drains, on any connection', async () => {
    const closing = new AbortController();
    const [arrived, answer] = [deferred(), deferred()];
    const handler: Handler = async (request) => {
      if (closing.signal.aborted) return new Response('closing', { status: 503 });
      if (request.url.endsWith('/slow')) {
        arrived.resolve();
        await answer.promise;
      }
      return new Response('done');
    };
    const port = await listening(handler, nodeServer(handler, 1, closing.signal));
    const agent = new Agent({ keepAlive: true });
    await ask(port, { agent });
    const slow = ask(port, { path: '/slow' });
    await arrived.promise;
    closing.abort();
    const closed = closeServer(servers[0]!);
    for (const more of [{ agent }, {}]) {
      const { status, headers } = await ask(port, more);
      expect({ status, connection: headers.connection }).toEqual({ status: 503, connection: 'close' });
    }
    answer.resolve();
    expect(await slow).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await closed;
    agent.destroy();
  });

  it('of the server does not wait for those who have connected and ask nothing, or not to the end', async () => {
    const port = await listening(echo);
    const silent = raw(port, '');
    const unfinished = raw(port, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{');
    await once(servers[0]!, 'request');
    await closeServer(servers[0]!);
    expect([await silent, await unfinished]).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 408 /),
      expect.stringMatching(/^HTTP\/1\.1 408 /),
    ]);
  });

  it('does not wait for those who never close their end', async () => {
    const port = await listening(echo);
    const open = [connect({ port, allowHalfOpen: true }), connect({ port, allowHalfOpen: true })];
    await Promise.all(open.map((socket) => once(socket, 'connect')));
    open[1]!.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{');
    await once(servers[0]!, 'request');
    await closeServer(servers[0]!);
    for (const socket of open) socket.destroy();
  });
});

describe('a client that is too slow', () => {
  it('loses its connection, whether it closes its end or not', async () => {
    const port = await listening(echo);
    const socket = connect({ port, allowHalfOpen: true });
    const count = () => new Promise<number>((resolve) => servers[0]!.getConnections((_, n) => resolve(n)));
    await expect.poll(count, { timeout: 5000 }).toBe(1);
    await expect.poll(count, { timeout: 10_000 }).toBe(0);
    socket.destroy();
  });
});
