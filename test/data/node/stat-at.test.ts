import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readInput } from '../../../src/cli/solve-input.ts';
import { checkOutputs } from '../../../src/cli/support/output-file.ts';
import { statAt } from '../../../src/data/node/stat-at.ts';

test('below a file there is nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trm-stat-'));
  try {
    const file = join(folder, 'good.txt');
    writeFileSync(file, '1');
    const below = join(file, 'x');
    expect([folder, file, below, join(folder, 'no')].map((path) => statAt(path)?.isFile())).toEqual([
      false,
      true,
      undefined,
      undefined,
    ]);
    expect(() => checkOutputs({ '--out': below }, [file])).not.toThrow();
    await expect(readInput(below)).rejects.toThrow(
      `${below}: not a directory; check the path: it, or a part of it, is a file, not a folder`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
