/** The Solve view: a puzzle typed, pasted and answered, looked at moment by moment, in views that share one selection. */

import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import {
  gridText,
  type Opened,
  type Playground,
  paste,
  set,
  solve,
  startPlayground,
  unfold,
} from './page.ts';

/** A 4x4 puzzle and its only solution. */
const [puzzle, solution] = ['1....2.....4..21', '1342421321343421'];

describe.skipIf(noBrowser)(`the Solve view${noBrowser}`, () => {
  let playground: Playground;
  let opened: Opened;
  beforeAll(async () => {
    playground = await startPlayground();
    opened = await playground.open();
  });
  afterAll(() => playground?.close());

  test('a pasted puzzle is solved, without an error or a request to another origin', async () => {
    const { page, troubles } = opened;
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true); // by the service worker
    await paste(page, puzzle);
    expect(await gridText(page)).toBe(puzzle);
    await solve(page);
    await page.getByText('solved: every rule holds').waitFor();
    await page.getByLabel('Moment').press('End');
    expect(await gridText(page)).toBe(solution);
    await page.getByText(/^wasm \(auto: .* thread.*\), onnxruntime-web .* ms a recursion$/).waitFor();
    expect(troubles).toEqual([]);
  });

  test('the grid, the plane and the curves point out the same cell', async () => {
    const { page } = opened;
    await page.getByRole('gridcell', { name: /^row 2, column 3:/ }).hover();
    await page.locator('.scatter .ring').waitFor();
    await page.getByText('sure of row 2, column 3').waitFor();
    const moments = Number(await page.getByLabel('Moment').inputValue()) + 1;
    // The trail has a part for each sign that the cell held, which begins where the one before ends.
    const parts = page.locator('.scatter .trail polyline');
    const trail = (await parts.evaluateAll((all) => all.map((part) => part.getAttribute('points')!))).map(
      (points) => points.split(' '),
    );
    expect(trail.flatMap((points, i) => points.slice(i === 0 ? 0 : 1))).toHaveLength(moments);
    expect(new Set(trail.flat()).size).toBeGreaterThan(1);
    // One colour a digit: of the cell, its point, the end of its trail and its curve.
    const inkOf = (selector: string, property: string) =>
      page
        .locator(selector)
        .last()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
    const ink = await inkOf('td.pointed', 'color');
    expect(ink).toMatch(/^oklch/);
    expect(await inkOf('.scatter .this', 'fill')).toBe(ink);
    expect(await inkOf('.scatter .trail polyline', 'stroke')).toBe(ink);
    expect(await inkOf('figcaption [data-digit] line', 'stroke')).toBe(ink);
    await page.locator('.scatter > [data-digit]').last().hover({ force: true });
    await page
      .getByRole('gridcell', { name: /^row 4, column 4:/ })
      .and(page.locator('.pointed'))
      .waitFor();
  });

  test('the plane shows where its points are, and the nearest of them is pointed at', async () => {
    const { page } = opened;
    await page.getByLabel('Moment').press('End');
    await page.mouse.move(0, 0);
    const plane = page.locator('.scatter');
    await expect.poll(() => plane.getAttribute('class')).toBe('scatter');
    /** The share of the plane's longer side that its points span. */
    const spanned = () =>
      plane.evaluate((svg) => {
        const points = [...svg.querySelectorAll(':scope > :is(text, circle, rect)')];
        const of = (name: string) =>
          points.map((point) => Number(point.getAttribute(name) ?? point.getAttribute(`c${name}`)));
        const span = (all: number[]) => Math.max(...all) - Math.min(...all);
        const [, , width, height] = svg.getAttribute('viewBox')!.split(' ').map(Number);
        return Math.max(span(of('x')) / width!, span(of('y')) / height!);
      });
    await expect.poll(spanned).toBeGreaterThan(0.85);
    await page.getByText('small squares are what it knows of the puzzle as a whole').waitFor();
    const box = (await plane.locator(':scope > text').last().boundingBox())!;
    await page.mouse.move(box.x + box.width / 2 + 6, box.y + box.height / 2 + 6);
    await page.locator('td.pointed').waitFor();
  });

  test('Escape takes a selection back, and so does a click on nothing', async () => {
    const { page } = opened;
    const select = async () => {
      await page.getByRole('gridcell', { name: /^row 2, column 3:/ }).click();
      await page.mouse.move(0, 0); // what is pointed at is ringed too
    };
    const ringed = () => page.locator('td:is(.pointed, :focus-visible), .scatter .ring').count();
    await select();
    await expect.poll(ringed).toBe(2);
    await page.keyboard.press('Escape');
    await expect.poll(ringed).toBe(0);
    expect(await page.locator('.scatter.one').count()).toBe(0); // no point is faded any more
    await select();
    await page.getByLabel('Moment').click();
    await expect.poll(ringed).toBe(2);
    await page.getByRole('heading', { level: 1 }).click();
    await expect.poll(ringed).toBe(0);
  });

  test('it says what the count waits for', async () => {
    const { page } = await playground.open();
    const worth = page.getByRole('region', { name: 'What thinking longer is worth' });
    await worth.getByText('The count begins after a first run.').waitFor();
    // And where models run is told before a first run too.
    await page.getByText(/^(wasm|webgpu) \(/).waitFor();
    await page.context().close();
  });

  test('in the background it is counted how many of a hundred puzzles are right after each recursion', async () => {
    const { page } = opened;
    const worth = page.getByRole('region', { name: 'What thinking longer is worth' });
    await worth.scrollIntoViewIfNeeded();
    const told = worth.getByText(/^\d+\s% right after one look, \d+\s% after 32/);
    await told.waitFor({ timeout: 60_000 });
    const [, first, last] = /(\d+)\s% right.* (\d+)\s% after/.exec((await told.textContent())!)!;
    expect(Number(last)).toBeGreaterThanOrEqual(90);
    expect(Number(first)).toBeLessThanOrEqual(Number(last));
    await page.getByLabel('Moment').fill('5');
    await worth.getByText(/right after 6 recursions/).waitFor();
  });

  test('it is set beside other ways to solve it, by numbers of the paper', async () => {
    const { page } = opened;
    await page.getByRole('row', { name: /^TRM .* 87\.4 85\.3 44\.6 7\.8$/ }).waitFor();
    const linked = await page.getByRole('link', { name: /arXiv 2510|Less is More|the paper/ }).all();
    const addresses = await Promise.all(linked.map((link) => link.getAttribute('href')));
    expect(addresses).toEqual(Array(3).fill('https://arxiv.org/abs/2510.04871'));
  });

  test('every moment can be looked at: by looks, by recursions, by the slider', async () => {
    const { page } = opened;
    await set(page, 'looks, at most', 16);
    await page.getByLabel('stop when it believes its answer').uncheck();
    await solve(page);
    const place = (text: RegExp) => page.locator('.place', { hasText: text }).waitFor();
    const slider = page.getByLabel('Moment');
    await slider.fill('0');
    await place(/^look 1, cycle 1, refinement 1 · believes it is right [\d.]+\s%$/);
    // One number, told three times.
    const believed = /[\d.]+\s%/.exec((await page.locator('.place').textContent())!)![0];
    expect(await page.locator('.readings dd').last().textContent()).toBe(believed);
    await page.locator('figcaption span', { hasText: `believes it is right ${believed}` }).waitFor();
    await page.getByLabel('Move by').selectOption('steps');
    await page.getByRole('button', { name: 'One on' }).click();
    await place(/^look 1, cycle 2, refinement 3 /);
    await page.getByRole('button', { name: 'One on' }).click();
    await place(/^look 2, cycle 2, refinement 3 /);
    await page.getByLabel('Move by').selectOption('recursions');
    await page.getByRole('button', { name: 'One on' }).click();
    await place(/^look 3, cycle 1, refinement 1 /);
    await page.getByText('refine z: 1 of 3').waitFor();
    await page.getByRole('button', { name: 'One back' }).click();
    await page.getByRole('button', { name: 'One back' }).click();
    await place(/^look 2, cycle 2, refinement 2 /);
    await page.getByLabel('Move by').selectOption('steps');
    await page.getByRole('button', { name: 'One back' }).click();
    await place(/^look 1, cycle 2, refinement 3 /);
    await slider.press('End');
    await place(/^look 16, cycle 2, refinement 3 /);
  });

  test('an edit breaks a rule, and the page says which; bad text is refused', async () => {
    const { page } = opened;
    await paste(page, puzzle);
    await page.getByRole('gridcell', { name: 'row 1, column 2: blank' }).focus();
    await page.keyboard.press('1');
    await page.getByText('1 stands twice in row 1').waitFor();
    await page.getByRole('gridcell', { name: 'row 1, column 2: 1, given, breaks a rule' }).waitFor();
    const refusals = {
      12345678: 'expected a grid of 16 cells or a row of 4, got 8',
      '1....2.....4..25': "'5' is no cell of a 4x4 grid; use digits 1 to 4",
      ' ': 'expected 16 cells, 4 rows of 4, got an empty text',
      '': 'expected 16 cells, 4 rows of 4, got an empty text',
    };
    for (const [text, refusal] of Object.entries(refusals)) {
      await paste(page, text);
      await page.getByRole('alert').getByText(refusal).waitFor();
    }
  });

  test('a puzzle of another size finds its model', async () => {
    const { page } = opened;
    await paste(page, '..1..5...42..32...6..........2..6.4.');
    await page.getByRole('grid', { name: /6×6/ }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('grid', { name: /4×4/ }).waitFor();
  });

  test('a digit is written with the pad, and taken back', async () => {
    const { page } = opened;
    await paste(page, puzzle);
    await page.getByRole('gridcell', { name: 'row 1, column 2: blank' }).click();
    expect(await gridText(page)).toBe(puzzle); // selecting is not editing
    await page.getByRole('button', { name: '3', exact: true }).click();
    expect(await gridText(page)).toBe('13...2.....4..21');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await gridText(page)).toBe(puzzle);
    await page.getByRole('button', { name: 'Redo' }).click();
    expect(await gridText(page)).toBe('13...2.....4..21');
    await page.keyboard.press('Control+z');
    expect(await gridText(page)).toBe(puzzle);
    await page.keyboard.press('Control+Shift+z');
    expect(await gridText(page)).toBe('13...2.....4..21');
    await page.getByRole('button', { name: 'Erase' }).click();
    expect(await gridText(page)).toBe(puzzle);
    // A slider has nothing of its own to take back; a field of text does.
    await solve(page);
    await page.getByLabel('Moment').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => gridText(page)).toBe('13...2.....4..21');
    await page.keyboard.press('Control+y');
    await expect.poll(() => gridText(page)).toBe(puzzle);
    await page.getByLabel('Puzzle as text').focus();
    await page.keyboard.press('Control+z');
    expect(await gridText(page)).toBe(puzzle);
  });

  test('two settings: one Solve, one puzzle, one slider', async () => {
    const { page } = opened;
    await paste(page, puzzle);
    await unfold(page, 'Compare with');
    await page.getByLabel('Two side by side').check();
    const second = page.getByRole('group', { name: 'B' });
    // What the page does about a puzzle is one setting, and so is what training does.
    const again = second.getByLabel('if that is not enough, look again from other sides');
    await second.getByRole('button', { name: 'As this page does' }).click();
    await expect.poll(() => again.isChecked()).toBe(true);
    expect(await second.getByLabel('looks, at most').inputValue()).toBe('64');
    await second.getByRole('button', { name: 'As in training' }).click();
    await expect.poll(() => again.isChecked()).toBe(false);
    await second.getByLabel('looks, at most').fill('3');
    await second.getByLabel('looks, at most').press('Enter');
    await solve(page);
    await page.getByLabel('Moment').press('End');
    await expect.poll(() => gridText(page, /puzzle B/)).toBe(solution);
    await expect.poll(() => page.locator('.readings div').first().textContent()).toMatch(/^lookA \d+B 3$/);
    expect(await page.locator('.bars').allInnerTexts()).toEqual(['A', 'B']);
    // Both have all curves, and the plane.
    for (const curve of ['change of z, A', 'change of z, B', 'change of y, A', 'change of y, B'])
      await page.locator('figcaption span', { hasText: curve }).waitFor();
    await page.getByLabel('Side in the plane').selectOption('B');
    await page.getByRole('img', { name: 'Positions of z in the plane, recursion 18' }).waitFor(); // the last of 3 looks
    expect(await page.getByRole('button', { name: 'Solve', exact: true }).count()).toBe(1);
    await paste(page, '....1..2........');
    expect(await gridText(page, /puzzle B/)).toBe('....1..2........');
    await page.getByLabel('Two side by side').uncheck();
  });

  test('by keyboard alone: move, type, solve, scrub', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Clear' }).focus();
    await page.keyboard.press('Enter');
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Shift+Tab');
      if (await page.evaluate(() => document.activeElement?.tagName === 'TD')) break;
    }
    // Keys of the grid pattern of ARIA: of a row, a column, the whole.
    const at = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label')?.replace(/:.*/, ''));
    for (const [key, cell] of [
      ['Control+End', 'row 4, column 4'],
      ['PageUp', 'row 1, column 4'],
      ['Home', 'row 1, column 1'],
      ['PageDown', 'row 4, column 1'],
      ['End', 'row 4, column 4'],
      ['Control+Home', 'row 1, column 1'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await at()).toBe(cell);
    }
    // Row by row with a way back to the start of the next row.
    for (const [cell, digit] of [...puzzle].entries()) {
      if (digit !== '.') await page.keyboard.press(digit);
      if (cell % 4 < 3) await page.keyboard.press('ArrowRight');
      else for (const key of ['Home', 'ArrowDown']) await page.keyboard.press(key);
    }
    expect(await gridText(page)).toBe(puzzle);
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement?.textContent === 'Solve')) break;
    }
    await page.keyboard.press('Enter');
    await page.locator('.scatter').waitFor();
    await page.getByText('solved: every rule holds').waitFor();
    await page.getByLabel('Moment').focus();
    await page.keyboard.press('End');
    expect(await gridText(page)).toBe(solution);
  });

  test('a finished grid says so', async () => {
    const { page } = opened;
    await paste(page, solution);
    await page.getByText('Nothing is left to fill in: solved: every rule holds.').waitFor();
  });

  test('axe finds nothing to object to: in light, in dark, and with forced colours', async () => {
    const { page } = opened;
    await paste(page, puzzle);
    await solve(page);
    await unfold(page, 'Model and settings');
    const arc = page.getByRole('region', { name: 'ARC' });
    for (const [view, title] of [
      ['Solve', 'Tiny Recursive Model: it looks again and corrects itself'],
      ['Train', 'Train a Tiny Recursive Model in your browser'],
      ['ARC', 'ARC tasks and a Tiny Recursive Model'],
    ] as const) {
      await page.getByRole('link', { name: view, exact: true }).click();
      await expect.poll(() => page.title()).toBe(title);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      if (view === 'ARC') await arc.getByRole('combobox').first().selectOption('0d3d703e'); // a task of few cells
      for (const [colorScheme, forcedColors] of [
        ['light', 'none'],
        ['dark', 'none'],
        ['dark', 'active'],
      ] as const) {
        await page.emulateMedia({ colorScheme, forcedColors });
        const { violations } = await new AxeBuilder({ page })
          .options({ resultTypes: ['violations'] })
          .analyze();
        const complaints = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        expect(complaints, `${view}, ${colorScheme}, forced colours ${forcedColors}`).toEqual([]);
      }
    }
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
  });

  test('offline after the first load', async () => {
    const { page } = await playground.open();
    const missing = async () => {
      const code = await (await fetch('./service-worker.js')).text();
      const files: string[] = JSON.parse(/files = (\[.*?\])/.exec(code)![1]!);
      const found = await Promise.all(files.map((file) => caches.match(file)));
      return files.filter((_, i) => !found[i]);
    };
    await expect.poll(() => page.evaluate(missing), { timeout: 60_000 }).toEqual([]);
    await playground.cut();
    await page.reload();
    await paste(page, puzzle);
    await solve(page);
    await page.getByText('solved: every rule holds').waitFor();
    await page.context().close();
  });
});
