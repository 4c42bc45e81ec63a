/** Elements of a page whose text nobody sees, or which hold the solution: none of their grids is a puzzle. */

/** An attribute that hides. */
const HIDES = /\shidden(?=[\s=/]|$)|\bdisplay\s*:\s*none|\bvisibility\s*:\s*hidden/i;
const NAMED = /\s(?:class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
/** What pages call what they hide, or a solution. */
const NAME = /(?:^|\s)(?:(?:is-|visually-)?hidden|hide|d-none|invisible|sr-only|solutions?)(?=\s|$)/i;
/** The same of what holds cells alone; answers of a forum hold all kinds of things. */
const NAME_OF_CELLS = /(?:^|\s)answers?(?=\s|$)/i;
/** Characters of a tag that are shown. */
const LONGEST = 60;

/** The tag of an element if it hides what stands in it. @param isWithin another: the template of a component of Vue is in none. */
export function hiding(name: string, attributes: string, isWithin: boolean): string | undefined {
  const holdsCells = name === 'table' || name === 'pre';
  const names = Array.from(attributes.matchAll(NAMED), ([, ...values]) => values.find(Boolean) ?? '');
  const isCalled = names.some((one) => NAME.test(one) || (holdsCells && NAME_OF_CELLS.test(one)));
  const isHidden = (name === 'template' && isWithin) || HIDES.test(attributes) || isCalled;
  return isHidden ? `<${`${name}${attributes}`.slice(0, LONGEST)}>` : undefined;
}
