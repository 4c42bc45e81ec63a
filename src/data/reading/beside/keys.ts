/**
 * What stands beside a puzzle, as keys of its object or as columns of its record, and makes another puzzle of the same cells: other
 * rules, other boxes, another order of the cells, other signs for them. All of it would stay unread, and the answer look right, so
 * that it is refused. What describes a puzzle, as its name, its source or its rating, passes.
 */
import { otherMeaning, otherPlace, sidesOf, withEnds } from '../../maze/beside.ts';
import { sudokuShape } from '../../sudoku/rules.ts';
import type { Fault, Reading } from '../found.ts';
import { isOtherKind, isOtherSudoku, isUnknownKind, KINDS, spaced, tellsOtherRules } from './kinds.ts';
import { orderBeside } from './other-order.ts';
import { isOfCells } from './places-of-cells.ts';
import { isRegions } from './regions.ts';
import {
  hasOtherSymbols,
  isGrid,
  isMap,
  isNamed,
  isOfDigits,
  isOn,
  isUsual,
  isUsualOfMazes,
  jsonValueOf,
  namesCells,
  relatesCells,
  saysNothing,
  sizesIn,
  textsIn,
} from './said.ts';

type Field = readonly [name: string, value: unknown];

/** Sides beyond this are of a picture. */
const LARGEST_SIZE = 99;

/** Offsets beyond this are places in a file. */
const LARGEST_OFFSET = 16;

const STARTS = /^(start|entrance|origin|source|begin(ning)?|entry|spawn|from)( ?(cell|position|pos|point))?$/;
const GOALS = /^(goal|end|exit|finish|target|destination|dest|to)( ?(cell|position|pos|point))?$/;

const OF_MAZE = 'write # for a wall, . for a free cell, S and G where they are, and';

const SEVERAL_ENDS = /^(starts|entrances|origins|sources|goals|ends|exits|targets|destinations)$/;

/** A word in the names of lists that change no rules: other forms of the puzzle, what is solved of it and how, what it looks like. */
const HARMLESS = new RegExp(
  `(?:^| )(?:${[
    'answers?|solutions?|solved?|completed?|finished|filled|output|target|results?|expected|predict(?:ed|ions?)|labels?|guess(?:es)?',
    'paths?|routes?|trail|traces?|trajector(?:y|ies)|visited|explored|expanded|frontier|dead ?ends?|moves?|steps?|actions?',
    'history|log|undo|redo|hints?|candidates?|notes?|pencil|marks?|tags?|users?|progress|state|current|last|errors?|conflicts?|mistakes?',
    'input|initial|original|start|givens?|fixed|editable|prefilled|empty|free|blanks?',
    'selected|selection|highlight(?:s|ed)?|times?|durations?|scores?|ratings?|stats|counts?|totals?|levels?|techniques?|strateg(?:y|ies)|seeds?',
    'ids?|index(?:es)?|indices|players?|attention|logits?|embeddings?|tokens?|prob(?:s|abilit(?:y|ies))?|permutations?|symmetr(?:y|ies)',
    'digits|numbers|symbols|alphabet|values|palette|style|styles|version|bbox|bounds|dim(?:s|ensions?)?|sizes?|shape|range',
    'check(?:ed)?|related|similar(?:ity)?|frequenc(?:y|ies)|backdoors?|remaining|deductions?|explanations?|order|singles|splits?|distances?|junctions?',
    '[qa]|quiz|quizzes|question|problem|unsolved|lösung',
  ].join(
    '|',
  )})(?: |$)|^(?:(?:puzzle|sudoku|maze|grid|board|raw) ?)*(?:puzzles?|sudoku|maze|grid|board|matrix|cells?|rows?|cols?|columns?|data|way|locked)$`,
);

/** A kind of such fields. */
interface Aside {
  readonly names: RegExp;
  /** What to say of a value, as it is written in JSON; undefined where it changes nothing. */
  fault(value: unknown, name: string, question: unknown): string | undefined;
  /** What to do, before leaving the field out. */
  readonly fix: string;
  /** Whether it says so too within another object, where a size or a place may be of anything. */
  readonly isAnywhere?: true;
  /** Whether it says so in fields of a puzzle alone, not in names that may be of anything. */
  readonly isOfPuzzles?: true;
}

