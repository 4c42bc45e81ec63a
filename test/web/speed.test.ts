/**
 * What a visitor waits for, measured in the page. The limits are twice those of an idle machine of 2 cores, 2 s and
 * 100 ms, and the best of three is taken: tests share their machine.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { choose, longTasks, type Playground, paste, startPlayground } from './page.ts';

const puzzle = '..1..5...42..32...6..........2..6.4.';

describe.skipIf(noBrowser)(`speed${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground?.close());

  test('the first 6x6 answer is there 2 s after pressing Solve, and the page answers all the while', {
    retry: 2,
  }, async () => {
    const { page, troubles } = await playground.open();
    await choose(page, 'sudoku-6x6');
    await page.getByRole('grid', { name: /6×6/ }).waitFor();
    await paste(page, puzzle);
    const tasks = await longTasks(page);
    const milliseconds = await page.evaluate(async () => {
      const button = [...document.querySelectorAll('button')].find(
        ({ textContent }) => textContent === 'Solve',
      )!;
      const begun = performance.now();
      button.click();
      while (!document.querySelector('td.changed')) await new Promise(requestAnimationFrame);
      return performance.now() - begun;
    });
    expect(milliseconds).toBeLessThan(2 * 2000);
    await page.getByText('solved: every rule holds').waitFor();
    await page.locator('.scatter').waitFor();
    await page.getByLabel('Moment').press('End');
    expect((await tasks()).filter((duration) => duration > 2 * 100)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});
