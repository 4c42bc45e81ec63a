/** The puzzle that is asked, and how a text becomes one. */

import type { FamilyInfo } from '../src/data/families.ts';
import { TrmError } from '../src/errors.ts';
import { messageOf, shippedNames } from './client.ts';
import type { Choice } from './curated.ts';
import { firstOfAnySize, pagePuzzle, whyNot } from './puzzles.ts';
import { sameKind } from './side.ts';
import { keepInTab, keptInTab } from './tab.ts';
import type { ModelInfo } from './worker.ts';

export interface Asked {
  /** `[S]` */
  readonly question: Int32Array;
  readonly family: FamilyInfo;
  readonly model: string;
  readonly choice: Choice;
}

/** The name of the visitor's own puzzle in the tab's storage. */
const KEY = 'own puzzle';

type Kept = Omit<Asked, 'question' | 'choice'> & { readonly line: string };

/** @returns whether the browser keeps it. */
export function keepOwn({ question, family, model }: Asked): boolean {
  const kept: Kept = { family, model, line: pagePuzzle(family)!.line(question) };
  return keepInTab(KEY, kept);
}

/** The visitor's own puzzle as the tab has kept it; undefined where that is nothing, or cannot be read any more. */
export function keptOwn(): Asked | undefined {
  try {
    const { family, model, line } = keptInTab(KEY) as Kept;
    const question = pagePuzzle(family)?.unfinished(line);
    return question && { question, family, model, choice: 'own' };
  } catch {
    return undefined;
  }
}

interface Readers {
  /** The model that tries it first; the shipped ones do after it. */
  readonly first: string;
  /** What is asked now: a text without a size is of this one, where the model takes it. */
  readonly asked: Asked | undefined;
  readonly need: (name: string) => Promise<ModelInfo>;
  /** Whether anybody still wants to know. */
  readonly isLatest: () => boolean;
}

/** A text, in any form that `trm solve` reads, as a puzzle of a model, the first of so many; else why it is none. */
export async function readText(
  source: string,
  { first, asked, need, isLatest }: Readers,
): Promise<
  { readonly by: ModelInfo; readonly found: Asked; readonly of: number } | { readonly why: string }
> {
  /** What is wrong with it, in the words of the kind that it is; else in those of the first model. */
  let why: string | undefined;
  let said: string | undefined;
  const others = source.trim() === '' ? [] : shippedNames.filter((name) => name !== first);
  for (const name of [first, ...others]) {
    let by: ModelInfo | undefined;
    try {
      by = await need(name);
      return { by, ...puzzleFor(by, source, asked) };
    } catch (error) {
      said ??= by ? withHow(error, by) : messageOf(error);
      if (by && name !== first) why ??= whyNot(source, by.family!, name);
    }
    if (!isLatest()) break;
  }
  return { why: why ?? said! };
}

/** What is wrong with a text, and how a puzzle of a model is written where that is not told. */
function withHow(error: unknown, { family }: ModelInfo): string {
  const why = messageOf(error);
  const kind = pagePuzzle(family);
  if (!kind || (error instanceof TrmError && error.detail.fix)) return why;
  const { rows, columns } = kind;
  return `${why}; a puzzle is a line of ${rows * columns} characters, a grid of ${rows} rows, CSV or JSON`;
}

/** @throws TrmError `data` on text that is no puzzle of the model. */
function puzzleFor(model: ModelInfo, source: string, asked: Asked | undefined): { found: Asked; of: number } {
  const own = asked && sameKind(model, asked.family) ? asked.family : model.family!;
  const { tokens, info, of } = model.anySize
    ? firstOfAnySize(source, own)
    : { ...pagePuzzle(own)!.first(source), info: own };
  return { found: { question: tokens, family: info, model: model.name, choice: 'own' }, of };
}
