/** What stands before a value of a program: the name that it is given, and whether it is called, or expected as, an answer. */

const NAMED =
  /([A-Za-z_]\w*)["']?\s*(?:(?::[^=\n]*)?(?:=>?|<-)\s*(?:(?:["'][^"'\n]{0,4}["'])?[\w.]+\(\s*)?|:[ \t]*)$/;

/** `board = `, `board: Grid = parse(`, `"board": `, `'board' => `. */
export const nameGiven = (before: string): string | undefined => NAMED.exec(before)?.[1];

/** `fn solution() -> String {`, `def solution():` and `return` on the next line. */
const RETURNED = /(\w{1,60})\([^()\n]*\)[^{}()\n]{0,40}(?:[{=]\s*(?:return\s+)?|:\s*return\s+)$/;

/** What tests expect: `.toEqual(`, `.toBe(`, `.to eq `, `assertEquals(`, `assertEqual(solve(board), `, `assert solve(board) == `. */
const EXPECTED =
  /(?:(?<!\bnot[._]?(?:to)?)(?:equals?|equalto|\beql?|tobe)\b(?:[ (]\s*|\([^\n]{0,60},\s*)|\bassert\b[^\n]*==\s*)(?:[\w.]*(?:array|list|vec)\w*!?\(?(?:\w*array\w*\()?\s*)?$/i;

export const isExpected = (before: string): boolean => EXPECTED.test(before);

const ANSWER = /^(?:expected|answer|solution|solved|output)/i;
/** Words that say of a puzzle how many solutions it has. */
const COUNTED =
  /^(?:no|non|not|without|with|has|have|one|two|single|unique|multiple|many|several|more|few|zero)$/i;

/** Whether something is called an answer, as `solution`, `expectedGrid`, `easy_solution`; `no_solution` is a puzzle. */
function namesAnswer(name: string): boolean {
  if (ANSWER.test(name)) return true;
  const words = name.split(/[_\d]+|(?<=\p{Ll})(?=\p{Lu})/u).filter((word) => word !== '');
  return ANSWER.test(words.at(-1) ?? '') && !words.some((word) => COUNTED.test(word));
}

/** `<solution` of XML. */
const TAG = /<(\w{1,60})$/;

/** Whether the value behind it is called an answer, by the name that it, its tag, or a function that returns it, has. */
export function isCalledAnswer(
  before: string,
  name = nameGiven(before) ?? (RETURNED.exec(before) ?? TAG.exec(before))?.[1],
): boolean {
  return name !== undefined && namesAnswer(name);
}
