/** Parsers of option values for commander; what they throw becomes a usage error (exit status 2). */

import { type Command, InvalidArgumentError } from 'commander';
import { TrmError } from '../../errors.ts';

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a positive integer.');
  return value;
}

/** A whole number. */
export function integer(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be an integer.');
  return value;
}

/** A whole number of at least 0. */
export function nonNegativeInteger(text: string): number {
  const value = integer(text);
  if (value < 0) throw new InvalidArgumentError('It must not be negative.');
  return value;
}

/** Makes a parser of whole numbers from `least` to `most`. */
export function integerBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`It must be an integer from ${least} to ${most}.`);
    return value;
  };
}

/** A share below 1, or a whole number. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value > 0) || (value >= 1 && !Number.isInteger(value)))
    throw new InvalidArgumentError('It must be a share between 0 and 1, or a number of puzzles.');
  return value;
}

/** Names between commas. */
export function commaList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be names, separated by commas.');
  return names;
}

/** The same, no name twice. */
export function distinctNames(text: string): string[] {
  const names = commaList(text);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new InvalidArgumentError(`It has ${twice} twice.`);
  return names;
}

/** Whole numbers from `first` to `last`. */
export type Span = readonly [first: number, last: number];

/** Numbers from 1 on, as `3,17,40-99`. */
export function spans(text: string): Span[] {
  return text.split(',').map((part) => {
    const [, first, last = first] = /^([1-9]\d*)(?:-([1-9]\d*))?$/.exec(part.trim()) ?? [];
    if (first === undefined || Number(first) > Number(last))
      throw new InvalidArgumentError('It must be numbers, as 3,17,40-99.');
    return [Number(first), Number(last)];
  });
}

/** Numbers in their order, as `spans` reads them. */
export function spansOf(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const number of numbers) {
    const before = found.at(-1);
    if (before?.[1] === number - 1) before[1] = number;
    else found.push([number, number]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join();
}

/** A text of an option that is given once: another one would take its place unheard. */
export function once(text: string, before?: string): string {
  if (before !== undefined) throw new InvalidArgumentError('It is given twice; put all between commas.');
  return text;
}

/** Adds a value to those given before it, of an option that is repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Folders, between commas or in options of their own. */
export const folders = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...commaList(text),
];

/** `--min-path` of `minPath`. */
export const flagOf = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The options of a command that somebody gave, without those that have their defaults. */
export function given(command: Command): Readonly<Record<string, unknown>> {
  const options = Object.entries(command.opts());
  return Object.fromEntries(options.filter(([key]) => command.getOptionValueSource(key) !== 'default'));
}

/**
 * Refuses options that contradict each other, rather than to drop one of them.
 *
 * @param flags the options that were given.
 * @param other key of the option that `keys` do not go with.
 * @param fix what to do about it; `give one of them` when omitted.
 * @throws TrmError `usage` that names both.
 */
export function refuseBeside(
  flags: object,
  other: string,
  keys: readonly string[],
  fix = 'give one of them',
): void {
  const is = (key: string) => (flags as Readonly<Record<string, unknown>>)[key] !== undefined;
  const key = is(other) ? keys.find(is) : undefined;
  if (key !== undefined)
    throw new TrmError('usage', `does not go with ${flagOf(other)}`, { key: flagOf(key), fix });
}
