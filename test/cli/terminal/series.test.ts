import { describe, expect, it } from 'vitest';
import { downsample, finite, smooth } from '../../../src/cli/terminal/series.ts';

const ramp = (n: number) => Array.from({ length: n }, (_, i) => ({ x: i, y: 2 * i }));

describe('series', () => {
  it('drops what is not finite', () => {
    expect(
      finite([
        { x: 0, y: Number.NaN },
        { x: 1, y: 1 },
        { x: 2, y: Number.POSITIVE_INFINITY },
      ]),
    ).toEqual([{ x: 1, y: 1 }]);
  });

  it('downsamples to means of runs', () => {
    expect(downsample(ramp(5), 3)).toEqual([
      { x: 0.5, y: 1 },
      { x: 2.5, y: 5 },
      { x: 4, y: 8 },
    ]);
    expect(downsample(ramp(3), 3)).toEqual(ramp(3));
    expect(downsample(ramp(100_000), 400)).toHaveLength(400);
  });

  it('smooths noise and leaves a straight line straight, ends included', () => {
    expect(smooth(ramp(7), 2)).toEqual(ramp(7));
    const noise = [0, 3, 0, 3, 0].map((y, x) => ({ x, y }));
    expect(smooth(noise, 1).map((p) => p.y)).toEqual([0, 1, 2, 1, 0]);
    expect(smooth(noise, 0)).toEqual(noise);
  });
});
