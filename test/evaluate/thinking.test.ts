/** Test-time compute with scripted models: each setting against a case in which it alone decides. */

import { describe, expect, it, test } from 'vitest';
import { familyFrom } from '../../src/data/families.ts';
import type { Family } from '../../src/data/family.ts';
import { from, type Question, type Thinker, think } from '../../src/evaluate/thinking.ts';
import { isPlain, type Known, planOf, thinkingSchema } from '../../src/evaluate/thinking-settings.ts';
import { Answerer, probability } from '../../src/inference/answer.ts';
import { buildModel } from '../../src/models/build.ts';
import { modelSchema } from '../../src/models/config.ts';
import type { Model } from '../../src/models/model.ts';
import { truncatedNormal } from '../../src/nn/parameters.ts';
import { blankModel, blankWeights, type Script, scriptedBackend } from '../support/scripted.ts';

const question = (...tokens: number[]): Question => ({
  tokens: Int32Array.from(tokens),
  puzzleIdentifier: 0,
});
const plan = (some: object, known: Known) => planOf(thinkingSchema.parse(some), known);

interface Case {
  readonly questions?: readonly Question[];
  readonly rows?: number;
  readonly model?: Model;
  readonly fault?: Thinker['fault'];
  readonly family?: Family;
  readonly drawsStarts?: boolean;
}

/** Thinks about questions with a scripted model, trained with 5 supervision steps: the thoughts and what was run. */
async function ask(script: Script, some: object, options: Case = {}) {
  const { questions = [question(7)], rows = 3, fault, family, drawsStarts = false } = options;
  const { model = blankModel(questions[0]!.tokens.length) } = options;
  const backend = scriptedBackend(script);
  const answerer = await Answerer.create(model, rows, backend);
  const thinker = { answerer, weights: blankWeights(model), supervisionSteps: 5, family, fault, drawsStarts };
  const thoughts = [];
  for await (const { answer, stages: _, ...thought } of think(thinker, from(questions), plan(some, thinker)))
    thoughts.push({ ...thought, answer: [...answer] });
  return { thoughts, runs: backend.runs };
}

/** Answers with the number of the step; y counts them. */
const counting =
  (halt: (step: number, row: number) => number = () => 0): Script =>
  ({ row, tokens, states }) => {
    const step = states.y![0]! + 1;
    return { answer: tokens.map(() => step), halt: halt(step, row), states: { y: [step] } };
  };

/** All candidates of one question: `[candidate][step]`. */
const byCandidate = <T>(runs: readonly (readonly T[])[]) =>
  runs[0]!.map((_, row) => runs.map((run) => run[row]!));

describe('steps', () => {
  it.each([
    [{ steps: 3 }, 3],
    [{ steps: 9 }, 9],
    [{}, 5],
  ])('%j ends after %i', async (some, steps) => {
    const { thoughts, runs } = await ask(counting(), some);
    expect(thoughts).toEqual([
      { index: 0, answer: [steps], halting: 0.5, steps, candidates: 1, accepted: false },
    ]);
    expect(runs).toHaveLength(steps);
  });
});

describe('halt', () => {
  const surer = counting((step) => [-2, 1, 3, 6, 9][step - 1]!); // 0.12, 0.73, 0.95, 0.998, 0.9999
  it.each([
    [0.1, 1],
    [0.5, 2],
    [0.9, 3],
    [0.99, 4],
    [1, 5],
    [undefined, 5],
  ])('%d ends after step %i', async (halt, steps) => {
    const { thoughts } = await ask(surer, { halt });
    expect(thoughts).toMatchObject([{ answer: [steps], steps }]);
    expect(thoughts[0]!.halting).toBeCloseTo(probability([-2, 1, 3, 6, 9][steps - 1]!), 6);
  });

  it('is reached by equality', async () => {
    expect((await ask(counting(), { halt: 0.5 })).thoughts).toMatchObject([{ steps: 1 }]);
  });

  it('frees the row for the next question, whose states begin anew', async () => {
    // Row 0 halts at every step, the others never: it answers all but the two that the others began with.
    const questions = Array.from({ length: 8 }, (_, i) => question(i));
    const { thoughts, runs } = await ask(
      counting((_, row) => (row === 0 ? 3 : -3)),
      { halt: 0.5, steps: 4 },
      { questions },
    );
    const steps = new Map(thoughts.map((thought) => [thought.index, thought.steps]));
    expect([...steps].sort(([a], [b]) => a - b).map(([, taken]) => taken)).toEqual([1, 4, 4, 1, 1, 1, 1, 4]);
    expect(runs).toHaveLength(8);
    expect(runs.map(([first]) => [first!.tokens[0], first!.states.y![0]]).slice(0, 5)).toEqual(
      [0, 3, 4, 5, 6].map((index) => [index, 0]),
    );
  });
});

