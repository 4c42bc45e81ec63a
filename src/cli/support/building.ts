/** What every dataset command does around its builder: progress, Ctrl-C, and what was made and comes next. */

import type { BuildProgress, BuildReport, OnProgress } from '../../data/builders/progress.ts';
import { TrmError } from '../../errors.ts';
import { createProgress, describeProgress } from '../terminal/progress.ts';
import { faultLines } from './fault-lines.ts';
import { freeRun } from './free-run.ts';
import { stoppable } from './interrupt.ts';
import { typed, word } from './invocation.ts';
import { checkNewFolder } from './output-file.ts';

const verbs: Readonly<Record<BuildProgress['stage'], string>> = {
  download: 'downloading',
  read: 'reading',
  generate: 'generating',
  augment: 'augmenting',
  write: 'writing',
};

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

const units: Readonly<Record<BuildProgress['stage'], readonly [scale: number, unit: string]>> = {
  download: [1e6, 'MB'],
  read: [1e6, 'MB'],
  generate: [1, 'puzzles'],
  augment: [1, 'puzzles'],
  write: [1, 'examples'],
};

/** `generating train: 1200/5256 (22 %), 820 puzzles/s, 5.0 s left`; downloads and files are counted in MB. */
export function progressText(now: () => number = () => performance.now()): (state: BuildProgress) => string {
  let [what, base, begun] = ['', 0, 0];
  return ({ stage, name, done, total }) => {
    if (what !== `${verbs[stage]} ${name}`) [what, base, begun] = [`${verbs[stage]} ${name}`, done, now()];
    if (done === 0) return what;
    const [scale, unit] = units[stage];
    const state = { done: Math.floor(done / scale), total: Math.ceil(total / scale) };
    const perSecond = (done - base) / ((now() - begun) / 1000);
    if (!(perSecond > 0)) return `${what}: ${describeProgress(state)}`;
    const eta = (total - done) / perSecond;
    return `${what}: ${describeProgress({ ...state, rate: perSecond / scale, unit, eta })}`;
  };
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
