/** ARC voting against the official evaluator: the same pass@K and the same submission from the same predictions. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseName } from '../../src/data/arc/augmentation.ts';
import { parseTask } from '../../src/data/arc/task.ts';
import { parseOrdered } from '../../src/data/json.ts';
import { passAt, scoreTasks, submission } from '../../src/evaluate/arc.ts';
import { ArcVotes } from '../../src/evaluate/arc-votes.ts';
import { decodeNpy } from '../../src/formats/npy.ts';
import { goldenFolder } from './cases.ts';

const path = (name: string) => join(goldenFolder, 'arc-voting', name);
const array = (name: string) => decodeNpy(readFileSync(path(name)), name).data;
const json = (name: string) => JSON.parse(readFileSync(path(name), 'utf8'));

const names: string[] = json('identifiers.json');
const identifiers = array('puzzle_identifiers.npy');
const [inputs, answers, halts] = [array('inputs.npy'), array('preds.npy'), array('q_halt_logits.npy')];
const tasks = Array.from(
  parseOrdered(readFileSync(path('test_puzzles.json'), 'utf8'), 'test_puzzles.json'),
  ([name, task]) => parseTask(name, task, 'test_puzzles.json'),
);
const canvas = (tokens: typeof inputs, row: number) => tokens.subarray(row * 900, (row + 1) * 900);

const votes = new ArcVotes();
identifiers.forEach((identifier, row) => {
  if (identifier === 0) return; // padding
  const ballot = { question: canvas(inputs, row), answer: canvas(answers, row), halt: halts[row]! };
  votes.add({ ...parseName(names[identifier]!), ...ballot });
});
const results = scoreTasks(votes, tasks);

test('pass@K is the official one', () => {
  const official: Record<string, number> = json('result.json');
  expect(Object.keys(official).length).toBeGreaterThan(0);
  for (const [name, value] of Object.entries(official)) {
    expect([name, passAt(results, Number(name.split('@')[1]))]).toEqual([name, expect.closeTo(value, 12)]);
  }
});

test('the submission is the official one, text for text', () => {
  const withoutSpaces = (text: string) => text.replace(/\s/g, '');
  expect(withoutSpaces(submission(results))).toBe(
    withoutSpaces(readFileSync(path('submission.json'), 'utf8')),
  );
});

test('every answer was counted', () => {
  const counted = results.flatMap(({ tests }) => tests.flatMap(({ candidates }) => candidates));
  expect(counted.reduce((sum, candidate) => sum + candidate.votes, 0)).toBe(
    Array.from(identifiers).filter((identifier) => identifier !== 0).length,
  );
});
