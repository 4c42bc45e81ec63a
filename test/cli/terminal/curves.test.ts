import { describe, expect, it } from 'vitest';
import { type MetricsRow, renderCurves } from '../../../src/cli/terminal/curves.ts';
import { TrmError } from '../../../src/errors.ts';

const row = (step: number, loss: number, cellAccuracy = 0.5, exactAccuracy = 0): MetricsRow => ({
  step,
  loss,
  cellAccuracy,
  exactAccuracy,
});

/** The two panels of a figure. */
function panels(svg: string): [string, string] {
  const [above, below] = [...svg.matchAll(/<g>[\s\S]*?<\/g>/g)].map((match) => match[0]);
  return [above!, below!];
}
const labels = (panel: string, anchor: 'end' | 'middle') =>
  [...panel.matchAll(new RegExp(`text-anchor="${anchor}">([^<]*)<`, 'g'))].map((match) => match[1]);
const path = (panel: string, classes: string) =>
  panel.match(new RegExp(`<path class="${classes}" d="(M[^"h]*)"`))?.[1];

describe('renderCurves', () => {
  const two = [row(0, 2, 0.25, 0), row(10, 1, 0.75, 0.5)];

  it('draws axes with ticks', () => {
    const [loss, accuracy] = panels(renderCurves(two, []));
    expect(labels(loss, 'end')).toEqual(['0.0', '0.5', '1.0', '1.5', '2.0']);
    expect(labels(accuracy, 'end')).toEqual(['0%', '20%', '40%', '60%', '80%', '100%']);
    expect(labels(loss, 'middle')).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    expect(labels(accuracy, 'middle')).toEqual(labels(loss, 'middle'));
  });

  it('puts the points where the axes say', () => {
    const [loss, accuracy] = panels(renderCurves(two, []));
    // Steps 0..10 span 58..740; the loss panel spans 264 (0) to 74 (2), the accuracies 516 (0) to 326 (1).
    expect(path(loss, 'loss train')).toBe('M58,74L740,169');
    expect(path(accuracy, 'cell train')).toBe('M58,468.5L740,373.5');
    expect(path(accuracy, 'exact train')).toBe('M58,516L740,421');
  });

  it('draws held-out evaluations as a line with dots, and names the last values', () => {
    const evaluations = [
      { step: 5, exact: 0, cell: 0.5 },
      { step: 10, exact: 0.125, cell: 1 },
    ];
    const [, accuracy] = panels(renderCurves(two, evaluations));
    expect(path(accuracy, 'cell heldOut')).toBe('M399,421L740,326');
    expect(accuracy).toContain('<circle class="cell" cx="399" cy="421" r="3"/>');
    expect(accuracy).toContain('<circle class="exact" cx="740" cy="492.3" r="3"/>');
    expect(accuracy).toContain('>held-out exact 12.5%<');
    expect(accuracy).toContain('>training cells 75.0%<');
  });

  it('turns logarithmic when the loss spans more than a factor of 20', () => {
    expect(labels(panels(renderCurves([row(0, 2), row(1, 0.1)], []))[0], 'end')).toEqual([
      '0.0',
      '0.5',
      '1.0',
      '1.5',
      '2.0',
    ]);
    expect(labels(panels(renderCurves([row(0, 2.1), row(1, 0.1)], []))[0], 'end')).toEqual([
      '0.1',
      '0.2',
      '0.5',
      '1',
      '2',
    ]);
    expect(labels(panels(renderCurves([row(0, 10), row(1, 1e-3)], []))[0], 'end')).toEqual([
      '0.001',
      '0.01',
      '0.1',
      '1',
      '10',
    ]);
    // A loss of 0 has no logarithm.
    expect(labels(panels(renderCurves([row(0, 2), row(1, 0)], []))[0], 'end')[0]).toBe('0.0');
  });

  it('draws one row as dots', () => {
    const [loss, accuracy] = panels(renderCurves([row(1, 2)], []));
    expect(loss).toContain('<circle class="loss" cx="740" cy="74" r="3"/>');
    expect(accuracy).toContain('<circle class="cell" cx="740" cy="421" r="3"/>');
    expect(labels(loss, 'middle')).toEqual(['0', '1']);
  });

  it('draws 100k rows as few points', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => row(i + 1, 1 + 1 / (i + 1), i / 1e5, 0));
    const svg = renderCurves(many, []);
    const [loss] = panels(svg);
    expect(path(loss, 'loss train')!.split('L')).toHaveLength(400);
    expect(svg.length).toBeLessThan(40_000);
    expect(labels(loss, 'middle').slice(0, 3)).toEqual(['0', '10k', '20k']);
  });

  it('leaves out what was not measured', () => {
    const [loss, accuracy] = panels(
      renderCurves([row(0, 2, 0.5, Number.NaN), row(5, Number.NaN, 0.5, Number.NaN), two[1]!], []),
    );
    expect(path(loss, 'loss train')).toBe('M58,74L740,169');
    expect(accuracy).toContain('<circle class="exact" cx="740" cy="421" r="3"/>');
    expect(renderCurves([row(0, Number.NaN, Number.NaN, Number.NaN)], [])).not.toContain('NaN');
  });

  it('draws evaluations alone', () => {
    const [loss, accuracy] = panels(renderCurves([], [{ step: 4, exact: 1, cell: 1 }]));
    expect(loss).not.toContain('class="loss');
    expect(accuracy).toContain('<circle class="exact" cx="740" cy="326" r="3"/>');
  });

  it('escapes the title', () => {
    const svg = renderCurves(two, [], `<a> & "b's"`);
    expect(svg).toContain('<title>&lt;a&gt; &amp; &quot;b&#39;s&quot;</title>');
    expect(svg).not.toContain('<a>');
  });

  it('says what to do when there is nothing to draw', () => {
    expect(() => renderCurves([], [])).toThrow(TrmError);
    expect(() => renderCurves([], [])).toThrow(
      'no metrics to draw; train for at least one logged step first',
    );
  });
});
