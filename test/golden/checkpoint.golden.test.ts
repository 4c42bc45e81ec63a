/** PyTorch checkpoints as the official code writes them: the same answers, and the same tensors when written again. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPytorch } from '../../src/formats/pytorch/read.ts';
import { decodeSafetensors } from '../../src/formats/safetensors.ts';
import { answerWeights } from '../../src/inference/answer.ts';
import { traceAnswerStep } from '../../src/inference/answer-step.ts';
import { emptyCarry, moveOn, refill } from '../../src/inference/carry.ts';
import { Feed } from '../../src/inference/feed.ts';
import { encodeModelFile, readModelFile } from '../../src/interop/model-file.ts';
import { parseOfficialSettings } from '../../src/interop/official-config.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { goldenFolder, relative } from './cases.ts';

const folder = join(goldenFolder, 'checkpoint');
const cases = [
  ['att', 'step_1000_att'],
  ['mlp', 'step_1001_mlp'],
] as const;

const there = existsSync(folder);
const why = there ? '' : ' (skipped: TRM_GOLDEN has no checkpoint/)';

describe.skipIf(!there)(`official checkpoints${why}`, () => {
  for (const [name, step] of cases) {
    const file = join(folder, step);
    const read = () => {
      const json = join(folder, `${name}.json`);
      const settings = parseOfficialSettings(JSON.parse(readFileSync(json, 'utf8')), json);
      return readModelFile(readFileSync(file), settings, file);
    };

    test(`${step} answers like the official code`, async () => {
      const { checkpoint } = read();
      const { model, state } = checkpoint;
      const outputs = decodeSafetensors(
        readFileSync(join(folder, `${name}-outputs.safetensors`)),
        name,
      ).tensors;
      const ints = (key: string) => Int32Array.from(outputs.get(key)!.data as Int32Array, Number);
      const inputs = ints('batch/inputs');
      const ids = ints('batch/puzzle_identifiers');
      const rows = ids.length;
      const carry = emptyCarry(model, rows);
      refill(
        carry,
        { inputs, labels: inputs, puzzleIdentifiers: ids, count: rows, size: rows },
        state.starts,
      );
      const program = await (await openBackend({ device: 'cpu' })).compile(
        traceAnswerStep(model, rows, { logits: true }),
      );
      const feed = new Feed(model);
      const weights = answerWeights(state);
      let compared = 0;
      for (let step = 1; outputs.has(`step${step}/logits`); step++) {
        // The MLP's weights are random and make each step's rounding ten times that of the one before: at step 3 the
        // expected numbers themselves are 6e-4 from the same computation in float64.
        const tolerance = step <= 2 ? 1e-4 : 1e-3;
        const out = await program.run(feed.inputs(weights, carry));
        const floats = (key: string) => outputs.get(`step${step}/${key}`)!.data as Float32Array;
        expect(relative(out.logits!.data as Float32Array, floats('logits'))).toBeLessThan(tolerance);
        expect(relative(out.halt!.data as Float32Array, floats('q_halt_logits'))).toBeLessThan(tolerance);
        moveOn(carry, feed.nextStates(out));
        compared++;
      }
      expect(compared).toBeGreaterThan(0);
      await program.dispose();
    });

    test.each(['pytorch', 'safetensors'] as const)(`${step} comes back from %s the same`, (format) => {
      const { checkpoint } = read();
      const bytes = Buffer.concat(encodeModelFile(checkpoint, format, checkpoint.origin!.prefix));
      const again =
        format === 'pytorch' ? readPytorch(bytes, 'again') : decodeSafetensors(bytes, 'again').tensors;
      const before = readPytorch(readFileSync(file), file);
      expect([...again.keys()].sort()).toEqual([...before.keys()].sort());
      for (const [key, tensor] of before) expect(again.get(key), key).toEqual(tensor);
      // The exported file alone rebuilds the model when the config is inside.
      if (format === 'safetensors')
        expect(readModelFile(bytes, {}, 'again').checkpoint.config.model).toEqual(checkpoint.config.model);
    });
  }
});
