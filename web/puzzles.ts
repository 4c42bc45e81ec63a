/** The puzzles of the page, which draws any family that has rules and a generator: by what the family says of itself. */

import { CANVAS, VOCABULARY } from '../src/data/arc/sequence.ts';
import { type FamilyInfo, familyFrom, puzzleFamily } from '../src/data/families.ts';
import type { Family, CellSymbol as FamilySymbol } from '../src/data/family.ts';
import { keepGivens } from '../src/data/givens.ts';
import { valuesOf } from '../src/data/reading/found.ts';
import { questionInLine } from '../src/data/reading/read.ts';
import { notesOf, type Traits } from '../src/data/traits.ts';

/** The same puzzles in another size, where the family's are so many rows and columns. */
export function resized(info: FamilyInfo, rows: number, columns: number): FamilyInfo {
  return { ...info, rows, columns };
}

/** Whether a model answers ARC tasks, which have a view of their own. */
export function isArc({ cells, vocabulary }: { cells: number; vocabulary: number }): boolean {
  return cells === CANVAS && vocabulary === VOCABULARY;
}

/** What a token looks like, and how it is typed and spoken. */
export interface CellSymbol {
  readonly glyph: string;
  /** The key that types it. */
  readonly key: string;
  readonly name: string;
  /** Classes of its cells. */
  readonly look?: string | undefined;
}

export interface Verdict {
  /** Cells that break a rule. */
  readonly broken: ReadonlySet<number>;
  readonly solved: boolean;
  readonly text: string;
}

/** What is needed to draw a grid and to edit it. */
export interface PageGrid extends Pick<Family, 'box' | 'marks'> {
  readonly rows: number;
  readonly columns: number;
  /** By token. */
  readonly symbols: readonly CellSymbol[];
  /** Whether every cell has a colour of its own, so that none is blank and none given. */
  readonly isPicture?: true;
  /** Tokens that a question may hold at a place; the first one is blank. */
  typed(place: number): readonly number[];
}

export interface PagePuzzle extends PageGrid {
  readonly name: string;
  readonly info: FamilyInfo;
  /** Tokens to paint with, where cells are filled rather than written in. */
  readonly brushes?: readonly number[];
  /** Tokens of which a question holds exactly one: painting one takes the other away. */
  readonly once: readonly number[];
  /** What makes new puzzles easier or harder, and its value for a start: of those that a model was trained on. */
  readonly level: { readonly label: string; usual(trained: Traits | undefined): number };
  /** A question by its own line, which can be asked. @throws TrmError `data` on a line that is no such puzzle. */
  parse(line: string): Int32Array;
  /** A question by its own line, also unfinished or against the rules; undefined of any other text. */
  unfinished(line: string): Int32Array | undefined;
  /** What should be known of a question before its answer; '' where that is nothing. @param trained by its model. */
  note(question: Int32Array, trained: Traits | undefined): string;
  /** Whether a question has several answers of which none is the right one, as far as a short search tells. */
  hasSeveral(question: Int32Array): boolean;
  /** An answer with the question's givens, and how many of them it had lost. */
  kept(question: Int32Array, answer: Int32Array): { readonly tokens: Int32Array; readonly restored: number };
  format(tokens: Int32Array): string;
  /** The same on one line, for an address. */
  line(tokens: Int32Array): string;
  /** What keeps a question from being asked, in the page's words; undefined where nothing does. */
  missing(question: Int32Array): string | undefined;
  judge(question: Int32Array, answer: Int32Array): Verdict;
}

