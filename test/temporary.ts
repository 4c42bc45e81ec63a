/** A temporary folder for the whole suite, which has to be empty at the end: what tests make they remove. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

export default function setup({ config }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'trm-tests-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => {
    const left = readdirSync(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    // Files of which no test is chosen make their folders, and do not come to their end.
    if (left.length === 0 || config.testNamePattern) return;
    process.stderr.write(`failed: left in the temporary folder: ${left.join(', ')}\n`);
    process.exitCode = 1; // what is thrown here would not fail the run
  };
}
