/** What every dataset command does around its builder: progress, Ctrl-C, and what was made and comes next. */

import type { BuildReport, OnProgress } from '../../data/builders/progress.ts';
import { TrmError } from '../../errors.ts';
import { createProgress } from '../terminal/progress.ts';
import { faultLines } from './fault-lines.ts';
import { freeRun } from './free-run.ts';
import { stoppable } from './interrupt.ts';
import { typed, word } from './invocation.ts';
import { checkNewFolder } from './output-file.ts';
import { progressText } from './progress-text.ts';

/**
 * Builds the dataset `out` with progress on stderr; on stdout what it holds and the command that trains on it.
 *
 * @param recipe shipped recipe for such a dataset; where there is none, one is to be made.
 */
export async function building(
  out: string,
  recipe: string | undefined,
  build: (onProgress: OnProgress) => Promise<BuildReport>,
): Promise<void> {
  await checkNewFolder(out, 'give the dataset a folder of its own, as datasets/first');
  const progress = createProgress({ label: 'data' });
  const text = progressText();
  try {
    const report = await stoppable(out, (checkpoint) =>
      build((state) => {
        checkpoint();
        progress.update(text(state));
      }),
    );
    progress.end();
    if (!report) {
      process.stderr.write('stopped; nothing was written\n');
      return;
    }
    process.stdout.write(`${out}: ${report.train} training and ${report.test} test puzzles\n`);
    const run = freeRun(out);
    process.stdout.write(
      typed(
        recipe
          ? `train with: trm train --config ${recipe} --data ${word(out)} --out ${word(run)}\n`
          : `choose settings with: trm config init --data ${word(out)}\n`,
      ),
    );
  } finally {
    progress.end();
  }
}

/** Faults listed; the rest are counted. */
const LISTED = 20;

/**
 * Does `work`, which is told what to do with what is not sound: with `skip` it is left out, and listed on stderr at the end,
 * also of a failure; else it is an error. @returns how many there were.
 */
export async function skipping(
  skip: true | undefined,
  work: (bad: { onBad: (error: TrmError) => void }) => Promise<void>,
): Promise<number> {
  const faults: TrmError[] = [];
  try {
    await work({ onBad: skip ? (error) => faults.push(error) : refuse });
  } finally {
    if (faults.length > 0) listFaults(faults);
  }
  return faults.length;
}

const WAY_AROUND = '--skip-bad leaves it out';

/** @throws TrmError the fault, with the way around it; a pair's comes by once more as its task's. */
function refuse(error: TrmError): never {
  const { code, what, detail } = error;
  const { fix } = detail;
  if (fix?.endsWith(WAY_AROUND)) throw error;
  throw new TrmError(code, what, { ...detail, fix: fix ? `${fix}; ${WAY_AROUND}` : WAY_AROUND });
}

function listFaults(faults: readonly TrmError[]): void {
  process.stderr.write(`skipped ${faults.length} bad ${faults.length === 1 ? 'entry' : 'entries'}\n`);
  for (const line of faultLines(faults.slice(0, LISTED))) process.stderr.write(`  ${line}\n`);
  if (faults.length > LISTED) process.stderr.write(`  and ${faults.length - LISTED} more\n`);
}
