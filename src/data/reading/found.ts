/**
 * What reading gives: puzzles and faults side by side, each at its place, so that a bad puzzle does not hide the others.
 * Faults are data until somebody throws or prints them.
 */
import { type ErrorDetail, TrmError } from '../../errors.ts';

export interface Fault {
  /** What was expected, and what was found. */
  readonly fault: string;
  readonly fix?: string | undefined;
  /** Whether it says that there are two readings. */
  readonly isDoubt?: true;
  /** Whether it says that it is a puzzle of another size. */
  readonly isOtherSize?: true | undefined;
}

/** Something read from a text or a list, or why it was not. */
export type Reading<T> = { readonly value: T; readonly fault?: undefined } | Fault;

/** The same at a line of the text, from 1 on; a list has no lines. */
export type Found<T> = Reading<T> & { readonly line?: number };

/** Cells that came as lists, row by row, as texts; nothing where a cell is empty. */
export type CellRows = readonly (readonly string[])[];

/** A puzzle with the answer that stands below it in the text, and what should be known of how it was read. */
export type Answered<T> = Found<T> & { readonly answer?: T; readonly note?: string };

/** Where something stands. */
export type Place = Pick<ErrorDetail, 'file' | 'line' | 'key'>;

/** A line that was taken for words about the puzzles, as a title, and left out. */
export type Words = Place & { readonly text: string };

/** Called for each of them: whoever meant a puzzle should hear of it. */
export type OnWords = (words: Words) => void;

/** A puzzle of a file, a text or a list, or the error that stands in its place. */
export type Item<T> =
  | {
      readonly at: Place;
      readonly value: T;
      readonly answer?: T;
      /** What should be known of how it was read. */
      readonly note?: string;
      readonly error?: undefined;
    }
  | {
      readonly at: Place;
      readonly value?: undefined;
      readonly note?: undefined;
      readonly error: TrmError;
      readonly isDoubt?: boolean;
      readonly isOtherSize?: boolean;
    };

export function itemAt<T>(
  reading: Reading<T> & { readonly answer?: T; readonly note?: string },
  at: Place,
): Item<T> {
  if (reading.fault !== undefined) {
    const { fault, fix, isDoubt = false, isOtherSize } = reading;
    const error = new TrmError('data', fault, { ...at, ...(fix && { fix }) });
    return { at, error, isDoubt, ...(isOtherSize && { isOtherSize }) };
  }
  const { value, answer, note } = reading;
  return noted({ at, value, ...(answer !== undefined && { answer }) }, note);
}

/** What should be known of a puzzle that stands in a program, which may change it where nobody sees. */
export const AS_WRITTEN = 'read as written in a program, of which nothing was run';

/** What should be known of a puzzle whose answer beside it is none. */
export const answerIsWrong = (fault: string): string => `the answer beside it is wrong: ${fault}`;

/** With a note, behind one that it has; but for an error. */
export function noted<T>(item: Item<T>, note: string | undefined): Item<T> {
  if (item.error || note === undefined) return item;
  return { ...item, note: item.note === undefined ? note : `${item.note}; ${note}` };
}

/** The values alone. @throws TrmError `data`, the first of the errors. */
export function valuesOf<T>(items: readonly Item<T>[]): T[] {
  return items.map((item) => {
    if (item.error) throw item.error;
    return item.value;
  });
}
