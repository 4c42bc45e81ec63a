/** Values made once: shared while they are made, made anew when they failed, released once. */

import { expect, test } from 'vitest';
import { Kept } from '../src/kept.ts';

test('a value is made once for each key', async () => {
  const made: string[] = [];
  const kept = new Kept(async (key: string) => {
    made.push(key);
    return key.toUpperCase();
  });
  expect(await Promise.all([kept.get('a'), kept.get('b'), kept.get('a')])).toEqual(['A', 'B', 'A']);
  expect(await kept.get('a')).toBe('A');
  expect(made).toEqual(['a', 'b']);
});

test('what failed is made anew, also while its failure is still being told', async () => {
  let tries = 0;
  const kept = new Kept(async (key: string) => {
    if (++tries < 3) throw new Error(`try ${tries}`);
    return key;
  });
  const both = [kept.get('a'), kept.get('a')];
  for (const one of both) await expect(one).rejects.toThrow('try 1');
  await expect(kept.get('a')).rejects.toThrow('try 2');
  expect(await kept.get('a')).toBe('a');
  expect(tries).toBe(3);
});

test('clear releases what was made or is being made, and forgets all', async () => {
  let made = 0;
  const kept = new Kept(async (key: string) => {
    if (key === 'bad') throw new Error('no');
    return `${key}${++made}`;
  });
  await kept.get('a');
  const bad = kept.get('bad');
  const late = kept.get('b');
  const released: string[] = [];
  const clear = () =>
    kept.clear(async (value) => {
      released.push(value);
    });
  await clear();
  expect(released).toEqual(['a1', 'b2']);
  await expect(bad).rejects.toThrow('no');
  expect(await late).toBe('b2');
  expect(await kept.get('a')).toBe('a3');
  await clear();
  expect(released).toEqual(['a1', 'b2', 'a3']);
});

test('a value that fails after it was forgotten takes nothing out', async () => {
  const making: { resolve: (value: string) => void; reject: (fault: Error) => void }[] = [];
  const kept = new Kept(
    (_: string) => new Promise<string>((resolve, reject) => making.push({ resolve, reject })),
  );
  const first = kept.get('a');
  const cleared = kept.clear(async () => {});
  const second = kept.get('a');
  making[0]!.reject(new Error('late'));
  await expect(first).rejects.toThrow('late');
  await cleared;
  expect(kept.get('a')).toBe(second);
  making[1]!.resolve('made');
  expect(await second).toBe('made');
  expect(making).toHaveLength(2);
});

test('a release that fails is told', async () => {
  const kept = new Kept(async (key: string) => key);
  await kept.get('a');
  await expect(kept.clear(() => Promise.reject(new Error('stuck')))).rejects.toThrow('stuck');
});