describe('untilValid', () => {
  const valid = (from: number) => ({
    fault: (asked: Int32Array, answer: Int32Array) =>
      asked[0] === 7 && answer[0]! >= from ? undefined : 'no',
  });

  it('ends at the first answer that satisfies the rules', async () => {
    expect((await ask(counting(), { untilValid: true }, valid(3))).thoughts).toMatchObject([
      { answer: [3], steps: 3, halting: 0.5 },
    ]);
    expect((await ask(counting(), { untilValid: true }, valid(9))).thoughts).toMatchObject([{ steps: 5 }]);
    expect((await ask(counting(), {}, valid(3))).thoughts).toMatchObject([{ answer: [5], steps: 5 }]);
  });

  it('takes a valid answer before a surer one, and leaves the other candidates', async () => {
    const script: Script = ({ row, states }) => {
      const step = states.y![0]! + 1;
      return { answer: [row === 1 ? step : 0], halt: row === 1 ? -4 : 4, states: { y: [step] } };
    };
    const some = { untilValid: true, rollouts: 5, noise: 1, choose: 'vote' };
    const { thoughts, runs } = await ask(script, some, {
      ...valid(2),
      questions: [question(7), question(7)],
    });
    // Two steps of three rows; then the second question has the rows, and its second candidate the middle one.
    expect(thoughts[0]).toMatchObject({ index: 0, answer: [2], steps: 6, candidates: 1 });
    expect(thoughts[0]!.halting).toBeCloseTo(probability(-4), 6);
    expect(thoughts[1]).toMatchObject({ index: 1, answer: [2], steps: 6, candidates: 1 });
    expect(runs).toHaveLength(4);
  });

  it('takes a valid answer before a surer one that came earlier', async () => {
    const script: Script = ({ row, states }) => {
      const step = states.y![0]! + 1;
      return { answer: [row === 0 ? 9 : step], halt: row === 0 ? 4 : -4, states: { y: [step] } };
    };
    const fault = (_: Int32Array, answer: Int32Array) => (answer[0] === 2 ? undefined : 'no');
    const some = { untilValid: true, halt: 0.9, rollouts: 2, noise: 1 };
    const { thoughts } = await ask(script, some, { fault, rows: 2 });
    expect(thoughts).toMatchObject([{ answer: [2], steps: 3, candidates: 2 }]);
  });

  it('tells a question once where two candidates become valid in the same step', async () => {
    const script: Script = ({ row }) => ({ answer: [row] });
    const some = { untilValid: true, rollouts: 2, noise: 1 };
    const options = { fault: () => undefined, rows: 2, questions: [question(1), question(2)] };
    const { thoughts, runs } = await ask(script, some, options);
    expect(thoughts.map(({ index, answer, steps }) => [index, answer[0], steps])).toEqual([
      [0, 0, 2],
      [1, 0, 2],
    ]);
    expect(runs).toHaveLength(2);
    const wide = await ask(script, some, { ...options, rows: 4 });
    expect(wide.thoughts.map(({ index, answer }) => [index, answer[0]])).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });

  it('needs rules', async () => {
    await expect(ask(counting(), { untilValid: true })).rejects.toThrow(
      /untilValid: the rules of these puzzles/,
    );
  });
});

describe('rollouts', () => {
  it.each([2, 3, 7])('%i are thought about, also in fewer rows', async (rollouts) => {
    const { thoughts, runs } = await ask(counting(), { steps: 2, rollouts, noise: 1 });
    expect(thoughts).toMatchObject([{ candidates: rollouts, steps: 2 * rollouts }]);
    expect(runs).toHaveLength(2 * Math.ceil(rollouts / 3));
  });

  it.each(['vote', 'change'])('choose=%s needs candidates to choose among', async (choose) => {
    await expect(ask(counting(), { choose })).rejects.toThrow(
      `choose: ${choose} chooses among candidates, and there is one; ask for rollouts with noise`,
    );
  });

  it.each([{ rollouts: 2 }, { noise: 1 }, { randomStart: true }, { symmetries: true }])(
    'and perturbations belong together: %j is refused',
    async (some) => {
      await expect(ask(counting(), some)).rejects.toThrow(
        /rollouts: got \d; ask for 2 or more together with/,
      );
    },
  );
});

