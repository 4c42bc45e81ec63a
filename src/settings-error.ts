/** What a schema finds wrong with settings, as one error that tells all of it. */

import type * as z from 'zod';
import { type ErrorCode, TrmError } from './errors.ts';
import { didYouMean } from './suggest.ts';

/** Characters of a value that are shown. */
const MOST_SHOWN = 40;

/** Where the settings came from. */
interface Source {
  readonly file?: string | undefined;
  /** Paths of the known keys, for an unknown one that is nearly one of them. */
  readonly known?: readonly string[];
  /** What to do about an unknown key that is none of them nearly; the known ones are listed when omitted. */
  readonly otherwise?: string;
  /** Before each key, as the option that held it. */
  readonly option?: string;
  /** The line of `file` that a key stands on. */
  readonly lineOf?: (path: readonly PropertyKey[]) => number;
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly key: string;
  readonly message: string;
  readonly fix?: string;
}

/** The error for the issues of a schema: with one fault it names its key, of several it has a line each. */
export function settingsError(
  code: ErrorCode,
  { issues }: Pick<z.ZodError, 'issues'>,
  source: Source = {},
): TrmError {
  const { file, option, lineOf } = source;
  const faults = issues.flatMap((issue) => faultsOf(issue, source));
  const named = (key: string) => [option, key].filter(Boolean).join(' ');
  const place = file === undefined ? {} : { file };
  const [{ path, key, message, fix }, ...others] = faults as [Fault, ...Fault[]];
  if (others.length === 0)
    return new TrmError(code, message, {
      ...place,
      ...(lineOf && { line: lineOf(path) }),
      ...(named(key) && { key: named(key) }),
      ...(fix && { fix }),
    });
  const lines = faults.map(
    (fault) =>
      `\n  ${lineOf ? `line ${lineOf(fault.path)}: ` : ''}${named(fault.key)}: ${fault.message}${fault.fix ? `; ${fault.fix}` : ''}`,
  );
  return new TrmError(code, `${faults.length} faults:${lines.join('')}`, place);
}

function faultsOf(issue: z.core.$ZodIssue, { known = [], otherwise }: Source): Fault[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ path, key: path.join('.'), message: messageOf(issue) }];
  return issue.keys.map((key) => {
    const whole = [...path, key].join('.');
    const level = levelOf(path, known);
    const beside = known.flatMap((one) =>
      parentOf(one) === level ? [one.slice(one.lastIndexOf('.') + 1)] : [],
    );
    const meant = [level, key].filter(Boolean).join('.');
    const fix = didYouMean(meant, known, otherwise ?? `known are ${beside.join(', ')}`);
    return { path: [...path, key], key: whole, message: 'unknown key', fix };
  });
}

/** What was expected and, where the schema reports it, what was given; words of a schema's own as they are. */
function messageOf({ message, input }: z.core.$ZodIssue): string {
  const ours = message
    .replace(/^Invalid input: (.*), received .*$/, '$1')
    .replace(/^Invalid option: (.*)$/, (_, expected: string) => expected.replaceAll('|', ', '))
    .replace(/^Too (?:small|big): expected number to be ([<>]=?)(.*)$/, 'expected a number $1 $2')
    .replace(/^Too small: expected array to have >=1 items$/, 'expected one at least')
    .replace(/^expected record$/, 'expected keys with values');
  if (ours === message || input === undefined) return ours;
  const text = typeof input === 'number' ? String(input) : JSON.stringify(input);
  const shown =
    input === null ? 'nothing' : text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return `${ours}, got ${shown}`;
}

const parentOf = (key: string) => key.slice(0, Math.max(0, key.lastIndexOf('.')));

/** Of what the known keys stand below, that which a path leads to: without the places of lists and the names in between. */
function levelOf(path: readonly PropertyKey[], known: readonly string[]): string {
  const above = path.map(String);
  const isOn = (parent: string) => {
    const names = parent.split('.');
    let next = 0;
    for (const name of above) if (name === names[next]) next++;
    return next === names.length;
  };
  const parents = [...new Set(known.map(parentOf))].filter((parent) => parent !== '' && isOn(parent));
  return parents.sort((a, b) => b.length - a.length)[0] ?? '';
}
