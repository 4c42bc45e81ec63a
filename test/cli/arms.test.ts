import { describe, expect, it } from 'vitest';
import { settingsSchema, variantsOf } from '../../src/cli/arms.ts';
import { differencesToFirst, showDifferences } from '../../src/cli/comparison.ts';
import { explainKeys, parseKeyValues } from '../../src/cli/support/key-values.ts';
import { renderStepCurves } from '../../src/cli/terminal/step-curves.ts';
import { renderTable } from '../../src/cli/terminal/table.ts';

describe('settings', () => {
  const parse = (text: string) => parseKeyValues(text, settingsSchema, '--setting');

  it('reads keys and values', () => {
    expect(parse('steps=8,checkpoint=last,halt=0.5,noise=.3')).toMatchObject({
      steps: 8,
      checkpoint: 'last',
      halt: 0.5,
      noise: 0.3,
    });
  });

  it('explains every key', () => {
    const lines = explainKeys(settingsSchema).split('\n');
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(Object.keys(settingsSchema.shape));
    for (const line of lines) expect(line).toMatch(/^ {2}\w+ +\w+ /);
  });

  it.each([
    ['step=3', /--setting step: unknown key; did you mean steps\?/],
    ['steps', /--setting: expected key=value, got "steps"/],
    ['steps=0', /--setting steps: /],
    ['halt=perhaps', /--setting halt: /],
    ['checkpoint=worst', /--setting checkpoint: /],
  ])('refuses %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe('variants', () => {
  it('are the settings that were given, each with the answers of all', () => {
    expect(variantsOf({}, {})).toEqual([]);
    expect(variantsOf({ answers: 4 }, {})).toEqual([{ text: 'answers=4', settings: { answers: 4 } }]);
    expect(variantsOf({ setting: ['steps=8', 'halt=0.5'], answers: 4 }, {})).toEqual([
      { text: 'steps=8,answers=4', settings: { steps: 8, answers: 4 } },
      { text: 'halt=0.5,answers=4', settings: { halt: 0.5, answers: 4 } },
    ]);
    expect(() => variantsOf({ answers: 5000 }, {})).toThrow('--setting answers: ');
  });

  it('hold nothing that an option says too; --seed, which draws examples, is another than theirs', () => {
    expect(() => variantsOf({ setting: ['steps=8'] }, { steps: 4 })).toThrow(
      '--steps: does not go with steps of --setting',
    );
    expect(() => variantsOf({ setting: ['halt=1', 'answers=2'], answers: 4 }, {})).toThrow(
      '--answers: does not go with answers of --setting',
    );
    expect(variantsOf({ setting: ['seed=2'] }, { seed: 1 })).toEqual([
      { text: 'seed=2', settings: { seed: 2 } },
    ]);
  });
});

describe('a comparison', () => {
  const outcomes = [
    { name: 'old', solved: Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0) },
    { name: 'new', solved: Uint8Array.of(1, 0, 1, 1, 1, 1, 1, 1) },
  ];

  it('counts the puzzles that only one solved', () => {
    const differences = differencesToFirst(outcomes);
    expect(differences).toMatchObject([
      { first: 'old', second: 'new', both: 1, onlyFirst: 1, onlySecond: 6, difference: 0.625 },
    ]);
    expect(differences[0]!.pValue).toBeCloseTo((2 * (1 + 7)) / 2 ** 7, 12);
    expect(showDifferences(differences, 'puzzles')).toMatch(
      /^on the same 8 puzzles, first: old\nagainst it .*\nnew +\+62\.5 .* to .* 1 +6 +0\.125$/,
    );
  });
});

it('a table is flush left, then flush right', () => {
  const rows = [
    ['a', 'wide'],
    ['long', '1'],
  ];
  expect(renderTable(rows)).toBe('a     wide\nlong     1');
});

describe('renderStepCurves', () => {
  const curves = [
    { name: 'first & best', examples: 100, exact: [0.5, 0.75] },
    { name: 'second', examples: 100, exact: [0, 1, 1] },
  ];
  const svg = renderStepCurves(curves, 'Steps');

  it('draws each run over its steps, in a band', () => {
    // Steps 0..3 span 58..740; the panel spans 280 (0) to 90 (1), one legend line lower than a single curve's.
    expect(svg).toContain('<path class="s0 heldOut" d="M285.3,185L512.7,137.5"/>');
    expect(svg).toContain('<path class="s1 heldOut" d="M285.3,280L512.7,90L740,90"/>');
    expect([...svg.matchAll(/class="s\d band"/g)].length).toBe(2);
  });

  it('names the runs with what they reach', () => {
    expect(svg).toContain('first &amp; best 75.0%');
    expect(svg).toContain('second 100.0%');
  });

  it('tells seven apart: the seventh has the first colour, dashed and with rings', () => {
    const seven = Array.from({ length: 7 }, (_, i) => ({
      name: `arm ${i}`,
      examples: 10,
      exact: [0.1, 0.5],
    }));
    const svg = renderStepCurves(seven, 'arms');
    const classes = [...svg.matchAll(/<path class="(s\d[^"]*) heldOut" d="M[\d.]+,[\d.]+L/g)].map(
      ([, name]) => name,
    );
    expect(classes).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's0 again']);
    expect(svg).toContain('circle.again { fill: none;');
  });
});
