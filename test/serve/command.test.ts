/** `trm serve` as a user starts it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { main, trm } from '../cli/command.ts';

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
      headers: { 'Content-Type': 'application/json' },
      body: '{"puzzle": "1....2.....4..21"}',
    });
    expect(await response.json()).toMatchObject({ answer: '1342421321343421', valid: true });
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).toMatchObject({ model: 'sudoku-4x4', cells: 16, device: 'cpu', solved: 1 });
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    expect(status).toBe(0);
    expect(out).toMatch(/stopped after 1 puzzles\n$/);
  });

  it('refuses a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { status, err } = await trm(['serve', 'sudoku-4x4', '--port', String(port), '--device', 'cpu']);
    taken.close();
    expect(status).toBe(2);
    expect(err).toMatch(/--port: the port is taken; choose another/);
  });
});
