/**
 * Texts of several lines, as languages write them, in the quotes of Python, so that those who read programs know one kind: `@"…"` of
 * C#, `r#"…"#` and `"…\` of Rust, `R"(…)"` of C++, `'…'` of PHP, `@"` and `"@` around the lines of PowerShell, whose lists are
 * `@(…)`, those of F# `[|…|]`; and texts that are taken apart into their cells, `[..."…"]` of JavaScript and `[]byte("…")` of Go, as `list("…")`.
 */

const CELLS = String.raw`[\d._*?#xXSGEo \t|+-]*`;
/** Behind a sign of code or a word that gives it, of cells alone. */
const RAW = new RegExp(
  String.raw`(?=["'$@rR])(?<=(?:[=({[>]|\breturn)\s{0,40})(?:\$?@|r#{0,3}|R)?(?:"\(?|')((?:${CELLS}\\?\r?\n){2,99}${CELLS})(?:\)?"#{0,3}@?|')`,
  'g',
);
const LIST = /@\((?=\s*["'\d@])/g;

/** Cells of a text: of an array of JavaScript, of one of bytes or of characters of Go. */
const TAKEN_APART =
  /\[\s{0,9}\.{3}((["'`])[^"'`\n]{1,999}\2)\s{0,9}\]|\[\](?:byte|rune|uint8|int32)\(\s{0,9}((["`])[^"`\n]{1,999}\4)\s{0,9}\)/g;

/** A line of quotes and what they hold, as a row of a list. */
const IN_QUOTES = /^[ \t]*(["'])([^"'\\]*)\1,?[ \t]*\r?$/;

/** Without the quotes of a text of nothing but lines in quotes, all equally long and so many that they may be rows. */
export function withoutQuotes(text: string): string {
  const lines = text.trim().split('\n');
  const rows: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const [, , row] = IN_QUOTES.exec(line) ?? [];
    if (row === undefined || row.length !== (rows[0] ?? row).length) return text;
    rows.push(row);
  }
  const [first = ''] = rows;
  return first.length > 1 && first.length <= 2 * rows.length
    ? text.replace(new RegExp(IN_QUOTES, 'gm'), '$2')
    : text;
}

/** Pieces of a text on a line, as `"#####" "#S.G#"`. */
const PIECES =
  /(?<![[({,]\s{0,9})(["'])[^"'\\\n]{4,99}\1(?:[ \t]{1,9}(?:\+[ \t]{1,9})?\1[^"'\\\n]{4,99}\1){2,99}/g;

/** Whether pieces of a text are rows of a drawing, equally long: with walls, and a square neither is cut otherwise. */
export function areRows(pieces: readonly string[]): boolean {
  const [{ length } = ''] = pieces;
  const side = Math.sqrt(length * pieces.length);
  return (
    pieces.length > 2 &&
    pieces.every((piece) => piece.length === length && !/\n/.test(piece)) &&
    pieces.some((piece) => /[#█▓■⬛@]/.test(piece)) &&
    (!Number.isInteger(side) || side === length)
  );
}

/** Without the bars of arrays of F# and OCaml, `[| … |]`. */
function withoutBars(text: string): string {
  const arrays = text.split('[|').length;
  return arrays > 1 && arrays === text.split('|]').length
    ? text.replaceAll('[|', ' [').replaceAll('|]', '] ')
    : text;
}

/** Lines keep their numbers. */
export function inPlainQuotes(text: string): string {
  return withoutBars(text)
    .replace(RAW, (_, lines: string) => `"""${lines.replace(/\\(?=\r?\n)/g, '')}"""`)
    .replace(LIST, ' (')
    .replace(PIECES, (written, quote: string) => {
      const pieces = written.split(quote).filter((_, i) => i % 2 === 1);
      return areRows(pieces) ? quote + pieces.join('\\n') + quote : written;
    })
    .replace(
      TAKEN_APART,
      (_, spread?: string, __?: string, converted?: string) => `list(${spread ?? converted})`,
    );
}
