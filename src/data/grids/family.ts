/** Grids of somebody's own: what their symbols are and which symmetries they have stands in the dataset. */
import * as z from 'zod';
import type { Family, PuzzleFamily } from '../family.ts';
import type { Random } from '../random.ts';
import { linesOf } from '../reading/documents.ts';
import type { Found, OnWords, Reading } from '../reading/found.ts';
import { dihedral, formsOf, inTurn, leastForm, renaming } from '../symmetry.ts';
import { type Canvas, gridOn, lineOf, place, type TokenGrid } from './canvas.ts';
import { parseSymbols, type SymbolGrid } from './parse.ts';

/** What turns a puzzle into another of its family. */
const symmetries = z.object({
  dihedral: z.boolean(),
  /** Renaming of the symbols that are not fixed. */
  rename: z.boolean(),
  fixed: z.array(z.string()),
});
export type Symmetries = z.infer<typeof symmetries>;

const schema = z.object({
  kind: z.literal('grid'),
  rows: z.int().positive(),
  columns: z.int().positive(),
  /** What stands for tokens 1, 2, … */
  alphabet: z.array(z.string().min(1)),
  /** Whether a token after the alphabet's marks where a grid ends. */
  ends: z.boolean().default(false),
  symmetries,
});
export type GridInfo = z.infer<typeof schema>;

export const grid = { schema, of: familyOf } satisfies PuzzleFamily<GridInfo>;

function familyOf(info: GridInfo): Family {
  const { rows, columns, alphabet, ends } = info;
  const canvas = canvasOf(info);
  const tokenOf = tokensOf(info);
  const vocabulary = 1 + alphabet.length + (ends ? 1 : 0);
  const symmetry = symmetryOf(info, vocabulary);
  const forms = info.symmetries.dihedral ? formsOf(canvas) : [0];
  const free = new Set(renamable(info));
  const family: Family = {
    info,
    title: `grids up to ${rows}×${columns}`,
    cells: rows * columns,
    vocabulary,
    canvas,
    symbols: [
      { text: '', name: 'padding' },
      ...alphabet.map((text) => ({ text, name: text })),
      ...(ends ? [{ text: '', name: 'end of the grid' }] : []),
    ],
    read: (text, onWords) => readGrids(text, info, canvas, tokenOf, onWords),
    written: { rows, columns, smaller: true },
    line: (tokens) => lineOf(tokens, family),
    ...(symmetry && { symmetry }),
    canonical: (question) => leastForm(gridOn(question, canvas), forms, (token) => free.has(token)),
  };
  return family;
}

/** A blank line between two puzzles; lines of words that are no symbols are about them. */
function readGrids(
  text: string,
  info: GridInfo,
  canvas: Canvas,
  tokenOf: ReadonlyMap<string, number>,
  onWords: OnWords = () => {},
): Found<Int32Array>[] {
  const blocks: { line: number; lines: string[] }[] = [];
  let [before, isOpen] = [0, false];
  for (const line of linesOf(text)) {
    before++;
    if (line.trim() === '') isOpen = false;
    else if (isProse(line, tokenOf)) onWords({ line: before, text: line });
    else {
      if (!isOpen) blocks.push({ line: before, lines: [] });
      isOpen = true;
      blocks.at(-1)!.lines.push(line);
    }
  }
  return blocks.map(({ line, lines }) => ({ ...encoded(lines.join('\n'), info, canvas, tokenOf), line }));
}

function isProse(line: string, tokenOf: ReadonlyMap<string, number>): boolean {
  return line
    .split(/[\s,/]+/)
    .some(
      (word) =>
        /\p{L}{2}/u.test(word) &&
        ![...word].every((part) => tokenOf.has(part)) &&
        !tokenOf.has(word) &&
        /\s/.test(line.trim()),
    );
}

function encoded(
  text: string,
  info: GridInfo,
  canvas: Canvas,
  tokenOf: ReadonlyMap<string, number>,
): Reading<Int32Array> {
  const parsed = parseSymbols(text);
  if (parsed.fault !== undefined) return parsed;
  // The terminal marks what changed and what breaks a rule.
  const symbols = parsed.value.map((row) =>
    row.map((symbol) => (tokenOf.has(symbol) ? symbol : symbol.replace(/(?<=.)[*!]$/u, ''))),
  );
  if (symbols.length > info.rows || symbols[0]!.length > info.columns) {
    const size = `${symbols.length}x${symbols[0]!.length}`;
    return { fault: `a grid of ${size}; this model takes up to ${info.rows}x${info.columns}` };
  }
  const foreign = symbols.flat().find((symbol) => !tokenOf.has(symbol));
  if (foreign !== undefined) {
    const fix = `use ${[...tokenOf.keys()].join(' ')}`;
    return { fault: `"${foreign}" is no symbol of these puzzles`, fix };
  }
  const tokens = new Int32Array(info.rows * info.columns);
  place(encodeSymbols(symbols, tokenOf), canvas, tokens);
  return { value: tokens };
}

/** The canvas of a family; the end token comes after the alphabet's. */
export function canvasOf({ rows, columns, ends, alphabet }: GridInfo): Canvas {
  return { rows, columns, end: ends ? alphabet.length + 1 : undefined };
}

export function tokensOf({ alphabet }: GridInfo): ReadonlyMap<string, number> {
  return new Map(alphabet.map((symbol, i) => [symbol, i + 1]));
}

/** @param grid of symbols of the alphabet. */
export function encodeSymbols(grid: SymbolGrid, tokenOf: ReadonlyMap<string, number>): TokenGrid {
  const cells = grid.flat().map((symbol) => tokenOf.get(symbol)!);
  return { rows: grid.length, columns: grid[0]!.length, cells };
}

/** Tokens that a renaming may exchange. */
function renamable({ alphabet, symmetries }: GridInfo): number[] {
  if (!symmetries.rename) return [];
  return alphabet.flatMap((symbol, i) => (symmetries.fixed.includes(symbol) ? [] : [i + 1]));
}

/** The declared symmetries, turning before renaming; undefined where there are none. */
function symmetryOf(info: GridInfo, vocabulary: number): Family['symmetry'] {
  const canvas = canvasOf(info);
  const forms = formsOf(canvas);
  const free = renamable(info);
  const turn = (random: Random) => dihedral(forms[random.int(forms.length)]!, canvas);
  const rename = (random: Random) => {
    const names = Int32Array.from({ length: vocabulary }, (_, token) => token);
    const shuffled = random.shuffle([...free]);
    free.forEach((token, i) => {
      names[token] = shuffled[i]!;
    });
    return renaming(names);
  };
  const declared = [...(info.symmetries.dihedral ? [turn] : []), ...(info.symmetries.rename ? [rename] : [])];
  if (declared.length === 0) return undefined;
  return (random) => inTurn(...declared.map((draw) => draw(random)));
}