/** Names of what such rules are about, which are nothing else. */
const RULES = /cage|extra ?region|between ?lines?|lockout|(^| )(areas|sums|dots|signs)( map)?$/;
/** Such names that may be of something else too: of a place, a sum that checks, the side that a button is on. */
const PARTS =
  /region|(^| )(area|sum|clue|odd|even|difference|ratio|parity|negative|comparison|blocked|obstacle|forbidden|hole|ineq|less|lt|gt|minimum|maximum|relation|less than|more than|equal|opposite|horizontal|vertical)s?( map)?$/;
/** Names of what tells for each cell to what it belongs, or how all of it looks. */
const MAPS = /^(layout|shapes?|zones?|groups?|colou?rs?)( ?(map|grid))?$/;
/** What to say of a line that holds nothing but the name of other rules, as `Killer Sudoku (hard)`. */
export function faultOfKind(line: string): Fault | undefined {
  return isOtherSudoku(line, true) ? faultBeside([['title', line.trim()]], undefined) : undefined;
}

/** Objects, as lines are drawn, or lists of cells by their names or places. */
const holdsCells = (value: unknown): boolean =>
  isNamed(value) ||
  (Array.isArray(value) &&
    value.some(
      (one) =>
        isNamed(one) || (Array.isArray(one) && one.every((cell) => Array.isArray(cell) || namesCells(cell))),
    ));

/** Names of the kind of a puzzle, which nothing else is called beside one. */
const KIND_NAMES =
  /^((puzzle|sudoku|grid|board|game) ?)?((sub ?)?(type|kind)|genre|variant|variation|variety)s?$/;
const UNKNOWN_KIND = 'which is not known: it may be another kind of puzzle';

const OTHER_RULES = 'which the model knows nothing of';
const USUAL = 'if it has the usual rules all the same,';
const NOT_READ = 'which is not read';
const BY_ROWS = 'write the cells row by row, and';

