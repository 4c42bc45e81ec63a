/** How the folder of a dataset is told from others. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The file of a dataset that holds ARC's tasks alone. */
export const COMPACT_ARC = 'compact-arc.json';

/** Whether a folder is that of a dataset: of arrays, or of ARC's tasks. */
export function isDataset(folder: string): boolean {
  const marks = [COMPACT_ARC, join('train', 'dataset.json'), join('test', 'dataset.json')];
  return marks.some((mark) => existsSync(join(folder, mark)));
}
