/**
 * What stands beside a puzzle, as keys of its object or as columns of its record, and makes another puzzle of the same cells: other
 * rules, other boxes, another order of the cells, other signs for them. All of it would stay unread, and the answer look right, so
 * that it is refused. What describes a puzzle, as its name, its source or its rating, passes.
 */
import { sudokuShape } from '../sudoku/rules.ts';
import type { Fault } from './found.ts';

type Field = readonly [name: string, value: unknown];

/** A kind of such fields. */
interface Aside {
  readonly names: RegExp;
  /** What to say of a value, as it is written in JSON; undefined where it changes nothing. */
  fault(value: unknown, name: string, question: unknown): string | undefined;
  /** What to do, before leaving the field out. */
  readonly fix: string;
}

/** Words for puzzles with other rules. */
const KINDS =
  /killer|jigsaw|irregular|windoku|hyper(?!par|link)|thermo|arrow|kropki|diagonal|greater|anti[-_ ]?(king|knight|chess)|non[-_ ]?consecutive|sandwich|palindrom|inequalit|skyscraper|renban|whisper|samurai|(^|[-_ ])xv?[-_ ]sudoku|sudoku[-_ ]?xv?($|[^\p{L}])|^xv$/iu;
/** Names of what such rules are about. */
const PARTS = /region|cage|(^|[-_ ])(areas?|sums?|dots)([-_ ]?map)?$/i;

const OTHER_RULES = 'which the model knows nothing of';
const USUAL = 'if it has the usual rules all the same,';

const asides: readonly Aside[] = [
  {
    names:
      /^(box|block|sub_?grid|region)(es|s)?[-_ ]?(width|height|w|h|rows?|col(umn)?s?|size|shape|dim(ension)?s?|map)?$/i,
    fault(value, name, question) {
      if (isMap(value) || (Array.isArray(value) && isOn(value) && sizesIn(value).length === 0))
        return OTHER_RULES;
      const side = sideOf(question) ?? sideOf(firstOf(question));
      const shapes = (side === undefined ? SIZES : [side]).map(sudokuBoxes);
      if (shapes.some((shape) => shape === undefined || areBoxes(value, name, shape))) return undefined;
      return side === undefined ? OTHER_RULES : `where boxes have ${shapes[0]!.join(' rows × ')} columns`;
    },
    fix: USUAL,
  },
  {
    names: new RegExp(`${KINDS.source}|${PARTS.source}`, 'iu'),
    fault: (value) => (isOn(value) || isMap(value) ? OTHER_RULES : undefined),
    fix: USUAL,
  },
  {
    names: /^(type|kind|category|game|variants?|variations?|rules?|rule_?set|constraints?)$/i,
    fault: (value) => (textsIn(value).some((text) => KINDS.test(text)) ? OTHER_RULES : undefined),
    fix: USUAL,
  },
  {
    names: /^(order|layout|major|major_?dimension|orientation|storage)$/i,
    fault: (value) =>
      typeof value === 'string' && /^f$|fortran|(^|[^\p{L}])(col|box|block)/iu.test(value)
        ? NOT_READ
        : undefined,
    fix: 'write the cells row by row, and',
  },
  {
    names: /^(is[-_ ]?)?(transposed?|(column|col)[-_ ]?major|by[-_ ]?columns?)$/i,
    fault: (value) => (isOn(value) ? NOT_READ : undefined),
    fix: 'write the cells row by row, and',
  },
  {
    names: /^(is[-_ ]?)?(zero|0)[-_ ]?(based|indexed)$/i,
    fault: (value) => (isOn(value) ? NOT_READ : undefined),
    fix: 'write the digits from 1, 0 for a blank, and',
  },
  {
    names: /^((index|digit)[-_ ]?)?base$|^first[-_ ]?digit$/i,
    fault: (value) => (value === 0 ? NOT_READ : undefined),
    fix: 'write the digits from 1, 0 for a blank, and',
  },
  {
    names: /^(blank|empty)([-_ ]?(cell|value|symbol|sign|char(acter)?))?s?$/i,
    fault: (value) => (/^[1-9a-wyz]$/i.test(String(value)) ? NOT_READ : undefined),
    fix: 'write 0 or . for a blank, and',
  },
  {
    names: /^((grid|board|puzzle)[-_ ]?)?(size|side)$/i,
    fault(value, _, question) {
      const side = sideOf(question);
      const isKnown = side === undefined || sizesIn(value).every((size) => [side, side ** 2].includes(size));
      return isKnown ? undefined : `where rows have ${side} cells`;
    },
    fix: 'look whether cells are missing, or',
  },
];

