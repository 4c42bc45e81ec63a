/** The same answers, recursion by recursion, wherever the page computes. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { gridText, type Playground, paste, set, solve, startPlayground } from './page.ts';

const [puzzle, solution] = ['1....2.....4..21', '1342421321343421'];

/** Grid, place and halting probability after each recursion of two supervision steps. */
async function momentsOf(page: Page): Promise<string[]> {
  await set(page, 'looks, at most', 2);
  await page.getByLabel('stop when it believes its answer').uncheck();
  await paste(page, puzzle);
  await solve(page);
  await page.getByLabel('Moment').fill('0');
  await page.getByLabel('Move by').selectOption('recursions');
  const moments: string[] = [];
  for (let i = 0; i < 12; i++) {
    moments.push(`${await gridText(page)} ${await page.locator('.place').textContent()}`);
    await page.getByRole('button', { name: 'One on' }).click();
  }
  return moments;
}

describe.skipIf(noBrowser)(`backends${noBrowser}`, () => {
  let playground: Playground;
  let reference: string[];

  beforeAll(async () => {
    playground = await startPlayground({ cores: 4 });
    // Without the service worker the page is not isolated from other origins.
    const { page } = await playground.open({ serviceWorkers: 'block' });
    reference = await momentsOf(page);
    await page.getByText('one thread, for the page is not cross-origin isolated').waitFor();
    await page.context().close();
  });
  afterAll(() => playground?.close());

  test('wasm with one thread solves it', () => {
    expect(reference[0]).toContain('look 1, cycle 1, refinement 1');
    expect(reference.at(-1)).toContain(solution);
  });

  test.each([
    ['wasm', /^wasm \(as asked; 2 threads\), /],
    ['webgpu', /^webgpu \(as asked: the browser gives a WebGPU adapter\), /],
  ])('%s gives the same', async (device, description) => {
    const { page, troubles } = await playground.open();
    await page.getByLabel('Runs on').selectOption(device);
    await page.getByText(description).waitFor();
    expect(await momentsOf(page)).toEqual(reference);
    expect(troubles.filter((text) => !text.includes('GPU'))).toEqual([]);
    await page.context().close();
  });
});
