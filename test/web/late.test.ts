/** Answers that come late: what was asked for afterwards stays. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { arc, mazes, novice } from './novices.ts';
import {
  choose,
  drop,
  gridText,
  type Opened,
  openCheckpoint,
  type Playground,
  paste,
  solve,
  startPlayground,
  unfold,
} from './page.ts';

const puzzle = '1....2.....4..21';

/** Files that are read come only when `release` is called. */
async function holdFiles(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    let resolve = () => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    const { text, arrayBuffer } = Blob.prototype;
    Blob.prototype.text = function () {
      return promise.then(() => text.call(this));
    };
    Blob.prototype.arrayBuffer = function () {
      return promise.then(() => arrayBuffer.call(this));
    };
    Object.assign(globalThis, {
      release: () => {
        Object.assign(Blob.prototype, { text, arrayBuffer });
        resolve();
      },
    });
  });
  return () => page.evaluate('release()');
}

/** Requests of a pattern are answered only when what is returned is called. */
async function hold(page: Page, pattern: string): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  await page.route(pattern, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** What the worker tells of a run goes another way than its result, and comes later than it may. */
const slowPorts = `const add = MessagePort.prototype.addEventListener;
MessagePort.prototype.addEventListener = function (type, listener) {
  add.call(this, type, (event) => setTimeout(() => listener.call(this, event), 500));
};`;

/** Moments of a run come one by one, 400 ms after each other. */
const slowMoments = `const add = MessagePort.prototype.addEventListener;
const last = new WeakMap();
MessagePort.prototype.addEventListener = function (type, listener) {
  add.call(this, type, (event) => {
    const before = last.get(this) ?? Promise.resolve();
    last.set(this, before.then(() => new Promise((done) => setTimeout(done, 400))).then(() => listener.call(this, event)));
  });
};`;

describe.skipIf(noBrowser)(`what comes late${noBrowser}`, () => {
  let playground: Playground;
  let opened: Opened;
  beforeAll(async () => {
    playground = await startPlayground();
    opened = await playground.open({ serviceWorkers: 'block' }); // which would answer before the tests can hold it
  });
  afterAll(() => playground?.close());

  test('a link to a moment shows it, however late the moments come', async () => {
    const link = `#solve?model=sudoku-4x4&depth=3x2x3&halt=0&puzzle=${puzzle}&at=10`;
    const { page } = await playground.open({}, link, slowPorts);
    await page.locator('.place', { hasText: /^look 2, cycle 2, refinement 1 / }).waitFor();
    await page.locator('.scatter').waitFor();
    expect(await page.getByLabel('Moment').getAttribute('max')).toBe(String(3 * 6 - 1));
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });

  test('a link to a moment of two sides stays in the address until the moment is there', async () => {
    const sides = 'model=sudoku-4x4&depth=1x2x3&halt=0&b-model=sudoku-4x4&b-depth=3x2x3&b-halt=0&b-again=0';
    const written = `globalThis.written = [];
const { replaceState } = history;
history.replaceState = function (state, title, url) {
  if (url) written.push(url);
  replaceState.call(this, state, title, url);
};`;
    const link = `#solve?${sides}&puzzle=${puzzle}&at=17`;
    const { page } = await playground.open({}, link, `${slowMoments}\n${written}`);
    await page.locator('.place').waitFor();
    await expect.poll(() => page.getByLabel('Moment').inputValue()).toBe('16');
    await expect.poll(() => page.evaluate('written.length')).toBeGreaterThan(0);
    const urls = (await page.evaluate('written')) as string[];
    expect(urls.filter((url) => !url.endsWith('&at=17'))).toEqual([]);
    await page.context().close();
  });

  const long = `#solve?model=sudoku-4x4&depth=16x2x3&halt=0&puzzle=${puzzle}`;
  test('while a film plays, the address has no other puzzle', async () => {
    const { page } = await playground.open({}, long, slowMoments);
    await page.locator('.place').waitFor();
    await page.getByRole('button', { name: 'Easy' }).click();
    await page.getByRole('grid', { name: /9×9/ }).waitFor();
    await expect.poll(() => page.url()).toContain('model=sudoku-9x9&');
    expect(page.url()).not.toContain('&at=');
    expect(await page.locator('.scatter').count()).toBe(0); // the film is still on
    await page.context().close();
  });

  test('a film that is paused stands', async () => {
    const { page } = await playground.open({}, long, 'globalThis.clearTimeout = () => {};');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.locator('.scatter').waitFor();
    const [paused, later] = await page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>('[aria-label=Moment]')!;
      const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
      document.querySelector<HTMLElement>('.play')!.click();
      await after(0);
      const { value } = slider;
      await after(400);
      return [value, slider.value];
    });
    expect(later).toBe(paused);
    await page.context().close();
  });

  test('a slider that is dragged writes the address when it rests', async () => {
    const { page } = await playground.open({}, `${long}&at=96`);
    await page.locator('.scatter').waitFor();
    await expect.poll(() => page.url()).toMatch(/&at=96$/);
    await page.evaluate(() => {
      const write = history.replaceState;
      Object.assign(globalThis, { written: 0 });
      history.replaceState = function (...to) {
        (globalThis as unknown as { written: number }).written++;
        write.apply(this, to);
      };
    });
    // Browsers refuse addresses after some hundred in half a minute.
    await page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>('[aria-label=Moment]')!;
      for (let i = 0; i < 60; i++) {
        slider.value = String(i);
        slider.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
      }
    });
    await expect.poll(() => page.url()).toMatch(/&at=60$/);
    expect(await page.evaluate('written')).toBeLessThan(20);
    await page.context().close();
  });

  test('Solve pressed right after New puzzle solves the new one, to the end', async () => {
    const { page } = opened;
    await choose(page, 'sudoku-9x9');
    await page.getByRole('grid', { name: /9×9/ }).waitFor();
    const before = await page.getByLabel('Puzzle as text').inputValue();
    await page.getByRole('button', { name: 'New puzzle' }).click();
    await solve(page);
    expect(await page.getByLabel('Puzzle as text').inputValue()).not.toBe(before);
  });

  test('a puzzle made for the model that was there replaces one that is still on its way', async () => {
    const { page } = opened;
    const release = await hold(page, '**/sudoku-6x6*.safetensors');
    const loaded = page.waitForResponse(/sudoku-6x6.*safetensors/);
    await choose(page, 'sudoku-6x6');
    await page.getByText(/on its way…/).waitFor();
    await page.getByRole('button', { name: 'New puzzle' }).click();
    release();
    await (await loaded).finished();
    await solve(page);
    await page.getByRole('grid', { name: /9×9/ }).waitFor();
    expect(await page.getByLabel('Model').first().inputValue()).toBe('sudoku-9x9');
  });

  test('what is undone while a puzzle is made stays undone', async () => {
    const { page } = opened;
    await choose(page, 'sudoku-4x4');
    await page.getByRole('grid', { name: /4×4/ }).waitFor();
    await paste(page, puzzle);
    await page.getByRole('button', { name: 'Clear' }).click();
    // In one go, for a small puzzle is made in less than a click.
    await page.evaluate(() => {
      for (const name of ['New puzzle', 'Undo'])
        [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name)!.click();
    });
    await expect.poll(() => gridText(page)).toBe(puzzle);
    await solve(page);
    await page.getByText('solved: every rule holds').waitFor();
    expect(await page.getByLabel('Puzzle as text').inputValue()).toBe(puzzle);
  });

  test.each([
    ['a puzzle', 'late.txt', () => Buffer.from('..1..5...42..32...6..........2..6.4.')],
    ['a checkpoint', 'late.safetensors', () => novice(mazes())],
  ])('%s that is dropped and comes after another was asked for is not taken', async (_, name, content) => {
    const { page } = opened;
    const release = await holdFiles(page);
    await drop(page, name, content());
    await page.getByText(/on its way…/).waitFor();
    await paste(page, puzzle);
    await release();
    await solve(page);
    await page.getByRole('grid', { name: /4×4/ }).waitFor();
    if (name.endsWith('.safetensors')) await page.getByText('Opened late.').waitFor();
    expect(await page.getByLabel('Model').first().inputValue()).toBe('sudoku-4x4');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('a dropped file that is nothing leaves the page as it was', async () => {
    const { page } = opened;
    await drop(page, 'broken.safetensors', Buffer.from('nothing'));
    await page
      .getByRole('alert')
      .getByText(/^broken\.safetensors: /)
      .waitFor();
    await solve(page); // nothing is waited for any more
  });

  test('a checkpoint that is dropped on another view is shown on its own; who goes elsewhere meanwhile stays there', async () => {
    const { page } = opened;
    await page.getByRole('link', { name: 'Train' }).click();
    await drop(page, 'small.safetensors', novice(mazes()));
    await page.getByRole('grid', { name: /Maze 5×5/ }).waitFor();
    const release = await holdFiles(page);
    await drop(page, 'other.safetensors', novice(arc()));
    await page.getByRole('link', { name: 'Train' }).click();
    await release();
    await page.getByText('Opened other.').waitFor();
    expect(new URL(page.url()).hash).toBe('#train');
  });

  test('what was opened is no longer told when the next file comes', async () => {
    const { page } = opened;
    await page.getByText(/^Opened /).waitFor();
    await drop(page, 'puzzle.txt', Buffer.from(puzzle));
    await page.getByText(/^Opened /).waitFor({ state: 'detached' });
    await page.getByRole('grid', { name: /4×4/ }).waitFor();
  });

  test('a link opens a model that was opened before; one that is not here is told', async () => {
    const { page } = opened;
    const follow = (hash: string) =>
      page.evaluate((hash) => {
        location.hash = hash;
      }, hash);
    await follow('#solve?model=small');
    await page.getByRole('grid', { name: /Maze 5×5/ }).waitFor();
    await follow('#solve?model=nowhere');
    const told = page
      .getByRole('alert')
      .getByText('the page has no model “nowhere”: drop its file on the page');
    await told.waitFor();
    // One whose puzzle cannot be leaves all as it was.
    await follow('#solve?model=sudoku-4x4&puzzle=12');
    await page
      .getByRole('alert')
      .getByText(/expected a grid of 16 cells/)
      .waitFor();
    expect(await page.getByLabel('Model').first().inputValue()).toBe('small');
    // A link while a run is shown ends it.
    await follow(`#solve?model=sudoku-4x4&puzzle=${puzzle}`);
    await follow('#solve?model=small');
    await page.getByRole('grid', { name: /Maze 5×5/ }).waitFor();
    await solve(page);
    await page.getByRole('grid', { name: /Maze 5×5/ }).waitFor();
  });

  test('a second side that does not take the next puzzle is left out', async () => {
    const { page } = opened;
    await unfold(page, 'Compare with');
    await page.getByLabel('Two side by side').check();
    await page.getByRole('grid', { name: /puzzle B/ }).waitFor();
    await page.getByRole('button', { name: 'Hard' }).click();
    await page.getByRole('grid', { name: /9×9, puzzle A/ }).waitFor();
    await page.locator('.place', { hasText: /^look / }).waitFor();
    expect(await page.getByRole('grid', { name: /puzzle B/ }).count()).toBe(0);
    // It waits: with its puzzle it is there again.
    await page.getByText('B waits for a puzzle that small takes.').waitFor();
    await page.getByRole('button', { name: 'Your own' }).click();
    await page.getByRole('grid', { name: /puzzle B/ }).waitFor();
    await page.getByRole('button', { name: 'Hard' }).click();
    await page.getByRole('grid', { name: /9×9, puzzle A/ }).waitFor();
    // One that does is asked too.
    await page.getByLabel('Two side by side').check();
    await page.getByRole('button', { name: 'Easy' }).click();
    const second = page.getByRole('article', { name: 'Puzzle B' });
    await second.getByText('solved: every rule holds').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByLabel('Two side by side').uncheck();
  });

  test('ARC: tasks that come late are not taken, and another model begins anew', async () => {
    const { page, troubles } = opened;
    await page.getByRole('link', { name: 'ARC' }).click();
    const view = page.getByRole('region', { name: 'ARC' });
    const release = await holdFiles(page);
    const task = { train: [{ input: [[1, 2]], output: [[2, 1]] }], test: [{ input: [[3, 0]] }] };
    await view.getByLabel('Open tasks').setInputFiles({
      ...{ name: 'late.json', mimeType: 'application/json' },
      buffer: Buffer.from(JSON.stringify(task)),
    });
    await view.getByRole('combobox', { name: 'Task' }).selectOption('0d3d703e');
    await release();
    await page.getByRole('link', { name: 'Solve' }).click();
    await openCheckpoint(page, 'third', novice(arc()), false);
    expect(await view.getByRole('combobox', { name: 'Model' }).inputValue()).toBe('third'); // what is opened is chosen
    await view.getByRole('heading', { name: 'Task 0d3d703e' }).waitFor();
    await view.getByRole('button', { name: 'Answer' }).click();
    await view.getByRole('grid', { name: "The model's answer" }).waitFor();
    await view.getByRole('combobox', { name: 'Model' }).selectOption('other');
    await view.getByRole('grid', { name: "The model's answer" }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Solve' }).click();
    const offered = await page.getByLabel('Model').first().locator('option').allTextContents();
    expect(offered).toContain('small');
    expect(offered).not.toContain('third'); // this view has no puzzles of its kind
    expect(troubles.filter((text) => !text.startsWith('Service Worker registration blocked'))).toEqual([]);
  });

  test('no run is begun before it is known whether there is one of an earlier visit', async () => {
    const page = await opened.page.context().newPage();
    const release = await hold(page, '**/worker-*.js');
    await page.goto(opened.page.url().replace(/#.*/, '#train'));
    const begin = page.getByRole('region', { name: 'Train' }).getByRole('button', { name: 'Start' });
    await begin.waitFor();
    expect(await begin.isDisabled()).toBe(true);
    release();
    await expect.poll(() => begin.isEnabled()).toBe(true);
  });
});
