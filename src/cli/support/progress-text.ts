/** How far a download or a dataset is, in words. */

import type { BuildProgress } from '../../data/builders/progress.ts';
import { describeProgress } from '../terminal/progress.ts';

const verbs: Readonly<Record<BuildProgress['stage'], string>> = {
  download: 'downloading',
  read: 'reading',
  generate: 'generating',
  augment: 'augmenting',
  write: 'writing',
};

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
