/**
 * Guesses: a candidate takes one more cell for given, filled as the model half believes it, and thinks about that question.
 * The token is drawn by the model's own probabilities and the cell by how unsure it is there, so that what is certain is left
 * alone and each candidate sets out another way. As a person does who is stuck on a Sudoku; MaskGIT (arXiv 2202.04200) fixes
 * drawn tokens too, a few at a time. The judge is the same as of any other answer.
 *
 * S cells, V vocabulary.
 */
import type { Family } from '../data/family.ts';
import type { Random } from '../data/random.ts';
import { probabilities } from '../inference/probabilities.ts';
import type { CellLoss } from '../nn/losses.ts';

/** What becomes given: a token at a place. */
interface Guess {
  readonly place: number;
  readonly token: number;
}

/** What guesses need: the token of a cell to fill, and what else a cell may hold. */
export type Fillable = Family & Required<Pick<Family, 'open' | 'typed'>>;

/** Whether the answers of a family hold what its questions may hold: then an answer's cell can be given. */
export function mayGuess(family: Family | undefined): family is Fillable {
  return family?.open !== undefined && family.typed !== undefined && !family.posed;
}

/**
 * Draws a guess; undefined where no cell is to be filled or the model is sure of all.
 *
 * @param tokens the question so far, `[S]`. @param logits `[S, V]`. @param loss what turns them into probabilities.
 */
export function drawGuess(
  { open, typed }: Fillable,
  tokens: Int32Array,
  logits: Float32Array,
  loss: CellLoss,
  random: Random,
): Guess | undefined {
  const V = logits.length / tokens.length;
  const cells = [...tokens.keys()]
    .filter((place) => tokens[place] === open)
    .map((place) => {
      const choices = typed(place).filter((token) => token !== open);
      const shares = probabilities(
        choices.map((token) => logits[place * V + token]!),
        loss,
      );
      return { place, choices, shares, doubt: 1 - Math.max(...shares) };
    });
  const cell = drawn(cells, ({ doubt }) => doubt, random);
  if (!cell) return undefined;
  const choice = drawn([...cell.choices.keys()], (i) => cell.shares[i]!, random)!;
  return { place: cell.place, token: cell.choices[choice]! };
}

/** One of a list, each as likely as its weight; undefined where all weigh nothing. */
function drawn<T>(list: readonly T[], weightOf: (one: T) => number, random: Random): T | undefined {
  const weights = list.map(weightOf);
  let left = random.float() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return list[i];
  }
  return undefined;
}
