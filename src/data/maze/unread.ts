/** Drawings of mazes that are known but not read, so that who has one hears what to do: walls as lines, and frames that hide cells. */
import type { Fault } from '../reading/found.ts';
import { placeFrom } from '../reading/places.ts';
import { noCell } from './cells.ts';
import { signsOf } from './names.ts';

/** What to say of a drawing that is known but not read. */
export interface Unread extends Fault {
  /** The line that it is about, from 0. */
  readonly at: number;
  /** Lines that the drawing takes. */
  readonly lines: number;
}

/** The drawing that begins at a line and ends at the next empty one, if it is such a one. */
export function unreadAt(lines: readonly string[], from: number): Unread | undefined {
  const kind = [foreignSigns, lineWalls, hiddenCells].find(({ begins }) => begins.test(lines[from]!));
  if (!kind) return undefined;
  const end = placeFrom(lines, from, (line) => line.trim() === '');
  const drawing = lines.slice(from, end);
  const fault = kind.faultOf(drawing);
  return fault && { ...fault, at: from + fault.at, lines: drawing.length };
}

interface Kind {
  /** Of its first line. */
  readonly begins: RegExp;
  faultOf(lines: readonly string[]): Omit<Unread, 'lines'> | undefined;
}

/** A sign of two characters, as `🧱`, beside which none of the others is counted right. */
const foreignSigns: Kind = {
  begins: /[\u{10000}-\u{10ffff}]/u,
  faultOf([line]) {
    return { ...noCell(this.begins.exec(line!)![0]), at: 0 };
  },
};

/** `+--+--+` and `|  |  |`, ` _ _ ` and `|_|_|`, or the same of box-drawing characters; no cell of a maze is a bar. */
const lineWalls: Kind = {
  begins: /^[\sSGEo.·*+|_\-─━═│┃║┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╴╵╶╷╭╮╯╰]+$/i,
  faultOf(lines) {
    const [upright, level] = [/[|│┃║]/, /[-_─━═]/].map((wall) => lines.some((line) => wall.test(line)));
    if (!upright || !level || !lines.every((line) => this.begins.test(line))) return undefined;
    return {
      fault: 'walls are drawn as lines between cells',
      fix: 'draw each wall as a cell: R rows of C cells become 2R+1 rows of 2C+1, # for a wall, the first cell at row 2, column 2',
      at: 0,
    };
  },
};

/** A frame of pandas: its head counts further than any digit that is a cell. */
const hiddenCells: Kind = {
  begins: /^\s*0\s+1\s(?:\s*2\s+3\s+4\b|[\s\d]*\.\.\.)[\s\d]*\\?$/,
  faultOf(lines) {
    if (lines.some((line) => /\.\.|\\\s*$/.test(line)))
      return {
        fault: 'pandas has left out or wrapped a part of the frame',
        fix: "save it with df.to_csv('maze.csv'), or print(df.to_string())",
        at: 0,
      };
    const columns = signsOf(lines[0]!).length;
    const at = lines.findIndex((line, i) => {
      const [name, ...signs] = signsOf(line);
      const isRow = name === String(i - 1) && signs.every((sign) => [...sign].length === 1);
      return i > 0 && (signs.length !== columns || !isRow);
    });
    if (at < 0) return undefined;
    return {
      fault: `expected a row as pandas prints it: ${at - 1}, and ${columns} cells that are a sign each`,
      fix: "save it with df.to_csv('maze.csv'), or write . into free cells before it is printed",
      at,
    };
  },
};
