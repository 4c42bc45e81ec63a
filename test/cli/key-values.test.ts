import { expect, test } from 'vitest';
import { parseKeyValues } from '../../src/cli/support/key-values.ts';
import { thinkingSchema } from '../../src/evaluate/thinking-settings.ts';

const parse = (text: string) => parseKeyValues(text, thinkingSchema, '--setting');

test('what looks like a number, true or false is one', () => {
  expect(parse('steps=3, halt=.9,untilValid=true,symmetries=false,noise=5e-1,seed=-2,choose=vote')).toEqual({
    steps: 3,
    halt: 0.9,
    untilValid: true,
    symmetries: false,
    noise: 0.5,
    seed: -2,
    choose: 'vote',
  });
});

test.each([
  ['steps=', 'steps: expected a number, got ""'],
  ['steps=0x10', 'steps: expected a number, got "0x10"'],
  ['steps=Infinity', 'steps: expected a number, got "Infinity"'],
  ['steps=1.5', 'steps: expected a whole number, got 1.5'],
  ['steps=0', 'steps: '],
  ['halt=1.1', 'halt: '],
  ['noise=-1', 'noise: '],
  ['untilValid=yes', 'untilValid: expected true or false, got "yes"'],
  ['untilValid=1', 'untilValid: expected true or false, got 1'],
  ['steps', 'expected key=value, got "steps"'],
  ['steps=4,halt=1,steps=5', '--setting steps: is given twice; give it one value'],
])('%s is refused', (text, message) => {
  expect(() => parse(text)).toThrow(message);
});
