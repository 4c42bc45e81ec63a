/** `trm train --find-rate`: which learning rate, before a run is begun. */

import { readSizes } from '../data/node/folder.ts';
import { TrmError } from '../errors.ts';
import { findRate } from '../train/find-rate.ts';
import { launched } from '../train/mpi/launcher.ts';
import { openEngine } from './support/engine.ts';
import { typed } from './support/invocation.ts';
import { refuseBeside } from './support/options.ts';
import { checkOutputs, pictureFile } from './support/output-file.ts';
import { nothingWritten } from './support/signals.ts';
import { stoppingAtOnce } from './support/stopping.ts';
import { createProgress } from './terminal/progress.ts';
import { renderRateCurve } from './terminal/rate-curve.ts';
import { dataFor, firstCheckpoint, type TrainFlags } from './train-start.ts';

const STEPS = 100;

export async function findRateCommand(flags: TrainFlags): Promise<void> {
  refuseBeside(flags, 'findRate', ['out', 'resume', 'tensorboard'], 'it makes no run');
  if (launched() || flags.mpiLibrary !== undefined)
    throw new TrmError('usage', 'is for one process', { key: '--find-rate', fix: 'start it without mpirun' });
  const file = typeof flags.findRate === 'string' ? flags.findRate : 'find-rate.svg';
  const { config, fromRun, init, data = [] } = flags;
  checkOutputs({ '--find-rate': file }, [config, fromRun, init, ...data]);
  const picture = await pictureFile(file, '--find-rate');
  const progress = createProgress({ label: 'find rate' });
  const stop = stoppingAtOnce();
  const tried = async () => {
    const { train } = await readSizes(dataFor(flags));
    const from = await firstCheckpoint(flags, train);
    const backend = await openEngine({ ...flags, precision: from.config.precision });
    await stop.working('find rate: making ready the graph of a training step', nothingWritten);
    const test = await findRate(from, train, backend, {
      steps: STEPS,
      onStep: ({ rate, loss }, step) => {
        void stop.working(undefined);
        const fields = { rate: rate.toExponential(1), loss: loss.toFixed(3) };
        progress.update({ done: step, total: STEPS, fields });
      },
    });
    return { from, test };
  };
  const { from, test } = await tried().finally(() => {
    stop.end();
    progress.end();
  });
  const { points, suggested } = test;
  if (points.length === 0)
    throw new TrmError('numeric', `the loss is not finite at the lowest rate already`, {
      fix: 'lower model.layers, cycles or latentSteps',
    });
  picture.write(renderRateCurve(test, 'Learning-rate range test'));
  const range = `${points[0]!.rate.toExponential(0)} to ${points.at(-1)!.rate.toExponential(1)}`;
  process.stdout.write(`tried ${points.length} rates from ${range}: ${file}\n`);
  process.stdout.write(
    suggested === undefined
      ? typed('the loss never fell: look at the data (trm data check) or the model\n')
      : `proposed: --set learningRate=${suggested}, where the loss falls most steeply (the recipe has ${from.config.learningRate})\n`,
  );
}
