/** What was left out beside puzzles, as lines of words and files of something else: one may have been meant as a puzzle. */
import type { Words } from '../../data/reading/found.ts';
import { countOf } from './count-of.ts';

/** `note: 1 file left out, with no ARC task in it: training/package.json`; the first of several; nothing of none. */
export function otherFiles([first, ...others]: readonly string[]): string {
  if (first === undefined) return '';
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `note: ${countOf(others.length + 1, 'file')} left out, with no ARC task in ${others.length > 0 ? 'them' : 'it'}: ${first}${more}\n`;
}

/** `note: 1 file of no subset left out: Extra/a.json; name its folder with --subsets to take it`; nothing of none. */
export function unusedFiles([first, ...others]: readonly string[]): string {
  if (first === undefined) return '';
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `note: ${countOf(others.length + 1, 'file')} of no subset left out: ${first}${more}; name its folder with --subsets to take it\n`;
}

/** Characters of a line that are shown. */
const SHOWN = 40;

/** `note: 1 line left out, with no puzzle in it: a.txt:5 'the end'`; the first of several; nothing of none. */
export function leftOut(words: readonly Words[]): string {
  const [first] = words;
  if (!first) return '';
  const text = first.text.trim();
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  const place = first.file === undefined ? `line ${first.line}` : `${first.file}:${first.line}`;
  const others = words.length > 1 ? ` and ${words.length - 1} more` : '';
  return `note: ${countOf(words.length, 'line')} left out, with no puzzle in ${words.length > 1 ? 'them' : 'it'}: ${place} '${shown}'${others}\n`;
}
