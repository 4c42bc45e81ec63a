/** JSON that is none is told in words of ours, with its place where the engine tells it, whichever engine it is. */
import { afterEach, expect, test, vi } from 'vitest';
import { parseJson, parseOrdered, readJson } from '../../src/data/json.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const faultOf = (text: string) => {
  const json = readJson(text);
  return json.fault === undefined ? 'JSON' : `${json.fault}; ${json.fix}`;
};

test.each([
  ['null', 'JSON'],
  ['', 'not JSON: it ends too early; it may have been cut: copy or save all of it'],
  ['[1, 2', 'not JSON: it ends too early; it may have been cut'],
  ['["abc', 'not JSON: it ends too early; it may have been cut'],
  ['{"a": 1,}', `not JSON: "}" at column 9 is not expected there; leave out the comma before it`],
  [
    "[\n  {'a': 1}\n]",
    'not JSON: "\'" at line 2, column 4 is not expected there; write names and texts in double',
  ],
  [
    '[1,\n 2 3]',
    'not JSON: "3" at line 2, column 4 is not expected there; look there for a comma or a bracket',
  ],
  ['[1] 2', 'not JSON: "2" at column 5 is not expected there; look there'],
  ['[NaN]', 'not JSON: "N"'],
])('%j', (text, expected) => expect(faultOf(text)).toContain(expected));

test('as Firefox tells it', () => {
  vi.spyOn(JSON, 'parse').mockImplementation(() => {
    throw new SyntaxError(
      'JSON.parse: expected double-quoted property name at line 2 column 3 of the JSON data',
    );
  });
  expect(faultOf('[1,\n  ]')).toBe(
    'not JSON: "]" at line 2, column 3 is not expected there; leave out the comma before it',
  );
});

test('an error names the file, and places of the file where keys are marked', () => {
  expect(() => parseJson('[', 'a.json')).toThrow('a.json: not JSON: it ends too early; it may have been cut');
  expect(() => parseOrdered('{"12": 1, "13": 2, x}', 'a.json')).toThrow('a.json: not JSON: "x" at column 20');
  expect([...parseOrdered('{"b": 1, "12": 2}', 'a.json').keys()]).toEqual(['b', '12']);
});

test.each([
  ['{"a": 1, "a": 2}', 'a is there twice, and differs; leave one of them out'],
  ['{"a": 1,\n "b": {"c": [{}], "c": [{"d": 0}]}}', 'line 2: c is there twice, and differs'],
  ['{"a\\"b": "x", "c": 2, "a\\u0022b": "\\\\"}', 'a"b is there twice, and differs'],
  ['[{"a": "{"}, {"a": ["a", "a"], "b": "\\"a\\": 1", "c": {"a": 2}}]', 'JSON'],
  ['{"a": {"b": [1, 2]}, "a": {"b":[1,2]}, "a" : {"b": [1,\t2]}}', 'JSON'],
  ['{"__proto__": 1, "constructor": 2}', 'JSON'],
])('a key twice, of which JSON.parse keeps the last: %j', (text, expected) => {
  expect(faultOf(text)).toContain(expected);
  if (expected !== 'JSON') expect(() => parseOrdered(`{"12": ${text}}`, 'a.json')).toThrow('is there twice');
});

test('keys of a long text are looked through in time', () => {
  const record = '{"id": "a\\\\", "input": [[1, 2], [3, 4]], "of": {"a": "\\"{"}}';
  const text = `[${Array(50_000).fill(record).join(',')}]`;
  const begin = performance.now();
  expect(faultOf(text)).toBe('JSON');
  expect(performance.now() - begin).toBeLessThan(5000);
});
