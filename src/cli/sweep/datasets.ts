/** The datasets of a sweep: those that it says how to make are made once, in its own folder. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DatasetMetadata, datasetFamily } from '../../data/dataset.ts';
import { readArcTests } from '../../data/node/arc-tests.ts';
import { readSplits } from '../../data/node/folder.ts';
import { TrmError } from '../../errors.ts';
import { planOf } from '../../evaluate/thinking-settings.ts';
import { settingsSchema } from '../arms.ts';
import { parseKeyValues } from '../support/key-values.ts';
import type { Children } from './child.ts';
import type { Sweep } from './file.ts';

export interface SweepDataset {
  readonly folder: string;
  readonly metadata: DatasetMetadata;
  /** Training puzzles, forms of one puzzle counted once. */
  readonly puzzles: number;
  /** Test puzzles. */
  readonly heldOut: number;
}

/**
 * Makes what is missing, and reads the sizes.
 *
 * @param made how those in the sweep's folder were made, which this adds to.
 * @throws TrmError `config` when one is missing that nothing makes, or was made otherwise; `data` when making it fails;
 *   as `planOf` when its puzzles cannot be evaluated as the sweep asks.
 */
export async function prepareDatasets(
  { datasets, evaluate, file, lineOf }: Sweep,
  out: string,
  made: Record<string, string>,
  saveMade: () => void,
  children: Children,
): Promise<Map<string, SweepDataset>> {
  const prepared = new Map<string, SweepDataset>();
  for (const [name, { make, folder = join(out, 'datasets', name) }] of Object.entries(datasets)) {
    const place = { file, line: lineOf(['datasets', name]), key: `datasets.${name}` };
    if (folder.includes(','))
      throw new TrmError('config', `a folder's name with a comma would be two: ${folder}`, place);
    if (made[name] !== undefined && make !== undefined && made[name] !== make && existsSync(folder)) {
      const fix = `remove ${folder} and the runs on it, or choose another --out`;
      throw new TrmError('config', `was made by "${made[name]}"`, { ...place, fix });
    }
    if (!existsSync(folder)) {
      if (make === undefined)
        throw new TrmError('config', `there is no ${folder}`, {
          ...place,
          fix: 'make it, or say how: make: generate …',
        });
      saveMade(); // from now on the folder is known as a sweep's
      process.stderr.write(`making ${folder}: trm data ${make}\n`);
      const words = make.split(/\s+/).filter(Boolean);
      const log = join(out, 'datasets', `${name}.log`);
      const { outcome, reason } = await children.run(['data', ...words, '--out', folder], log);
      if (outcome !== 'done') throw new TrmError('data', reason || 'it was stopped', place);
      made[name] = make;
      saveMade();
    }
    if (await readArcTests(folder)) {
      const fix = 'compare runs on it with trm evaluate';
      throw new TrmError('config', 'ARC is judged by votes, a sweep by single answers', { ...place, fix });
    }
    const { train, test } = await readSplits(folder);
    const family = datasetFamily(train.metadata);
    for (const text of evaluate.settings ?? []) {
      const { checkpoint: _, ...thinking } = parseKeyValues(text, settingsSchema, 'evaluate.settings');
      planOf(thinking, { family, fault: family.fault, supervisionSteps: 1 }); // before anything is trained
    }
    const puzzles = train.groupIndices.length - 1;
    prepared.set(name, { folder, metadata: train.metadata, puzzles, heldOut: test.count });
  }
  return prepared;
}
