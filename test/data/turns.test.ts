import { describe, expect, it } from 'vitest';
import { type Batch, TrainBatches } from '../../src/data/batches.ts';
import { generateMazes } from '../../src/data/maze/generate.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { BatchesInTurn } from '../../src/data/turns.ts';

function mazes(side: number) {
  const size = { rows: side, columns: side };
  const stream = generateMazes({ ...size, minPath: 2 }, new Random(side));
  return puzzleDataset(
    { kind: 'maze', ...size },
    Array.from({ length: 9 }, () => stream.next().value),
  );
}

const datasets = [4, 5, 6].map(mazes);
const streams = () =>
  datasets.map((dataset, i) => new TrainBatches(dataset, { batchSize: 4 - i, seed: 1, augment: true }));
const taken = (batches: { next(): Batch }, count: number) =>
  Array.from({ length: count }, () => batches.next());

describe('batches in turn', () => {
  it('are those of each dataset, one after the other', () => {
    const alone = streams().map((stream) => taken(stream, 3));
    const expected = [0, 1, 2].flatMap((i) => alone.map((own, turn) => ({ ...own[i]!, turn })));
    expect(taken(new BatchesInTurn(streams()), 9)).toEqual(expected);
  });

  it('go on where they were', () => {
    const whole = taken(new BatchesInTurn(streams()), 12);
    for (const done of [1, 5, 9]) {
      const stopped = new BatchesInTurn(streams());
      taken(stopped, done);
      const resumed = new BatchesInTurn(streams());
      resumed.restore(JSON.parse(JSON.stringify(stopped.state())));
      expect(taken(resumed, 12 - done)).toEqual(whole.slice(done));
    }
  });

  it('of one dataset are its own, and stand where it stands', () => {
    const [stream, same] = [streams()[0]!, new BatchesInTurn([streams()[0]!])];
    expect(taken(same, 3)).toEqual(taken(stream, 3).map((batch) => ({ ...batch, turn: 0 })));
    expect(same.state()).toEqual(stream.state());
  });

  it('refuse the place of another number of datasets', () => {
    const [one, three] = [new BatchesInTurn(streams().slice(0, 1)), new BatchesInTurn(streams())];
    expect(() => three.restore(one.state())).toThrow('batches: not a position in 3 datasets');
    expect(() => one.restore(three.state())).toThrow('batches: not a position in the training data');
    expect(() => three.restore({ turn: 3, streams: [1, 2, 3] })).toThrow('not a position in 3 datasets');
  });
});
