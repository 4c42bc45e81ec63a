/** Ranks that watch over each other, by connections alone: nothing of MPI. */

import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Address,
  describeFault,
  type Fault,
  type Member,
  startWatch,
  type Watch,
} from '../../src/train/mpi/watch.ts';

/** Milliseconds; a rank that is told of a fault is ended after the last, which no test waits for. */
const times = [20, 300, 2 ** 30] as const;
const member = (rank: number): Member => ({ rank, host: `machine${rank}`, pid: 1000 + rank });
const watches: Watch[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  await Promise.all(watches.splice(0).map((watch) => watch.end()));
  for (const socket of sockets.splice(0)) socket.destroy();
});

const faultOf = ({ lost }: Watch) =>
  new Promise<Fault>((resolve) => {
    if (lost.aborted) resolve(lost.reason as Fault);
    lost.addEventListener('abort', () => resolve(lost.reason as Fault));
  });

/** Rank 0 and others that have joined it; `address` is theirs. */
async function job(size: number) {
  const token = 'secret';
  const [zero, ...others] = Array.from({ length: size }, (_, rank) => startWatch(member(rank), token, times));
  watches.push(zero!, ...others);
  const address: Address = { port: await zero!.port, addresses: ['203.0.113.1', '127.0.0.1'], token };
  for (const watch of others) expect(await watch.join(address, member(0))).toBe(true);
  return { zero: zero!, others, address };
}

/** Speaks to rank 0 as a rank does, or as a stranger; resolves with the answer to the token. */
async function speaker({ port }: Address, token: string, rank: number) {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.write(`${JSON.stringify({ token })}\n`);
  const answer = await new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(String(data)));
    socket.once('close', () => resolve('closed'));
  });
  if (answer.includes('welcome')) socket.write(`${JSON.stringify({ member: member(rank) })}\n`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { socket, answer };
}

test('a rank that fails tells all others why', async () => {
  const { zero, others } = await job(3);
  const heard = [zero, others[0]!].map(faultOf);
  await others[1]!.fail('datasets/x: no such folder');
  for (const fault of await Promise.all(heard))
    expect(describeFault(fault)).toBe('rank 2 on machine2: datasets/x: no such folder');
  expect(others[1]!.lost.aborted).toBe(false);
});

test('a fault of rank 0 reaches the others', async () => {
  const { zero, others } = await job(3);
  const heard = others.map(faultOf);
  await zero.fail('no room on the disk');
  for (const fault of await Promise.all(heard)) expect(fault.member.rank).toBe(0);
});

describe('a rank is lost', () => {
  test('when its connection is closed', async () => {
    const { zero, others, address } = await job(2);
    const { socket } = await speaker(address, 'secret', 2);
    const heard = [zero, others[0]!].map(faultOf);
    socket.destroy();
    for (const fault of await Promise.all(heard))
      expect(describeFault(fault)).toBe('rank 2 on machine2 (process 1002) is gone');
  });

  test('when it gives no sign of life', async () => {
    const { zero, others, address } = await job(2);
    const { socket } = await speaker(address, 'secret', 2);
    const signs = setInterval(() => socket.write('\n'), 50);
    await new Promise((resolve) => setTimeout(resolve, 3 * times[1]));
    expect(zero.lost.aborted).toBe(false);
    clearInterval(signs);
    const fault = await faultOf(others[0]!);
    expect(describeFault(fault)).toBe('rank 2 on machine2 (process 1002) is not heard of any more');
  });

  test('but not when it has taken leave', async () => {
    const { zero, others } = await job(3);
    await others[0]!.end();
    await new Promise((resolve) => setTimeout(resolve, 2 * times[1]));
    expect([zero, others[1]!].map(({ lost }) => lost.aborted)).toEqual([false, false]);
    await zero.end();
    await new Promise((resolve) => setTimeout(resolve, 2 * times[1]));
    expect(others[1]!.lost.aborted).toBe(false);
    watches.splice(0);
    await others[1]!.end();
  });
});

test('strangers are no ranks', async () => {
  const { zero, address } = await job(2);
  expect((await speaker(address, 'guess', 2)).answer).toBe('closed');
  const stranger = connect(address.port, '127.0.0.1', () => stranger.write('GET / HTTP/1.1\r\n\r\n'));
  sockets.push(stranger);
  stranger.on('error', () => {});
  await new Promise((resolve) => stranger.once('close', resolve));
  expect(zero.lost.aborted).toBe(false);
});

test('where rank 0 is out of reach, that is told', async () => {
  const [zero, one] = [startWatch(member(0), 'secret', times), startWatch(member(1), '', times)];
  watches.push(zero, one);
  const port = await zero.port;
  await zero.end();
  watches.shift();
  expect(await one.join({ port, addresses: ['127.0.0.1', '::1'], token: 'secret' }, member(0))).toBe(false);
});
