/** docs/new-model.md as a reader follows it: its code is taken out, compiled with the package, and its commands run. */

import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../cli/command.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'docs/new-model.md'), 'utf8');
const { folder, remove } = temporaryFolder();
afterAll(remove);

/** The text of the page's block of this kind, e.g. `ts src/models/build.ts`. */
function block(kind: string): string {
  const found = text.split('```').find((part) => part.startsWith(`${kind}\n`));
  if (!found) throw new Error(`docs/new-model.md has no block ${kind}`);
  return found.slice(kind.length + 1);
}

test('its model compiles and trains', async () => {
  for (const name of ['src', 'configs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');

  writeFileSync(join(folder, 'src/models/trm-gated.ts'), block('ts src/models/trm-gated.ts'));
  const build = join(folder, 'src/models/build.ts');
  const [imported, ...line] = block('ts src/models/build.ts').trimEnd().split('\n');
  const table = 'export const architectures = {\n';
  const before = readFileSync(build, 'utf8');
  expect(before).toContain(table);
  writeFileSync(build, `${imported}\n${before.replace(table, `${table}${line.join('\n')}\n`)}`);

  const typescript = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [typescript, '-p', 'tsconfig.build.json'], { cwd: folder }).catch((error) => {
    throw new Error(error.stdout); // what the compiler objects to
  });
  const outputs: string[] = [];
  for (const command of block('sh').trim().split('\n')) {
    const [name, ...args] = command.split(' ');
    expect(name).toBe('trm');
    const { stdout } = await run(process.execPath, [join(folder, 'dist/cli/main.js'), ...args], {
      cwd: folder,
    });
    outputs.push(stdout);
  }
  expect(outputs).toHaveLength(3);
  expect(outputs.at(-1)).toMatch(/^step +exact +valid +cell +halting\n(.*\n){16}exact .* 30 puzzles/);
  const losses = readFileSync(join(folder, 'runs/gated/metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row) as { kind: string; loss: number })
    .filter(({ kind }) => kind === 'step')
    .map(({ loss }) => loss);
  expect(losses).toHaveLength(30);
  const mean = (some: readonly number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
  expect(mean(losses.slice(-5))).toBeLessThan(0.8 * mean(losses.slice(0, 5)));
});
