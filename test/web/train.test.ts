/** The Train view: a falling loss, a pause that outlives a reload, the checkpoint out and in, a page that never freezes. */

import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCheckpoint } from '../../src/train/checkpoint.ts';
import { noBrowser } from '../support/browser.ts';
import { curvePixels, drop, longTasks, type Playground, solve, startPlayground, unfold } from './page.ts';

const puzzle = '1....2.....4..21';

/** The optimizer step that the view tells. */
async function stepOf(page: Page): Promise<number> {
  const told = await page.getByRole('region', { name: 'Train' }).getByRole('status').textContent();
  return Number(/step (\d+)/.exec(told ?? '')?.[1] ?? 0);
}

async function until(page: Page, step: number): Promise<void> {
  await expect.poll(() => stepOf(page), { timeout: 90_000, interval: 200 }).toBeGreaterThanOrEqual(step);
}

/** The view, with the smallest model that it makes. */
async function makeSmall(page: Page): Promise<Locator> {
  await page.getByRole('link', { name: 'Train' }).click();
  const train = page.getByRole('region', { name: 'Train' });
  for (const [label, value] of [
    ['hidden size', '16'],
    ['cycles T', '1'],
    ['refinements n', '1'],
  ] as const) {
    await train.getByLabel(label).fill(value);
    await train.getByLabel(label).press('Tab');
  }
  return train;
}

async function pause(train: Locator): Promise<void> {
  await train.getByRole('button', { name: 'Pause' }).click();
  await train.getByText('paused: kept in this browser').waitFor();
}

/** Pixels of the chart of solved puzzles that have the colour of the held-out ones. */
function heldOutPixels(page: Page): Promise<number> {
  return curvePixels(page, 'Share of puzzles solved', [0xb3, 0x46, 0x0b]); // --curve-2
}

/** Mean loss of the last steps, in the chart's caption. */
async function lossOf(page: Page): Promise<number> {
  const caption = page.getByRole('region', { name: 'Train' }).locator('figcaption', { hasText: 'loss' });
  return Number(await caption.locator('b').textContent());
}

