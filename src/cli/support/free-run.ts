/** Where a proposed run may go: a command that is printed must work as it stands. */

import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** The folder of a run on a dataset, named after it: `runs/NAME`, or with a number behind it where something is there. */
export function freeRun(data: string): string {
  const wished = join('runs', basename(resolve(data)));
  let run = wished;
  for (let number = 2; existsSync(run); number++) run = `${wished}-${number}`;
  return run;
}