/** The puzzles of a model; undefined for those that this page cannot draw, judge and generate. */
export function pagePuzzle(info: FamilyInfo | undefined): PagePuzzle | undefined {
  const family = info && familyFrom(info);
  const generator = info && puzzleFamily(info)?.generator;
  if (!generator || !family?.fault || !family.typed) return undefined;
  const { title, canvas, box, marks, symbols, line, text = line, once = [] } = family;
  const paints = symbols.some(({ look }) => look === 'solid');
  return {
    name: title,
    info,
    once,
    ...(paints && { brushes: family.typed(0) }),
    rows: canvas.rows,
    columns: canvas.columns,
    ...(box && { box }),
    ...(marks && { marks }),
    symbols: symbols.map(drawn),
    typed: family.typed,
    level: {
      label: generator.level.label,
      usual: (trained) => generator.level.usual(info, trained?.[generator.level.trait ?? '']?.least),
    },
    parse: (source) => valuesOf([questionInLine(source, family)])[0]!,
    unfinished: (source) => asWritten(source, family),
    note: (question, trained) => notesOf(family, question, trained).join('; '),
    hasSeveral: (question) => !family.answersByRule && family.answer?.(question, GUESSES)?.several === true,
    kept: (question, answer) => keepGivens(family, question, answer),
    format: text,
    line,
    missing: (question) => {
      const absent = once.find((token) => !question.includes(token));
      if (absent !== undefined) {
        const { name } = symbols[absent]!;
        return `there is no ${name} yet: choose “${name}” under the grid, then tap a cell`;
      }
      // Which rule it is stands under the grid.
      if (family.conflicts?.(question, question).size)
        return 'the givens break a rule: change a cell with a cross';
      return family.contradiction?.(question, GUESSES);
    },
    judge(question, answer) {
      const fault = family.fault!(question, answer);
      const broken = family.conflicts?.(question, answer) ?? new Set();
      return { broken, solved: fault === undefined, text: fault ?? 'solved: every rule holds' };
    },
  };
}

/** Guesses of the search for what makes a question impossible, or for a second answer: some 2 ms of a 9x9. */
const GUESSES = 200;

/** The grid with nothing in it. */
export function blankOf(kind: PagePuzzle, question: Int32Array): Int32Array {
  return question.map((_, cell) => kind.typed(cell)[0]!);
}

/** A verdict, and what to say of so many givens that the model had overwritten. */
export function withPutBack(verdict: string, count: number): string {
  if (count === 0) return verdict;
  return `${verdict}; ${count === 1 ? '1 overwritten given was' : `${count} overwritten givens were`} put back`;
}

/** The question whose line it is; what its family does not read yet, such as a maze without a goal, sign by sign. */
function asWritten(source: string, family: Family): Int32Array | undefined {
  const [found] = family.read(source);
  const mayBe = [...(found && found.fault === undefined ? [found.value] : []), signBySign(source, family)];
  return mayBe.find(
    (tokens) =>
      [family.line(tokens), signsOf(family.line(tokens))].includes(source) &&
      tokens.every((token, place) => family.typed!(place).includes(token)),
  );
}

/** A line without the ends of its rows. */
const signsOf = (line: string) => line.replaceAll('/', '');

/** Each sign of a line as that of one cell; a cell whose sign is none of its own is blank. */
function signBySign(source: string, { cells, typed, line }: Family): Int32Array {
  const choices = Array.from({ length: cells }, (_, place) => typed!(place));
  const most = choices.reduce((most, { length }) => Math.max(most, length), 0);
  /** Rows in which every cell has its first token, its second, and so on, and their lines. */
  const rows = Array.from({ length: most }, (_, i) => Int32Array.from(choices, (of) => of[i] ?? of[0]!));
  const lines = rows.map((row) => signsOf(line(row)));
  const written = signsOf(source);
  const [blank] = rows;
  return blank!.map(
    (token, place) => rows[lines.findIndex((signs) => signs[place] === written[place])]?.[place] ?? token,
  );
}

/** A filled cell needs no sign, and a trail is drawn as dots. What is no part of a grid, the first token, leaves its cell blank. */
function drawn({ text, key = text, name: own, look }: FamilySymbol, token: number): CellSymbol {
  const name = token === 0 ? 'blank' : own;
  return { glyph: look === 'solid' ? '' : look === 'trail' ? '•' : text.trim(), key, name, look };
}
