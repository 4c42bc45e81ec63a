/** Matrices that a statement makes of another, with its cells elsewhere or computed, whatever their name: only columns may be looked at. */

/** `columns = `, `col_sets = `, by whose name nothing but a check of columns is made; `collected`, `colors` and `cold` are other words. */
export const isOfColumns = (statement: string): boolean =>
  /^\s*(?:\w+ )?col(?!l|o|d(?!ata))\w*\s*:?=/i.test(statement);

/** `board = `, by whose name the puzzle is given. */
export const isPuzzle = (statement: string): boolean =>
  /^\s*(?:export )?(?:\w+ )?\w*(?:sudoku|puzzle|board|grid|maze)\w*\s*(?::[^=]*)?:?=/i.test(statement);

/** A row that takes one cell of each row, or whose cells count the rows, as comprehensions and calls with functions have it. */
const TRANSPOSES = [
  // `[[row[i] for row in data] for i in`
  /\b(\w+)\[(\w+)\]\)? for \1 in [^[\]]{1,60}[\])]{1,3} for \2 in\b/,
  // `[[data[c][r] for c in range(9)] for r in`
  /\[(\w+)(?:\]\[|, ?)(\w+)\]\)? for \1 in [^[\]]{1,60}\][\])]{0,2} for \2 in\b/,
  // `(_, i) => data.map(row => row[i])`, `|i| data.map { |row| row[i] }`
  /\b(\w+)(?:\)? ?[=-]>|\|) ?[({]? ?\w+\.\w+ ?[({] ?[(|]?(\w+)(?:\)? ?[=-]>|\|) ?\2\[\1\]/,
  // `(_, i) => row.map((_, j) => data[j][i])`
  /\b(\w+)\)? ?=>.{0,80}\b(\w+)\)? ?=> ?\(?[\w.]+\[\2\]\[\1\]/,
];

/** `[[data[8 - r][c] for c in range(9)] for r in`, counted from the end. */
const FROM_END = /^[^=]{1,60}= ?\[ ?\[[^[\]]{0,9}[\w.]+(?:\[\w+\])?\[\d+ ?- ?[a-z]\w*(?: ?- ?\d)?\]/i;

/** What makes a cell of each cell, and its name: `[[x + 1 for x in`, `r.map(x => x + 1)` within another. */
const OF_EACH = [
  /^[^=]{1,60}= ?\[ ?\[(?<cell>[^\n]{1,80}?) for (?:\w+, ?)?(?<name>\w+) in [^\n\]]{1,60}\][\])]{0,2} for\b/,
  /(?:=>|->|\|) ?\(?\w+\.\w+ ?[({] ?[(|]?(?<name>\w+)(?:, ?\w+)?(?:\)? ?[=-]>|\|)(?<cell>[^\n]{1,80})/,
];

/** Whether a statement makes a matrix of one that has a name, as a pattern, with other cells or in another order. */
export function laysAnew(given: string, matrix: string): boolean {
  const statement = given.replace(/\s+/g, ' ');
  if (isComputed(statement, matrix)) return true;
  if (TRANSPOSES.some((one) => one.test(statement)) || FROM_END.test(statement)) return true;
  return OF_EACH.some((one) => {
    const { cell = '', name = '' } = one.exec(statement)?.groups ?? {};
    if (name === '') return false;
    const of = `(?:\\b${name.replaceAll('$', '\\$')}\\b|\\b${matrix}\\[\\w+\\](?:\\[\\w+\\])?)`;
    const isMapped = isPuzzle(statement) && new RegExp(`\\w(?:\\[|\\.get\\() ?${of}`).test(cell);
    return isMapped || new RegExp(`${of} ?[-+*/%] ?\\w|\\w ?[-+*/%] ?${of}`).test(cell);
  });
}

/** Whether it counts with all cells at once: `board = np.array(data) + 1`; that of a pointer goes to another place. */
function isComputed(statement: string, matrix: string): boolean {
  const whole = `(?:[\\w.]*(?:array|tensor|matrix|copy)\\()*${matrix}\\)*`;
  return (
    !/\*\s*\w+\s*=/.test(statement) &&
    new RegExp(`[^=<>!]= ?(?:${whole} ?[-+*/%] ?\\d+|\\d+ ?[-+*] ?${whole}) ?$`, 'i').test(statement)
  );
}
