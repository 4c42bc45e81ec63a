/** What the tab keeps of the ARC view where there is no room for all of it. */

import { afterEach, expect, test, vi } from 'vitest';
import { keep, keptOrFirst, posedFrom, samples, turnedTo } from '../../web/posed.ts';

/** A storage for so many characters. */
function storageOf(room: number) {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    removeItem: (key: string) => items.delete(key),
    setItem(key: string, text: string) {
      if (text.length > room) throw new DOMException('full', 'QuotaExceededError');
      items.set(key, text);
    },
  };
}
afterEach(() => vi.unstubAllGlobals());

const own = { train: [{ input: [[1]], output: [[2]] }], test: [{ input: [[3]] }] };
const file = { name: 'own.json', text: JSON.stringify(own) + ' '.repeat(5000) };

test("a file that is too large is not kept, but the work on the page's own tasks is", () => {
  vi.stubGlobal('sessionStorage', storageOf(4000));
  const first = keptOrFirst();
  const yours = [{ rows: 1, columns: 2, cells: Uint8Array.of(4, 7) }];
  const opened = posedFrom(file, { ...first, yours });
  expect(opened.tasks).toHaveLength(samples.length + 1);
  expect(keep(opened)).toBe('all but the file');
  const again = keptOrFirst();
  expect([again.file, again.task, again.yours]).toEqual([undefined, samples[0], yours]);

  vi.stubGlobal('sessionStorage', storageOf(10_000));
  expect(keep(opened)).toBe('all');
  const whole = keptOrFirst();
  expect(whole.task.name).toBe('own');
  expect(turnedTo(samples[0]!, whole).yours).toEqual(yours);

  vi.stubGlobal('sessionStorage', storageOf(10));
  expect(keep(opened)).toBe('nothing');
  expect(keptOrFirst().task).toBe(samples[0]);
});
