/** Start and goal that a program names beside its maze: `maze = [[0, 1, …], …]`, `start = (0, 0)`, `end = (9, 9)`. */

import type { Reading } from '../found.ts';
import type { Program } from '../programs/literals.ts';
import { endsBeside, isEnd } from './keys.ts';

/** The rows of the only maze of a program with both in it; undefined where either is not named, or the maze has them. */
export function withEndsNamed(
  { grids, named }: Program,
  text: string,
): (Reading<string[]> & { readonly line: number }) | undefined {
  const [maze, ...others] = grids.filter(({ role }) => role === 'puzzle');
  if (!maze || others.length > 0) return undefined;
  const ends = named.filter(({ name }) => isEnd(name));
  const reading = endsBeside(
    ends.map(({ name, value }) => [name, value] as const),
    maze.value,
  );
  if (!reading) return undefined;
  const again = ends.find(({ name }) => isSetAgain(name, text));
  if (!again) return { ...reading, line: maze.line };
  const fault = `${again.name} is set more than once, and nothing is run`;
  return { fault, fix: 'write S and G into the cells', line: again.line };
}

/** Whether statements that are indented no deeper than the first which sets a name, or a part of it, set it once more. */
function isSetAgain(name: string, text: string): boolean {
  const indents = text.split('\n').flatMap((line) => {
    const [target = '', ...value] = line.split(ASSIGNED, 2);
    const isSet = value.length > 0 && !target.includes('(') && target.match(/\w+/g)?.includes(name);
    return isSet ? [line.length - line.trimStart().length] : [];
  });
  return indents.slice(1).some((indent) => indent <= indents[0]!);
}

const ASSIGNED = /(?<![=!<>])=(?![=>])/;
