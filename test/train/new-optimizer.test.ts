/** docs/new-optimizer.md: its two files compile, are all there is to do, and train. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { decodeSafetensors } from '../../src/formats/safetensors.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const optimizers = join(root, 'src/train/optimizers');
const document = readFileSync(join(root, 'docs/new-optimizer.md'), 'utf8');

/** The code behind a file's name. */
function block(name: string): string {
  const code = document.split(`\`src/train/optimizers/${name}\`:\n\n\`\`\`ts\n`)[1]?.split('```\n')[0];
  if (code === undefined) throw new Error(`the document has no block of ${name}`);
  return code;
}

// Beside the sources, whose other modules it imports; not in node_modules, where nothing is compiled.
mkdirSync(join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(join(root, '.cache/new-optimizer-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['lion.ts', 'table.ts']) {
  const code = block(name).replace(/from '(\..*)'/g, (_, path: string) =>
    path === './lion.ts' ? `from '${path}'` : `from '${relative(folder, join(optimizers, path))}'`,
  );
  writeFileSync(join(folder, name), code);
}
vi.doMock('../../src/train/optimizers/table.ts', () => import(join(folder, 'table.ts')));
const { backend, tinyConfig, tinyDataset } = await import('./support.ts');
const { decodeCheckpoint, encodeCheckpoint } = await import('../../src/train/checkpoint.ts');
const { newRun, train } = await import('../../src/train/run.ts');
type Checkpoint = ReturnType<typeof newRun>;

const dataset = tinyDataset();
const config = tinyConfig({ optimizer: 'lion', steps: 60, learningRate: 1e-3, weightDecay: 0.1 });

test('its table is the one there is, and a line more', () => {
  const without = block('table.ts')
    .split('\n')
    .filter((line) => !line.includes('lion'));
  expect(without.join('\n')).toBe(readFileSync(join(optimizers, 'table.ts'), 'utf8'));
  const quoted = /^ {4}(export const muon.*)$/m.exec(document)![1]!;
  expect(readFileSync(join(optimizers, 'muon.ts'), 'utf8')).toContain(quoted);
});

test('its files compile', () => {
  const tsconfig = join(folder, 'tsconfig.json');
  writeFileSync(tsconfig, JSON.stringify({ extends: join(root, 'tsconfig.json'), include: ['*.ts'] }));
  expect(execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', tsconfig], { encoding: 'utf8' })).toBe('');
});

test('the rule is the paper’s', async () => {
  const from = newRun({ ...config, steps: 2, clipNorm: 0 }, dataset);
  const start = from.state.dense.weights.slice();
  const momenta: Float32Array[] = [];
  const weights: Float32Array[] = [];
  const onStep = () => {
    momenta.push(from.state.dense.optimizer.momentum!.slice());
    weights.push(from.state.dense.weights.slice());
  };
  await train(from, dataset, backend, { onStep });
  // Half the rate in the first of two steps of warm-up.
  [0.5, 1].forEach((share, i) => {
    const rate = share * config.learningRate;
    const before = weights[i - 1] ?? start;
    weights[i]!.forEach((weight, j) => {
      const kept = momenta[i - 1]?.[j] ?? 0;
      const gradient = (momenta[i]![j]! - 0.95 * kept) / 0.05; // from m' = 0.95 m + 0.05 g
      const ahead = 0.9 * kept + 0.1 * gradient;
      if (Math.abs(ahead) < 1e-6 && ahead !== 0) return; // rounding may decide its sign
      const expected = before[j]! * (1 - rate * 0.1) - rate * Math.sign(ahead);
      expect(Math.abs(weight - expected)).toBeLessThan(1e-6);
    });
  });
  expect(momenta[1]!.filter((m) => Math.abs(m) > 1e-6).length).toBeGreaterThan(1000);
});

test('it trains, is saved and resumes', async () => {
  const losses: number[] = [];
  const saved: Buffer[] = [];
  const run = async (from: Checkpoint, stopAfter: number) => {
    const stop = new AbortController();
    const onStep = ({ step, loss }: { step: number; loss: number }) => {
      losses.push(loss);
      if (step === stopAfter) stop.abort();
    };
    const onCheckpoint = async (checkpoint: Checkpoint) =>
      void saved.push(Buffer.concat(encodeCheckpoint({ ...checkpoint, seconds: 0 })));
    await train(from, dataset, backend, { onStep, onCheckpoint }, stop.signal);
  };
  await run(newRun(config, dataset), 60);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(losses.slice(-8))).toBeLessThan(0.95 * mean(losses.slice(0, 8)));

  const whole = saved.at(-1)!;
  await run(newRun(config, dataset), 20);
  await run(decodeCheckpoint(saved.at(-1)!, 'memory'), 60);
  expect(saved.at(-1)!.equals(whole)).toBe(true);
  const names = [...decodeSafetensors(whole, 'memory').tensors.keys()];
  const kept = names.filter((name) => name.startsWith('optimizer/'));
  const weights = names.filter((name) => name.startsWith('weights/'));
  expect(kept).toEqual(weights.map((name) => name.replace('weights/', 'optimizer/momentum/')));
});
