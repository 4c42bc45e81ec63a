/** What can be taken from the page: its address, a picture, a film. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FamilyInfo, families, type KnownFamily } from '../../src/data/families.ts';
import { Random } from '../../src/data/random.ts';
import { readAddress, writeAddress } from '../../web/address.ts';
import { curated } from '../../web/curated.ts';
import { pagePuzzle } from '../../web/puzzles.ts';
import { noBrowser } from '../support/browser.ts';
import { choose, gridText, type Playground, paste, set, solve, startPlayground, unfold } from './page.ts';

const puzzle = '1....2.....4..21';

describe('an address', () => {
  test('holds model, puzzle, settings of both sides, and moment', () => {
    const depth = { supervisionSteps: 7, cycles: 2, latentSteps: 3, untilHalt: false };
    const address = { view: 'solve', model: 'my maze', puzzle: 'S #G', size: [2, 2], depth, at: 12 } as const;
    const written = writeAddress(address);
    expect(written).toBe('#solve?model=my+maze&depth=7x2x3&halt=0&puzzle=S+%23G&size=2x2&at=12');
    const other = { model: 'b', depth: { ...depth, untilHalt: true }, looksAgain: false };
    const both = writeAddress({ ...address, other });
    expect(both).toContain('&b-model=b&b-depth=7x2x3&b-again=0&at=12');
    expect(readAddress(both)).toEqual({ ...address, other });
    expect(readAddress(written)).toEqual(address);
  });

  test('leaves out what is none', () => {
    expect(readAddress('')).toEqual({ view: 'solve' });
    expect(readAddress('#train')).toEqual({ view: 'train' });
    expect(readAddress('#arc?task=a&test=2')).toEqual({ view: 'arc', task: 'a', test: 2 });
  });

  test('names what cannot be taken, in place of which it has what is usual', () => {
    expect(readAddress('#toString?size=0x99&depth=1x2&at=-1&model=')).toEqual({
      view: 'solve',
      refused: [
        '#toString (expected one of solve, train, arc)',
        'size=0x99 (expected 1x1 to 40x40)',
        'depth=1x2 (expected 1x1x1 to 128x8x12)',
        'at=-1 (expected a number from 1 on)',
        'model= (expected a text)',
      ],
    });
    const { refused } = readAddress('#solve?depth=9999x1x1&b-halt=no&toString=1');
    expect(refused?.map((part) => part.replace(/ .*/, ''))).toEqual([
      'depth=9999x1x1',
      'b-halt=no',
      'toString=1',
    ]);
    expect(readAddress('#solve?model=a&model=b&at=1&task=c').refused).toEqual([
      'model=b (a second model, of which the first is taken)',
      'task=c (no key of a link to Solve)',
    ]);
    expect(readAddress('#train?task=c').refused).toEqual(['task=c (no key of a link to Train)']);
    expect(readAddress('#arc?foo=1&task=c').refused).toEqual(['foo=1 (no key of a link to ARC)']);
  });

  test.each([
    [{ kind: 'sudoku', size: 4 }, '11.............2'],
    [{ kind: 'sudoku', size: 16 }, `1G1${'.'.repeat(253)}`],
    [{ kind: 'maze', rows: 2, columns: 3 }, '.../...'],
    [{ kind: 'maze', rows: 2, columns: 3 }, '.#./S..'],
  ])('of %o holds a puzzle that is unfinished or against the rules: %s', (info, line) => {
    const kind = pagePuzzle(info as FamilyInfo)!;
    expect(kind.line(kind.unfinished(line)!)).toBe(line);
    expect(() => kind.parse(line)).toThrow();
    expect(kind.unfinished(`${line} `)).toBeUndefined();
    expect(kind.unfinished(`?${line.slice(1)}`)).toBeUndefined();
  });

  const drawn = Object.values(families).flatMap((of: KnownFamily) => {
    const { generator } = of;
    return generator ? [[generator.example.split(' ')[0]!, generator] as const] : [];
  });
  test.each(drawn)('of %s holds whatever is drawn', (_, { size, example }) => {
    const kind = pagePuzzle(size.parse(/--size (\S+)/.exec(example)![1]))!;
    const random = new Random(1);
    for (const share of [0, 0.1, 0.5, 1]) {
      const question = Int32Array.from({ length: kind.rows * kind.columns }, (_, place) => {
        const typed = kind.typed(place);
        return typed[random.float() < share ? random.int(typed.length) : 0]!;
      });
      expect(kind.unfinished(kind.line(question))).toEqual(question);
    }
    expect(kind.unfinished('hello')).toBeUndefined();
  });
});

