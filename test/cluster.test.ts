/** Recipes for clusters: scripts are linted, the manifest parsed, and their commands have the options that they are given. */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { trainCommand } from '../src/cli/train.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const scripts = ['examples/cluster/slurm.sh', 'bench/two-machines.sh'];
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

test.each(scripts)('%s is a script of bash', (file) => {
  expect(spawnSync('bash', ['-n', join(root, file)], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

const lint = hasShellcheck ? test : test.skip;
lint.each(scripts)(
  `%s has no fault that shellcheck finds${hasShellcheck ? '' : ' (skipped: shellcheck is not installed)'}`,
  (file) => {
    expect(spawnSync('shellcheck', [join(root, file)], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '',
    });
  },
);

/** The options of `trm train` in a text. */
const optionsIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => /trm train|args=\(/.test(line))
    .flatMap((line) => line.replace(/.*trm train|.*?args=\(/, '').match(/--[a-z-]+/g) ?? []);
const known = trainCommand().options.map(({ long }) => long);

test.each(['examples/cluster/slurm.sh', 'examples/cluster/mpijob.yaml'])(
  '%s gives trm train options that it has',
  (file) => {
    const options = optionsIn(read(file));
    expect(options).toEqual(expect.arrayContaining(['--resume', '--config', '--data', '--out']));
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
  },
);

test('the Slurm script goes on with a run that is there, and puts itself back when it was stopped', () => {
  const text = read('examples/cluster/slurm.sh').replace('[ -e "$run/config.json" ]', '[ "$THERE" = yes ]');
  const stubs = 'srun() { echo "srun $*"; return "$STATUS"; }; scontrol() { echo "scontrol $*"; };';
  const run = (there: string, status: string) =>
    spawnSync('bash', ['-c', `${stubs}\n${text}`], {
      encoding: 'utf8',
      env: { ...process.env, THERE: there, STATUS: status, SLURM_CPUS_PER_TASK: '8', SLURM_JOB_ID: '42' },
    });
  expect(run('no', '0')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/trm train --config \S+ --data \S+ --out runs\/\S+\n$/),
  });
  expect(run('yes', '130')).toMatchObject({
    status: 130,
    stdout: expect.stringMatching(/trm train --resume runs\/\S+\nscontrol requeue 42\n$/),
  });
  expect(run('yes', '1').stdout).not.toContain('requeue');
});

test('the manifest is one of the MPI operator, its launcher starts a rank a worker', () => {
  const document = parseDocument(read('examples/cluster/mpijob.yaml'));
  expect([...document.errors, ...document.warnings]).toEqual([]);
  const { apiVersion, kind, spec } = document.toJS();
  expect([apiVersion, kind]).toEqual(['kubeflow.org/v2beta1', 'MPIJob']);
  const { Launcher, Worker } = spec.mpiReplicaSpecs;
  const [launcher] = Launcher.template.spec.containers;
  const [worker] = Worker.template.spec.containers;
  const script = launcher.command.at(-1);
  expect(execFileSync('bash', ['-n', '-c', script], { encoding: 'utf8' })).toBe('');
  expect(script).toContain(`mpirun -np ${Worker.replicas * spec.slotsPerWorker} `);
  for (const { template } of [Launcher, Worker]) {
    const [{ image, volumeMounts }] = template.spec.containers;
    expect(image).toBe('trm-mpi:latest');
    const volumes = template.spec.volumes.map(({ name }: { name: string }) => name);
    expect(volumeMounts.map(({ name }: { name: string }) => name)).toEqual(volumes);
  }
  const dockerfile = read('examples/cluster/Dockerfile');
  expect(validate(dockerfile)).toEqual([]);
  expect(dockerfile).toContain(worker.command.at(-1)); // sshd's settings
  expect(dockerfile).toContain(`Port ${worker.readinessProbe.tcpSocket.port}`);
  expect(dockerfile).toMatch(/^USER node$/m);
});
