/**
 * What lines of words around a puzzle say that makes another puzzle of its cells: a title, as `Killer Sudoku`, fields, as
 * `rotated: true` of YAML, and relations between cells, as `Constraints: R1C3 < R1C4`. Sentences are not looked into.
 */
import { faultBeside } from './beside.ts';
import type { Fault } from './found.ts';
import { otherOrderSaid } from './other-order.ts';

const CELL = String.raw`(?:\br\d{1,2} ?c\d{1,2}\b|\b[a-p]\d{1,2}\b|\(\d{1,2}, ?\d{1,2}\))`;
const RELATION = new RegExp(`${CELL}\\s*(?:[<>≠]|&[lg]t;)\\s*${CELL}`, 'i');

/** A name and a value that is no sentence: a word or a number, a list, or names of cells. */
const FIELD = new RegExp(
  String.raw`^[\s>*#;%/-]*(?<name>\p{L}[\p{L} _-]{2,40}?)\s*[:=]\s*(?<value>["']?[\p{L}\d.-]+(?: [\p{L}\d.-]+){0,3}["']?|[[{].*|(?:${CELL}[\s,;]*)+)[\s,;]*$`,
  'iu',
);

/** Words of a sentence, which a title has not. */
const MOST_WORDS = 5;

/** What to say of a puzzle below a title. */
export function faultOfTitle(title: string): Fault | undefined {
  const isShort = (title.match(/\p{L}+/gu) ?? []).length <= MOST_WORDS;
  return otherOrderSaid(title) ?? (isShort ? faultBeside([['title', title.trim()]], undefined) : undefined);
}

/** What to say of a puzzle beside such lines. */
export function faultOfWords(lines: readonly string[]): Fault | undefined {
  for (const line of lines) {
    if (RELATION.test(line)) {
      const fault = `a puzzle with ${line.trim().slice(0, 60)}, relations between cells, which are not read`;
      return {
        fault,
        fix: 'leave the line out if it is about another puzzle; a Futoshiki has its signs between its cells',
      };
    }
    const { name, value } = FIELD.exec(line)?.groups ?? {};
    const fault = name && faultBeside([[name, value!.replace(/^(["'])(.*)\1$/, '$2')]], undefined);
    if (fault) return fault;
  }
  return undefined;
}
