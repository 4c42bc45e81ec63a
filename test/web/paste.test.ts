/** Puzzles pasted as people have them, into a model that has learned nothing: whatever it says, the givens stay. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { formatGrid, parseLine } from '../../src/data/sudoku/grid.ts';
import { encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { parseConfig } from '../../src/train/config.ts';
import { newRun } from '../../src/train/run.ts';
import { noBrowser } from '../support/browser.ts';
import {
  gridText,
  type Opened,
  openCheckpoint,
  type Playground,
  paste,
  solve,
  startPlayground,
} from './page.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const rows = PUZZLE.match(/.{9}/g)!;
const tiny = parseConfig({
  model: { mixer: 'mlp', hiddenSize: 16, heads: 2, puzzleSlots: 1, puzzleEmbeddingSize: 16 },
  ...{ supervisionSteps: 2, batchSize: 1, microBatchSize: 1 },
});
const checkpoint = () => {
  const question = Uint8Array.from(PUZZLE, (cell) => (cell === '.' ? 1 : Number(cell) + 1));
  const dataset = puzzleDataset({ kind: 'sudoku', size: 9 }, [{ question, answer: question }]);
  return Buffer.concat(encodeCheckpoint(newRun(tiny, dataset)));
};

const forms: Record<string, string> = {
  'a line with zeros': PUZZLE.replaceAll('.', '0'),
  'a drawn grid': `+-------+\n${formatGrid(parseLine(PUZZLE)).replaceAll('|', '│')}`,
  'a spreadsheet': rows.map((row) => [...row].join(',').replaceAll('.', '')).join('\r\n'),
  'a CSV file': `quizzes,solutions\n${PUZZLE},${'1'.repeat(81)}\n`,
  JSON: JSON.stringify({ puzzle: rows.map((row) => [...row].map((cell) => Number(cell) || null)) }),
};

describe.skipIf(noBrowser)(`a pasted puzzle${noBrowser}`, () => {
  let playground: Playground;
  let opened: Opened;
  beforeAll(async () => {
    playground = await startPlayground();
    opened = await playground.open();
    await openCheckpoint(opened.page, 'novice', checkpoint());
    await opened.page.getByRole('grid', { name: /9×9/ }).waitFor();
  });
  afterAll(() => playground?.close());

  test.each(Object.entries(forms))('is read as %s, and keeps its givens', async (_, text) => {
    const { page, troubles } = opened;
    await page.getByRole('button', { name: 'Clear' }).click();
    await paste(page, text);
    expect(await gridText(page)).toBe(PUZZLE);
    expect(await page.getByText('The text holds').count()).toBe(0);
    await solve(page);
    await page.getByLabel('Moment').press('End');
    await page.getByText(/; \d+ overwritten givens? (was|were) put back$/).waitFor();
    const answer = await gridText(page);
    expect(answer).not.toBe(PUZZLE);
    expect([...answer].filter((cell, i) => PUZZLE[i] !== '.' && PUZZLE[i] !== cell)).toEqual([]);
    expect(
      await page
        .getByRole('grid', { name: /puzzle A/ })
        .locator('.given')
        .count(),
    ).toBe(30);
    expect(troubles).toEqual([]);
  });

  test('is the first of those in the text, which is said', async () => {
    const { page } = opened;
    const [first, second] = [`1${'.'.repeat(80)}`, `2${'.'.repeat(80)}`];
    await paste(page, `${first}\n${second}`);
    expect(await gridText(page)).toBe(first);
    await page.getByText('The text holds 2 puzzles: this is the first.').waitFor();
    await paste(page, PUZZLE);
    expect(await page.getByText('The text holds').count()).toBe(0);
    await paste(page, `puzzle = "${first}"\nsolve(puzzle)`);
    expect(await gridText(page)).toBe(first);
    await page.getByText('The puzzle is read as written in a program').waitFor();
  });

  test('of another size, or none at all, is refused in words, and the puzzle stays', async () => {
    const { page } = opened;
    await paste(page, PUZZLE);
    const sixteen = Array.from({ length: 16 }, () => '1 . 3 . 5 . 7 . 9 . 11 . 13 . 15 .').join('\n');
    await paste(page, sixteen);
    expect(await page.getByRole('alert').textContent()).toBe(
      'a grid of 16x16; this model solves 9x9; use a model of its size',
    );
    await paste(page, ' ');
    expect(await page.getByRole('alert').textContent()).toBe(
      'expected 81 cells, 9 rows of 9, got an empty text; a puzzle is a line of 81 characters, a grid of 9 rows, CSV or JSON',
    );
    expect(await gridText(page)).toBe(PUZZLE);
  });
});
