/**
 * Texts of several lines, as languages write them, in the quotes of Python, so that those who read programs know one kind: `@"…"` of
 * C#, `r#"…"#` and `"…\` of Rust, `R"(…)"` of C++, `'…'` of PHP, `@"` and `"@` around the lines of PowerShell, whose lists are
 * `@(…)`.
 */

const CELLS = String.raw`[\d._*?#xXSGEo \t|-]*`;
/** Behind a sign of code, of cells alone. */
const RAW = new RegExp(
  String.raw`(?<=[=(]\s{0,9})(?:\$?@|r#{0,3}|R)?(?:"\(?|')((?:${CELLS}\\?\r?\n){2,99}${CELLS})(?:\)?"#{0,3}@?|')`,
  'g',
);
const LIST = /@\((?=\s*["'\d@])/g;

/** Lines keep their numbers. */
export function inPlainQuotes(text: string): string {
  return text
    .replace(RAW, (_, lines: string) => `"""${lines.replace(/\\(?=\r?\n)/g, '')}"""`)
    .replace(LIST, ' (');
}
