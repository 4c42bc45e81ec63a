/** ARC answers as one standalone SVG: a row a test grid, with the question, the truth, and the attempts beside it. */
import { ARC_PALETTE, type Grid } from '../../data/arc/grid.ts';
import { type ArcTaskResult, attemptsAt, solvedWithin } from '../../evaluate/arc.ts';
import { escapeText } from './svg.ts';

/** Side of a grid's square, and what is around it. */
const SIDE = 180;
const GAP = 24;
const HEAD = 46;
const MARGIN = 16;

const STYLE = `
svg { font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; }
.paper { fill: #ffffff; } text { fill: #3b4048; } .name { font-weight: 600; fill: #16191d; }
.frame { fill: none; stroke: #9aa1aa; } .right { fill: none; stroke: #2a9d3a; stroke-width: 3; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #14171b; } text { fill: #b9c0c9; } .name { fill: #f0f2f5; }
}`;

/** A green frame marks the attempts that are right. */
export function renderArcPicture(tasks: readonly ArcTaskResult[]): string {
  const rows = tasks.flatMap(({ name, tests }) =>
    tests.map((test, i) => {
      const all = test.candidates.reduce((sum, { votes }) => sum + votes, 0);
      const truth = test.rank === undefined ? undefined : test.candidates[test.rank - 1];
      const attempts = attemptsAt(test).map((candidate, a) => ({
        title: `attempt ${a + 1}: ${candidate.votes} of ${all} votes, ${(100 * candidate.confidence).toFixed(1)} %`,
        grid: candidate.grid,
        right: candidate === truth,
      }));
      const solved = solvedWithin(test, attempts.length) ? 'solved' : 'not solved';
      const title = tests.length > 1 ? `${name}, test ${i + 1}` : name;
      const given = [
        { title: 'question', grid: test.question, right: false },
        { title: 'truth', grid: test.truth, right: false },
      ];
      return { title: `${title}: ${solved}`, grids: [...given, ...attempts] };
    }),
  );
  const width = 2 * MARGIN + 4 * SIDE + 3 * GAP;
  const height = 2 * MARGIN + rows.length * (HEAD + SIDE + GAP) - GAP;
  const drawn = rows.map(({ title, grids }, i) => {
    const top = MARGIN + i * (HEAD + SIDE + GAP);
    const parts = grids.map((one, g) => {
      const left = MARGIN + g * (SIDE + GAP);
      return (
        `<text x="${left}" y="${top + 36}">${escapeText(one.title)}</text>` +
        drawGrid(one.grid, left, top + HEAD, one.right)
      );
    });
    return `<text class="name" x="${MARGIN}" y="${top + 14}">${escapeText(title)}</text>\n${parts.join('\n')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>ARC attempts</title>
<style>${STYLE}
</style>
<rect class="paper" width="${width}" height="${height}"/>
${drawn.join('\n')}
</svg>
`;
}

/** One path a colour, in units of cells, scaled into the square. */
function drawGrid({ rows, columns, cells }: Grid, left: number, top: number, right: boolean): string {
  if (cells.length === 0) return `<text x="${left}" y="${top + 14}">(no grid)</text>`;
  const scale = SIDE / Math.max(rows, columns);
  const runs = ARC_PALETTE.map(() => '');
  for (let row = 0; row < rows; row++) {
    for (let from = 0, to = 0; from < columns; from = to) {
      const colour = cells[row * columns + from]!;
      while (to < columns && cells[row * columns + to] === colour) to++;
      runs[colour] += `M${from} ${row}H${to}V${row + 1}H${from}z`;
    }
  }
  const paths = runs.map((d, colour) => (d === '' ? '' : `<path fill="${ARC_PALETTE[colour]}" d="${d}"/>`));
  const frame = `<rect class="${right ? 'right' : 'frame'}" x="${left}" y="${top}" width="${columns * scale}" height="${rows * scale}"/>`;
  return `<g transform="translate(${left} ${top}) scale(${Number(scale.toFixed(4))})" shape-rendering="crispEdges">${paths.join('')}</g>${frame}`;
}
