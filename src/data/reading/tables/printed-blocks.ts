/**
 * Frames and matrices that are wider than a terminal, which pandas and R print in blocks of columns below each other: pandas with a
 * `\` behind the names of all blocks but the last and an empty line between them, R with names that go on, as `[,14]` or `V14`.
 * A matrix of R is one such block or several.
 */
import type { Fault } from '../found.ts';
import { placeFrom } from '../places.ts';

export interface JoinedBlocks {
  /** As many as there were: each row stands where its first part did, and what is left of the other blocks is empty. */
  readonly lines: string[];
  /** By the line of the first names, from 0, and the lines that the blocks take, where they do not fit together. */
  readonly faults: ReadonlyMap<number, { readonly lines: number; readonly fault: Fault }>;
}

interface Block {
  readonly names: readonly string[];
  /** Each with its name, where rows have names. */
  readonly rows: readonly (readonly string[])[];
  /** Its first line, and the one behind it, from 0. */
  readonly from: number;
  readonly end: number;
  readonly goesOn: boolean;
}

/** The lines with rows in one piece, and without the brackets of R around names. */
export function withBlocksJoined(given: readonly string[]): JoinedBlocks {
  const lines = [...given];
  const faults = new Map<number, { lines: number; fault: Fault }>();
  for (let i = 0; i < lines.length; i++) {
    const blocks = blocksFrom(lines, i);
    if (blocks.length === 0) continue;
    const end = blocks.at(-1)!.end;
    if (fitTogether(blocks)) {
      const joined = [blocks.flatMap(({ names }) => names), ...rowsOf(blocks)];
      for (let at = i; at < end; at++) lines[at] = joined[at - i]?.join('  ') ?? '';
    } else faults.set(i, { lines: end - i, fault: APART });
    i = end - 1;
  }
  return { lines, faults };
}

const APART: Fault = {
  fault: 'blocks of columns below each other, as pandas and R print them, that do not have the same rows',
  fix: 'print it wider, as with to_string() of pandas, or options(width = 200) in R',
};

const OF_R = /^\s*(?:\[,\d+\]|V\d+)(?:\s+(?:\[,\d+\]|V\d+))*\s*$/;
const GOES_ON = /\s\\\s*$/;

/** Two blocks or more that begin there, or a matrix of R; else none. */
function blocksFrom(lines: readonly string[], from: number): Block[] {
  const isOfR = OF_R.test(lines[from]!);
  if (!isOfR && !GOES_ON.test(lines[from]!)) return [];
  const blocks: Block[] = [];
  let at = from;
  do {
    const block = blockAt(lines, at);
    if (isOfR && block.names.includes(blocks[0]?.names[0] ?? '')) break; // of another matrix
    const beyond = (block.rows[0]?.length ?? 0) - block.names.length;
    if (blocks.length === 0 && ((beyond !== 0 && beyond !== 1) || !hasCells(block))) return []; // no names of columns
    blocks.push(block);
    at = isOfR ? block.end : placeFrom(lines, block.end, (line) => line.trim() !== '');
  } while (at < lines.length && (isOfR ? OF_R.test(lines[at]!) : blocks.at(-1)!.goesOn));
  const isAlone = blocks.length === 1 && !blocks[0]!.goesOn;
  return isAlone && !(lines[from]!.includes('[') && fitTogether(blocks)) ? [] : blocks;
}

function blockAt(lines: readonly string[], from: number): Block {
  const end = placeFrom(
    lines,
    from + 1,
    (line) => line.trim() === '' || OF_R.test(line) || GOES_ON.test(line),
  );
  const [names, ...rows] = lines
    .slice(from, end)
    .map((line) => (line.replace(GOES_ON, '').match(/"[^"\n]{0,2}"|\S+/g) ?? []).map(bareCell));
  const bare = (name = '') => name.replace(/^\[,?(\d+),?\]$/, '$1');
  return {
    names: names!.map(bare),
    rows: rows.map(([first, ...cells]) => [bare(first), ...cells]),
    from,
    end,
    goesOn: GOES_ON.test(lines[from]!),
  };
}

/** Without quotes, in which nothing or a space is a blank. */
const bareCell = (cell: string) => (/^" ?"$/.test(cell) ? '.' : cell.replace(/^"(.+)"$/, '$1'));

/** Whether what stands behind the name of its first row may be cells: signs, or numbers, or what stands for none. */
const hasCells = ({ rows }: Block) =>
  (rows[0] ?? [])
    .slice(1)
    .every((cell) => /^(?:\S{1,2}|-?\d+(?:\.\d*)?|nan|none|<na>|null|true|false)$/i.test(cell));

const hasNames = ({ names, rows }: Block) => rows[0]?.length === names.length + 1;

/** Whether all have as many rows, of the same names, and a cell below each name of a column. */
function fitTogether(blocks: readonly Block[]): boolean {
  const [first] = blocks as [Block, ...Block[]];
  const width = hasNames(first) ? 1 : 0;
  return (
    !blocks.at(-1)!.goesOn &&
    first.rows.length > 0 &&
    blocks.every(
      ({ names, rows }) =>
        rows.length === first.rows.length &&
        rows.every(
          (row, i) => row.length === names.length + width && (width === 0 || row[0] === first.rows[i]![0]),
        ),
    )
  );
}

function rowsOf(blocks: readonly Block[]): string[][] {
  const begin = hasNames(blocks[0]!) ? 1 : 0;
  return blocks[0]!.rows.map((row, i) => [
    ...row.slice(0, begin),
    ...blocks.flatMap(({ rows }) => rows[i]!.slice(begin)),
  ]);
}
