/**
 * A puzzle family as one object: how its puzzles are read, written, judged, transformed, generated and drawn. Each lives in
 * a folder of its own and is a line of the table in families.ts; docs/new-family.md adds one.
 *
 * S cells of a row, V vocabulary.
 */
import * as z from 'zod';
import type { Canvas } from './grids/canvas.ts';
import type { Random } from './random.ts';
import type { CellRows, Found, OnWords, Reading } from './reading/found.ts';
import type { Symmetry } from './symmetry.ts';

/** A row of tokens `[S]`. */
export type TokenRow = ArrayLike<number>;

/** What a token looks like, how it is typed and how it is spoken. */
export interface CellSymbol {
  /** In text; '' for a blank, padding and ends. */
  readonly text: string;
  readonly name: string;
  /** The key that types it, where it is not its text. */
  readonly key?: string;
  /** `#rrggbb` of its cell, where cells are coloured. */
  readonly colour?: string;
  /** Drawn as a filled cell or as a part of a trail, in place of its text. */
  readonly look?: 'solid' | 'trail';
}

/** An answer found by the rules. */
export interface ExactAnswer {
  /** `[S]` */
  readonly answer: Int32Array;
  /** Whether there is another; undefined where the search gave up before it knew. */
  readonly several: boolean | undefined;
}

/** How hard questions are, in a number that doubles from class to class. */
export interface Difficulty {
  /** What is counted, for people: `guesses`. */
  readonly unit: string;
  of(question: TokenRow): number;
}

/** Puzzles of one family at given sizes. What is absent is not known of them. */
export interface Family {
  /** What a file holds that names this family, with all its sizes. */
  readonly info?: { readonly kind: string; readonly [key: string]: unknown };
  /** For people, with the size. */
  readonly title: string;
  /** S */
  readonly cells: number;
  /** V */
  readonly vocabulary: number;
  /** Where a grid lies among the tokens of a row. */
  readonly canvas: Canvas;
  /** `[V]` */
  readonly symbols: readonly CellSymbol[];
  /** Rows and columns of the boxes that a thicker line surrounds. */
  readonly box?: { readonly rows: number; readonly columns: number };
  /** Places of the canvas that lie between cells and hold a mark, or nothing. */
  readonly marks?: ReadonlySet<number>;
  /** Tokens that a question may hold at a place of the canvas, the blank one first. */
  typed?(place: number): readonly number[];
  /** Tokens of which a question holds exactly one. */
  readonly once?: readonly number[];
  /**
   * Tokens `[S]` of every grid in a text, questions and answers alike, and a fault where one is not sound.
   *
   * @param onWords called for every line that is taken for words.
   */
  read(text: string, onWords?: OnWords): Found<Int32Array>[];
  /** Tokens `[S]` of the one grid of cells that came as lists; where absent they are written down as text, and read. */
  readCells?(rows: CellRows): Reading<Int32Array>;
  /** Rows and columns of a grid as people write it, where it is not the canvas, or where `smaller` ones are puzzles too. */
  readonly written?: { readonly rows: number; readonly columns: number; readonly smaller?: boolean };
  /** What a blank is in a list of numbers, the least of them: 0 where omitted. */
  readonly blankNumber?: number;
  /** A grid as a question: without what only an answer holds. */
  posed?(tokens: Int32Array): Int32Array;
  /**
   * What stops a question from having an answer: givens that break a rule, or no solution.
   *
   * @param guesses bound of the search for one; a large one where omitted.
   */
  contradiction?(question: TokenRow, guesses?: number): string | undefined;
  /** Solves a question by the rules, without a model; undefined where no answer is found. @param guesses as above. */
  answer?(question: TokenRow, guesses?: number): ExactAnswer | undefined;
  /** All answers of a question by the rules; undefined where there are more than `most`, or the search gave up. */
  answers?(question: TokenRow, most: number): Int32Array[] | undefined;
  /** Whether of several answers that is the dataset's too: a transformed question's is found anew, not transformed. */
  readonly answersByRule?: boolean;
  /** The token of a question that an answer fills in: every other token is given, and stays. */
  readonly open?: number;
  /** What makes a question harder than others, or another kind of puzzle, in numbers by name. */
  traits?(question: TokenRow): Readonly<Record<string, number>>;
  /** What the names of these mean that do not say so. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** Of these the ones of which less than in training makes another kind of puzzle too, not an easier one. */
  readonly scarce?: readonly string[];
  /** One line of text; `read` takes it back. */
  line(tokens: TokenRow): string;
  /** The same on several lines, where people write it so. */
  text?(tokens: TokenRow): string;
  /** What is wrong with an answer, undefined when nothing is. */
  fault?(question: TokenRow, answer: TokenRow): string | undefined;
  /** Places of an answer that break a rule, or are not the question's. */
  conflicts?(question: TokenRow, answer: TokenRow): ReadonlySet<number>;
  /** How hard a question is. */
  readonly difficulty?: Difficulty;
  /** Cells of the answer that a question needs further, so that simple logic solves it: 0, 1, or 2 where it needs more. */
  depth?(question: TokenRow, answer: TokenRow): number;
  /** Draws one of the transforms under which a puzzle stays one, each as likely as another. */
  symmetry?(random: Random): Symmetry;
  /** A text that equals that of another question exactly when a symmetry turns one into the other. */
  canonical?(question: TokenRow): string;
  /** A number that symmetric questions share, and others seldom, found faster than the canonical text. */
  invariant?(question: TokenRow): number;
}

