/** The puzzle that is asked, and how a text becomes one. */

import type { FamilyInfo } from '../src/data/families.ts';
import { messageOf, shippedNames, worker } from './client.ts';
import type { Choice } from './curated.ts';
import { pagePuzzle } from './puzzles.ts';
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

interface Kept extends Omit<Asked, 'question' | 'choice'> {
  readonly line: string;
  /** Whether anybody has had it solved as it stands. */
  readonly isBegun: boolean;
}

/** @param isBegun whether a run of it was begun. @returns whether the browser keeps it. */
export function keepOwn({ question, family, model }: Asked, isBegun: boolean): boolean {
  const kept: Kept = { family, model, line: pagePuzzle(family)!.line(question), isBegun };
  return keepInTab(KEY, kept);
}

/** Whether a puzzle is the visitor's own as it was left while it was edited, before anybody had it solved. */
export function isLeft({ question, family }: Asked): boolean {
  const kept = keptInTab(KEY) as Kept | undefined;
  const { name, line } = pagePuzzle(family)!;
  return kept?.isBegun === false && kept.line === line(question) && pagePuzzle(kept.family)?.name === name;
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
  source: Blob,
  { first, asked, need, isLatest }: Readers,
): Promise<
  | { readonly by: ModelInfo; readonly found: Asked; readonly of: number; readonly note?: string | undefined }
  | { readonly why: string }
> {
  /** What is wrong with it, in the words of the kind that it is; else in those of the first model. */
  let why: string | undefined;
  let said: string | undefined;
  const tried: ModelInfo[] = [];
  const others = source.size === 0 ? [] : shippedNames.filter((name) => name !== first);
  for (const name of [first, ...others]) {
    try {
      const by = await need(name);
      const own = asked && sameKind(by, asked.family) ? asked.family : by.family!;
      // Of two models of a kind the second reads what the first does.
      if (tried.some(({ family, anySize }) => anySize === by.anySize && sameKind(by, family!))) continue;
      tried.push(by);
      const read = await worker.firstPuzzle(source, by, own);
      if ('question' in read) {
        const { question, family, of, note } = read;
        return { by, found: { question, family, model: by.name, choice: 'own' }, of, note };
      }
      said ??= read.why;
      if (name !== first) why ??= read.whyNot;
    } catch (error) {
      said ??= messageOf(error);
    }
    if (!isLatest()) break;
  }
  return { why: why ?? said! };
}
