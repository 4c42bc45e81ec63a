/** Mazes as a family, of any size. */
import * as z from 'zod';
import {
  type CellSymbol,
  type Family,
  type PuzzleFamily,
  type Sized,
  type TokenRow,
  wholeNumber,
} from '../family.ts';
import { gridOn } from '../grids/canvas.ts';
import type { CellRows, Found, OnWords } from '../reading/found.ts';
import { dihedral, formsOf, leastForm } from '../symmetry.ts';
import { generateMazes, type MazeKind, mazeKinds } from './generate.ts';
import { FREE, formatMaze, GOAL, MAZE_ALPHABET, mazeFault, neighbours, START, WALL, WAY } from './maze.ts';
import { shortestWay, stepsOf, traitsOf } from './solver.ts';
import { mazesOfAnySize, mazesOfCells, readMazes, tokensOfCells } from './text.ts';

const side = z.int().positive();
const schema = z.object({
  kind: z.literal('maze'),
  rows: side,
  columns: side,
  /** What they were generated like, where all are. */
  like: z.enum(mazeKinds).optional(),
});
type MazeInfo = z.infer<typeof schema>;

export const maze = {
  schema,
  assumed: [30, 10].map((side) => ({ kind: 'maze', rows: side, columns: side })),
  of: familyOf,
  ofAnySize,
  generator: {
    about: 'mazes of corridors, with one way from start to goal, or like those of Maze-Hard',
    example: 'maze --size 12 --count 5000 --min-path 15',
    size: z
      .string()
      .regex(/^0*([2-9]|[1-9]\d+)(x0*([2-9]|[1-9]\d+))?$/, {
        error: 'It must be a side of at least 2, or two of them like 12x16.',
      })
      .transform((text) => {
        const [rows, columns = rows] = text.split('x').map(Number) as [number, number?];
        return { kind: 'maze' as const, rows, columns };
      })
      .describe('rows and columns: 30, or 12x16'),
    options: z.strictObject({
      minPath: wholeNumber().default(1).describe('steps from start to goal, at least (default: 1)'),
      like: z
        .enum(mazeKinds, { error: `Allowed choices are ${mazeKinds.join(', ')}.` })
        .optional()
        .describe(
          'corridors, with one way, or maze-hard: walls at random, of several shortest ways the first (default: corridors)',
        )
        .meta({ placeholder: 'name' }),
    }),
    level: {
      key: 'minPath',
      label: 'steps of a new maze, at least',
      trait: 'steps of the way',
      usual({ rows, columns }, least = 0) {
        const side = Math.max(rows, columns);
        return 3 * least <= 2 * rows * columns ? Math.max(side, least) : side; // hardly a way takes more of the cells
      },
    },
    recipe: ({ like }) => (like === 'maze-hard' ? 'maze-any' : undefined),
    made: (info, { like = info.like ?? 'corridors' }) => ({ ...info, like }),
    puzzles: ({ rows, columns, like }, random, options) =>
      generateMazes({ rows, columns, like, ...options }, random),
  },
} satisfies PuzzleFamily<MazeInfo, { minPath: number; like?: MazeKind | undefined }>;

const symbols: CellSymbol[] = [];
symbols[0] = { text: '', name: 'padding' };
symbols[WALL] = { text: '#', name: 'wall', colour: '#30343f', look: 'solid' };
symbols[FREE] = { text: '', key: '.', name: 'free', colour: '#f4f4f2' };
symbols[START] = { text: 'S', name: 'start', colour: '#2a9d5c' };
symbols[GOAL] = { text: 'G', name: 'goal', colour: '#d1495b' };
symbols[WAY] = { text: 'o', name: 'way', colour: '#3d7dca', look: 'trail' };

function ofAnySize(given: string | CellRows, onWords?: OnWords): Found<Sized<MazeInfo>>[] {
  const mazes = typeof given === 'string' ? mazesOfAnySize(given, onWords) : mazesOfCells(given);
  return mazes.map((found) => {
    if (found.fault !== undefined) return found;
    const { rows, columns, tokens } = found.value;
    return { ...found, value: { info: { kind: 'maze', rows, columns }, tokens } };
  });
}

function familyOf({ rows, columns, like }: MazeInfo): Family {
  const canvas = { rows, columns };
  const forms = formsOf(canvas);
  return {
    info: { kind: 'maze', rows, columns, ...(like && { like }) },
    title: `Maze ${rows}×${columns}`,
    cells: rows * columns,
    vocabulary: MAZE_ALPHABET.length + 1,
    canvas,
    symbols,
    typed: () => [FREE, WALL, START, GOAL],
    once: [START, GOAL],
    read: (text, onWords) => readMazes(text, rows, columns, onWords),
    readCells: (cells) => tokensOfCells(cells, { rows, columns }),
    posed: (tokens) => tokens.map((token) => (token === WAY ? FREE : token)),
    contradiction(question) {
      const cells = Uint8Array.from(question);
      const fault = mazeFault(cells, cells, rows, columns);
      return fault?.startsWith('no way') ? fault : undefined;
    },
    answersByRule: like === 'maze-hard',
    answer: (question) => shortestWay(Int32Array.from(question), rows, columns),
    open: FREE,
    difficulty: { unit: 'steps', of: (question) => stepsOf(Int32Array.from(question), rows, columns) },
    traits: (question) => traitsOf(Int32Array.from(question), rows, columns),
    meanings: { rings: 'free cells around walls, where one can walk in a circle' },
    scarce: ['steps of the way', 'rings'],
    // A square is told by its number of cells; another shape needs the ends of its rows, and no spaces that may be lost there.
    line: (tokens) =>
      rows === columns ? formatMaze(tokens) : rowsOf(tokens, columns).join('/').replaceAll(' ', '.'),
    text: (tokens) => rowsOf(tokens, columns).join('\n'),
    fault: (question, answer) => mazeFault(Uint8Array.from(question), Uint8Array.from(answer), rows, columns),
    conflicts: (question, answer) => conflictsOf(question, answer, rows, columns),
    symmetry: (random) => dihedral(forms[random.int(forms.length)]!, canvas),
    canonical: (question) => leastForm(gridOn(question, canvas), forms),
  };
}

/** Texts of the rows of tokens `[rows * columns]`. */
function rowsOf(tokens: TokenRow, columns: number): string[] {
  return formatMaze(tokens).match(new RegExp(`.{${columns}}`, 'gs'))!;
}

function conflictsOf(question: TokenRow, answer: TokenRow, rows: number, columns: number): Set<number> {
  const tokens = Array.from(answer);
  const hasWay = tokens.includes(WAY);
  const onWay = (cell: number) => [START, GOAL, WAY].includes(tokens[cell]!);
  const broken = new Set<number>();
  tokens.forEach((token, cell) => {
    const changed = token !== question[cell] && !(token === WAY && question[cell] === FREE);
    const ends = token === START || token === GOAL ? 1 : 2;
    // A way comes into a cell and leaves it: other cells of it end blindly or branch.
    const torn = onWay(cell) && [...neighbours(cell, rows, columns)].filter(onWay).length !== ends;
    if (changed || (torn && hasWay)) broken.add(cell);
  });
  return broken;
}
