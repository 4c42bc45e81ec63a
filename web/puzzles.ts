/** The puzzles of the page: on top of what the library knows of a kind, how tokens are typed, spoken and judged. */

import type { PuzzleInfo } from '../src/data/dataset.ts';
import { FREE, GOAL, neighbours, START, WALL, WAY } from '../src/data/maze/maze.ts';
import { puzzleKind } from '../src/data/puzzle-kind.ts';

/** What a token looks like, and how it is typed and spoken. */
export interface CellSymbol {
  readonly glyph: string;
  /** The key that types it. */
  readonly key: string;
  readonly name: string;
  /** Class of its cells. */
  readonly look?: string;
}

export interface Verdict {
  /** Cells that break a rule. */
  readonly broken: ReadonlySet<number>;
  readonly solved: boolean;
  readonly text: string;
}

export interface PagePuzzle {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Size of the boxes that a thicker line surrounds. */
  readonly box?: { readonly rows: number; readonly columns: number } | undefined;
  /** By token. */
  readonly symbols: readonly CellSymbol[];
  /** Tokens that a question may hold; the first one is blank. */
  readonly typed: readonly number[];
  /** The first puzzle of a text. @throws TrmError `data` on text that is no such puzzle. */
  parse(text: string): Int32Array;
  format(tokens: Int32Array): string;
  judge(question: Int32Array, answer: Int32Array): Verdict;
}

interface Look {
  readonly name: string;
  readonly symbols: readonly CellSymbol[];
  readonly typed: readonly number[];
  /** Cells of the answer that break a rule. */
  broken(question: Int32Array, answer: Int32Array): Set<number>;
  /** What a question lacks to be judged. */
  lacking?(question: Int32Array): string | undefined;
}

/** The puzzles of a model; undefined for those that this page cannot draw and generate. */
export function pagePuzzle(puzzle: PuzzleInfo | undefined): PagePuzzle | undefined {
  const look = lookOf(puzzle);
  if (!look) return undefined;
  const kind = puzzleKind({ puzzle, cells: 0, vocabulary: 0 });
  const { rows, columns } = kind.canvas;
  return {
    ...look,
    rows,
    columns,
    box: kind.box,
    parse: (text) => kind.read(text.trim(), 'puzzle')[0]!,
    // Mazes in lines, as people draw them.
    format: (tokens) => (kind.box ? kind.line(tokens) : lines(kind.line(tokens), columns)),
    judge(question, answer) {
      const lacking = look.lacking?.(question);
      if (lacking) return { broken: new Set(), solved: false, text: lacking };
      const fault = kind.fault!(question, answer);
      const text = fault ?? 'solved: every rule holds';
      return { broken: look.broken(question, answer), solved: fault === undefined, text };
    },
  };
}

function lookOf(puzzle: PuzzleInfo | undefined): Look | undefined {
  if (puzzle?.kind === 'sudoku' && puzzle.size && puzzle.size <= 9) return sudoku(puzzle, puzzle.size);
  if (puzzle?.kind === 'maze' && puzzle.rows && puzzle.columns) return maze(puzzle.rows, puzzle.columns);
  return undefined;
}

function sudoku(puzzle: PuzzleInfo, size: number): Look {
  const { conflicts } = puzzleKind({ puzzle, cells: 0, vocabulary: 0 });
  const blank: CellSymbol = { glyph: '', key: '.', name: 'blank' };
  const digits = Array.from({ length: size }, (_, i) => String(i + 1));
  return {
    name: `Sudoku ${size}×${size}`,
    symbols: [blank, blank, ...digits.map((digit) => ({ glyph: digit, key: digit, name: digit }))],
    typed: Array.from({ length: size + 1 }, (_, i) => i + 1),
    broken(question, answer) {
      const broken = new Set(conflicts!(answer));
      question.forEach((token, cell) => {
        if (token > 1 && token !== answer[cell]) broken.add(cell);
      });
      return broken;
    },
  };
}

function maze(rows: number, columns: number): Look {
  const symbols: CellSymbol[] = [];
  symbols[0] = { glyph: '', key: '', name: 'padding' };
  symbols[WALL] = { glyph: '', key: '#', name: 'wall', look: 'wall' };
  symbols[FREE] = { glyph: '', key: '.', name: 'free' };
  symbols[START] = { glyph: 'S', key: 'S', name: 'start' };
  symbols[GOAL] = { glyph: 'G', key: 'G', name: 'goal' };
  symbols[WAY] = { glyph: '•', key: 'o', name: 'way', look: 'way' };
  return {
    name: `Maze ${rows}×${columns}`,
    symbols,
    typed: [FREE, WALL, START, GOAL],
    broken(question, answer) {
      const onWay = (cell: number) => [START, GOAL, WAY].includes(answer[cell]!);
      const broken = new Set<number>();
      answer.forEach((token, cell) => {
        const changed = token !== question[cell] && !(token === WAY && question[cell] === FREE);
        const ends = token === START || token === GOAL ? 1 : 2;
        // A way comes into a cell and leaves it: other cells of it end blindly or branch.
        const torn = onWay(cell) && [...neighbours(cell, rows, columns)].filter(onWay).length !== ends;
        if (changed || (torn && answer.includes(WAY))) broken.add(cell);
      });
      return broken;
    },
    lacking(question) {
      const missing = [START, GOAL].find((token) => question.filter((t) => t === token).length !== 1);
      return missing === undefined ? undefined : `a maze needs one ${symbols[missing]!.name}`;
    },
  };
}

function lines(text: string, columns: number): string {
  return (text.match(new RegExp(`.{${columns}}`, 'gs')) ?? []).join('\n');
}
