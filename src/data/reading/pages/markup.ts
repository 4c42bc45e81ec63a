/**
 * The text of a page, or of XML, without its tags: where its lines break, what headings stand above a place in it, and what the
 * elements around that say of themselves. Tags are those that something closes, and `<br>` and the like beside them; what looks
 * like one elsewhere stays as it is.
 */
import { ANSWER_TITLE } from '../answer-titles.ts';
import { faultBeside } from '../beside/keys.ts';
import { axisOf, otherOrderSaid } from '../beside/other-order.ts';
import { faultOfNames, faultOfTitle, faultOfWords } from '../beside/words.ts';
import type { Fault, Found, OnWords } from '../found.ts';
import { lineCounter, withLinesMoved } from '../places.ts';
import { hiding } from './hidden.ts';

const TAG = /<(\/?)([a-z][\w:-]*)((?:\s[^<>]*)?)\/?>/gi;
const ATTRIBUTE = /([^\s=/"'<>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g;
/** Elements that nothing closes. */
const VOID = /^(br|hr|img|input|link|meta|wbr)$/;
/** Elements within a line. */
const INLINE =
  /^(a|abbr|b|bdi|bdo|big|cite|code|data|dfn|em|font|i|ins|kbd|label|mark|q|samp|span|strong|time|tt|u|var|img|input|wbr)$/;
/** Notes, and what is struck out; they are told from text where cells are. */
const NOTE = /^(small|su[bp]|del|strike|s)$/;
/** Elements of text, whose tags say nothing of the cells in them. */
const OF_TEXT = /^(h[1-6]|title|caption|pre|p|li|[uod]l|d[dt]|textarea|blockquote|html|head|body|br|hr)$/;
/** Elements of a page to go elsewhere or do something, whose words are no titles. */
const CONTROL = /^(a|button|label|nav|option|select)$/;
/** The same of those that may also hold what their words are about. */
const LIST = /^(li|menu|[uod]l|d[dt])$/;
/** What a page has, and XML has not. */
const PAGE = /<(html|head|body|div|section|p|pre|span|table|br|[uo]l|h[1-6]|code|textarea|script)\b/i;

/** The attributes of a tag, names in small letters. */
export function attributesOf(tag: string): [name: string, value: string][] {
  return Array.from(tag.matchAll(ATTRIBUTE), ([, name, ...values]) => [
    name!.toLowerCase(),
    values.find((value) => value !== undefined)?.trim() ?? '',
  ]);
}

/** An element, which says something of those in it. */
export interface Element {
  readonly name: string;
  readonly attributes: string;
  readonly parent: Element | undefined;
  /** The tag of what hides it, itself or one around it. */
  hidden: string | undefined;
  /** Where it ends; not known before. */
  end?: number;
  /** What stands in elements of text alone within it. */
  readonly fields: (readonly [name: string, text: string])[];
  /** Found out once for all within it. */
  said?: Fault | null;
  around?: Around;
}

interface Around {
  readonly isControl: boolean;
  readonly list: Element | undefined;
}

/** What stands between tags that break a line. */
interface Words {
  readonly index: number;
  readonly text: string;
  /** Of a heading, 0 of a title. */
  readonly level: number | undefined;
  /** Whether it is the caption of a figure. */
  readonly isCaption: boolean;
  /** The text without that of links, buttons and the like. */
  readonly title: string;
  /** The outermost list around. */
  readonly list: Element | undefined;
}

interface Tag {
  readonly index: number;
  readonly end: number;
  readonly name: string;
  readonly attributes: string;
  readonly isClosing: boolean;
}

function tagsOf(text: string): Tag[] {
  const all = Array.from(text.matchAll(TAG), ({ 0: tag, 1: slash, 2: name, 3: attributes, index }) => ({
    index,
    end: index + tag.length,
    name: name!.toLowerCase(),
    attributes: attributes!,
    isClosing: slash === '/',
    isWhole: tag.endsWith('/>'),
  }));
  const closed = new Set(all.flatMap(({ name, isClosing }) => (isClosing ? [name] : [])));
  const known = all.filter(({ name, isWhole }) => isWhole || closed.has(name) || VOID.test(name));
  return known.every(({ name }) => VOID.test(name)) ? [] : known;
}

/** Where a puzzle begins and ends in a text. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** The text between tags and the tags, in their order, each with the element around it. */
function walk(
  text: string,
  tags: readonly Tag[],
  onText: (part: string, index: number, element: Element | undefined) => void,
  onTag: (tag: Tag, at: number, opened: Element | undefined) => void,
): void {
  const open = new Map<string, number>();
  let [element, from, within]: [Element | undefined, number, number] = [undefined, 0, -1];
  const close = (end: number) => {
    open.set(element!.name, open.get(element!.name)! - 1);
    element!.end = end;
    element = element!.parent;
  };
  tags.forEach((tag, at) => {
    onText(text.slice(from, tag.index), from, element);
    const { name, attributes } = tag;
    if (tag.isClosing && (open.get(name) ?? 0) > 0) {
      while (element!.name !== name) close(tag.index);
      // Of text alone where nothing else was opened or closed in it.
      const content = within === at - 1 ? text.slice(from, tag.index).trim() : undefined;
      const { parent } = element!;
      if (content !== undefined) parent?.fields.push([name, content]);
      if (name === 'summary' && parent && ANSWER_TITLE.test(content ?? '')) parent.hidden ??= '<details>';
      close(tag.index);
    }
    const hidden = element?.hidden ?? hiding(name, attributes, element !== undefined);
    const opened = tag.isClosing ? undefined : { name, attributes, parent: element, hidden, fields: [] };
    if (opened && !VOID.test(name) && text[tag.end - 2] !== '/') {
      element = opened;
      open.set(name, (open.get(name) ?? 0) + 1);
      within = at;
    }
    onTag(tag, at, opened);
    from = tag.end;
  });
  onText(text.slice(from), from, element);
}

/** What a page or XML holds beside its cells. */
export interface Markup {
  readonly words: readonly Words[];
  /** Elements by the places of their tags. */
  readonly elements: ReadonlyMap<number, Element>;
  readonly isPage: boolean;
}

/** What stands between the tags of a text, and its elements. */
export function markupOf(text: string, tags = tagsOf(text)): Markup {
  const words: Words[] = [];
  const elements = new Map<number, Element>();
  let [line, title, begin, level]: [string, string, number, number | undefined] = ['', '', 0, undefined];
  let list: Element | undefined;
  const inOneSpace = (one: string) => one.replace(/\s+/g, ' ').trim();
  const add = (part: string, element: Element | undefined) => {
    line += part;
    if (!/\p{L}/u.test(part)) return;
    const around = aroundOf(element);
    list = around.list;
    if (!around.isControl) title += ` ${part}`;
  };
  let isCaption = false;
  const end = (index: number) => {
    if (/\p{L}/u.test(line))
      words.push({ index: begin, text: inOneSpace(line), title: inOneSpace(title), level, isCaption, list });
    [line, title, begin] = ['', '', index];
  };
  walk(
    text,
    tags,
    (part, _, element) => add(part, element),
    ({ index, end: after, name, attributes, isClosing }, _, opened) => {
      if (opened) elements.set(index, opened);
      if (name === 'img') add(` ${new Map(attributesOf(attributes)).get('alt') ?? ''} `, opened?.parent);
      if (INLINE.test(name) || NOTE.test(name)) return;
      end(after);
      if (name === 'figcaption') isCaption = !isClosing;
      const heading = /^h[1-6]$/.test(name) ? Number(name[1]) : name === 'title' ? 0 : undefined;
      level = isClosing ? undefined : (heading ?? level);
    },
  );
  end(text.length);
  return { words, elements, isPage: PAGE.test(text) };
}

/** Whether the list on a line, from 1, stands in no element. */
export function isOutside(text: string, line: number): boolean {
  const begin = text.split('\n', line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const at = begin + Math.max(0, text.slice(begin).search(/[[({]/));
  let isWithin = false;
  walk(
    text,
    tagsOf(text),
    (part, index, element) => {
      if (index <= at && at < index + part.length) isWithin = element !== undefined;
    },
    () => {},
  );
  return !isWithin;
}

/** What an element is in of links, buttons and the like, and of lists, found out once for all within it. */
function aroundOf(element: Element | undefined): Around {
  const unknown: Element[] = [];
  let one = element;
  for (; one && !one.around; one = one.parent) unknown.push(one);
  let around = one?.around ?? { isControl: false, list: undefined };
  for (const inner of unknown.reverse()) {
    around = {
      isControl: around.isControl || CONTROL.test(inner.name),
      list: around.list ?? (LIST.test(inner.name) ? inner : undefined),
    };
    inner.around = around;
  }
  return around;
}

/**
 * What to say of puzzles at some places, in their order, that words around them make others of: headings that they stand below, the
 * last words above, and all that stand beside.
 */
export function faultsOfWords(words: readonly Words[], spans: readonly Span[]): (Fault | undefined)[] {
  const titled = faultsOfTitles(words, spans);
  let first = 0;
  return spans.map((span, i) => {
    const [before, after] = [spans[i - 1]?.end ?? 0, spans[i + 1]?.begin ?? Number.POSITIVE_INFINITY];
    while (first < words.length && words[first]!.index < before) first++;
    const beside: string[] = [];
    for (let one = first; one < words.length && words[one]!.index < after; one++) {
      const { index, text, title } = words[one]!;
      if (title !== '' && (index < span.begin || index >= span.end)) beside.push(text);
    }
    return titled[i] ?? faultOfWords(beside);
  });
}

/**
 * The same of headings and of the last words above, which are no link, button or list that ends above; they are those of what
 * stands below it without words of its own, too; and of a caption below the last.
 */
function faultsOfTitles(words: readonly Words[], spans: readonly Span[]): (Fault | undefined)[] {
  let [outline, next, last]: [Words[], number, string] = [[], 0, ''];
  return spans.map((span, i) => {
    const before = spans[i - 1]?.end ?? 0;
    for (; next < words.length && words[next]!.index < span.begin; next++) {
      const { index, level, text, list } = words[next]!;
      const title = level === undefined ? words[next]!.title : text;
      if (level !== undefined) outline = [...outline.filter((one) => one.level! < level), words[next]!];
      const isAbove = index >= before && (list?.end ?? span.begin) >= span.begin;
      if (isAbove && /\p{L}{3}/u.test(title)) last = title;
    }
    const below = words.slice(i + 1 < spans.length ? words.length : next);
    const caption = below.find(({ index, isCaption }) => isCaption && index >= span.end);
    return faultOfNames(...outline.map(({ text }) => text), last, caption?.text ?? '');
  });
}

/** What to say of a grid of a page that this does not show, or shows as a solution. */
export function faultOfHidden(element: Element | undefined): Fault | undefined {
  if (element?.hidden === undefined) return undefined;
  const fault = `a grid within ${element.hidden}, which is hidden or a solution`;
  return { fault, fix: 'give it as text if it is a puzzle' };
}

/** What to say of a puzzle in an element, from what this and those around it say. @param question what is known of it. */
export function faultWithin(
  element: Element | undefined,
  question: unknown,
  isPage: boolean,
): Fault | undefined {
  const unknown: Element[] = [];
  let one = element;
  for (; one && one.said === undefined; one = one.parent) unknown.push(one);
  let said = one?.said ?? undefined;
  for (const inner of unknown.reverse()) {
    said ??= isPage
      ? (faultOfClass(inner) ?? faultBeside(fieldsOfPage(inner), question, true))
      : (otherOrderSaid(inner.name) ?? faultBeside(fieldsOfXml(inner), question));
    inner.said = said ?? null;
  }
  return said;
}

type Fields = (readonly [name: string, value: string])[];

/** Of a page data, and the words that somebody who does not see it hears. */
function fieldsOfPage({ name, attributes }: Element): Fields {
  return attributesOf(attributes).flatMap(([attribute, value]): Fields => {
    if (attribute.startsWith('data-')) return [[attribute.slice(5), value]];
    return name === 'table' && /^(title|summary|aria-label)$/.test(attribute) ? [['title', value]] : [];
  });
}

/** A table is often of a class, or has a name, that is its kind. */
function faultOfClass({ name, attributes }: Element): Fault | undefined {
  if (name !== 'table') return undefined;
  for (const [attribute, value] of attributesOf(attributes))
    for (const one of /^(class|id)$/.test(attribute) ? value.split(/\s+/) : [])
      if (faultBeside([['type', one]], undefined)) {
        const fault = `a table with ${attribute} ${one}, which the model knows nothing of`;
        return { fault, fix: `if it has the usual rules all the same, leave out ${one}` };
      }
  return undefined;
}

/** Attributes, and elements of text; of which there are several, they are a list. */
function fieldsOfXml({ attributes, fields }: Element): Fields {
  const times = new Map<string, number>();
  for (const [name] of fields) times.set(name, (times.get(name) ?? 0) + 1);
  return [...attributesOf(attributes), ...fields.filter(([name]) => times.get(name) === 1)];
}

/** An attribute in which a puzzle may stand. */
const CELLS = /[\d._*#|/SG-]{16}/;

interface Line {
  readonly text: string;
  readonly index: number;
  readonly element: Element | undefined;
}

/** A text with what stands in its elements on lines of their own. */
function linesOfMarkup(text: string, tags: readonly Tag[]): Line[] {
  const lines: Line[] = [];
  let [line, index, isBlank, hasBreak] = ['', 0, true, false];
  let around: Element | undefined;
  const begin = (next: number) => {
    [line, index, isBlank] = ['', next, true];
  };
  const end = (next: number) => {
    lines.push({ text: withoutLastTags(line), index, element: around });
    begin(next);
  };
  const isCounted = areCounted(tags);
  const add = (part: string, element: Element | undefined) => {
    line += part;
    if (part.trim() !== '') [isBlank, around] = [false, element];
  };
  walk(
    text,
    tags,
    (words, from, element) => {
      let at = from;
      words.split('\n').forEach((part, i) => {
        if (i > 0) end(at);
        add(part, element);
        at += part.length + 1;
      });
    },
    (tag, at, opened) => {
      const { name, index: from, end: after, attributes, isClosing } = tag;
      const holdsCells = CELLS.test(attributes);
      if (name === 'br') {
        end(after);
        hasBreak = true;
      } else if (!holdsCells && !INLINE.test(name) && isOfText(text, tags, at, isCounted)) {
        if (isBlank) begin(after);
        else end(after);
        if (isClosing && (name === 'pre' || hasBreak)) end(after);
        hasBreak = false;
      } else if (holdsCells || !INLINE.test(name) || !isBlank)
        add(text.slice(from, after), holdsCells ? opened : around);
    },
  );
  end(text.length);
  return lines;
}

const NUMBERS_ROW = /^(?:(?:row)?[-_]?(?:index|idx|id|no|num|number|name|n|i)|row|r|y)$/;

/** What the attributes of a row count; undefined where they count nothing. */
export function numberOfRow(attributes: string): number | undefined {
  const [, value = ''] = attributesOf(attributes).find(([name]) => NUMBERS_ROW.test(name)) ?? [];
  const [, number] = /^[a-z_-]{0,9}(\d{1,2})$/i.exec(value) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** Whether all rows that have attributes are counted by them alone, as they stand, those of each puzzle from the first on. */
function areCounted(tags: readonly Tag[]): boolean {
  const rows = tags.filter(
    ({ isClosing, name, attributes }) => !isClosing && attributes !== '' && axisOf(name) === 'row',
  );
  const numbers = rows.map(({ attributes }) =>
    attributesOf(attributes).length === 1 ? numberOfRow(attributes) : undefined,
  );
  const [first] = numbers;
  return numbers.every(
    (number, i) => number !== undefined && (number === first || number === numbers[i - 1]! + 1),
  );
}

/** Whether a tag says nothing of the text behind it, or before it if it closes: that is of another element, or has breaks. */
function isOfText(text: string, tags: readonly Tag[], at: number, isCounted: boolean): boolean {
  const { name, attributes, index, end, isClosing } = tags[at]!;
  if (OF_TEXT.test(name) || (axisOf(name) === 'row' && (isCounted || attributes.trim() === ''))) return true;
  const next = tags[isClosing ? at - 1 : at + 1];
  if (next === undefined || next.name === 'br') return true;
  const between = isClosing ? text.slice(next.end, index) : text.slice(end, next.index);
  const spaces = isClosing
    ? between.slice(between.trimEnd().length)
    : between.slice(0, between.length - between.trimStart().length);
  return between.trim() === '' || spaces.includes('\n');
}

/** Without tags at the end of a line that are within it and hold no cells. */
function withoutLastTags(line: string): string {
  let left = line;
  for (;;) {
    const begin = left.lastIndexOf('<');
    const [, name = ''] = /^<\/?([a-z][\w:-]*)[^<>]*>[ \t]*$/i.exec(left.slice(begin)) ?? [];
    const holdsCells = CELLS.test(left.slice(begin));
    if (begin < 0 || holdsCells || !INLINE.test(name.toLowerCase())) return left;
    left = left.slice(0, begin);
  }
}

/**
 * What a family finds in a text, each at its line as the text was given; of a page or XML in what stands between the tags.
 *
 * @param lineOf writes a puzzle on a line.
 */
export function inMarkup<T>(
  given: string,
  read: (text: string, onWords: OnWords) => readonly Found<T>[],
  onWords: OnWords,
  lineOf: (value: T) => string,
): readonly Found<T>[] {
  const tags = tagsOf(given);
  if (tags.length === 0) return read(given, onWords);
  const { words, isPage } = markupOf(given, tags);
  const lines = linesOfMarkup(given, tags);
  const lineAt = lineCounter(given);
  const places = lines.map(({ index }) => lineAt(index));
  const placeOf = (line: number) => places[line - 1] ?? line;
  // Of a page its headings and last words say what stands below them, as of tables.
  const written = isPage
    ? lines.map(({ text }) => (isTitleOfOther(text) ? '' : text))
    : lines.map(({ text }) => text);
  const found = read(written.join('\n'), (one) =>
    onWords({ ...one, ...(one.line !== undefined && { line: placeOf(one.line) }) }),
  );
  const spans = found
    .map(({ line = 1 }) => lines[line - 1]?.index ?? 0)
    .map((at) => ({ begin: at, end: at }));
  const titled = faultsOfTitles(isPage ? words : words.filter(({ level }) => level !== undefined), spans);
  return found.map((one, i): Found<T> => {
    if (one.line === undefined) return one;
    const at = { line: placeOf(one.line) };
    if (one.fault !== undefined) return { ...one, fault: withLinesMoved(one.fault, placeOf), ...at };
    const { element } = lines[one.line - 1] ?? {};
    const hidden = isPage ? faultOfHidden(element) : undefined;
    const fault = hidden ?? titled[i] ?? faultWithin(element, lineOf(one.value), isPage);
    return fault ? { ...fault, ...at } : { ...one, ...at };
  });
}

/** Whether a line is a title of other rules, without cells. */
const isTitleOfOther = (line: string) =>
  (line.match(/[\d._*#]/g) ?? []).length < FEWEST_CELLS && faultOfTitle(line) !== undefined;
const FEWEST_CELLS = 4;