const asides: readonly Aside[] = [
  {
    names:
      /^(box|block|sub ?grid|region)(es|s)?( ?(width|height|w|h|rows?|col(umn)?s?|size|shape|dim(ension)?s?|map))?$/,
    fault(value, name, question) {
      const hasSizes = sizesIn(value).length > 0;
      if (isMap(value) || (Array.isArray(value) && isOn(value) && !hasSizes)) return OTHER_RULES;
      if (/^regions$| map$/.test(name) && typeof value === 'string' && !hasSizes)
        return saysNothing(value) || isUsual(value) ? undefined : OTHER_RULES;
      const side = sideOf(question) ?? sideOf(firstOf(question));
      const shapes = (side === undefined ? SIZES : [side]).map(sudokuBoxes);
      if (shapes.some((shape) => shape === undefined || areBoxes(value, name, shape))) return undefined;
      return side === undefined ? OTHER_RULES : `where boxes have ${shapes[0]!.join(' rows × ')} columns`;
    },
    fix: USUAL,
  },
  {
    names: new RegExp(`${KINDS.source}|${RULES.source}`, 'u'),
    fault: (value) => (saysNothing(value) ? undefined : OTHER_RULES),
    fix: USUAL,
    isAnywhere: true,
  },
  {
    names: /^constraints?$/,
    fault: (value) => (saysNothing(value) || isUsual(value) ? undefined : OTHER_RULES),
    fix: USUAL,
    isAnywhere: true,
  },
  {
    names: /^((puzzle|sudoku|grid|game) ?)?rules?( ?sets?)?$/,
    fault(value, _, question) {
      const texts = textsIn(value);
      const isMaze = !isOfDigits(question) && sidesOf(question) !== undefined;
      const isOther = texts.some((text) =>
        isMaze
          ? !isUsualOfMazes(text)
          : isOtherKind(text) || (isOfDigits(question) && /\p{L}/u.test(text) && !isUsual(text)),
      );
      return isOther ? OTHER_RULES : undefined;
    },
    fix: USUAL,
    isAnywhere: true,
  },
  {
    names: PARTS,
    fault(value) {
      const holds = typeof value === 'object' && !saysNothing(value);
      return holds || isMap(value) || namesCells(value) ? OTHER_RULES : undefined;
    },
    fix: USUAL,
  },
  {
    names: MAPS,
    fault: (value) => (isMap(value) || isGrid(value) ? OTHER_RULES : undefined),
    fix: USUAL,
  },
  {
    names:
      /^((puzzle|sudoku|grid|game) ?)?((sub ?)?(type|kind)|class|famil(y|ies)|categor(y|ies)|tags?|game|format|mode|genre|style|shape|variants?|variations?|modifiers?|features?|extras?)$/,
    fault: (value) => (textsIn(value).some(isOtherKind) ? OTHER_RULES : undefined),
    fix: USUAL,
    isAnywhere: true,
  },
  {
    names: /^((puzzle|sudoku|grid) ?)?(name|title|heading|label|theme|difficult(y|ies)|level)$/,
    fault: (value) => (typeof value === 'string' && isOtherSudoku(value) ? OTHER_RULES : undefined),
    fix: USUAL,
  },
  {
    names: /^((puzzle|sudoku|grid) ?)?(notes?|description|comments?|remarks?|instructions?|about)$/,
    fault: (value) => (textsIn(value).some(tellsOtherRules) ? OTHER_RULES : undefined),
    fix: USUAL,
    isAnywhere: true,
  },
  {
    names: /(?:)/, // whatever it is called
    fault: (value) =>
      typeof value === 'object' && textsIn(value).some(relatesCells)
        ? 'relations between cells, which are not read'
        : undefined,
    fix: USUAL,
    isAnywhere: true,
  },
  {
    names: /^((out|in)side|edges?|border ?clues|lines|underlays|overlays)$/,
    fault: (value) => (saysNothing(value) || !holdsCells(value) ? undefined : OTHER_RULES),
    fix: USUAL,
  },
  {
    names:
      /^(portals?|teleport(er)?s?|one ?ways?|wraps?|wrap ?around|toroidal|torus|topology|connectivity|diagonal ?moves?)$/,
    fault: (value) =>
      isOn(value) || /torus|toroidal|wrap|cylind|diagonal|^8/i.test(String(value)) ? OTHER_RULES : undefined,
    fix: USUAL,
  },
  {
    names: /^(moves?|movements?|motions?|neighbou?r(hood|s)?|adjacency|directions?|connectivity|actions?)$/,
    fault: (value) =>
      textsIn(value).some((text) =>
        /^8(?:$|\W|-?(?:con|way|dir))|^(?:eight|diagonal|king|moore|knight)|^[ns][ew]$/i.test(text),
      )
        ? OTHER_RULES
        : undefined,
    fix: USUAL,
  },
  {
    names:
      /^((reading|cell|index|memory) )?(order|layout|major|major ?(?:dimension|order)|orient(ation)?|storage|axis|encoding)$/,
    fault: (value) =>
      typeof value === 'string' && /^f$|fortran|(^|[^\p{L}])(col|box|block)/iu.test(value)
        ? NOT_READ
        : undefined,
    fix: BY_ROWS,
  },
  {
    names: /(?:)/,
    fault(value, name) {
      const isSaid = typeof value === 'string' && orderBeside(value) === 'columns';
      const isOrder = orderBeside(name) === 'columns' || /^(is )?transposed?$/.test(name);
      return isSaid || (isOrder && isOn(value)) ? NOT_READ : undefined;
    },
    fix: BY_ROWS,
    isAnywhere: true,
  },
  {
    names: /(?:)/,
    fault(value, name) {
      const isTurned = /^(is )?rotation$/.test(name) || orderBeside(name) === 'turned';
      const isSaid = typeof value === 'string' && orderBeside(value) === 'turned';
      return isSaid || (isTurned && !saysNothing(value)) ? NOT_READ : undefined;
    },
    fix: 'write the cells as they stand in the puzzle, and',
    isAnywhere: true,
  },
  {
    names: /^orient(ation)?$/,
    fault: (value) =>
      Number(value) % 90 === 0 && !saysNothing(value) && value !== true ? NOT_READ : undefined,
    fix: 'write the cells as they stand in the puzzle, and',
  },
  {
    names: /^(is )?(rows? ?(major|first|wise)|by ?rows?|c ?order)$/,
    fault: (value) => (value === false || value === 0 ? NOT_READ : undefined),
    fix: BY_ROWS,
  },
  {
    names: /^(is )?(zero|0) ?(based|indexed)$/,
    fault: (value) => (isOn(value) ? NOT_READ : undefined),
    fix: 'write the digits from 1, 0 for a blank, and',
  },
  {
    names: /^((index|digit) ?)?base$|^first ?digit$/,
    fault: (value) => (value === 0 ? NOT_READ : undefined),
    fix: 'write the digits from 1, 0 for a blank, and',
  },
  {
    names: /^((digit|symbol|value) )?offset$/,
    fault(value, _, question) {
      const isOfOne = typeof question === 'string' || sideOf(question) !== undefined; // a page of several has one too
      const isOther = sizesIn(value).some((size) => size !== 0 && Math.abs(size) <= LARGEST_OFFSET);
      return isOfOne && isOther ? NOT_READ : undefined;
    },
    fix: 'write the digits from 1, 0 for a blank, and',
  },
  {
    names: /^(digits|symbols|alphabet|mapping)$/,
    fault: (value, _, question) =>
      hasOtherSymbols(value, question, sideOf(question)) ? NOT_READ : undefined,
    fix: 'write the digits from 1, 0 for a blank, and',
  },
  {
    names: /^(blank|empty)( ?(cell|value|symbol|sign|char(acter)?))?s?$/,
    fault: (value) => (/^[1-9a-wyz]$/i.test(String(value)) ? NOT_READ : undefined),
    fix: 'write 0 or . for a blank, and',
  },
  {
    names: /(^| )masks?$/,
    fault: (value) =>
      isMap(value) || Object.keys(Object(value) as object).length > 0 ? NOT_READ : undefined,
    fix: 'write . for each blank, and',
  },
  {
    names: /(?:)/,
    fault: (value) => (isRegions(value) ? OTHER_RULES : undefined),
    fix: USUAL,
    isAnywhere: true,
  },
  {
    names: /(?:)/,
    fault(value, name, question) {
      if (!Array.isArray(value) || HARMLESS.test(name.replace(/\d+/g, ''))) return undefined;
      const side = sideOf(question);
      const { rows, columns } = (side === undefined ? sidesOf(question) : undefined) ?? {
        rows: side,
        columns: side,
      };
      if (rows === undefined || columns === undefined) return undefined;
      const [only, ...others] = SEVERAL_ENDS.test(name) ? (value as unknown[]) : [];
      if (only !== undefined && others.length === 0)
        return otherPlace(only, STARTS.test(name.slice(0, -1)) ? 'start' : 'goal', question);
      return isOfCells(value, question, rows, columns) ? OTHER_RULES : undefined;
    },
    fix: USUAL,
    isOfPuzzles: true,
  },
  {
    names: /^((grid|board|puzzle|num|n) ?)?(size|side|width|height|rows|col(umn)?s)$/,
    fault(value, name, question) {
      const side = sideOf(question);
      const { rows = 0, columns = 0 } = side === undefined ? (sidesOf(question) ?? {}) : {};
      const sides = /width|col/.test(name) ? [columns] : /height|rows/.test(name) ? [rows] : [rows, columns];
      const own = side === undefined ? [...sides, rows * columns] : [side, side ** 2];
      const isKnown = sizesIn(value).every((size) => [1, ...own].includes(size) || size > LARGEST_SIZE);
      if (isKnown || own.includes(0)) return undefined;
      return side === undefined
        ? `where the maze has ${rows} rows of ${columns} cells`
        : `where rows have ${side} cells`;
    },
    fix: 'look whether cells are missing, or',
  },
  {
    names: STARTS,
    fault: (value, _, question) => otherPlace(value, 'start', question),
    fix: OF_MAZE,
  },
  {
    names: GOALS,
    fault: (value, _, question) => otherPlace(value, 'goal', question),
    fix: OF_MAZE,
  },
  {
    names: /^(legend|key|encoding|mapping|symbols|tiles|cell ?types|codes)$/,
    fault: (value, _, question) =>
      isNamed(value) ? otherMeaning(Object.entries(value), question) : undefined,
    fix: OF_MAZE,
  },
  {
    names: /^(walls?|free|open|floor|path|passage)( ?(cell|value|symbol|sign|char(acter)?))?$/,
    fault: (value, name, question) =>
      typeof value === 'object' ? undefined : otherMeaning([[value, name]], question),
    fix: OF_MAZE,
  },
  {
    names: KIND_NAMES,
    fault(value, _, question) {
      const texts = typeof value === 'string' || Array.isArray(value) ? textsIn(value) : [];
      return isOfDigits(question) && texts.some(isUnknownKind) ? UNKNOWN_KIND : undefined;
    },
    fix: USUAL,
    isOfPuzzles: true,
  },
];

