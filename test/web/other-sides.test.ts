/** Looks from other sides, where the plain ones leave a puzzle unsolved: the last moment of a run, which all views agree on. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curated } from '../../web/curated.ts';
import { captionOf, marksOf, type PageMoment } from '../../web/moments.ts';
import { noBrowser } from '../support/browser.ts';
import { gridText, type Playground, startPlayground } from './page.ts';

const said = { answer: new Int32Array(), restored: 0 };
const recursion = { ...said, step: 4, cycle: 1, refinement: 1, confidence: new Float32Array() };
const [sure, unsure] = [0.9, 0.1].map((halting) => ({ ...said, halting }));
const change = { changeOfZ: 1, changeOfY: 1 };
const broken = (count: number) => new Set(Array.from({ length: count }, (_, cell) => cell));
const plain = (count: number): PageMoment => {
  const judged = { ...unsure!, broken: broken(count), solved: false };
  return { ...judged, recursion: { ...recursion, ...change, halting: judged.halting } };
};
const others = { sides: 1, looks: 14 };
const solved: PageMoment = { ...sure!, broken: broken(0), solved: true, others };

test('a picture is told in the words of the page', () => {
  expect(captionOf(plain(17))).toBe('look 4: 17 cells break a rule');
  expect(captionOf(plain(1))).toBe('look 4: 1 cell breaks a rule');
  expect(captionOf(plain(0))).toBe('look 4: not right yet'); // a maze whose way does not lead there
  expect(captionOf(solved)).toBe('from another side: right');
});

test('an answer from another side may be the first right one; it is no place where the plain looks stop', () => {
  expect(marksOf([plain(3), plain(2), solved], 1)).toEqual({ right: 2, stop: undefined });
});

/** Pixels of the colour that a cell has which breaks a rule, in the last picture of a file. */
function brokenPixels(page: Page, bytes: Buffer, type: string): Promise<number> {
  return page.evaluate(
    async ({ content, type }) => {
      const data = Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0));
      const decoder = new ImageDecoder({ data, type });
      await decoder.tracks.ready;
      const frameIndex = decoder.tracks.selectedTrack!.frameCount - 1;
      const { image } = await decoder.decode({ frameIndex });
      const { displayWidth: width, displayHeight: height } = image;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
      context.drawImage(image, 0, 0);
      const pixels = context.getImageData(0, 0, width, height).data;
      let count = 0;
      for (let i = 0; i < pixels.length; i += 4)
        if ([0xfd, 0xe1, 0xde].every((part, p) => Math.abs(pixels[i + p]! - part) < 4)) count++;
      return count;
    },
    { content: bytes.toString('base64'), type },
  );
}

describe.skipIf(noBrowser)(`looks from other sides${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground?.close());

  const link = `#solve?model=sudoku-9x9&depth=4x2x3&puzzle=${curated.hard[0]}`;
  const other = /^from another side: 1 tried, \d+ looks · believes it is right 9\d\.\d\s%$/;

  test('grid, counters, time line, curves, picture and film tell the same', async () => {
    const { page, troubles } = await playground.open({}, link);
    const place = page.locator('.place');
    const reading = (name: string) =>
      page.locator('.readings div', { hasText: name }).locator('dd').textContent();
    const save = async (name: string) => {
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name }).click();
      return readFileSync(await (await downloading).path());
    };
    const slider = page.getByLabel('Moment');
    await place.filter({ hasText: other }).waitFor();
    await page.getByText('solved: every rule holds').waitFor();
    expect(await slider.getAttribute('max')).toBe('24'); // after 4 looks of 6 recursions
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^from another side/);
    expect(await reading('cells that break a rule')).toBe('0');
    const believed = /[\d.]+\s%/.exec((await place.textContent())!)![0];
    expect(await reading('believes it is right')).toBe(believed);
    await page.locator('figcaption span', { hasText: `believes it is right ${believed}` }).waitFor();
    expect(await page.locator('.timeline .right').count()).toBe(1);
    expect(await page.locator('.timeline .mark-right').getAttribute('d')).toBe('M24.5 0V56');
    expect(await brokenPixels(page, await save('Save picture'), 'image/png')).toBe(0);
    expect(await brokenPixels(page, await save('Save film'), 'image/gif')).toBe(0);
    await page.getByText('Film saved: 25 pictures.').waitFor();
    const answer = await gridText(page);

    // The look before is as wrong as its own counter says.
    for (const pace of ['recursions', 'steps']) {
      await page.getByLabel('Move by').selectOption(pace);
      await page.getByRole('button', { name: 'One back' }).click();
      await place.filter({ hasText: /^look 4, cycle 2, refinement 3 / }).waitFor();
      expect(Number(await reading('cells that break a rule'))).toBe(await page.locator('td.broken').count());
      expect(await page.locator('td.broken').count()).toBeGreaterThan(0);
      expect(await brokenPixels(page, await save('Save picture'), 'image/png')).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'One on' }).click();
      await place.filter({ hasText: other }).waitFor();
    }

    // It is a moment of a link too, also beside a second side.
    await expect.poll(() => page.url()).toMatch(/&at=25$/);
    const both = page.url().replace('&at', '&b-model=sudoku-9x9&b-depth=3x2x3&b-halt=0&b-again=0&at');
    await page.goto('about:blank');
    await page.goto(both);
    await place.filter({ hasText: other }).waitFor();
    expect(await gridText(page)).toBe(answer);
    const [a, b] = await page
      .locator('.readings div', { hasText: 'cells that break a rule' })
      .locator('dd')
      .allInnerTexts();
    expect(a).toBe('A 0');
    expect(b).toBe(
      `B ${await page
        .getByRole('grid', { name: /puzzle B/ })
        .locator('td.broken')
        .count()}`,
    );
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('less motion: the strip ends with it', async () => {
    const { page } = await playground.open({ reducedMotion: 'reduce' }, link);
    const strip = page.getByRole('list', { name: 'The answer after each look' });
    const last = strip.getByRole('button', { name: 'from another side: right' });
    await expect.poll(() => last.getAttribute('aria-current')).toBe('step');
    expect(await strip.getByRole('button').count()).toBe(5);
    await strip.getByRole('button', { name: /^look 4: \d+ cells break a rule$/ }).waitFor();
    await page.context().close();
  });
});