/** A grid that says its own size: its tokens, and what it is. */
export interface Sized<Info> {
  readonly info: Info;
  /** `[S]` */
  readonly tokens: Int32Array;
}

/** Tokens of one or many rows, in memory. */
export type Tokens = Uint8Array | Int32Array;

/** Tokens `[S]` of a question and its answer. */
export interface PuzzleTokens {
  readonly question: Tokens;
  readonly answer: Tokens;
  /** All that are right, `answer` first; it alone when omitted. */
  readonly answers?: readonly Tokens[];
}

/** Makes puzzles of a family. */
export interface PuzzleGenerator<Info, Options> {
  /** What the command says of them. */
  readonly about: string;
  /** Of a call of the command, without its folder. */
  readonly example: string;
  /** What `--size` is, and what puzzles of it are. */
  readonly size: z.ZodType<Info, string>;
  /** Further options, as values or texts of the command; each says what it means, and what `<n>` is where it is no number. */
  readonly options: z.ZodObject & z.ZodType<Options>;
  /** The option that makes puzzles easier to learn or harder, what it counts, and its value for a start. */
  readonly level: {
    readonly key: keyof Options & string;
    readonly label: string;
    /** The count of the family's `traits` of which it is the least there is. */
    readonly trait?: string;
    /** @param least that a model was trained on of `trait`. */
    usual(info: Info, least?: number): number;
  };
  /** What puzzles of these options are, where the options say more than `size`. */
  made?(info: Info, options: Options): Info;
  /** What no two puzzles of a dataset share; where absent, their tokens and, between its splits, their canonical text. */
  keyOf?(question: TokenRow): string | number;
  /** How many puzzles there are at most, where so few are that somebody may ask for more. */
  most?(info: Info, options: Options): number | undefined;
  /** The shipped recipe to try first. */
  recipe?(info: Info, options?: Partial<Options>): string | undefined;
  /**
   * An endless stream of different puzzles, each with all its answers; the same random stream gives the same puzzles.
   *
   * @throws TrmError `usage` when there are none, or no new one turns up.
   */
  puzzles(info: Info, random: Random, options: Options): Generator<PuzzleTokens, never>;
}

export interface PuzzleFamily<Info extends { readonly kind: string }, Options = object> {
  /** What a dataset's `puzzle` holds. */
  readonly schema: z.ZodType<Info>;
  /** What rows are taken for whose files and checkpoints do not say it: those of the official code first. */
  readonly assumed?: readonly Info[];
  /** @param cells S, where the info does not say it. @throws TrmError `data` on sizes that do not exist. */
  of(info: Info, cells: number): Family;
  /** Every grid in a text, or of cells that came as lists, of whatever size; absent where these do not tell it. */
  ofAnySize?(given: string | CellRows, onWords?: OnWords): Found<Sized<Info>>[];
  readonly generator?: PuzzleGenerator<Info, Options>;
}

/** An option that is a whole number of at least 0, or a text of one. */
export function wholeNumber() {
  const error = 'It must be an integer of at least 0.';
  const digits = z.string().regex(/^\d+$/).transform(Number);
  return z.union([z.int(), digits], { error }).pipe(z.int({ error }).min(0, { error }));
}

/** An option that is a share, from 0 to 1, or a text of one. */
export function share() {
  const error = 'It must be a share from 0 to 1.';
  const text = z
    .string()
    .regex(/^(\d+|\d*\.\d+)$/)
    .transform(Number);
  return z.union([z.number(), text], { error }).pipe(z.number({ error }).min(0, { error }).max(1, { error }));
}

/** From `least` to `most`, both among them. */
export interface WholeRange {
  readonly least: number;
  readonly most: number;
}

/** An option that is a range of whole numbers: as a value, as one number, or as the text `2-8` or `2` of the command. */
export function wholeRange(least: number) {
  const error = `It must be a whole number of at least ${least}, or a range of them as ${least}-8.`;
  const whole = z.int({ error }).min(least, { error });
  const range = z
    .strictObject({ least: whole, most: whole })
    .refine((range) => range.least <= range.most, { error });
  const text = z.union([z.int(), z.string().regex(/^\d+(-\d+)?$/)], { error }).transform((written) => {
    const [first, last = first] = String(written).split('-').map(Number) as [number, number?];
    return { least: first, most: last };
  });
  return z.union([range, text.pipe(range)], { error }).meta({ placeholder: 'n-n' });
}