describe.skipIf(noBrowser)(`sharing${noBrowser}`, () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground?.close());

  test('a link opens the same moment; picture and film are what they say', async () => {
    const { page, troubles } = await playground.open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await set(page, 'looks, at most', 3);
    await page.getByLabel('stop when it believes its answer').uncheck();
    await paste(page, puzzle);
    await solve(page);
    await page.getByLabel('Moment').fill('9');
    const [text, place] = [await gridText(page), await page.locator('.place').textContent()];
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Link copied').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain('#solve?model=sudoku-4x4&depth=3x2x3&halt=0&puzzle=1....2.....4..21&at=10');

    const save = async (name: string) => {
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name }).click();
      const download = await downloading;
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    const picture = await save('Save picture');
    expect(picture.name).toBe('sudoku-4x4.png');
    expect(picture.bytes.subarray(1, 4).toString()).toBe('PNG');
    // Digits have their colours there too: on white paper with grey givens nothing else has any.
    const coloured = await page.evaluate(async (png) => {
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      const { naturalWidth: width, naturalHeight: height } = image;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i]! - data[i + 2]!) > 60) count++;
      return count / (width * height);
    }, picture.bytes.toString('base64'));
    expect(coloured).toBeGreaterThan(0.005);
    const film = await save('Save film');
    expect(film.name).toBe('sudoku-4x4.gif');
    expect(film.bytes.subarray(0, 6).toString()).toBe('GIF89a');
    // A graphic control extension before every picture: 3 looks of 6 recursions.
    expect(film.bytes.toString('latin1').split('\x21\xf9\x04')).toHaveLength(18 + 1);

    const other = await page.context().newPage();
    await other.goto(link);
    await other.locator('.place', { hasText: place! }).waitFor();
    expect(await gridText(other)).toBe(text);

    // The second side goes along, and its looks after those of the first are within the slider's reach.
    await unfold(page, 'Compare with');
    await page.getByLabel('Two side by side').check();
    await solve(page);
    await expect.poll(() => page.getByLabel('Moment').getAttribute('max')).toBe(String(16 * 6 - 1));
    await page.getByLabel('Moment').press('End');
    await expect
      .poll(() => page.url())
      .toContain('&b-model=sudoku-4x4&b-depth=16x2x3&b-halt=0&b-again=0&at=96');
    const both = page.url();
    const [twoSides, oneSide] = [(await save('Save picture')).bytes, picture.bytes];
    const width = (png: Buffer) => png.readUInt32BE(16);
    expect(width(twoSides)).toBeGreaterThan(1.9 * width(oneSide));
    await save('Save film');
    await page.getByText(`Film saved: ${16 * 6} pictures.`).waitFor();
    await other.goto(both);
    await other.getByRole('heading', { name: 'B: sudoku-4x4, 16 looks, T 2, n 3' }).waitFor();
    await expect.poll(() => gridText(other, /puzzle B/)).toBe('1342421321343421');

    // A link that is damaged says so, and leads to a new puzzle of its model.
    const damaged = await page.context().newPage();
    await damaged.goto(both.replace(/#.*/, '#solve?model=maze-any&puzzle=SG++&size=900x900'));
    await damaged
      .getByRole('alert')
      .getByText(
        /the puzzle of this link is damaged: .* another size needs that size in the link; here is a new one/,
      )
      .waitFor();
    expect(await damaged.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await damaged.getByRole('grid', { name: /Maze 12×12/ }).waitFor();
    // Which is one of those that the model was trained on.
    await unfold(damaged, 'Model and settings');
    expect(await damaged.getByLabel('steps of a new maze, at least').inputValue()).toBe('14');
    expect(await damaged.getByText(/^Note: it is unlike/).count()).toBe(0);
    await damaged.close();

    // What else is wrong with one is named too, and stays while the run that it leads to goes on.
    for (const [hash, told] of [
      [
        `#solve?model=sudoku-4x4&puzzle=${puzzle}&depth=999x2x3&at=zzz&b-model=maze-10x10`,
        /holds depth=999x2x3 \(.*\) and at=zzz \(.*\) and b-model=maze-10x10 \(it answers other puzzles\); the usual is in place/,
      ],
      [`#solve?model=sudoku-4x4&puzzle=${puzzle}&size=99x99`, /size=99x99/],
      [`#solve?model=sudoku-4x4&puzzle=${puzzle}&size=6x6`, /size=6x6 \(sudoku-4x4 has one size\)/],
      ['#foo', /#foo \(expected one of solve, train, arc\)/],
      ['#arc?task=007bbfb7&test=9', /test=9 \(this task has 1\)/],
    ] as const) {
      const link = await page.context().newPage();
      await link.goto(both.replace(/#.*/, hash));
      await link.getByRole('alert').getByText(told).waitFor();
      if (hash.startsWith('#solve')) await link.locator('.scatter').waitFor();
      expect(await link.getByRole('alert').allInnerTexts()).toEqual([expect.stringMatching(told)]);
      await link.close();
    }

    // A link to what is not here is no dead end.
    const astray = await page.context().newPage();
    await astray.goto(both.replace(/#.*/, '#solve?model=nowhere'));
    await astray.getByRole('alert').getByText('the page has no model “nowhere”').waitFor();
    await astray.getByRole('link', { name: 'Watch a hard Sudoku instead' }).click();
    await astray.getByRole('grid', { name: /9×9, puzzle A/ }).waitFor();
    expect(await astray.getByRole('alert').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test("the visitor's own work is in the address before it is solved, and a reload brings it back", async () => {
    const { page } = await playground.open({}, `#solve?model=sudoku-4x4&puzzle=${puzzle}&depth=3x2x3`);
    await page.locator('.scatter').waitFor();
    await page.getByRole('gridcell', { name: /^row 1, column 2:/ }).focus();
    await page.keyboard.press('1');
    // Two ones in a row: it cannot be solved, and stays.
    await expect.poll(() => page.url()).toMatch(/&depth=3x2x3&puzzle=11\.\.\.2\.\.\.\.\.4\.\.21$/);
    await set(page, 'looks, at most', 5);
    await expect.poll(() => page.url()).toContain('&depth=5x2x3&puzzle=11...2');
    // It is edited on: nobody has asked for its solution yet.
    await page.reload();
    await expect.poll(() => gridText(page)).toBe('11...2.....4..21');
    await page.getByText('1 stands twice in row 1').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByRole('button', { name: 'Solve', exact: true }).click();
    await page.getByRole('alert').getByText('the givens break a rule: change a cell with a cross').waitFor();
    expect(await page.getByText('1 stands twice in row 1').count()).toBe(1); // told once
    await page.getByRole('link', { name: 'Solve', exact: true }).click();
    await expect.poll(() => page.url()).toContain('&depth=5x2x3&puzzle=11...2'); // not the bare view
    await page.context().close();
  });

  test("the visitor's own puzzle stays their own beside those of the page, and so does an undone one", async () => {
    const own = `53..7....${'.'.repeat(72)}`;
    const { page } = await playground.open({}, `#solve?model=sudoku-9x9&puzzle=${own}`);
    const choice = (name: string) => page.getByRole('button', { name, exact: true });
    const pressed = (name: string) => choice(name).getAttribute('aria-pressed');
    await choice('Your own').click();
    expect(await gridText(page)).toBe(own);
    await page.getByRole('gridcell', { name: /^row 1, column 3:/ }).focus();
    await page.keyboard.press('4');
    const edited = own.replace('53.', '534');
    for (const name of ['Easy Sudoku', 'Hard Sudoku']) {
      await choice(name).click();
      await expect.poll(() => pressed(name)).toBe('true');
      await choice('Your own').click();
      expect(await gridText(page)).toBe(edited);
    }
    await choice('Undo').click();
    await expect.poll(() => pressed('Hard Sudoku')).toBe('true');
    expect(await pressed('Your own')).toBe('false');
    await choice('Redo').click();
    await expect.poll(() => gridText(page)).toBe(edited);
    expect(await pressed('Your own')).toBe('true');

    // Of another model too.
    await page.goto(page.url().replace(/#.*/, `#solve?model=sudoku-4x4&puzzle=${puzzle}`));
    await page.getByRole('grid', { name: /4×4/ }).waitFor();
    const now = (model: string) => page.getByText(`The model is ${model} now, with its usual settings.`);
    await choice('Easy Sudoku').click();
    await page.getByRole('grid', { name: /9×9/ }).waitFor();
    await now('sudoku-9x9').waitFor();
    await choice('Your own').click();
    expect(await gridText(page)).toBe(puzzle);
    await now('sudoku-4x4').waitFor();

    // And over a reload in which another one is shown.
    await page.getByRole('gridcell', { name: /^row 4, column 1:/ }).focus();
    await page.keyboard.press('3');
    const typed = '1....2.....43.21';
    await choice('Easy Sudoku').click();
    await expect.poll(() => pressed('Easy Sudoku')).toBe('true');
    await expect.poll(() => page.url()).toContain(`&puzzle=${curated.easy[0]}`);
    await page.reload();
    await choice('Hard Sudoku').click();
    await expect.poll(() => pressed('Hard Sudoku')).toBe('true');
    await choice('Your own').click();
    await expect.poll(() => gridText(page)).toBe(typed);

    // One of the page's is the page's in a link too.
    await page.goto(page.url().replace(/#.*/, `#solve?model=sudoku-9x9&puzzle=${curated.easy[1]}`));
    await expect.poll(() => pressed('Easy Sudoku')).toBe('true');
    // It is solved meanwhile.
    const givens = await page
      .getByRole('grid', { name: /puzzle A/ })
      .locator('td.given')
      .allInnerTexts();
    expect(givens.join('')).toBe(curated.easy[1]!.replaceAll('.', ''));
    await page.context().close();
  });

  test('an own puzzle without givens is edited on after a reload; that it has many answers is told', async () => {
    const { page } = await playground.open({ serviceWorkers: 'block' }, '');
    await page.locator('.scatter').waitFor();
    const choice = (name: string) => page.getByRole('button', { name, exact: true });
    const alert = page.getByText('This puzzle has more than one solution');
    await choice('Your own').click();
    await expect.poll(() => page.url()).toContain(`&puzzle=${'.'.repeat(81)}`);
    await page.reload();
    await page.getByText('Select a cell and type a digit; press Solve.').waitFor();
    await page.waitForTimeout(1000);
    expect(await gridText(page)).toBe('.'.repeat(81));
    expect(await alert.count()).toBe(0);
    await choice('Solve').click();
    await alert.waitFor();
    await page.locator('.scatter').waitFor();

    // Each of these buttons is a step of the history, and so is another model.
    await choice('Easy Sudoku').click();
    await expect.poll(() => page.url()).toContain(curated.easy[0]);
    await alert.waitFor({ state: 'detached' });
    await choose(page, 'sudoku-4x4');
    await expect.poll(() => page.url()).toContain('model=sudoku-4x4');
    const entries = await page.evaluate(() => history.length);
    await choice('New puzzle').click();
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => history.length)).toBe(entries); // an edit is none
    const pressed = (name: string) => choice(name).getAttribute('aria-pressed');
    await page.goBack();
    await expect.poll(() => pressed('Easy Sudoku')).toBe('true');
    await page.goBack();
    await expect.poll(() => pressed('Your own')).toBe('true');
    expect(await page.getByRole('grid', { name: /9×9/ }).locator('td.given').count()).toBe(0);
    await page.goBack();
    await expect.poll(() => pressed('Hard Sudoku')).toBe('true');
    await page.goForward();
    await expect.poll(() => pressed('Your own')).toBe('true');
    await page.context().close();
  });

  test('the address of the ARC view names the task; a reload brings back what was painted, of own tasks too', async () => {
    const { page, troubles } = await playground.open();
    const view = page.getByRole('region', { name: 'ARC' });
    const task = (name: string) => view.getByRole('heading', { name: `Task ${name}` }).waitFor();
    const grid = (name: string) => view.getByRole('grid', { name });
    const colours = async (name: string) => (await grid(name).getByRole('gridcell').allInnerTexts()).join('');
    const kept = () => page.evaluate(() => sessionStorage.getItem('arc') ?? '');
    await page.goto(page.url().replace(/#.*/, '#arc?task=25ff71a9&test=2'));
    await task('25ff71a9');
    const height = page.viewportSize()!.height;
    await expect.poll(async () => (await grid('Your answer 2').boundingBox())!.y).toBeLessThan(height);
    await view.getByRole('button', { name: '2 red' }).click();
    await grid('Test input 1').getByRole('gridcell').first().focus();
    await expect.poll(() => page.url()).toMatch(/#arc\?task=25ff71a9$/);
    await page.keyboard.press('7');
    await grid('Your answer 2').getByRole('gridcell').first().click();
    await expect.poll(() => page.url()).toMatch(/#arc\?task=25ff71a9&test=2$/);
    const painted = [await colours('Test input 1'), await colours('Your answer 2')];
    expect(painted).toEqual(['700200000', '200000000']);
    await expect.poll(kept).toContain('"200000000"');
    await page.reload();
    await task('25ff71a9');
    expect([await colours('Test input 1'), await colours('Your answer 2')]).toEqual(painted);
    expect(await view.getByRole('button', { name: 'Check' }).count()).toBe(1); // of the input that is the task's

    await view.getByRole('combobox', { name: 'Task' }).selectOption('0d3d703e');
    await expect.poll(() => page.url()).toMatch(/#arc\?task=0d3d703e$/);
    // What was painted for one task is there again after another one, also over a reload.
    await expect.poll(kept).toContain('"task":1');
    await page.reload();
    await view.getByRole('combobox', { name: 'Task' }).selectOption('25ff71a9');
    await task('25ff71a9');
    expect([await colours('Test input 1'), await colours('Your answer 2')]).toEqual(painted);
    await expect.poll(() => page.url()).toMatch(/#arc\?task=25ff71a9$/);
    await page.goto(page.url().replace(/#.*/, '#arc?task=0d3d703e'));
    await task('0d3d703e');
    await page.goto(page.url().replace(/#.*/, '#arc?task=25ff71a9'));
    await task('25ff71a9');
    expect([await colours('Test input 1'), await colours('Your answer 2')]).toEqual(painted);
    await view.getByRole('combobox', { name: 'Task' }).selectOption('0d3d703e');
    await expect.poll(() => page.url()).toMatch(/#arc\?task=0d3d703e$/);
    await page.getByRole('link', { name: 'Train' }).click();
    await page.goBack();
    await task('0d3d703e');

    // Own tasks are in no address, but in the tab.
    const own = { train: [{ input: [[1, 2]], output: [[2, 1]] }], test: [{ input: [[3, 0]] }] };
    const buffer = Buffer.from(JSON.stringify({ other: own, mine: own }));
    await view.getByLabel('Open tasks').setInputFiles({ name: 'own.json', mimeType: 'text/json', buffer });
    await view.getByRole('combobox', { name: 'Task' }).selectOption('mine');
    await expect.poll(() => page.url()).toMatch(/#arc$/);
    await view.getByRole('button', { name: 'Copy the input' }).click();
    await expect.poll(kept).toContain('"30"');
    await page.reload();
    await task('mine');
    await view.getByText('2 tasks of own.json').waitFor();
    expect(await colours('Your answer')).toBe('30');
    expect(await view.getByRole('button', { name: 'Check' }).count()).toBe(0);
    // Those of the page are still there beside them, with what was painted before.
    await view.getByRole('combobox', { name: 'Task' }).selectOption('25ff71a9');
    await task('25ff71a9');
    expect([await colours('Test input 1'), await colours('Your answer 2')]).toEqual(painted);
    await expect.poll(() => page.url()).toMatch(/#arc\?task=25ff71a9$/);
    await view.getByRole('combobox', { name: 'Task' }).selectOption('mine');
    await task('mine');
    expect(await colours('Your answer')).toBe('30');

    await page.goto(page.url().replace(/#.*/, '#arc?task=nowhere'));
    await view.getByRole('alert').getByText('the page has no task “nowhere”').waitFor();
    await task('mine');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('Back from another view shows what was left there; another address is followed', async () => {
    const { page } = await playground.open({}, `#solve?model=sudoku-4x4&puzzle=${puzzle}&depth=3x2x3&at=4`);
    const own = '1..............2';
    const moment = page.getByLabel('Moment');
    const write = async (key: string) => {
      const view = page.getByRole('region', { name: 'Solve' });
      await view.getByRole('gridcell', { name: /^row 4, column 3:/ }).focus();
      await page.keyboard.press(key);
    };
    await page.locator('.scatter').waitFor();
    await page.getByRole('link', { name: 'Train' }).click();
    await page.goBack();
    await expect.poll(() => moment.inputValue()).toBe('3'); // the run is still there
    expect(await page.locator('.scatter').count()).toBe(1);
    // Gone and back before the page hears of the first.
    await page.evaluate(() => {
      const [oldURL, newURL] = [location.href, new URL('#train', location.href).href];
      dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL }));
    });
    expect(await page.locator('.scatter').count()).toBe(1);
    await paste(page, own);
    await page.getByRole('link', { name: 'ARC' }).click(); // before the address has followed
    await page.getByRole('link', { name: 'Solve', exact: true }).click();
    await write('3');
    await page.getByRole('link', { name: 'Train' }).click();
    for (let i = 0; i < 3; i++) await page.goBack();
    await expect.poll(() => page.url()).toMatch(/&puzzle=1\.{13}32$/);
    expect(await gridText(page)).toBe('1.............32');
    expect(await page.locator('.scatter').count()).toBe(0);
    // Heard of only when the page, which was at another view and back meanwhile, shows this one already.
    await page.evaluate((line) => {
      history.replaceState('solve', '', `#solve?model=sudoku-4x4&puzzle=${line}&depth=3x2x3&at=4`);
      dispatchEvent(
        new HashChangeEvent('hashchange', {
          oldURL: new URL('#arc', location.href).href,
          newURL: location.href,
        }),
      );
    }, puzzle);
    await expect.poll(() => page.url()).toMatch(/&puzzle=1\.{13}32$/);
    await page.evaluate((line) => {
      location.hash = `#solve?model=sudoku-4x4&puzzle=${line}&depth=3x2x3&at=4`;
    }, puzzle);
    await page.locator('.scatter').waitFor();
    await expect.poll(() => moment.inputValue()).toBe('3');
    await page.goBack();
    await expect.poll(() => page.url()).toMatch(/&puzzle=1\.{13}32/);
    await expect.poll(() => page.getByRole('region', { name: 'Solve' }).locator('td.given').count()).toBe(3);
    await page.context().close();
  });
});