const wide = blankModel(1, undefined, [100, 10]);
const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe('noise', () => {
  const zs = async (noise: number, seed = 0) => {
    const script: Script = ({ tokens }) => ({ answer: tokens });
    const { runs } = await ask(script, { steps: 3, rollouts: 3, noise, seed }, { model: wide });
    return byCandidate(runs).map((steps) => steps.map(({ states }) => states.z!));
  };

  it('is added to z before every step, but of the first candidate', async () => {
    const [plain, second, third] = await zs(0.5);
    for (const z of plain!) expect(z.every((value) => value === 0)).toBe(true);
    for (const z of [second!, third!]) {
      const added = z.map((now, step) => now.map((value, i) => value - (z[step - 1]?.[i] ?? 0)));
      for (const one of added) expect(deviation(one)).toBeCloseTo(0.5, 1);
      expect(added[1]).not.toEqual(added[0]);
    }
    expect(second).not.toEqual(third);
  });

  it('grows with its deviation, and the seed decides it', async () => {
    const [[, one], [, twice], [, other]] = [await zs(0.5), await zs(1), await zs(0.5, 1)];
    expect(twice).toEqual(one!.map((z) => z.map((value) => 2 * value)));
    expect(await zs(0.5)).toEqual([expect.anything(), one, expect.anything()]);
    expect(other![0]).not.toEqual(one![0]);
  });

  it('differs from question to question', async () => {
    const questions = [question(1), question(2)];
    const script: Script = ({ tokens }) => ({ answer: tokens });
    const { runs } = await ask(script, { steps: 1, rollouts: 2, noise: 1 }, { questions, rows: 4 });
    expect(runs[0]![1]!.states.z).not.toEqual(runs[0]![3]!.states.z);
  });
});

test('randomStart: all but the first candidate begin with a z of their own at every position, and then go on', async () => {
  const script: Script = ({ tokens, states }) => ({
    answer: tokens,
    states: { z: states.z!.map((v) => v + 1) },
  });
  const { runs } = await ask(script, { steps: 2, rollouts: 3, randomStart: true }, { model: wide });
  const [plain, second, third] = byCandidate(runs).map((steps) => steps.map(({ states }) => states.z!));
  expect(new Set(plain![0])).toEqual(new Set([0]));
  for (const [begun, after] of [second!, third!] as [number[], number[]][]) {
    expect(deviation(begun)).toBeCloseTo(1, 1);
    expect(new Set(begun).size).toBeGreaterThan(990);
    expect(after).toEqual(begun.map((value) => expect.closeTo(value + 1, 5)));
  }
  expect(second![0]).not.toEqual(third![0]);
});

describe('answers', () => {
  /** Answers with the token that z begins with, rounded; y counts the steps. */
  const ofStart: Script = ({ states }) => ({ answer: [Math.round(states.z![0]!)], halt: 9 });

  test('of all starts are told in their order, whatever comes first; the one that comes most often is chosen', async () => {
    const { thoughts, runs } = await ask(ofStart, { answers: 7, steps: 2 }, { rows: 3 });
    const [{ all, answer, candidates, steps, accepted }] = thoughts as [(typeof thoughts)[number]];
    expect({ candidates, steps, accepted }).toEqual({ candidates: 7, steps: 14, accepted: false });
    expect(all).toHaveLength(7);
    const told = all!.map((one) => one.answer[0]!);
    expect(told[0]).toBe(0); // the plain one
    const begun = [0, 2, 4].flatMap((step) =>
      (runs[step] ?? []).map(({ states }) => Math.round(states.z![0]!) || 0),
    );
    expect(told).toEqual(begun.slice(0, 7));
    const count = (token: number) => told.filter((other) => other === token).length;
    expect(count(answer[0]!)).toBe(Math.max(...told.map(count)));
    const again = await ask(ofStart, { answers: 7, steps: 2 }, { rows: 7 });
    expect(again.thoughts[0]!.all).toEqual(all); // whatever the rows of the graph
  });

  test('of a model that was trained from random starts begin as there: one vector for all positions', async () => {
    const model = blankModel(
      1,
      { y: { isAnswer: true }, z: { mayBePerturbed: true, init: truncatedNormal(2) } },
      [3, 4],
    );
    const { runs } = await ask(
      ({ tokens }) => ({ answer: tokens }),
      { answers: 3, steps: 1 },
      { model, drawsStarts: true },
    );
    const [plain, second, third] = runs[0]!.map(({ states }) => states.z!);
    expect(new Set(plain)).toEqual(new Set([0]));
    for (const z of [second!, third!]) {
      expect(new Set(z).size).toBe(4);
      expect(z.slice(4, 8)).toEqual(z.slice(0, 4));
    }
    expect(second).not.toEqual(third);
  });

  test.each([
    [{ answers: 2, effort: 3 }, 'effort: does not go with answers'],
    [{ answers: 2, rollouts: 3 }, 'rollouts: does not go with answers'],
    [{ answers: 2, untilValid: true }, 'untilValid: does not go with answers'],
    [{ answers: 1, noise: 1 }, 'rollouts: got 1; ask for 2 or more'],
  ])('%j is refused', (settings, message) => {
    expect(() => plan(settings, { supervisionSteps: 2, fault: () => undefined })).toThrow(message);
  });
});

