/**
 * A seeded sample of StrykerJS's mutants: as a checker it lets one in `TRM_MUTANTS_OF` pass and takes the others out.
 * Which, depends on the seed and on where and what a mutant is alone, so the same code gives the same sample.
 */

import { createHash } from 'node:crypto';

const seed = process.env.TRM_MUTANTS_SEED ?? '0';
const oneIn = Number(process.env.TRM_MUTANTS_OF ?? 4);

/** @param file path from the root, with slashes. */
export function isSampled(file, { location: { start, end }, replacement }) {
  const key = [seed, file, start.line, start.column, end.line, end.column, replacement].join(' ');
  return createHash('sha256').update(key).digest().readUInt32BE() % oneIn === 0;
}

class Sample {
  async init() {}

  async check(mutants) {
    return Object.fromEntries(
      mutants.map((mutant) => {
        const file = mutant.fileName.replaceAll('\\', '/').replace(/^.*?\/src\//, 'src/');
        const status = isSampled(file, mutant) ? 'passed' : 'compileError';
        return [mutant.id, status === 'passed' ? { status } : { status, reason: 'not in the sample' }];
      }),
    );
  }

  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }
}

export const strykerPlugins = [{ kind: 'Checker', name: 'sample', injectableClass: Sample }];
