/** Sentences about a puzzle, which are no cells of it: the same line in every question, of words, and in no answer. */
import type { Source } from './puzzle-files.ts';

export function proseIn(sources: readonly Source[]): string[] {
  const texts = sources.flatMap(({ value }) =>
    typeof value?.question === 'string' && !value.holdsSeveral ? [value] : [],
  );
  const [first] = texts;
  if (!first || texts.length < 2) return [];
  const lines = linesIn(first.question);
  return lines.filter(
    (line) =>
      isSentence(line) &&
      texts.every(
        ({ question, answer }) => linesIn(question).includes(line) && !linesIn(answer).includes(line),
      ),
  );
}

function linesIn(text: unknown): string[] {
  return typeof text === 'string' ? text.split('\n').map((line) => line.trim()) : [];
}

/** Two words of letters, at least. */
function isSentence(line: string): boolean {
  return (line.match(/(?<!\S)\p{L}{2,}[:,.?!]?(?!\S)/gu)?.length ?? 0) > 1;
}
