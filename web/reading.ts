/** A text as a puzzle of a model: done in the worker, for a long text takes long to read. */

import type { FamilyInfo } from '../src/data/families.ts';
import { TrmError } from '../src/errors.ts';
import { firstOfAnySize, pagePuzzle, whyNot } from './puzzles.ts';
import type { ModelInfo } from './worker.ts';

/** The first puzzle of a text, and how many there are; or why there is none. */
export type TextRead =
  | { readonly question: Int32Array; readonly family: FamilyInfo; readonly of: number }
  | {
      readonly why: string;
      /** The same where the text is a puzzle of the model's kind, but cannot be asked of it. */
      readonly whyNot: string | undefined;
    };

/** @param own what a text without a size is, to a model of any size. */
export function firstPuzzle(source: string, model: ModelInfo, own: FamilyInfo): TextRead {
  try {
    const { tokens, info, of } = model.anySize
      ? firstOfAnySize(source, own)
      : { ...pagePuzzle(own)!.first(source), info: own };
    return { question: tokens, family: info, of };
  } catch (error) {
    return { why: withHow(error, model), whyNot: whyNot(source, model.family!, model.name) };
  }
}

/** What is wrong with a text, and how a puzzle of a model is written where that is not told. */
function withHow(error: unknown, { family }: ModelInfo): string {
  const why = error instanceof Error ? error.message : String(error);
  const kind = pagePuzzle(family);
  if (!kind || (error instanceof TrmError && error.detail.fix)) return why;
  const { rows, columns } = kind;
  return `${why}; a puzzle is a line of ${rows * columns} characters, a grid of ${rows} rows, CSV or JSON`;
}
