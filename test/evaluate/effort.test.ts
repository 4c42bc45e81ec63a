/** Effort with scripted models: stages follow each other only where an answer is refused, and stop at the first accepted one. */

import { describe, expect, it, test } from 'vitest';
import { familyFrom } from '../../src/data/families.ts';
import { from, type Question, type Thinker, think } from '../../src/evaluate/thinking.ts';
import {
  afterFirstStage,
  type Known,
  mostSteps,
  planOf,
  type Thinking,
  USUAL_EFFORT,
  withUsualEffort,
} from '../../src/evaluate/thinking-settings.ts';
import { Answerer } from '../../src/inference/answer.ts';
import { blankModel, blankWeights, type Script, scriptedBackend } from '../support/scripted.ts';

const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const byRule = familyFrom({ kind: 'maze', rows: 4, columns: 4, like: 'maze-hard' })!;
const never = () => 'no';
const knowing = (some: Partial<Known>): Known => ({ supervisionSteps: 4, ...some });

describe('planOf', () => {
  const stages = (some: Thinking, known: Known = knowing({ family: sudoku, fault: never })) =>
    planOf(some, known).stages.map(({ candidates, steps }) => [candidates, steps]);

  it('begins with one plain look, and each stage allows twice the compute of the one before', () => {
    expect(stages({ effort: 1 })).toEqual([[1, 4]]);
    expect(stages({ effort: 4 })).toEqual([[1, 4], [1, 8], [2, 8], [2, 16]]); // biome-ignore format: a stage a pair
    const most = Array.from({ length: 10 }, (_, i) =>
      mostSteps(planOf({ effort: i + 1 }, knowing({ family: sudoku, fault: never }))),
    );
    expect(most).toEqual(most.map((_, i) => 4 * (2 ** (i + 1) - 1)));
  });

  it('draws more guesses before it follows one up, for the same compute', () => {
    const alike = knowing({ family: sudoku, fault: never, formsAlike: true });
    expect(stages({ effort: 4 }, alike)).toEqual([[1, 4], [2, 4], [4, 4], [8, 4]]); // biome-ignore format: a stage a pair
    expect(stages({ effort: 4, guesses: true })).toEqual(stages({ effort: 4 }, alike));
    expect(stages({ effort: 4, guesses: false }, alike)).toEqual(stages({ effort: 4 }));
    expect(stages({ effort: 3, rollouts: 4 }, alike)).toEqual([[1, 4], [2, 4], [1, 4]]); // biome-ignore format: a stage a pair
    for (let effort = 1; effort <= 10; effort++)
      expect(mostSteps(planOf({ effort }, alike))).toBe(4 * (2 ** effort - 1));
  });

  it('is overridden by what is set beside it', () => {
    expect(stages({ effort: 3, steps: 5 })).toEqual([[1, 5], [1, 5], [2, 5]]); // biome-ignore format: a stage a pair
    expect(stages({ effort: 3, rollouts: 1 })).toEqual([[1, 4]]);
    expect(stages({ effort: 3, rollouts: 3 })).toEqual([[1, 4], [1, 8], [1, 8]]); // biome-ignore format: a stage a pair
    expect(stages({ effort: 3, rollouts: 9 })).toEqual([[1, 4], [1, 8], [7, 8]]); // biome-ignore format: a stage a pair
    const known = knowing({ family: sudoku, fault: never });
    expect(planOf({ effort: 3, untilValid: false }, known)).toMatchObject({
      halt: 0.99,
      acceptsHalted: true,
    });
    expect(planOf({ effort: 3, noise: 0.3 }, known)).toMatchObject({ noise: 0.3, symmetries: false });
    expect(planOf({ effort: 3, symmetries: false }, known)).toMatchObject({ randomStart: true });
    expect(planOf({ effort: 3, halt: 0.5, choose: 'vote' }, known)).toMatchObject({
      halt: 0.5,
      choose: 'vote',
    });
  });

  it.each([
    ['rules and forms', { family: sudoku, fault: never }, { untilValid: true, symmetries: true }],
    [
      'forms alone',
      { family: sudoku },
      { untilValid: false, symmetries: true, halt: 0.99, acceptsHalted: true },
    ],
    [
      'a model to which all forms are alike',
      { family: sudoku, fault: never, formsAlike: true },
      { guesses: true, randomStart: false, symmetries: false },
    ],
    ['neither', {}, { untilValid: false, randomStart: true, symmetries: false, acceptsHalted: true }],
    ['an answer by rule', { family: byRule, fault: never }, { randomStart: true, symmetries: false }],
  ])('looks as the puzzles allow: %s', (_, known, looks) => {
    expect(planOf({ effort: 5 }, knowing(known))).toMatchObject(looks);
  });

  it('refuses what is none, and what contradicts it', () => {
    expect(() => planOf({ effort: 1, choose: 'vote' }, knowing({}))).toThrow('choose: vote chooses among');
    expect(() => planOf({ effort: 2, untilValid: true }, knowing({}))).toThrow('untilValid: the rules');
    const alike = knowing({ family: sudoku, formsAlike: true });
    expect(() => planOf({ rollouts: 2, symmetries: true }, alike)).toThrow(
      'symmetries: this model answers all forms of a question alike',
    );
  });
});

