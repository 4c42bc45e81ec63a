/** What once went wrong in the page's hands, and what a network or a host does to it. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeOnnx } from '../../src/interop/onnx-model.ts';
import { newRun } from '../../src/train/run.ts';
import { noBrowser } from '../support/browser.ts';
import { arc, mazes, novice, tiny } from './novices.ts';
import {
  choose,
  drop,
  gridText,
  type Opened,
  openCheckpoint,
  type Playground,
  paste,
  set,
  solve,
  startPlayground,
  unfold,
} from './page.ts';

const puzzle = '1....2.....4..21';
const twoTests = {
  train: [{ input: [[1, 2]], output: [[2, 1]] }],
  test: [{ input: [[3, 0]] }, { input: [[4, 5]] }],
};

describe.skipIf(noBrowser)(`faults${noBrowser}`, () => {
  let playground: Playground;
  let opened: Opened;
  beforeAll(async () => {
    playground = await startPlayground();
    opened = await playground.open({ viewport: { width: 390, height: 700 }, hasTouch: true });
  });
  afterAll(() => playground?.close());

  test('a finger that scrolls over the grid edits nothing, and the run stays', async () => {
    const { page } = opened;
    await paste(page, puzzle);
    await solve(page);
    await page.getByLabel('Moment').press('End');
    const before = await gridText(page);
    const box = (await page.getByRole('grid').boundingBox())!;
    await page.evaluate(() => scrollTo(0, 0));
    const session = await page.context().newCDPSession(page);
    const finger = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: y === undefined ? [] : [{ x: box.x + 40, y }],
      });
    await finger('touchStart', 500);
    for (let y = 490; y > 300; y -= 10) await finger('touchMove', y);
    await finger('touchEnd');
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(50);
    expect(await gridText(page)).toBe(before);
    expect(await page.locator('.scatter').count()).toBe(1);
  });

  test('neither the other button nor a drag writes into a Sudoku', async () => {
    const { page } = opened;
    await paste(page, puzzle);
    const cell = (column: number) => page.getByRole('gridcell', { name: `row 1, column ${column}:` });
    await cell(2).click({ button: 'right' });
    await page.keyboard.press('Escape');
    await cell(2).hover();
    await page.mouse.down();
    for (const column of [3, 4]) await cell(column).hover();
    await page.mouse.up();
    expect(await gridText(page)).toBe(puzzle);
  });

  test('a maze has one start and one goal, and says which is missing', async () => {
    const { page, troubles } = opened;
    await page.goto(page.url().replace(/#.*/, '#solve?model=maze-10x10'));
    await page.reload();
    await page.getByRole('grid', { name: /Maze 10×10/ }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('Next: place the start.').waitFor();
    const cell = (row: number, column: number) =>
      page.getByRole('gridcell', { name: `row ${row}, column ${column}:` });
    await page.getByRole('button', { name: 'start' }).click();
    await cell(1, 1).tap();
    await page.getByText('Next: place the goal.').waitFor();
    await page.getByRole('button', { name: 'Solve', exact: true }).click();
    await page.getByRole('alert').getByText('there is no goal yet').waitFor();
    await page.getByRole('button', { name: 'goal' }).click();
    await cell(3, 1).hover();
    await page.mouse.down();
    for (const column of [2, 3, 4]) await cell(3, column).hover();
    await page.mouse.up();
    const text = await gridText(page);
    expect([...text].sort().join('')).toMatch(/^\.+GS$/);
    expect(text[23]).toBe('G');
    expect(troubles).toEqual([]);
  });

  test('a wheel over a number edits nothing', async () => {
    const { page } = opened;
    await unfold(page, 'Model and settings');
    const looks = page.getByLabel('looks, at most').first();
    const before = await looks.inputValue();
    await looks.click();
    await page.mouse.wheel(0, 100);
    expect(await looks.inputValue()).toBe(before);
  });

  test('a number beyond its bounds becomes the nearest that there is, in the field too', async () => {
    const { page } = opened;
    const looks = page.getByLabel('looks, at most').first();
    for (const [typed, used] of [
      [0, 1],
      [-3, 1],
      [1e9, 128],
      [2.2, 2],
    ] as const) {
      await set(page, 'looks, at most', typed);
      await expect.poll(() => looks.inputValue()).toBe(String(used));
    }
    await looks.fill('');
    await looks.press('Tab');
    expect(await looks.inputValue()).toBe('2');
    const told = page.locator('.told', { hasText: 'from 1 to 128, whole' });
    await told.waitFor(); // what there is, until it is typed anew
    await looks.fill('3');
    await looks.press('Tab');
    expect(await told.count()).toBe(0);
  });

  test('every view tells what of a link it cannot take', async () => {
    const { page } = await playground.open({ serviceWorkers: 'block' });
    const address = page.url().replace(/#.*/, '');
    const told = (key: string) =>
      page
        .getByRole('alert')
        .getByText(`this link is damaged: it holds ${key}; the usual is in place of that`)
        .waitFor();
    const follow = (hash: string) =>
      page.evaluate((hash) => {
        location.hash = hash;
      }, hash);
    for (const isReloaded of [false, true]) {
      for (const [hash, key] of [
        ['#train?task=zzz', 'task=zzz (no key of a link to Train)'],
        ['#arc?foo=1', 'foo=1 (no key of a link to ARC)'],
        ['#solve?foo=bar', 'foo=bar (no key of a link to Solve)'],
      ] as const) {
        if (isReloaded) {
          await page.goto('about:blank');
          await page.goto(address + hash);
        } else await follow(hash);
        await told(key);
      }
    }
    await follow('#arc?foo=1&task=zzz');
    await page.getByRole('alert').getByText('the page has no task “zzz”').waitFor();
    await told('foo=1 (no key of a link to ARC)');
    await page.context().close();
  });

  test('a maze that does not exist is refused in words', async () => {
    const { page, troubles } = opened;
    await set(page, 'steps of a new maze, at least', 99);
    await page.getByRole('button', { name: 'New puzzle' }).click();
    await page
      .getByRole('alert')
      .getByText(/no .*maze|99/i)
      .waitFor();
    expect(troubles).toEqual([]);
  });

  test('all test grids of an ARC task are shown; a dropped task goes there; an edit takes the old answer away', async () => {
    const { page } = opened;
    await drop(page, 'two.json', Buffer.from(JSON.stringify(twoTests)));
    const view = page.getByRole('region', { name: 'ARC' });
    await view.getByRole('heading', { name: 'Task two' }).waitFor();
    await view.getByRole('grid', { name: 'Test input 2' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await drop(page, 'two again.json', Buffer.from(JSON.stringify(twoTests))); // on this view too
    await view.getByRole('heading', { name: 'Task two again' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);

    await page.getByRole('link', { name: 'Solve' }).click();
    await openCheckpoint(page, 'arc', novice(arc()), false); // which this view cannot draw
    await view.getByRole('button', { name: 'Answer' }).click();
    await view.getByText(/^test 2, look 2: believes it is right /).waitFor();
    await view.getByRole('grid', { name: 'Test input 2' }).getByRole('gridcell').first().focus();
    await page.keyboard.press('7');
    await view.getByText(/^test 2, look 2: believes it is right /).waitFor({ state: 'detached' });
    expect(await view.getByRole('grid', { name: /The model's answer/ }).count()).toBe(0);
  });

  test('what is no puzzle is refused within sight, in the words of what it is, and the view stays', async () => {
    const { page } = await playground.open({ viewport: { width: 390, height: 700 } });
    const alert = page.getByRole('alert');
    await paste(page, 'hello');
    await alert.getByText('got a text without them').waitFor();
    await expect.poll(async () => (await alert.boundingBox())!.y).toBeGreaterThan(-1);
    await paste(page, `11${'.'.repeat(79)}`);
    await alert.getByText('Sudoku 9×9: the givens break a rule: 1 stands twice in row 1').waitFor();
    await page.getByRole('link', { name: 'Train' }).click();
    await drop(page, 'words.txt', Buffer.from('hello'));
    await alert.getByText('words.txt holds no puzzle that the page has a model for').waitFor();
    expect(new URL(page.url()).hash).toBe('#train');
    await page.getByRole('link', { name: 'Solve', exact: true }).click();
    await paste(page, JSON.stringify(twoTests));
    await page.getByRole('heading', { name: 'Task pasted' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#arc');
    expect(await alert.count()).toBe(0);
    await page.context().close();
  });

  test('what was wrong with a file is told until the next one', async () => {
    const { page } = opened;
    await page.getByRole('link', { name: 'ARC' }).click();
    const alert = page.getByRole('alert');
    for (const [name, content] of [
      ['bad.json', '{"train": [{"input": [[1]'],
      ['w.safetensors', 'none'],
      ['e.txt', ''],
      ['p.json', '{'],
    ] as const) {
      await drop(page, name, Buffer.from(content));
      await alert.getByText(name).waitFor();
      expect(await alert.count()).toBe(1);
    }
    await alert.getByText('p.json: not JSON').waitFor();
    const file = { name: 'worse.json', mimeType: 'application/json', buffer: Buffer.from('[') };
    await page.getByLabel('Open tasks').setInputFiles(file);
    await alert.getByText('worse').waitFor();
    expect(await alert.count()).toBe(1);
  });

  test('an opened file takes no shipped name', async () => {
    const { page } = opened;
    await page.getByRole('link', { name: 'Solve' }).click();
    const file = {
      name: 'sudoku-4x4.safetensors',
      mimeType: 'application/octet-stream',
      buffer: novice(arc()),
    };
    await page.getByLabel('Open a checkpoint').setInputFiles(file);
    await page.getByText('Opened sudoku-4x4 (2).').waitFor();
    // Nor is its kind a part of its name, whichever it is.
    const exported = encodeOnnx(newRun(tiny, mazes()), { rows: 1, weights: 'float32', singleStep: false });
    await drop(page, 'exported.onnx', Buffer.from(exported));
    await page.getByText('Opened exported.').waitFor();
    await page.getByRole('grid', { name: /Maze 5×5/ }).waitFor();
  });

  test('with forced colours walls and the current tab can be told', async () => {
    const { page } = opened;
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto(page.url().replace(/#.*/, '#solve?model=maze-10x10'));
    await page.reload();
    await page.getByRole('grid', { name: /Maze 10×10/ }).waitFor();
    const colour = (selector: string, property: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
    const paper = await colour('table.grid', 'background-color');
    expect(await colour('td.solid', 'background-color')).not.toBe(paper);
    expect(await colour('nav a[aria-current]', 'border-bottom-color')).not.toBe(
      await colour('nav a:not([aria-current])', 'border-bottom-color'),
    );
    // And the selected cell, where it breaks a rule too.
    await page.goto(page.url().replace(/#.*/, '#solve?model=sudoku-4x4&puzzle=1...............'));
    await page.getByRole('grid', { name: /4×4/ }).waitFor();
    await page.getByRole('gridcell', { name: /^row 1, column 2:/ }).focus();
    await page.keyboard.press('1');
    await page.getByRole('gridcell', { name: 'row 1, column 1: 1, given, breaks a rule' }).waitFor();
    expect(await colour('td.broken.pointed', 'outline-style')).toBe('solid');
    expect(await colour('td.broken:not(.pointed)', 'outline-style')).toBe('dashed');
    // Digits have one ink, in the grid and in the plane.
    await paste(page, puzzle);
    await solve(page);
    expect(await colour('.scatter text', 'fill')).toBe(await colour('td.changed, td:not(.given)', 'color'));
    // Colours of ARC are what they are.
    await page.getByRole('link', { name: 'ARC' }).click();
    expect(await colour('td.c7', 'background-color')).toBe('rgb(255, 133, 27)');
    expect(await colour('.swatch.c7', 'background-color')).toBe('rgb(255, 133, 27)');
    await page.emulateMedia({ forcedColors: 'none' });
  });
});

describe.skipIf(noBrowser)(`a network that breaks${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground?.close());

  test('weights and ONNX Runtime that do not come are told in words, and tried again', async () => {
    const { page } = await playground.open({ serviceWorkers: 'block' });
    const context = page.context();
    await context.route('**/sudoku-9x9*.safetensors', (route) => route.abort());
    await context.route('**/*.wasm', (route) => route.abort());
    await page.reload();
    await page.getByRole('button', { name: 'Hard' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('the weights sudoku-9x9 could not be downloaded: check the connection').waitFor();
    await context.unroute('**/sudoku-9x9*.safetensors');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await alert.getByText('ONNX Runtime could not be downloaded: check the connection').waitFor();
    await context.unroute('**/*.wasm');
    await page.getByRole('button', { name: 'Solve', exact: true }).click();
    await page.locator('.scatter').waitFor();
    expect(await alert.count()).toBe(0);
    // What is there stays until what was chosen is.
    await context.route('**/maze-any*.safetensors', (route) => route.abort());
    await choose(page, 'maze-any');
    await alert.getByText('the weights maze-any could not be downloaded').waitFor();
    expect(await page.locator('.scatter').count()).toBe(1);
    await context.unroute('**/maze-any*.safetensors');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('grid', { name: /Maze/ }).waitFor();
    expect(await alert.count()).toBe(0);
    await context.close();
  });
});