describe.skipIf(noBrowser)(`the Train view${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground?.close());

  test('trains, pauses, goes on after a reload, and its checkpoint goes out and in', async () => {
    const { page, troubles } = await playground.open();
    const train = await makeSmall(page);
    // The page's main thread is never busy for long: 100 ms, twice that beside other tests.
    const tasks = await longTasks(page);
    await train.getByRole('button', { name: 'Start' }).click();
    await until(page, 5);
    const early = await lossOf(page);
    await until(page, 60);
    expect(await lossOf(page)).toBeLessThan(early - 0.1);
    const watched = train.getByRole('grid', { name: /held-out puzzle/ });
    await watched.waitFor();
    // Whatever it answers, givens stay, and no cell is called by a token that is no part of a grid.
    const givens = () =>
      watched
        .locator('td.given')
        .evaluateAll((all) =>
          all.map((cell) => cell.getAttribute('aria-label')!.replace(/, changed|, breaks.*/g, '')),
        );
    const known = await givens();
    expect(known.filter((label) => !/: [1-4], given$/.test(label))).toEqual([]);
    expect((await watched.innerHTML()).includes('padding')).toBe(false);
    await train.getByText('breaks a rule').waitFor(); // the legend
    expect((await tasks()).filter((duration) => duration > 2 * 100)).toEqual([]);

    // The first held-out value, which no line leads to yet, is a dot.
    expect(await heldOutPixels(page)).toBe(0);
    const caption = train.locator('figcaption span', { hasText: /solved, held-out [\d.]+\s%/ });
    await caption.waitFor({ timeout: 90_000 });
    await expect.poll(() => heldOutPixels(page)).toBeGreaterThan(8);

    await pause(train);
    expect(await givens()).toEqual(known);
    const paused = await stepOf(page);
    // A link to what was trained here opens it after a reload, and its worth is counted.
    await page.goto(
      page.url().replace(/#.*/, `#solve?model=trained+here&depth=2x1x1&halt=0&again=0&at=1&puzzle=${puzzle}`),
    );
    await page.reload();
    await page.locator('.scatter').waitFor();
    const worth = page.getByRole('region', { name: 'What thinking longer is worth' });
    await worth.scrollIntoViewIfNeeded();
    await worth.getByText(/, of 100 puzzles\.$/).waitFor({ timeout: 90_000 });
    await page.getByRole('link', { name: 'Train' }).click();
    await train.getByText(`kept from your last visit, at step ${paused}`).waitFor();
    await train.getByRole('grid', { name: /held-out puzzle/ }).waitFor();
    await train.getByLabel('learning rate').fill('0.001');
    await train.getByLabel('learning rate').press('Tab');
    await train.getByRole('button', { name: 'Go on' }).click();
    await until(page, paused + 5);
    // Solving gets its turn: the limit is twice the 2 s of an idle machine.
    await page.getByRole('link', { name: 'Solve' }).click();
    const begun = Date.now();
    await page.getByRole('button', { name: 'Solve', exact: true }).click();
    await page.locator('.place', { hasText: /^look / }).waitFor();
    expect(Date.now() - begun).toBeLessThan(2 * 2000);
    await page.getByRole('link', { name: 'Train' }).click();
    await pause(train);
    // What was counted was of other weights.
    expect(await page.locator('.worth .result').textContent()).toBe(
      'The count begins when this is scrolled into view.',
    );

    const downloading = page.waitForEvent('download');
    await train.getByRole('button', { name: 'Download the checkpoint' }).click();
    const download = await downloading;
    const bytes = readFileSync(await download.path());
    const { config, state } = decodeCheckpoint(bytes, download.suggestedFilename());
    expect(download.suggestedFilename()).toBe(`sudoku-4x4-step-${state.step}.safetensors`);
    expect(state.step).toBe(await stepOf(page));
    expect(config).toMatchObject({
      learningRate: 0.001,
      model: { hiddenSize: 16, cycles: 1, latentSteps: 1 },
    });

    await page.getByRole('link', { name: 'Solve' }).click();
    await worth.scrollIntoViewIfNeeded();
    await worth.getByText(/, of 100 puzzles\.$/).waitFor({ timeout: 90_000 });
    await drop(page, 'mine.safetensors', bytes);
    await page.getByText('Opened mine.').waitFor();
    await solve(page);
    await page
      .locator('.place', { hasText: /^look \d+, cycle 1, refinement 1 · believes it is right / })
      .waitFor();
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('a run that is left while it goes on is there again, but for the last seconds, which is told', async () => {
    const { page } = await playground.open();
    const train = await makeSmall(page);
    await train.getByRole('button', { name: 'Start', exact: true }).click();
    await train.getByText('not kept in this browser yet').waitFor({ timeout: 90_000 });
    const kept = async () => {
      const told = await train.getByRole('status').textContent();
      return Number(/kept in this browser up to step (\d+)/.exec(told ?? '')?.[1] ?? 0);
    };
    await expect.poll(kept).toBeGreaterThan(0);
    // A page that is hidden may be gone soon: the next state is kept, which would else be some seconds later.
    const first = await kept();
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(kept, { timeout: 5000 }).toBeGreaterThan(first);
    const last = await kept();
    await page.reload();
    await train.getByText(/^kept from your last visit/).waitFor();
    expect(await stepOf(page)).toBeGreaterThanOrEqual(last);
    await page.context().close();
  });

  test('of two tabs one trains, and the other says so; what it keeps is not overwritten', async () => {
    const { page } = await playground.open();
    const other = await page.context().newPage();
    await other.goto(page.url());
    const [mine, theirs] = [page, other].map((tab) => tab.getByRole('region', { name: 'Train' }));
    for (const tab of [page, other]) await makeSmall(tab);
    const start = theirs!.getByRole('button', { name: 'Start', exact: true });
    await mine!.getByRole('button', { name: 'Start', exact: true }).click();
    await until(page, 3);
    await start.click();
    const alert = theirs!.getByRole('alert');
    await alert.getByText('another tab of this page trains; pause it there, then reload this page').waitFor();
    await pause(mine!);
    const paused = await stepOf(page);
    await start.click();
    await alert.getByText('another tab of this page has kept its run in this browser meanwhile').waitFor();
    await other.reload();
    await theirs!.getByText(`kept from your last visit, at step ${paused}`).waitFor();
    await theirs!.getByRole('button', { name: 'Go on' }).click();
    await until(other, paused + 3);
    await pause(theirs!);
    // Who discards what another tab has gone on with discards it there alone.
    const further = await stepOf(other);
    page.once('dialog', (dialog) => dialog.accept());
    await mine!.getByRole('button', { name: 'New run' }).click();
    await expect.poll(() => mine!.getByRole('button', { name: 'Start', exact: true }).isEnabled()).toBe(true);
    await page.reload();
    await mine!.getByText(`kept from your last visit, at step ${further}`).waitFor();
    // What is discarded here for good may go on where it is still at hand.
    page.once('dialog', (dialog) => dialog.accept());
    await mine!.getByRole('button', { name: 'New run' }).click();
    await expect.poll(() => mine!.getByRole('button', { name: 'Start', exact: true }).isEnabled()).toBe(true);
    await theirs!.getByRole('button', { name: 'Go on' }).click();
    await until(other, further + 1);
    await page.context().close();
  });

  test('a double click on Start starts', async () => {
    const { page } = await playground.open();
    const train = await makeSmall(page);
    await train.getByRole('button', { name: 'Start', exact: true }).dblclick();
    await until(page, 3);
    await pause(train);
    await page.context().close();
  });

  test('a run is discarded when that is confirmed, and then for good', async () => {
    const { page } = await playground.open();
    const train = await makeSmall(page);
    const start = train.getByRole('button', { name: 'Start', exact: true });
    await start.click();
    await until(page, 3);
    await pause(train);
    const asked: string[] = [];
    page.once('dialog', async (dialog) => {
      asked.push(dialog.message());
      await dialog.dismiss();
    });
    await train.getByRole('button', { name: 'New run' }).click();
    expect(asked).toEqual([expect.stringMatching(/^Discard this run, trained for \d+ steps, for good\?$/)]);
    await train.getByText('paused: kept in this browser').waitFor();
    page.once('dialog', (dialog) => dialog.accept());
    await train.getByRole('button', { name: 'New run' }).click();
    await expect.poll(() => start.isEnabled()).toBe(true);
    await page.reload();
    await expect.poll(() => start.isEnabled()).toBe(true);
    expect(await train.getByText(/kept from your last visit|step \d/).count()).toBe(0);
    expect(await train.getByLabel('hidden size').isEnabled()).toBe(true);
    await page.context().close();
  });

  test('a file that is no checkpoint is refused with what is wrong', async () => {
    const { page } = await playground.open();
    await unfold(page, 'Model and settings');
    await page.getByLabel('Open a checkpoint').setInputFiles({
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('not a checkpoint at all'),
    });
    expect(await page.getByRole('alert').textContent()).toMatch(/^notes\.txt: .+/);
    await page.context().close();
  });
});

