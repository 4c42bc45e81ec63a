/** Guesses: what is drawn of a model's beliefs, and which candidates think with them. */

import { describe, expect, it, test } from 'vitest';
import { familyFrom } from '../../src/data/families.ts';
import { Random } from '../../src/data/random.ts';
import { drawGuess, type Fillable, mayGuess } from '../../src/evaluate/guess.ts';
import { from, type Thinker, think } from '../../src/evaluate/thinking.ts';
import { type Plan, planOf, type Thinking } from '../../src/evaluate/thinking-settings.ts';
import { Answerer } from '../../src/inference/answer.ts';
import { blankModel, blankWeights, type Script, scriptedBackend } from '../support/scripted.ts';

const sudoku = familyFrom({ kind: 'sudoku', size: 4 }) as Fillable;
const BLANK = 1;
/** A 4x4 of which two cells are blank; tokens are digits and one. */
const tokens = Int32Array.from([1, 3, 4, 5, 4, 5, 2, 3, 3, 2, 5, 4, 5, 4, 3, 1]);
const V = 6;

/** Logits by which the model thinks of two digits in each of some places, and is sure of the others. */
function beliefs(at: Readonly<Record<number, Readonly<Record<number, number>>>>): Float32Array {
  const logits = new Float32Array(16 * V).fill(-1e6);
  for (let place = 0; place < 16; place++)
    for (const [token, logit] of Object.entries(at[place] ?? { 2: 1e6 }))
      logits[place * V + Number(token)] = logit;
  return logits;
}

describe('drawGuess', () => {
  const draws = (logits: Float32Array, loss: 'stablemax' | 'softmax', count = 4000) => {
    const random = new Random(5);
    const found = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      const guess = drawGuess(sudoku, tokens, logits, loss, random);
      const key = guess ? `${guess.place}:${guess.token}` : 'none';
      found.set(key, (found.get(key) ?? 0) + 1 / count);
    }
    return found;
  };

  it('draws cells by doubt and tokens by belief, as the loss means them', () => {
    // Cell 0: 2 or 3 as 3 to 1; cell 15: 2 or 3 as 1 to 1; doubts .25 and .5.
    const drawn = draws(beliefs({ 0: { 2: 2, 3: 0 }, 15: { 2: 4, 3: 4 } }), 'stablemax');
    const shares = { '0:2': 0.25, '0:3': 1 / 12, '15:2': 1 / 3, '15:3': 1 / 3 };
    expect([...drawn.keys()].sort()).toEqual(Object.keys(shares).sort());
    for (const [key, share] of Object.entries(shares)) expect(drawn.get(key)).toBeCloseTo(share, 1);
    const soft = draws(beliefs({ 0: { 2: Math.log(3), 3: 0 }, 15: { 2: 7, 3: 7 } }), 'softmax');
    for (const [key, share] of Object.entries(shares)) expect(soft.get(key)).toBeCloseTo(share, 1);
  });

  it('leaves what is given, and guesses nothing where nothing is to be filled or doubted', () => {
    const full = tokens.map((token) => (token === BLANK ? 2 : token));
    expect(drawGuess(sudoku, full, beliefs({}), 'softmax', new Random(0))).toBeUndefined();
    expect(drawGuess(sudoku, tokens, beliefs({}), 'softmax', new Random(0))).toBeUndefined();
  });
});

test.each([
  [{ kind: 'sudoku', size: 9 }, true],
  [{ kind: 'futoshiki', size: 4 }, true],
  [{ kind: 'maze', rows: 4, columns: 4 }, false],
  [{ kind: 'queens', size: 8 }, true],
])('an answer’s cell may be given: %j %j', (info, may) => {
  expect(mayGuess(familyFrom(info))).toBe(may);
});

/** Thinks about the puzzle above with a model of 2 supervision steps in training. */
async function ask(script: Script, some: Thinking, left: Partial<Plan> = {}) {
  const model = { ...blankModel(16), shape: { cells: 16, vocabulary: 10, puzzleEmbeddingRows: 3 } };
  const backend = scriptedBackend(script);
  const answerer = await Answerer.create(model, 2, backend, { logits: true });
  const thinker: Thinker = { answerer, weights: blankWeights(model), supervisionSteps: 2, family: sudoku };
  const plan = { ...planOf(some, thinker), ...left };
  const question = { tokens, puzzleIdentifier: 0 };
  for await (const thought of think(thinker, from([question]), plan))
    return { thought, seen: backend.runs.map((rows) => rows.map(({ tokens }) => tokens)) };
  throw new Error('no thought');
}

const changed = (seen: readonly number[]) => seen.filter((token, place) => token !== tokens[place]).length;
/** Believes nothing in particular. */
const blank: Script = ({ tokens }) => ({ answer: tokens });

test('all but the first candidate think with one cell more given, and another after each as many steps as training took', async () => {
  const { thought, seen } = await ask(blank, { rollouts: 2, guesses: true, steps: 4 });
  expect(thought).toMatchObject({ steps: 8, candidates: 2 });
  const first = seen.slice(0, 4).map((rows) => changed(rows[0]!));
  const second = seen.slice(4).map((rows) => changed(rows[0]!));
  expect(first).toEqual([0, 0, 0, 0]);
  expect(second).toEqual([1, 1, 2, 2]);
  const again = await ask(blank, { rollouts: 2, guesses: true, steps: 4 });
  expect(again.seen).toEqual(seen);
  const other = await ask(blank, { rollouts: 2, guesses: true, steps: 4, seed: 1 });
  expect(other.seen.slice(4)).not.toEqual(seen.slice(4));
});

test('what is left of a plan begins with a look that guesses nothing', async () => {
  const plan = { begun: 1, stages: [{ candidates: 2, steps: 4 }] as const };
  const { seen } = await ask(blank, { rollouts: 2, guesses: true }, plan);
  expect(seen.map((rows) => rows.map(changed))).toEqual([[0, 0], [0, 0], [1, 1], [1, 1]]); // biome-ignore format: a step each
});

test('candidates guess from what the first one believed', async () => {
  const logits = Array.from({ length: 160 }, (_, i) => (i % 10 === 2 || i === 4 ? 1e6 : -1e6));
  const { seen } = await ask(({ tokens }) => ({ answer: tokens, logits }), {
    rollouts: 9,
    guesses: true,
    steps: 1,
  });
  const guessed = seen.slice(1).flatMap((rows) => rows.map(([first]) => first));
  expect(new Set(guessed)).toEqual(new Set([2, 4]));
});

test('puzzles whose answers hold what no question does are refused', () => {
  const family = familyFrom({ kind: 'maze', rows: 4, columns: 4 })!;
  expect(() => planOf({ rollouts: 2, guesses: true }, { supervisionSteps: 2, family })).toThrow(
    'guesses: of these puzzles no cell of an answer can be given',
  );
});