/** Fields that hold others about the puzzle, of which all count. */
const ABOUT = /^(meta( ?data)?|info|properties|attributes|options|settings|header)$/;

/** Objects within each other that are looked into. */
const DEEPEST = 3;

type Known = readonly [...Field, words: string, isAbout: boolean];

/**
 * What to say of a puzzle that is not what its cells alone tell.
 *
 * @param question what is known of it.
 * @param isOfAnything whether the fields may be of anything, as the names of a program and what a page keeps with its elements.
 */
export function faultBeside(
  fields: readonly Field[],
  question: unknown,
  isOfAnything = false,
): Fault | undefined {
  const own = fields.filter(([, value]) => value !== question || typeof value !== 'object');
  for (const [name, value, words, isAbout] of withWithin(own, question)) {
    for (const { names, fault, fix, isAnywhere, isOfPuzzles } of asides) {
      if (!names.test(words) || !(isAbout || isAnywhere) || (isOfAnything && isOfPuzzles)) continue;
      const what = fault(value, words, question);
      if (what === undefined) continue;
      const shown = isShort(value) ? `${name} ${value}` : name;
      return { fault: `a puzzle with ${shown}, ${what}`, fix: `${fix} leave out ${name}` };
    }
  }
  return undefined;
}

/** Fields, and behind them those of objects that they hold. */
function withWithin(fields: readonly Field[], question: unknown, depth = DEEPEST, isAbout = true): Known[] {
  const all = withWords(fields, question);
  const within = all.flatMap(([name, value, words]) =>
    isNamed(value) && depth > 0
      ? withWithin(Object.entries(value), question, depth - 1, isAbout && ABOUT.test(words)).map(
          ([key, ...one]): Known => [`${name}.${key}`, ...one],
        )
      : [],
  );
  return [...all.map((one): Known => [...one, isAbout]), ...within];
}

