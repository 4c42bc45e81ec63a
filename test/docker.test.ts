/** The Dockerfile: linted everywhere; built, run and stopped where a container engine answers. */

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { afterAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { temporaryFolder } from './cli/command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
const instructions = text
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n/g, '')
  .split('\n')
  .filter((line) => line !== '');
const of = (keyword: string) => instructions.filter((line) => line.startsWith(`${keyword} `));

test('has no fault that a linter finds', () => {
  expect(validate(text)).toEqual([]);
  expect(validate('FRM node').length).toBeGreaterThan(0);
});

test('runs as no root, on a base of a stated version, and tells its health', () => {
  expect(of('FROM')).toEqual([expect.stringMatching(/^FROM node:\d+-[a-z]+-slim$/)]);
  const last = instructions.findLastIndex((line) => line.startsWith('USER '));
  expect(instructions[last]).toBe('USER node');
  expect(instructions.slice(last).filter((line) => /^(RUN|COPY|ADD) /.test(line))).toEqual([]);
  const [health] = of('HEALTHCHECK');
  const [port] = of('EXPOSE').map((line) => line.split(' ')[1]);
  expect(health).toContain(`http://127.0.0.1:${port}/health`);
});

const engine = spawnSync('docker', ['info'], { timeout: 20_000 }).status === 0;

describe.skipIf(!engine)('in a container (skipped where no engine answers)', () => {
  const image = `trm-test-${process.pid}`;
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' });
  afterAll(() => {
    spawnSync('docker', ['rm', '-f', image]);
    spawnSync('docker', ['rmi', '-f', image]);
  });

  it('is built, becomes healthy, solves, and ends on SIGTERM', async () => {
    const { folder, remove } = temporaryFolder();
    onTestFinished(remove);
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
    for (const file of ['Dockerfile', '.dockerignore']) copyFileSync(join(root, file), join(folder, file));
    docker('build', '--tag', image, folder);
    docker('run', '--detach', '--name', image, '--publish', '127.0.0.1::8642', image);
    const address = docker('port', image, '8642').trim();
    const health = () => docker('inspect', '--format', '{{.State.Health.Status}}', image).trim();
    for (const end = Date.now() + 60_000; health() !== 'healthy'; ) {
      expect(Date.now()).toBeLessThan(end);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    const response = await fetch(`http://${address}/solve`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        puzzle: '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79',
      }),
    });
    expect(await response.json()).toMatchObject({ valid: true });
    expect(docker('exec', image, 'id', '-un')).toBe('node\n');
    docker('stop', image);
    expect(docker('inspect', '--format', '{{.State.ExitCode}}', image)).toBe('0\n');
  }, 600_000);
});