describe.skipIf(noBrowser)(`a browser that keeps nothing${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground({ blocked: true });
  });
  afterAll(() => playground?.close());

  test('the page opens, says that it cannot keep a run, and trains all the same', async () => {
    const { page, troubles } = await playground.open();
    await page.getByRole('link', { name: 'Train' }).click();
    const train = page.getByRole('region', { name: 'Train' });
    const told = train.getByText(
      'This browser does not keep the run: it is lost when the page is closed, unless you download the checkpoint. (access is denied)',
    );
    await told.waitFor();
    await makeSmall(page);
    await train.getByRole('button', { name: 'Start' }).click();
    await until(page, 5);
    await train.getByRole('button', { name: 'Pause' }).click();
    await train.getByText(/^paused; step \d+/).waitFor();
    await train.getByText('(SecurityError: access is denied)').waitFor();
    const paused = await stepOf(page);
    await train.getByRole('button', { name: 'Go on' }).click();
    await until(page, paused + 3);
    await train.getByRole('button', { name: 'Pause' }).click();
    const downloading = page.waitForEvent('download');
    await train.getByRole('button', { name: 'Download the checkpoint' }).click();
    const bytes = readFileSync(await (await downloading).path());
    expect(decodeCheckpoint(bytes, 'trained').state.step).toBeGreaterThanOrEqual(paused + 3);
    await train.getByRole('button', { name: 'Solve with it' }).click();
    await unfold(page, 'Model and settings');
    await expect.poll(() => page.getByLabel('Model').first().inputValue()).toBe('trained here');
    await page.getByRole('link', { name: 'ARC' }).click();
    await page.getByRole('button', { name: 'Copy the input' }).click();
    await page.getByText('This browser does not keep what you open and paint here').waitFor();
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});

describe.skipIf(noBrowser)(`a browser without locks${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground({ lockless: true });
  });
  afterAll(() => playground?.close());

  test('of two tabs that train at once the second to keep its run is told that it cannot', async () => {
    const { page } = await playground.open();
    const other = await page.context().newPage();
    await other.goto(page.url());
    const [mine, theirs] = [page, other].map((tab) => tab.getByRole('region', { name: 'Train' }));
    for (const tab of [page, other]) await makeSmall(tab);
    for (const tab of [mine, theirs]) await tab!.getByRole('button', { name: 'Start', exact: true }).click();
    const told = () =>
      Promise.all(
        [mine, theirs].map((tab) =>
          tab!.getByText('(another tab of this page has kept its run in this browser meanwhile)').count(),
        ),
      );
    await expect.poll(async () => (await told()).toSorted(), { timeout: 90_000 }).toEqual([0, 1]);
    const [first, second] = (await told())[0] === 1 ? [other, page] : [page, other];
    for (const tab of [mine, theirs]) await tab!.getByRole('button', { name: 'Pause' }).click();
    await first.getByText('paused: kept in this browser').waitFor();
    await second.getByText(/^paused; step \d+/).waitFor();
    const kept = await stepOf(first);
    await second.reload();
    await second.getByText(`kept from your last visit, at step ${kept}`).waitFor();
    await page.context().close();
  });
});
