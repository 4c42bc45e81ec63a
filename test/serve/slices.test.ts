/** Works in turn, and the event loop between them. */

import { expect, test } from 'vitest';
import { Slices } from '../../src/serve/slices.ts';

function work(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

test('works are done in their order, and a fault is its own caller’s', async () => {
  const slices = new Slices();
  const order: number[] = [];
  const results = [0, 1, 2, 3].map((i) =>
    slices.run(() => {
      order.push(i);
      if (i === 1) throw new Error('one');
      return 10 * i;
    }),
  );
  expect(await Promise.allSettled(results)).toMatchObject([
    { value: 0 },
    { reason: new Error('one') },
    { value: 20 },
    { value: 30 },
  ]);
  expect(order).toEqual([0, 1, 2, 3]);
});

test('the event loop comes round between long works, and not for each short one', async () => {
  const turnsDuring = async (count: number, milliseconds: number) => {
    const slices = new Slices();
    let turns = 0;
    let done = false;
    const tick = () => {
      turns++;
      if (!done) setImmediate(tick);
    };
    setImmediate(tick);
    await Promise.all(Array.from({ length: count }, () => slices.run(() => work(milliseconds))));
    done = true;
    return turns;
  };
  expect(await turnsDuring(20, 6)).toBeGreaterThanOrEqual(19);
  expect(await turnsDuring(1000, 0)).toBeLessThan(50);
});
