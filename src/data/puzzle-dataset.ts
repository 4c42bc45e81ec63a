/**
 * Questions and answers of any family as a dataset split: a group per puzzle, no puzzle identifiers, padding 0 not learned;
 * all answers of each, where a puzzle says more than one.
 */
import { answersIn } from './answers.ts';
import { type Answers, inMemory, type PuzzleArrays } from './dataset.ts';
import { type FamilyInfo, familyFrom } from './families.ts';
import type { PuzzleTokens, Tokens } from './family.ts';

export function puzzleDataset(info: FamilyInfo, puzzles: readonly PuzzleTokens[]): PuzzleArrays {
  const { cells: S, vocabulary } = familyFrom(info)!;
  const count = puzzles.length;
  const tokens = () => (vocabulary <= 256 ? new Uint8Array(count * S) : new Int32Array(count * S));
  const [inputs, labels] = [tokens(), tokens()]; // [count, S]
  puzzles.forEach(({ question, answer }, row) => {
    inputs.set(question, row * S);
    labels.set(answer, row * S);
  });
  const several = puzzles.some(({ answers = [] }) => answers.length > 1);
  const order = Int32Array.from({ length: count + 1 }, (_, i) => i);
  return inMemory({
    metadata: {
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      vocab_size: vocabulary,
      seq_len: S,
      num_puzzle_identifiers: 1,
      total_groups: count,
      mean_puzzle_examples: 1,
      total_puzzles: count,
      sets: ['all'],
      puzzle: info,
    },
    inputs,
    labels,
    puzzleIdentifiers: new Int32Array(count),
    puzzleIndices: order,
    groupIndices: order,
    ...(several && { answers: allAnswers(puzzles, S, inputs) }),
  });
}

/** @param like an array of the type to keep them in. */
function allAnswers(puzzles: readonly PuzzleTokens[], S: number, like: Tokens): Answers {
  const all = puzzles.map(({ answer, answers = [answer] }) => answers);
  const indices = new Int32Array(puzzles.length + 1);
  all.forEach(({ length }, row) => {
    indices[row + 1] = indices[row]! + length;
  });
  const size = indices.at(-1)! * S;
  const tokens = like instanceof Uint8Array ? new Uint8Array(size) : new Int32Array(size); // [A, S]
  for (const [i, answer] of all.flat().entries()) tokens.set(answer, i * S);
  return answersIn(indices, tokens, S);
}
