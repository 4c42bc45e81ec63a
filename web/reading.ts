/** A text as a puzzle of a model: done in the worker, for a long text takes long to read. */

import { type FamilyInfo, familyFrom, puzzleFamily } from '../src/data/families.ts';
import { firstOfAnySize } from '../src/data/reading/any-size.ts';
import { valuesOf } from '../src/data/reading/found.ts';
import { asQuestion, firstQuestion, readGrids } from '../src/data/reading/read.ts';
import { TrmError } from '../src/errors.ts';
import { pagePuzzle } from './puzzles.ts';

/** The model that a text is read for. */
interface Asks {
  readonly name: string;
  readonly family?: FamilyInfo | undefined;
  readonly anySize: boolean;
}

/** The first puzzle of a text, how many there are, and what should be known of how it was read; or why there is none. */
export type TextRead =
  | {
      readonly question: Int32Array;
      readonly family: FamilyInfo;
      readonly of: number;
      readonly note?: string | undefined;
    }
  | {
      readonly why: string;
      /** The same where the text is a puzzle of the model's kind, but cannot be asked of it. */
      readonly whyNot: string | undefined;
    };

/** @param own what a text without a size is, to a model of any size. */
export function firstPuzzle(source: string, model: Asks, own: FamilyInfo): TextRead {
  try {
    return model.anySize ? firstSized(source, own) : first(source, own);
  } catch (error) {
    return { why: withHow(error, model), whyNot: whyNot(source, model.family!, model.name) };
  }
}

function first(source: string, family: FamilyInfo) {
  const { item, of } = firstQuestion(source, familyFrom(family)!);
  const [question] = valuesOf([item]);
  return { question: question!, family, of, note: item.note };
}

/** The first puzzle of a text that says its size. */
function firstSized(source: string, info: FamilyInfo) {
  const { item, of } = firstOfAnySize(source, puzzleFamily(info)!.ofAnySize!);
  const [sized] = valuesOf([item]);
  return { question: sized!.tokens, family: { ...info, ...sized!.info }, of, note: item.note };
}

/** Why a text that is a puzzle of a kind cannot be asked of a model of it; undefined where it is none of that kind. */
export function whyNot(source: string, info: FamilyInfo, model: string): string | undefined {
  const family = familyFrom(info)!;
  const [grid] = readGrids(source, family, {});
  const question = grid?.value && asQuestion(grid, family);
  if (question?.error) return `${family.title}: ${question.error.message}`;
  const find = puzzleFamily(info)!.ofAnySize;
  const sized = find && firstOfAnySize(source, find).item;
  if (!sized?.value) return undefined;
  const { title } = familyFrom(sized.value.info)!;
  return `${title} is of another size than ${model} takes, which is ${family.title}; drop a model of its size on the page`;
}

/** What is wrong with a text, and how a puzzle of a model is written where that is not told. */
function withHow(error: unknown, { family }: Asks): string {
  const why = error instanceof Error ? error.message : String(error);
  const kind = pagePuzzle(family);
  if (!kind || (error instanceof TrmError && error.detail.fix)) return why;
  const { rows, columns } = kind;
  return `${why}; a puzzle is a line of ${rows * columns} characters, a grid of ${rows} rows, CSV or JSON`;
}