test('symmetries: all but the first candidate see another form, and their answers are turned back', async () => {
  const asked = question(...Array.from({ length: 16 }, (_, i) => 1 + (i % 5)));
  // The last candidate is believed most; every one answers what it sees.
  const script: Script = ({ row, tokens }) => ({ answer: tokens, halt: row });
  const options = { questions: [asked], family: familyFrom({ kind: 'sudoku', size: 4 })! };
  const { thoughts, runs } = await ask(script, { steps: 1, rollouts: 3, symmetries: true }, options);
  const seen = runs[0]!.map(({ tokens }) => String(tokens));
  expect(seen[0]).toBe(String(asked.tokens));
  expect(new Set(seen).size).toBe(3);
  expect(thoughts).toEqual([
    {
      index: 0,
      answer: [...asked.tokens],
      halting: expect.closeTo(probability(2), 6),
      steps: 3,
      candidates: 3,
      accepted: false,
    },
  ]);
  const other = await ask(script, { steps: 1, rollouts: 3, symmetries: true, seed: 1 }, options);
  expect(other.runs[0]!.map(({ tokens }) => String(tokens)).slice(1)).not.toEqual(seen.slice(1));
  const blind = ask(script, { rollouts: 2, symmetries: true }, { questions: [asked] });
  await expect(blind).rejects.toThrow(/symmetries: no symmetry is known/);
});

describe('choose', () => {
  /** Answer, belief, and how far z moves in the first and in the last of two steps. */
  const candidates = [
    { answer: 1, halt: 2, moves: [1, 9] },
    { answer: 2, halt: 0, moves: [9, 1] },
    { answer: 2, halt: 1, moves: [2, 5] },
  ] as const;
  const script: Script = ({ row, states }) => {
    const { answer, halt, moves } = candidates[row]!;
    const [step, z] = [states.y![0]!, states.z![0]!];
    return { answer: [answer], halt, states: { y: [step + 1], z: [z + moves[step]!] } };
  };
  it.each([
    ['halt', 1, 2],
    ['change', 2, 0],
    ['vote', 2, 0], // the belief is that of the first who gave it
    [undefined, 1, 2],
  ])('%s', async (choose, answer, halt) => {
    const { thoughts } = await ask(script, { steps: 2, rollouts: 3, noise: 1e-9, choose });
    expect(thoughts).toMatchObject([{ answer: [answer], halting: expect.closeTo(probability(halt), 6) }]);
  });

  it('vote: where votes are equal, belief decides', async () => {
    const split: Script = ({ row }) => ({ answer: [row], halt: [0, 2, 1][row]! });
    const { thoughts } = await ask(split, { steps: 1, rollouts: 3, noise: 1, choose: 'vote' });
    expect(thoughts).toMatchObject([{ answer: [1] }]);
  });

  it('does not spread states that are too large for a call', async () => {
    const model = blankModel(1, undefined, [916, 192]);
    const far: Script = ({ row, states }) => ({
      answer: [row],
      states: { z: states.z!.map((value) => value + (row === 0 ? 2 : 1)) },
    });
    for (const choose of ['halt', 'change', 'vote']) {
      const { thoughts } = await ask(far, { steps: 1, rollouts: 2, noise: 1e-9, choose }, { model, rows: 2 });
      expect(thoughts).toMatchObject([{ answer: [choose === 'change' ? 1 : 0] }]);
    }
    expect((await ask(far, { steps: 1 }, { model, rows: 1 })).thoughts).toHaveLength(1);
  });
});

