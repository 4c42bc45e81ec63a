/** How many of a lot of puzzles are answered right after each recursion: what thinking longer is worth. */

import { type FamilyInfo, familyFrom } from '../src/data/families.ts';
import { keepGivens } from '../src/data/givens.ts';
import { Answerer, answerWeights } from '../src/inference/answer.ts';
import { begin, emptyCarry, moveOn, rowsOf } from '../src/inference/carry.ts';
import { buildModel } from '../src/models/build.ts';
import type { Backend } from '../src/runtime/backend.ts';
import type { Checkpoint } from '../src/train/checkpoint.ts';
import type { Depth } from './recursions.ts';

/** Puzzles side by side: few, for a run that somebody watches waits for each recursion of these. */
const ROWS = 10;

/**
 * @param between awaited before every recursion; what it throws ends the count.
 * @param onCount told after each lot: how many of how many puzzles were right after each recursion.
 */
export async function countRight(
  { config, model, state }: Checkpoint,
  backend: Backend,
  info: FamilyInfo,
  questions: readonly Int32Array[],
  { supervisionSteps, cycles, latentSteps }: Depth,
  between: () => Promise<void>,
  onCount: (right: number[], of: number) => void,
): Promise<void> {
  const family = familyFrom(info)!;
  const weights = answerWeights(state);
  const one = buildModel({ ...config.model, cycles: 1, latentSteps: 1 }, model.shape);
  const answerer = await Answerer.create(one, ROWS, backend);
  const right = new Array<number>(supervisionSteps * cycles * latentSteps).fill(0);
  try {
    for (let first = 0; first < questions.length; first += ROWS) {
      const some = questions.slice(first, first + ROWS);
      const carry = emptyCarry(one, ROWS);
      for (let row = 0; row < ROWS; row++)
        begin(carry, row, { inputs: some[row] ?? some[0]!, puzzleIdentifier: 0 }, weights.starts);
      for (let recursion = 0; recursion < right.length; recursion++) {
        await between();
        const said = await answerer.think(weights, carry);
        for (const [row, question] of some.entries()) {
          const { tokens } = keepGivens(family, question, rowsOf(said.answer, ROWS, row).slice());
          if (family.fault!(question, tokens) === undefined) right[recursion]!++;
        }
        const writes = (recursion + 1) % latentSteps === 0;
        moveOn(carry, writes ? said.next : { ...said.next, y: carry.states.y!.slice() });
      }
      onCount([...right], first + some.length);
    }
  } finally {
    await answerer.dispose();
  }
}