/** What to say of puzzles that an object holds under a name, as `{"killer": […]}`. */
export function faultOfName(name: string): Fault | undefined {
  if (!isOtherSudoku(name)) return undefined;
  return {
    fault: `a puzzle under ${name}, ${OTHER_RULES}`,
    fix: `${USUAL} give it another name than ${name}`,
  };
}

/** Whether a name is that of a start or a goal. */
export const isEnd = (name: string): boolean => [STARTS, GOALS].some((names) => names.test(spaced(name)));

/** The rows of a maze with its start and goal, where it has none and they stand beside it. */
export function endsBeside(fields: readonly Field[], question: unknown): Reading<string[]> | undefined {
  const [start, goal] = [STARTS, GOALS].map(
    (names) =>
      fields.find(([name, value]) => names.test(spaced(name)) && /\d/.test(JSON.stringify(value) ?? ''))?.[1],
  );
  return withEnds(question, jsonValueOf(start), jsonValueOf(goal));
}

/**
 * Fields with their values as JSON has them, and with the words of their names. A width and a height whose product is the side are
 * those of boxes, as in py-sudoku.
 */
function withWords(fields: readonly Field[], question: unknown): (readonly [...Field, words: string])[] {
  const all = fields.map(([name, written]) => [name, jsonValueOf(written), spaced(name)] as const);
  const [width, height] = ['width', 'height'].map((side) =>
    Number(all.find(([, , words]) => words === side)?.[1]),
  );
  const areBoxes =
    width! > 1 && height! > 1 && width! * height! === (sideOf(question) ?? sideOf(firstOf(question)));
  return all.map(([name, value, words]) => [
    name,
    value,
    areBoxes && /^(width|height)$/.test(words) ? `box ${words}` : words,
  ]);
}

const isShort = (value: unknown) =>
  typeof value === 'number' ||
  value === false ||
  (typeof value === 'string' && value.length <= 30 && !isMap(value));

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