test('who asks for nothing has the usual effort, who sets something that alone', () => {
  expect(withUsualEffort({})).toEqual({ effort: USUAL_EFFORT });
  expect(withUsualEffort({ seed: 3 })).toEqual({ seed: 3, effort: USUAL_EFFORT });
  for (const some of [{ steps: 2 }, { untilValid: true }, { effort: 2 }])
    expect(withUsualEffort(some)).toEqual(some);
});

const question = (token: number): Question => ({ tokens: Int32Array.of(token), puzzleIdentifier: 0 });

/** Thinks about questions with a model that was trained with 2 supervision steps. */
async function ask(
  script: Script,
  some: Thinking,
  questions: readonly Question[],
  known: Partial<Known>,
  rows = 4,
) {
  const model = blankModel(1);
  const backend = scriptedBackend(script);
  const answerer = await Answerer.create(model, rows, backend);
  const thinker: Thinker = { answerer, weights: blankWeights(model), supervisionSteps: 2, ...known };
  const thoughts = [];
  for await (const thought of think(thinker, from(questions), planOf(some, thinker)))
    thoughts.push({ ...thought, answer: [...thought.answer] });
  return { thoughts: thoughts.sort((a, b) => a.index - b.index), runs: backend.runs };
}

/** Answers with what y counts to: the step of a candidate. */
const counting =
  (halt: (token: number, step: number) => number = () => -9): Script =>
  ({ tokens, states }) => {
    const step = states.y![0]! + 1;
    return { answer: [step], halt: halt(tokens[0]!, step), states: { y: [step] } };
  };

/** A question is solved by as many steps of one candidate as its token says. */
const rule = { fault: ([token]: Int32Array, [step]: Int32Array) => (step! >= token! ? undefined : 'no') };

describe('with rules', () => {
  it('stops at the first valid answer', async () => {
    const { thoughts, runs } = await ask(counting(), { effort: 9 }, [question(1)], rule);
    expect(thoughts).toMatchObject([{ answer: [1], steps: 1, candidates: 1, accepted: true }]);
    expect(runs).toHaveLength(1);
  });

  it('goes on in the next stage where none came, and no further', async () => {
    // Two steps in vain, then a look of at most four, which is right in its third.
    const { thoughts, runs } = await ask(counting(), { effort: 9 }, [question(3)], rule);
    expect(thoughts).toMatchObject([{ answer: [3], steps: 2 + 3, candidates: 2, accepted: true }]);
    expect(runs).toHaveLength(5);
  });

  it('only the questions that are not solved go on, in whatever rows there are', async () => {
    const asked = [1, 6, 1, 2, 3, 1, 99].map(question);
    for (const rows of [1, 3, 16]) {
      const { thoughts } = await ask(counting(), { effort: 4 }, asked, rule, rows);
      expect(thoughts.map(({ accepted }) => accepted)).toEqual([true, true, true, true, true, true, false]);
      const steps = thoughts.map((thought) => thought.steps);
      expect([steps[0], steps[2], steps[3], steps[4], steps[5]]).toEqual([1, 1, 2, 5, 1]);
      // The two candidates of its last stage think side by side, as far as there are rows for both.
      if (rows !== 3) expect(steps[1]).toBe(2 + 4 + 8 + (rows === 1 ? 6 : 12));
      expect(steps[6]).toBe(2 + 4 + 8 + 16); // nothing is left out before it is given up
    }
  });

  it('the first look is at the question as it is, all others are perturbed', async () => {
    const starts: number[] = [];
    const script: Script = (given) => {
      if (given.states.y![0] === 0) starts.push(given.states.z![0]!);
      return counting()(given);
    };
    await ask(script, { effort: 3 }, [question(99)], rule, 1);
    expect(starts.map((z) => z === 0)).toEqual([true, false, false, false]);
    expect(new Set(starts).size).toBe(4);
  });

  it('the rules alone judge: a sure answer that breaks them is not accepted', async () => {
    const sure = counting(() => 9);
    const { thoughts } = await ask(sure, { effort: 2 }, [question(3)], rule);
    expect(thoughts).toMatchObject([{ answer: [3], steps: 5 }]);
  });
});

describe('without rules', () => {
  it('the halting head says when it is enough', async () => {
    // Of the first question it is sure in step 1, of the second in the third step of a look.
    const script = counting((token, step) => (step >= token ? 6 : -1));
    const { thoughts } = await ask(script, { effort: 6 }, [question(1), question(3)], {});
    expect(thoughts).toMatchObject([
      { answer: [1], steps: 1, accepted: true },
      { answer: [3], steps: 5, candidates: 2, accepted: true },
    ]);
  });

  it('the answer that it believes most is chosen of all stages where none is enough', async () => {
    const script = counting((_, step) => (step === 2 ? 1 : 0)); // the first look ends where it is believed most
    const { thoughts } = await ask(script, { effort: 3 }, [question(9)], {});
    expect(thoughts).toMatchObject([{ answer: [2], steps: 2 + 4 + 8, candidates: 4, accepted: false }]);
  });
});

test('a plan can go on after its first stage elsewhere: nothing is looked at twice', async () => {
  const known = knowing({ family: sudoku, fault: never });
  const whole = planOf({ effort: 3 }, known);
  const rest = afterFirstStage(whole)!;
  expect(rest).toMatchObject({ begun: 1, stages: whole.stages.slice(1) });
  expect(afterFirstStage(planOf({ effort: 1 }, known))).toBeUndefined();
});