const NOT_READ = 'which is not read';

/** What to say of a puzzle that is not what its cells alone tell. @param question what is known of it. */
export function faultBeside(fields: readonly Field[], question: unknown): Fault | undefined {
  for (const [name, written] of fields) {
    for (const { names, fault, fix } of asides) {
      if (!names.test(spaced(name))) continue;
      const value = jsonValueOf(written);
      const what = fault(value, name, question);
      if (what === undefined) continue;
      const shown = typeof value === 'object' || value === true || isMap(value) ? name : `${name} ${value}`;
      return { fault: `a puzzle with ${shown}, ${what}`, fix: `${fix} leave out ${name}` };
    }
  }
  return undefined;
}

/** `boxWidth` as `box Width`. */
const spaced = (name: string) => name.trim().replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ');

/** A field of a table as JSON has it: a number, a list, true. */
function jsonValueOf(written: unknown): unknown {
  if (typeof written !== 'string') return written;
  const text = written.trim();
  if (/^(true|yes)$/i.test(text)) return true;
  if (/^(false|no|none)$/i.test(text)) return false;
  if (!/^[[{]|^\d{1,3}$/.test(text)) return text;
  try {
    return JSON.parse(text.replaceAll("'", '"'));
  } catch {
    return text;
  }
}

/** Said to be so, or a list or an object with something in it. */
function isOn(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value === true || value === 1 || (typeof value === 'string' && /^[[{]/.test(value));
}

/** A sign for every cell of a grid, which says to what it belongs. */
function isMap(value: unknown): value is string {
  return typeof value === 'string' && /^([\d\s./]{16,}|[A-Z\n./]{16,}|[a-z\n./]{16,})$/.test(value);
}

/** `3`, `[3, 2]`, `"3x2"`; none of anything else. */
function sizesIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value === 'string')
    return (/^\s*\d+\s*[x×*,]\s*\d+\s*$/i.test(value) ? value.match(/\d+/g)! : []).map(Number);
  const numbers: unknown[] = Array.isArray(value) ? value : [];
  const areSizes = numbers.length < 3 && numbers.every((size) => typeof size === 'number');
  return areSizes ? (numbers as number[]) : [];
}

const SIZES: readonly number[] = [4, 6, 9, 16];

/** Rows and columns of the boxes of a Sudoku; undefined of grids that are none. */
function sudokuBoxes(side: number): readonly [number, number] | undefined {
  if (!SIZES.includes(side)) return undefined;
  const { boxRows, boxColumns } = sudokuShape(side);
  return [boxRows, boxColumns];
}

/** Whether sizes are those of boxes: one by its name, or the number of their cells; two as rows and columns. */
function areBoxes(value: unknown, name: string, [rows, columns]: readonly [number, number]): boolean {
  if (isNamed(value))
    return Object.entries(value).every(([key, one]) => isNamed(one) || areBoxes(one, key, [rows, columns]));
  const [size, other] = sizesIn(value);
  if (size === undefined) return true;
  if (other !== undefined) return size === rows && other === columns;
  if (/(width|w|col(umn)?s?)$/i.test(name)) return size === columns;
  if (/(height|h|rows?)$/i.test(name)) return size === rows;
  return size === rows * columns || (size === rows && size === columns);
}

function isNamed(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts in a value, and the names in it of what is said to be so. */
function textsIn(value: unknown, depth = 4): string[] {
  if (typeof value === 'string') return [value];
  if (depth === 0) return [];
  return Object.entries(Object(value) as object).flatMap(([name, one]) => [
    ...(isOn(one) ? [name] : []),
    ...textsIn(one, depth - 1),
  ]);
}

/** Cells in a row of a question where its form tells them. */
function sideOf(question: unknown): number | undefined {
  if (typeof question === 'string') return /^\S+$/.test(question) ? rootOf(question.length) : undefined;
  if (!Array.isArray(question)) return undefined;
  const first = firstOf(question);
  const isRow = Array.isArray(first) || (typeof first === 'string' && first.length > 2);
  if (!isRow) return rootOf(question.length);
  return first.length === question.length ? first.length : undefined;
}

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined);

function rootOf(cells: number): number | undefined {
  const root = Math.sqrt(cells);
  return Number.isInteger(root) ? root : undefined;
}
