/**
 * A puzzle grid as text: Sudoku with its box lines, or any grid of short cells.
 *
 * What matters is visible without colour: a conflicting cell ends in `!`, a changed one in `*`.
 * Colour adds bold for the givens, green for what changed, red for conflicts, and dims the lines.
 */
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { TrmError } from '../../errors.ts';

/** A grid of `rows` x `cols` cells in reading order; the flag arrays have one entry per cell. */
export interface GridView {
  /** Text of each cell; '' is shown as a dot. */
  readonly cells: readonly string[];
  readonly rows: number;
  readonly cols: number;
  /** Height and width of a box in cells; without them there are no box lines. */
  readonly boxRows?: number;
  readonly boxCols?: number;
  /** Part of the question. */
  readonly given?: readonly boolean[];
  /** Differs from the previous supervision step. */
  readonly changed?: readonly boolean[];
  /** Breaks a rule, or is not the solution's. */
  readonly conflict?: readonly boolean[];
  /** Whether to write colour codes: `supportsColor(stream)`. */
  readonly color: boolean;
}

/** Whether to colour what goes to `stream`: a terminal with colours, and no NO_COLOR (https://no-color.org). */
export function supportsColor(
  stream: Partial<Pick<WriteStream, 'isTTY' | 'hasColors'>>,
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  return stream.isTTY === true && !env.NO_COLOR && (stream.hasColors?.(env) ?? true);
}

/**
 * The grid as lines of text, without a newline at the end.
 * The width depends on the cells' texts and on which flag arrays are there, not on the flags: frames of one puzzle align.
 *
 * @throws TrmError `shape` when an array does not have rows x cols entries
 */
export function renderGrid(view: GridView): string {
  const { cells, rows, cols, boxRows = rows, boxCols = cols, given, changed, conflict, color } = view;
  for (const [name, list] of Object.entries({ cells, given, changed, conflict })) {
    if (list && list.length !== rows * cols) {
      throw new TrmError(
        'shape',
        `grid: expected ${rows} x ${cols} = ${rows * cols} ${name}, got ${list.length}`,
      );
    }
  }
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const marked = changed !== undefined || conflict !== undefined;
  const texts = cells.map((cell) => cell || '.');
  const width = texts.reduce((widest, text) => Math.max(widest, text.length), 0);

  const drawCell = (i: number): string => {
    const mark = !marked ? '' : conflict?.[i] ? '!' : changed?.[i] ? '*' : ' ';
    const text = texts[i]!.padStart(width) + mark;
    const bold = given?.[i] ? (['bold'] as const) : [];
    const hue = conflict?.[i] ? (['red'] as const) : changed?.[i] ? (['green'] as const) : [];
    return bold.length + hue.length > 0 ? paint([...bold, ...hue], text) : text;
  };
  const boxes = range(0, cols, boxCols);
  const line = paint('dim', '│');
  const drawRow = (row: number): string =>
    boxes
      .map((from) =>
        range(from, Math.min(from + boxCols, cols))
          .map((col) => drawCell(row * cols + col))
          .join(' '),
      )
      .join(` ${line} `);
  // A box line meets the vertical ones one space after the cells.
  const boxWidth = (from: number): number =>
    Math.min(boxCols, cols - from) * (width + (marked ? 1 : 0) + 1) - 1;
  const between = paint('dim', boxes.map((from) => '─'.repeat(boxWidth(from))).join('─┼─'));
  return range(0, rows)
    .flatMap((row) => (row > 0 && row % boxRows === 0 ? [between, drawRow(row)] : [drawRow(row)]))
    .join('\n');
}

function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
}