describe.each([
  ['trm', ['z']],
  ['trm-multi-z', ['z1', 'z2', 'z3']],
  ['trm-single-z', ['z']],
  ['hrm', ['zL']],
] as const)('%s', (architecture, perturbed) => {
  const config = modelSchema.parse({
    architecture,
    hiddenSize: 4,
    heads: 1,
    latentSteps: 3,
    highLayers: architecture === 'hrm' ? 1 : 0,
    puzzleSlots: 1,
    puzzleEmbeddingSize: 1,
  });
  const model = buildModel(config, { cells: 1, vocabulary: 10, puzzleEmbeddingRows: 3 });
  const silent: Script = ({ tokens }) => ({ answer: tokens });

  it.each([{ noise: 1 }, { randomStart: true }])(`%j reaches ${perturbed.join(', ')} alone`, async (some) => {
    const { runs } = await ask(silent, { steps: 1, rollouts: 2, ...some }, { model, rows: 2 });
    const [plain, other] = runs[0]!;
    const differing = Object.keys(model.states).filter(
      (name) => String(plain!.states[name]) !== String(other!.states[name]),
    );
    expect(differing).toEqual(perturbed);
  });

  it.each(Object.keys(model.states))(
    'choose=change sees a change of %s if it may be perturbed',
    async (moving) => {
      const script: Script = ({ row, states }) => ({
        answer: [row],
        states: { [moving]: states[moving]!.map((value) => value + (row === 0 ? 2 : 1)) },
      });
      const some = { steps: 1, rollouts: 2, noise: 1e-9, choose: 'change' };
      const { thoughts } = await ask(script, some, { model, rows: 2 });
      expect(thoughts[0]!.answer).toEqual([(perturbed as readonly string[]).includes(moving) ? 1 : 0]);
    },
  );
});

test('each question has its row of the puzzle embedding', async () => {
  const questions = [1, 2, 0].map((puzzleIdentifier) => ({ ...question(5), puzzleIdentifier }));
  const { runs } = await ask(counting(), { steps: 1 }, { questions });
  expect(runs[0]!.map(({ puzzleEmbedding }) => puzzleEmbedding)).toEqual([[1], [2], [0]]);
});

test('questions that come while others are thought about join them', async () => {
  const backend = scriptedBackend(counting());
  const model = blankModel(1);
  const answerer = await Answerer.create(model, 2, backend);
  let calls = 0;
  const take = () => (++calls === 1 ? question(1) : calls === 3 ? question(2) : undefined);
  const thoughts = [];
  const thinker = { answerer, weights: blankWeights(model), supervisionSteps: 3 };
  for await (const { index, steps } of think(thinker, take, plan({}, thinker)))
    thoughts.push([index, steps, backend.runs.length]);
  // Asked twice before the first step, which is the second row's refusal; the second question joins in step 2.
  expect(thoughts).toEqual([
    [0, 3, 3],
    [1, 3, 4],
  ]);
});

test('a signal stops between two steps', async () => {
  const abort = new AbortController();
  const script: Script = (given) => {
    if (given.states.y![0] === 1) abort.abort(new Error('enough'));
    return counting()(given);
  };
  const backend = scriptedBackend(script);
  const model = blankModel(1);
  const thinker = {
    answerer: await Answerer.create(model, 1, backend),
    weights: blankWeights(model),
    supervisionSteps: 5,
  };
  await expect(think(thinker, from([question(1)]), plan({}, thinker), abort.signal).next()).rejects.toThrow(
    'enough',
  );
  expect(backend.runs).toHaveLength(2);
});

test('a question that is given up frees its rows at the next step', async () => {
  const given = new AbortController();
  const script: Script = (row) => {
    if (row.tokens[0] === 7 && row.states.y![0] === 1) given.abort();
    return counting()(row);
  };
  const backend = scriptedBackend(script);
  const model = blankModel(1);
  const answerer = await Answerer.create(model, 2, backend);
  const thinker = { answerer, weights: blankWeights(model), supervisionSteps: 5 };
  const questions = [{ ...question(7), signal: given.signal }, question(1), question(2)];
  const some = plan({ rollouts: 3, noise: 1, steps: 4 }, thinker);
  const thoughts = [];
  for await (const { index, steps, candidates } of think(thinker, from(questions), some))
    thoughts.push({ index, steps, candidates });
  expect(thoughts).toEqual([1, 2].map((index) => ({ index, steps: 12, candidates: 3 })));
  expect(backend.runs).toHaveLength(2 + 12);
});

test.each([
  [{}, true],
  [{ steps: 3 }, true],
  [{ seed: 1 }, true],
  [{ halt: 0 }, false],
  [{ untilValid: true }, false],
  [{ rollouts: 2, noise: 0.1 }, false],
  [{ rollouts: 2, randomStart: true }, false],
  [{ rollouts: 2, symmetries: true }, false],
  [{ effort: 1 }, false],
])('%j is no more than all steps, once: %s', (some, only) => {
  const known = { family: familyFrom({ kind: 'sudoku', size: 4 })!, fault: () => 'no', supervisionSteps: 5 };
  expect(isPlain(plan(some, known))).toBe(only);
});
