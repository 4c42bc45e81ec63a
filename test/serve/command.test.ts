/** `trm serve` as a user starts it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { main, trm } from '../cli/command.ts';

/** A server with its address, and all that it has printed. */
async function serving(...options: string[]) {
  const args = ['serve', 'sudoku-4x4', '--port', '0', '--device', 'cpu', ...options];
  const child = spawn(process.execPath, [main, ...args]);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  while (!/http:[^\s"]+["\n]/.test(said.out)) await once(child.stdout, 'data');
  return { child, said, url: /http:[^\s"]+/.exec(said.out)![0] };
}

const question = {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: '{"puzzle": "1....2.....4..21"}',
};

describe('the command', () => {
  it('tells its address, answers, and finishes on a signal', async () => {
    const { child, said, url } = await serving();
    const response = await fetch(`${url}/solve`, question);
    expect(await response.json()).toMatchObject({ answer: '1342421321343421', valid: true });
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).toMatchObject({ model: 'sudoku-4x4', cells: 16, device: 'cpu', solved: 1 });
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
    expect(said.out).toMatch(/stopped after 1 puzzle\n$/);
    expect(said.err).toMatch(/^engine .* on cpu \(.*\)\n$/);
  });

  it('ends soon after SIGTERM, though clients keep asking on their connections', async () => {
    const { child, url } = await serving();
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    let asking = true;
    const client = async () => {
      while (asking) {
        const sent = request(`${url}/solve`, { method: 'POST', headers: question.headers, agent });
        sent.end(question.body);
        const [response] = await once(sent, 'response');
        response.resume();
        await once(response, 'end');
      }
    };
    const clients = Array.from({ length: 4 }, () => client().catch(() => {}));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = performance.now();
    child.kill('SIGTERM');
    const [status] = await once(child, 'exit');
    asking = false;
    expect(status).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000); // after which `docker stop` kills
    await Promise.all(clients);
    agent.destroy();
  });

  it('answers everybody on SIGTERM under load: who is heard already, who waits, who comes', async () => {
    const { child, said, url } = await serving();
    let stopped = false;
    const ask = () =>
      new Promise<string>((resolve) => {
        const before = stopped ? 'after' : 'before';
        const options = { method: 'POST', headers: question.headers, agent: false } as const;
        request(`${url}/solve`, options, (response) => {
          const { statusCode, headers } = response.resume();
          const again = headers['retry-after'] === undefined ? '' : ', ask again';
          resolve(`${before}: ${statusCode}, ${headers.connection}${again}`);
        })
          .on('error', ({ message }) => resolve(`${before}: ${message}`))
          .end(question.body);
      });
    const outcomes: string[] = [];
    /** Asks again and again, until it has no answer. */
    const client = async () => {
      do outcomes.push(await ask());
      while (outcomes.at(-1)!.includes('200'));
    };
    const clients = Array.from({ length: 100 }, client);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const burst = Array.from({ length: 300 }, ask);
    child.kill('SIGTERM');
    stopped = true;
    const late = Array.from({ length: 100 }, ask);
    await Promise.all(clients);
    outcomes.push(...(await Promise.all([...burst, ...late])));
    const [status] = await once(child, 'exit');
    expect(status, said.err).toBe(0);
    const kinds = new Set(outcomes);
    // Who comes when all is over finds nobody; nobody who came before is cut off.
    const fine = /200, close$|503, close, ask again$|^after: connect ECONNREFUSED/;
    expect([...kinds].filter((kind) => !fine.test(kind))).toEqual([]);
    expect(kinds).toContain('before: 200, close');
    expect(kinds).toContain('after: 503, close, ask again');
  });

  it('logs in JSON, answers to the names it is given, and says that it is open', async () => {
    const { child, said, url } = await serving(
      ...['--host', '0.0.0.0', '--allow-host', 'Puzzles.example', '--log', 'json'],
    );
    const { port } = new URL(url);
    const get = (host: string) =>
      new Promise((resolve, reject) => {
        const headers = { Host: host, 'X-Request-Id': host };
        request({ port, host: '127.0.0.1', path: '/health', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await get('puzzles.example')).toBe(200);
    expect(await get('foreign.example')).toBe(403);
    child.kill('SIGTERM');
    await once(child, 'exit');
    const lines = said.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { event: 'listening', model: 'sudoku-4x4', device: 'cpu', url },
      { event: 'open', address: '0.0.0.0' },
      { event: 'request', id: 'puzzles.example', method: 'GET', path: '/health', status: 200 },
      { event: 'request', id: 'foreign.example', status: 403, error: 'host' },
      { event: 'stopping' },
      { event: 'stopped', solved: 0 },
    ]);
    for (const { time } of lines) expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
    expect(said.err).toMatch(/^engine .* on cpu \(.*\)\n$/);
  });

  it.each([
    [['--port', '70000'], /argument '70000' is invalid. It must be an integer from 0 to 65535/],
    [['--timeout', '3000000'], /It must be an integer from 1 to 86400/],
    [['--cors', 'https://a.example/'], /Write https:\/\/a.example, not https:\/\/a.example\//],
    [['--cors', 'a.example'], /It must be origins/],
    [['--allow-host', 'http://a'], /Write a, not http:\/\/a/],
    [['--allow-host', 'a.example:80'], /Write a.example, not a.example:80/],
    [['--allow-host', 'a b'], /It must be host names, as puzzles.example/],
    [['--effort', '3', '--max-steps', '3'], /error: --max-steps: 3 is less than the \d+ supervision steps/],
    [
      ['--max-queue', '4', '--max-puzzles', '5'],
      /error: --max-puzzles: 5 is more than the 4 puzzles that may wait/,
    ],
    [['--host', '192.0.2.1'], /error: --host: cannot listen there: .*; give an address of this machine/],
  ])('refuses %j in words', async (options, message) => {
    const { status, err } = await trm(['serve', 'sudoku-4x4', '--device', 'cpu', ...options]);
    expect({ status, err }).toEqual({ status: 2, err: expect.stringMatching(message) });
    expect(err).not.toMatch(/node:internal|at .*\.js:/);
  });

  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
    'that hears %s before it listens was stopped',
    async (signal) => {
      const { status, out, err } = await trm(['serve', 'sudoku-9x9', '--port', '0', '--device', 'cpu'], {
        onOutput: (err, kill) => {
          if (err.startsWith('engine ')) kill(signal);
        },
      });
      expect({ status, out }).toEqual({ status: 130, out: '' });
      expect(err).toMatch(/^engine .*\nstopped before it listened\n$/);
    },
  );

  it('refuses a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { status, err } = await trm(['serve', 'sudoku-4x4', '--port', String(port), '--device', 'cpu']);
    taken.close();
    expect(status).toBe(2);
    expect(err).toContain(`--port: port ${port} of 127.0.0.1 is taken; choose another, or 0 for a free one`);
  });
});
