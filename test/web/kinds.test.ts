/** Other puzzles than Sudoku: mazes and ARC tasks, answered by models that have learned nothing. */

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { families } from '../../src/data/families.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { parseConfig } from '../../src/train/config.ts';
import { learnedFrom } from '../../web/built-in.ts';
import { TRAINED } from '../../web/tasks.ts';
import { noBrowser } from '../support/browser.ts';
import { arc, maze, mazes, novice, tiny } from './novices.ts';
import {
  choose,
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

const shipped = readdirSync(fileURLToPath(new URL('../../models', import.meta.url))).flatMap((file) =>
  file.endsWith('.safetensors') ? [file.slice(0, -'.safetensors'.length)] : [],
);
/** What is told of a model: what is built into it. */
const knows = (name: string) => {
  if (['sudoku-9x9', 'sudoku-extreme-small'].includes(name)) return 'Rows, columns and boxes are built in';
  return name === 'maze-any' ? 'Which cells are neighbours is built in' : 'No rule is built in';
};
/** A model without a size of its own. */
const sizeless = parseConfig({
  ...tiny,
  model: { mixer: 'convolution', hiddenSize: 8, widthMultiple: 8, puzzleSlots: 0, puzzleEmbeddingSize: 0 },
});

test('it is told of every model of the page what it learned from', () => {
  expect(
    Object.keys(learnedFrom)
      .filter((name) => name !== TRAINED)
      .sort(),
  ).toEqual(shipped.sort());
});

describe.skipIf(noBrowser)(`other puzzles${noBrowser}`, () => {
  let playground: Playground;
  let opened: Opened;
  beforeAll(async () => {
    playground = await startPlayground();
    opened = await playground.open();
  });
  afterAll(() => playground?.close());

  test('a maze is pasted, drawn by keyboard and answered', async () => {
    const { page, troubles } = opened;
    await openCheckpoint(page, 'maze', novice(mazes()));
    await paste(page, maze.join('\n'));
    await page.getByRole('gridcell', { name: 'row 2, column 2: start, given' }).waitFor();
    await page.getByRole('gridcell', { name: 'row 3, column 3: wall, given' }).focus();
    await page.keyboard.press('.');
    await page.getByRole('gridcell', { name: 'row 3, column 3: free' }).waitFor();
    await solve(page);
    await page.locator('.place', { hasText: /^look \d, cycle 1, refinement 2 / }).waitFor();
    await paste(page, '#####\n# #G#');
    expect(await page.getByRole('alert').textContent()).toContain('the maze ends after 2 of 5 rows');
    expect(troubles).toEqual([]);
  });

  test('a maze is generated, and drawn with the mouse', async () => {
    const { page, troubles } = opened;
    await openCheckpoint(page, 'maze again', novice(mazes()));
    await page.getByRole('grid', { name: /Maze 5×5/ }).waitFor();
    await page.getByRole('button', { name: 'New puzzle' }).click();
    expect([...(await gridText(page))].sort().join('')).toMatch(/GS$/);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => gridText(page)).toBe('.'.repeat(25));
    const cell = (column: number) => page.getByRole('gridcell', { name: `row 3, column ${column}:` });
    await cell(1).hover();
    await page.mouse.down();
    for (const column of [2, 3, 4]) await cell(column).hover();
    await page.mouse.up();
    for (const column of [1, 2, 3, 4])
      expect(await cell(column).getAttribute('aria-label')).toBe(`row 3, column ${column}: wall, given`);
    expect(await cell(5).getAttribute('aria-label')).toBe('row 3, column 5: free');
    // A mouse that is faster than the events leaves no holes: it comes straight to the last cell.
    const walls = () => page.getByRole('gridcell', { name: /: wall, given$/ }).count();
    await page.getByRole('gridcell', { name: 'row 5, column 1:' }).hover();
    await page.mouse.down();
    await page.getByRole('gridcell', { name: 'row 1, column 5:' }).hover();
    await page.mouse.up();
    await expect.poll(walls).toBe(4 + 5 - 1); // the diagonal crosses row 3
    await page.getByRole('button', { name: 'Undo' }).click(); // one stroke, one edit
    await expect.poll(walls).toBe(4);
    expect(troubles).toEqual([]);
  });

  test('to a model of any size mazes are as large as they are pasted, or as is chosen', async () => {
    const { page, troubles } = opened;
    await openCheckpoint(page, 'sizeless', novice(mazes(), sizeless));
    await page.getByRole('grid', { name: /Maze 5×5/ }).waitFor();
    await set(page, 'rows and columns', 7);
    await page.getByRole('grid', { name: /Maze 7×7/ }).waitFor();
    await solve(page);
    await paste(page, 'S..#\n...G');
    await page.getByRole('grid', { name: /Maze 2×4/ }).waitFor();
    await page.getByRole('gridcell', { name: 'row 2, column 4: goal, given' }).waitFor();
    await solve(page);
    await paste(page, 'S..#\n..#.');
    expect(await page.getByRole('alert').textContent()).toContain('expected one goal G, got 0');
    expect(troubles).toEqual([]);
  });

  test('every model that takes the puzzle can be compared with', async () => {
    const { page, troubles } = await playground.open({}, '#solve?model=maze-10x10');
    await unfold(page, 'Compare with');
    await page.getByLabel('Two side by side').check();
    const models = page.getByLabel('Model of B');
    const offered = () => models.locator('option').allInnerTexts();
    await expect.poll(async () => (await offered()).sort()).toEqual(['maze-10x10', 'maze-any']);
    await models.selectOption('maze-any');
    await page.getByRole('heading', { name: /^B: maze-any, / }).waitFor();
    // A link holds it too, also of a side of any size.
    await page.goto(page.url().replace(/#.*/, '#solve?model=maze-any&size=10x10&b-model=maze-10x10'));
    await page.getByRole('heading', { name: /^B: maze-10x10, / }).waitFor();
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test('Futoshiki is generated, typed and pasted: signs between cells, digits in them', async () => {
    const { page, troubles } = opened;
    const generator = families.futoshiki.generator;
    const some = generator.puzzles({ kind: 'futoshiki', size: 4 }, new Random(1), { clues: 0 }).next().value;
    await openCheckpoint(page, 'futoshiki', novice(puzzleDataset({ kind: 'futoshiki', size: 4 }, [some])));
    await page.getByRole('grid', { name: /Futoshiki 4×4/ }).waitFor();
    await page.getByRole('button', { name: 'New puzzle' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => gridText(page)).toBe('.'.repeat(49));
    const type = async (name: string, key: string) => {
      await page.getByRole('gridcell', { name }).focus();
      await page.keyboard.press(key);
    };
    await type('row 1, column 2: no sign', '4'); // no sign: stays
    await type('row 1, column 2: no sign', '>');
    await type('row 2, column 1: no sign', '^');
    await type('row 1, column 1: blank', '1');
    await page.getByRole('gridcell', { name: 'row 1, column 2: larger than, given' }).waitFor();
    expect(await page.getByLabel('Puzzle as text').inputValue()).toBe(
      '1>. . .\n^\n. . . .\n\n. . . .\n\n. . . .',
    );
    await type('row 1, column 3: blank', '2');
    await page.getByText('2 must be less than 1').waitFor();
    // Unfinished and against the rules, it is in the address, which brings it back.
    const signs = await gridText(page);
    await expect.poll(() => page.url()).toContain('&puzzle=1%3E2');
    const own = page.url();
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => page.url()).not.toContain('%3E');
    await page.evaluate((link) => location.assign(link), own);
    await expect.poll(() => gridText(page)).toBe(signs);
    await page.getByRole('alert').getByText('the givens break a rule').waitFor();
    await paste(page, '. . . 3\n^\n. . . .\n. .<. .\n. 1 . .');
    await page.getByRole('gridcell', { name: 'row 5, column 4: smaller than, given' }).waitFor();
    await solve(page);
    await paste(page, '5 . . .');
    expect(await page.getByRole('alert').textContent()).toContain("column 1 of 7 takes . 1 2 3 4, got '5'");
    expect(troubles).toEqual([]);
  });

  test.each(shipped)('%s generates a puzzle, and answers it', async (name) => {
    const { page, troubles } = opened;
    await choose(page, name);
    await page
      .locator('.lead', { hasText: knows(name) })
      .first()
      .waitFor();
    await page.getByText(/; solves [\d.]+ % of \d+ held-out /).waitFor();
    const told = page.locator('.note', { hasText: /; solves / });
    for (const [word, meaning] of [
      ['steps', 'A step is a look.'],
      ['effort', 'Effort, from 1 to 10, is how many more looks'],
    ] as const)
      expect((await told.textContent())!.includes(meaning)).toBe((await told.textContent())!.includes(word));
    await page.getByText(`the model above from ${learnedFrom[name]}`).waitFor();
    await page.getByRole('button', { name: 'New puzzle' }).click();
    await solve(page);
    await page.locator('.place', { hasText: /^look \d+, / }).waitFor();
    expect(troubles).toEqual([]);
  });

  test('an ARC task is shown and edited; the page says what is needed to answer, and answers with it', async () => {
    const { page, troubles } = opened;
    await page.getByRole('link', { name: 'ARC' }).click();
    const view = page.getByRole('region', { name: 'ARC' });
    await view.getByText('a checkpoint trained on ARC is needed').waitFor();
    const task = {
      train: [{ input: [[1, 2]], output: [[2, 1]] }],
      test: [{ input: [[3, 0]] }],
    };
    const solved = { ...task, test: [{ input: [[3, 0]], output: [[0, 3]] }] };
    const file = (content: string) => ({
      name: 'swap.json',
      mimeType: 'application/json',
      buffer: Buffer.from(content),
    });
    await view.getByRole('heading', { name: 'Task 007bbfb7' }).waitFor();
    await view.getByRole('combobox', { name: 'Task' }).selectOption('0d3d703e');
    await view.getByRole('grid', { name: 'Example 4, output' }).waitFor();
    await view.getByLabel('Open tasks').setInputFiles(file('{"train": [], "test": []}'));
    expect(await view.getByRole('alert').textContent()).toContain('swap.train: expected a list of pairs');
    await view
      .getByLabel('Open tasks')
      .setInputFiles(file(JSON.stringify({ pairs: [task.train[0]], swap: task })));
    await view.getByRole('heading', { name: 'pairs' }).waitFor();
    await view.getByRole('combobox', { name: 'Task' }).selectOption('swap');
    await view.getByRole('heading', { name: 'swap' }).waitFor();
    await view.getByRole('grid', { name: 'Example 1, output' }).waitFor();
    const grid = view.getByRole('grid', { name: /Test input/ });
    await grid.getByRole('gridcell', { name: 'row 1, column 2: 0 black' }).focus();
    await page.keyboard.press('7');
    await grid.getByRole('gridcell', { name: 'row 1, column 2: 7 orange' }).waitFor();
    expect(await view.getByRole('gridcell', { name: 'given' }).count()).toBe(0); // nor blank: they are colours

    // An answer is painted, and checked against the file's.
    await view.getByLabel('Open tasks').setInputFiles(file(JSON.stringify(solved)));
    await view.getByRole('heading', { name: 'Task swap' }).waitFor();
    await view.getByRole('button', { name: 'Check' }).click();
    await view.getByText('Not yet: the answer has another size.').waitFor();
    await view.getByRole('button', { name: 'Copy the input' }).click();
    await view.getByRole('button', { name: 'Check' }).click();
    await view.getByText('Not yet: 2 cells are of another colour.').waitFor();
    const yours = view.getByRole('grid', { name: 'Your answer' });
    await view.getByRole('button', { name: 'black' }).click();
    await yours.getByRole('gridcell').first().click();
    await yours.getByRole('gridcell').last().focus();
    await page.keyboard.press('3');
    await view.getByRole('button', { name: 'Check' }).click();
    await view.getByText('Right: you found the rule.').waitFor();
    // Each edit is taken back, of the answer and of the input, and the task that was chosen before is.
    const coloured = (of: typeof grid) => of.getByRole('gridcell').allInnerTexts();
    await view.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => coloured(yours)).toEqual(['0', '0']);
    await view.getByText('Right: you found the rule.').waitFor({ state: 'detached' });
    await view.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(() => coloured(yours)).toEqual(['0', '3']);
    await grid.getByRole('gridcell').first().focus();
    await page.keyboard.press('7');
    await expect.poll(() => coloured(grid)).toEqual(['7', '0']);
    await page.keyboard.press('Control+z');
    await expect.poll(() => coloured(grid)).toEqual(['3', '0']);
    await page.keyboard.press('Control+y');
    await expect.poll(() => coloured(grid)).toEqual(['7', '0']);
    for (let i = 0; i < 5; i++) await page.keyboard.press('Control+z'); // a colour, two in the answer, the copy, the file
    await expect.poll(() => coloured(grid)).toEqual(['3', '7']);
    expect(await view.getByRole('combobox', { name: 'Task' }).locator('option').count()).toBe(3 + 2); // beside the page's own
    await view.getByRole('button', { name: 'Redo' }).click();

    await page.getByRole('link', { name: 'Solve' }).click();
    await openCheckpoint(page, 'arc', novice(arc()), false);
    await view.getByLabel('row of the puzzle embedding').fill('2');
    await view.getByLabel('row of the puzzle embedding').press('Tab');
    await view.getByRole('button', { name: 'Answer' }).click();
    await view.getByText(/^test 1, look 2: believes it is right /).waitFor();
    expect(troubles).toEqual([]);
  });
});
