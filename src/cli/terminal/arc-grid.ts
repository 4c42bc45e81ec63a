/**
 * ARC grids in the terminal: cells as coloured squares in ARC's own colours, or as digits where there is no colour.
 */
import { ARC_PALETTE, type Grid } from '../../data/arc/grid.ts';

/** A grid and what is said above it. */
export interface TitledGrid {
  readonly title: string;
  readonly grid: Grid;
}

const GAP = 3;

/** Grids side by side, as many as `width` columns hold, without a newline at the end. */
export function renderArcGrids(grids: readonly TitledGrid[], color: boolean, width: number): string {
  const bands: string[][] = [];
  let room = 0;
  for (const { title, grid } of grids) {
    const lines = [title, ...gridLines(grid, color)];
    const columns = Math.max(title.length, 2 * grid.columns);
    const padded = lines.map((line, i) => {
      const visible = i === 0 ? title.length : grid.columns === 0 ? line.length : 2 * grid.columns;
      return line + ' '.repeat(Math.max(0, columns - visible));
    });
    const band = bands.at(-1);
    if (!band || room < GAP + columns) {
      bands.push(padded);
      room = width - columns;
      continue;
    }
    const left = width - room;
    for (let i = 0; i < Math.max(band.length, padded.length); i++) {
      band[i] = (band[i] ?? ' '.repeat(left)) + ' '.repeat(GAP) + (padded[i] ?? ' '.repeat(columns));
    }
    room -= GAP + columns;
  }
  return bands.map((band) => band.map((line) => line.trimEnd()).join('\n')).join('\n\n');
}

function gridLines({ rows, columns, cells }: Grid, color: boolean): string[] {
  if (cells.length === 0) return ['(no grid)'];
  return Array.from({ length: rows }, (_, r) =>
    Array.from(cells.subarray(r * columns, (r + 1) * columns), (colour) =>
      color ? `\x1b[48;2;${rgb(ARC_PALETTE[colour]!).join(';')}m  \x1b[0m` : ` ${colour}`,
    ).join(''),
  );
}

function rgb(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
