/** What stands at the axes of a chart. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { type Playground, startPlayground } from './page.ts';

interface Label {
  readonly text: string;
  /** Of its left end on the canvas. */
  readonly left: number;
}

/** Notes what is written on canvases. */
const noting = `
  globalThis.labels = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
    const part = { right: 1, end: 1, center: 0.5 }[this.textAlign] ?? 0;
    globalThis.labels.push({ text, left: x - part * this.measureText(text).width });
    return fillText.call(this, text, x, y, ...more);
  };
`;

describe.skipIf(noBrowser)(`a chart${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground?.close());

  test('has small numbers in one notation, and whole', async () => {
    const puzzle = '2...34....4....3';
    const hash = `#solve?model=sudoku-4x4&depth=64x2x3&halt=0&again=0&puzzle=${puzzle}`;
    const { page } = await playground.open({ viewport: { width: 390, height: 844 } }, hash, noting);
    await page.locator('.scatter').waitFor({ timeout: 90_000 });
    await page.getByLabel('Moment').press('End');
    const labels = () => page.evaluate(() => (globalThis as unknown as { labels: Label[] }).labels);
    const texts = async () => (await labels()).map(({ text }) => text);
    await expect.poll(texts).toContain('1e-5');
    expect((await texts()).filter((text) => /^0\.0+1$/.test(text))).toEqual([]);
    expect((await labels()).filter(({ left }) => left < 0)).toEqual([]);
    await page.context().close();
  });
});
