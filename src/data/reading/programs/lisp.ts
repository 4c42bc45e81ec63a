/** Programs of Lisp, Scheme and Clojure, of which quotes, marks of vectors and comments are blanked: `'((5 3 0 …) …)`, `#2A((…))`. */

const LISP =
  /^\((?:ns|def(?:un|n|var|ine|parameter|constant|onst|macro|test|package)?|setq|setf|require|in-package|module|solve[\w-]*|print\w*)[\s*-]/m;
const BESIDE = /(?<=^|[\s)\]]);.*|'(?=[([])|#(?:\d?a)?(?=\()|(?<=\()(?:list|vector)(?=\s)/gim;

/** The same text where it is of another language. */
export function plainLisp(text: string): string {
  return LISP.test(text) ? text.replace(BESIDE, (mark) => ' '.repeat(mark.length)) : text;
}

/** The name, or the last word of it, that a form gives to what it holds. */
export function definedIn(form: string): string | undefined {
  return /^\s*(?:def|define|def(?:var|parameter|constant|onst)|set[qf])\s+\*?(?:\w{1,40}-){0,5}(\w{1,40})\*?\s/.exec(
    form,
  )?.[1];
}

/** What a form begins with that defines, compares or makes what it holds, and changes nothing. */
const FORM =
  /^(?:def\w*|let\*?|set[qf]|is|facts?|testing|do|begin|progn|test_case|=|equal\w*|check_\w+\??|assert\w*|make_array|list_>vector|quote|into_array)$/;

/** The first word of a form, as other languages write names. */
export const operatorOf = (form: string): string =>
  (/^\s*([\w*+!?<>=.-]{1,60})\s/.exec(form)?.[1] ?? '').replace(/-/g, '_');

export const isKeepingForm = (operator: string): boolean => FORM.test(operator);
