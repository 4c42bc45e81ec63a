/** The Solve view: a puzzle typed, pasted and answered, looked at moment by moment. */

import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { gridText, type Playground, paste, solve, startPlayground } from './page.ts';

/** A 4x4 puzzle and its only solution. */
const [puzzle, solution] = ['1....2.....4..21', '1342421321343421'];

describe.skipIf(noBrowser)(`the Solve view${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground?.close());

  test('a pasted puzzle is solved, without an error or a request to another origin', async () => {
    const { page, troubles } = await playground.open();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true); // by the service worker
    await paste(page, puzzle);
    expect(await gridText(page)).toBe(puzzle);
    await solve(page);
    await page.getByText('solved: every rule holds').waitFor();
    expect(await gridText(page)).toBe(solution);
    await page.getByText(/^wasm \(auto: .* thread.*\), onnxruntime-web .* ms a recursion$/).waitFor();
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('every moment can be looked at: by steps, by recursions, by the slider', async () => {
    const { page } = await playground.open();
    await paste(page, puzzle);
    await solve(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    const place = (text: RegExp) => page.locator('.place', { hasText: text }).waitFor();
    const slider = page.getByLabel('Moment');
    await slider.fill('0');
    await place(/^step 1, cycle 1, refinement 1 · halting [\d.]+\s%$/);
    await page.getByRole('button', { name: 'One on' }).click();
    await place(/^step 1, cycle 2, refinement 3 /);
    await page.getByRole('button', { name: 'One on' }).click();
    await place(/^step 2, cycle 2, refinement 3 /);
    await page.getByLabel('Move by').selectOption('recursions');
    await page.getByRole('button', { name: 'One on' }).click();
    await place(/^step 3, cycle 1, refinement 1 /);
    await page.getByRole('button', { name: 'One back' }).click();
    await page.getByRole('button', { name: 'One back' }).click();
    await place(/^step 2, cycle 2, refinement 2 /);
    await page.getByLabel('Move by').selectOption('supervision steps');
    await page.getByRole('button', { name: 'One back' }).click();
    await place(/^step 1, cycle 2, refinement 3 /);
    await slider.press('End');
    await place(/^step 16, cycle 2, refinement 3 /);
    await page.context().close();
  });

  test('an edit breaks a rule, and the page says which; bad text is refused', async () => {
    const { page } = await playground.open();
    await paste(page, puzzle);
    await page.getByRole('gridcell', { name: 'row 1, column 2: blank' }).focus();
    await page.keyboard.press('1');
    await page.getByText('1 stands twice in row 1').waitFor();
    await page.getByRole('gridcell', { name: 'row 1, column 2: 1, given, breaks a rule' }).waitFor();
    await paste(page, '12345678');
    expect(await page.getByRole('alert').textContent()).toContain(
      'expected a grid of 16 cells or a row of 4, got 8',
    );
    await paste(page, '1....2.....4..25');
    expect(await page.getByRole('alert').textContent()).toContain(
      "'5' is no cell of a 4x4 grid; use digits 1 to 4",
    );
    await page.context().close();
  });

  test('two settings side by side', async () => {
    const { page } = await playground.open();
    await page.getByLabel('Two side by side').check();
    const other = page.getByRole('article', { name: 'Puzzle B' });
    await other.getByText('Settings').click();
    await other.getByLabel('supervision steps', { exact: true }).fill('3');
    await other.getByLabel('supervision steps', { exact: true }).press('Enter');
    await other.getByRole('button', { name: 'Solve' }).click();
    await other.locator('.scatter').waitFor();
    await other.getByLabel('Moment').press('End');
    await other.locator('.place', { hasText: /^step 3, cycle 2, refinement 3 / }).waitFor();
    await page.context().close();
  });

  test('by keyboard alone: move, type, solve, scrub', async () => {
    const { page } = await playground.open();
    await page.getByRole('button', { name: 'Clear' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('gridcell').first().waitFor();
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Shift+Tab');
      if (await page.evaluate(() => document.activeElement?.tagName === 'TD')) break;
    }
    // Row by row with a way back to the start of the next row.
    for (const [cell, digit] of [...puzzle].entries()) {
      if (digit !== '.') await page.keyboard.press(digit);
      if (cell % 4 < 3) await page.keyboard.press('ArrowRight');
      else for (const key of ['Home', 'ArrowDown']) await page.keyboard.press(key);
    }
    expect(await gridText(page)).toBe(puzzle);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Solve');
    await page.keyboard.press('Enter');
    await page.locator('.scatter').waitFor();
    await page.getByText('solved: every rule holds').waitFor();
    expect(await gridText(page)).toBe(solution);
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing to object to, %s', async (colorScheme) => {
    const { page } = await playground.open({ colorScheme });
    await solve(page);
    await page.getByText('Settings').click();
    await page.getByLabel('Two side by side').check();
    await page.getByRole('article', { name: 'Puzzle B' }).getByRole('button', { name: 'Solve' }).waitFor();
    for (const view of ['Solve', 'Train', 'ARC']) {
      await page.getByRole('link', { name: view }).click();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    await page.context().close();
  });

  test('offline after the first load', async () => {
    const { page } = await playground.open();
    const kept = async () => {
      const [name] = await caches.keys();
      return (await (await caches.open(name!)).keys()).map(({ url }) => url);
    };
    // The last file to be kept.
    await expect.poll(async () => (await page.evaluate(kept)).join()).toMatch(/\.wasm$/);
    await playground.cut();
    await page.reload();
    await paste(page, puzzle);
    await solve(page);
    await page.getByText('solved: every rule holds').waitFor();
    await page.context().close();
  });
});
