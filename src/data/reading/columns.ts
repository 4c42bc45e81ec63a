/** What the columns of puzzle files, and the keys of JSON objects, are called by those who publish them. */

const names = {
  question: [
    'question',
    'questions',
    'puzzle',
    'puzzles',
    'quiz',
    'quizzes',
    'sudoku',
    'maze',
    'problem',
    'unsolved',
    'input',
    'grid',
    'board',
    'givens',
    'value',
  ],
  answer: ['answer', 'answers', 'solution', 'solutions', 'solved', 'output', 'target'],
  rating: ['rating', 'difficulty'],
} as const;

export type Column = keyof typeof names;

/** The first of some names that means a column, as it is written there. */
export function columnAmong(written: readonly string[], column: Column): string | undefined {
  const plain = written.map((name) => name.trim().toLowerCase());
  const known = names[column].find((name) => plain.includes(name));
  return known && written[plain.indexOf(known)];
}

const DELIMITERS = [',', ';', '\t'] as const;

/** The delimiter of a CSV header that names a question; undefined where the line is none. (A single column is a text.) */
export function delimiterOf(line: string): string | undefined {
  return DELIMITERS.find((delimiter) => {
    const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const worded = cells.every((cell) => /^[\p{L}_][\p{L}\d_ -]*$/u.test(cell));
    return cells.length > 1 && worded && columnAmong(cells, 'question') !== undefined;
  });
}

/** Names to tell who wrote others. */
export const usualColumns = 'question, puzzle or quizzes, and answer, solution or solutions';
