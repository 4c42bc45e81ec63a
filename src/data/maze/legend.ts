/** What a legend says that the signs of a maze mean, be it in words around the maze or a field beside it. */
import type { Fault } from '../reading/found.ts';
import { FREE, GOAL, START, WALL, WAY } from './maze.ts';

/** What is none of a maze's cells. */
const NONE = -1;

/** A sign of a maze and the words for it. */
export type Meaning = readonly [sign: string, words: string];

const MEANT = [
  [
    /wall|obstacle|^block|barrier|solid|impassable|\b(?:hedge|bush(?:es)?|tree|forest|rock|stone|brick|building|fence|mountain|boulder|shrub|pillar)s?\b/i,
    WALL,
    'a wall',
  ],
  [
    /free|open|path|floor|empty|passage|corridor|road|(?<!un)walkable|(?<!im)passable|^(?:clear|blanks?|spaces?|nothing|air|cells?|dirt|earth|fields?|grass|ground|halls?|hallways?|land|lawn|meadow|carpet|pavement|aisles?|alleys?|lanes?|rooms?|sand|streets?|tiles?|tunnels?|walkways?|gang|weg)$|frei|leer|libre|vac[ií]|camino|vide|chemin|liber|vuot|livre|vazi|caminho/i,
    FREE,
    'a free cell',
  ],
  [
    /start|begin|entrance|\b(?:entry|origin|source|spawn|player|agent|robot|mouse|rat|hamster|rabbit|explorer|pac-?man|hero|you|me)\b|anfang|inicio|início|départ|inizio|entrada|entrée|eingang/i,
    START,
    'the start',
  ],
  [
    /goal|^end\b|exit|finish|target|destination|treasure|cheese|\b(?:home|flag|food|gold|trophy|prize|princess|carrot|castle)\b|ziel|meta\b|arriv|sortie|salida|saída|uscita|ausgang|^fin\b|^fim\b/i,
    GOAL,
    'the goal',
  ],
  [/^(way|route|trail|solution|visited)/i, WAY, 'the way'],
  [
    /\b(key|door|trap|lock|gate|portal|teleport(er)?|monster|enemy|ghost|coin|bonus|bomb|switch|stairs|ladder|warp|lava|swamp|mud|fire|spike|pit|hole)s?\b/i,
    NONE,
    '',
  ],
] as const;

const NOT = /^(?:no|not|non)\b/i;

/** The token that words mean: of several what they name first; what is no wall is free. */
function meantBy(words: string): number | undefined {
  const places = MEANT.map(([known, token]) => ({ token, at: words.search(known) }));
  const token = places.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at)[0]?.token;
  if (!NOT.test(words)) return token;
  return token === WALL ? FREE : token === FREE ? WALL : undefined;
}

/** What to say of the first sign that a legend calls something else than it is read as. */
export function otherSign(
  legend: readonly Meaning[],
  signs: readonly string[],
  tokens: ArrayLike<number>,
): { readonly meaning: Meaning; readonly read: string } | undefined {
  for (const meaning of legend) {
    const [sign, words] = meaning;
    const [token, meant] = [tokens[signs.indexOf(sign)], meantBy(words)];
    const areBothFree = [token, meant].every((one) => one === FREE || one === WAY);
    // Walls have many names, and what is called nothing else may be one of them; through it nobody goes.
    const isOpen = token === WALL || !/\p{L}{3}/u.test(words);
    const mayBe = meant === undefined && isOpen;
    if (token === undefined || mayBe || token === meant || areBothFree) continue;
    const read = MEANT.find(([, known]) => known === token);
    if (read) return { meaning, read: `where ${sign} is read as ${read[2]}` };
  }
  return undefined;
}

/** The same of a maze below or above which the legend stands. */
export function faultOfLegend(
  legend: readonly Meaning[],
  text: string,
  tokens: ArrayLike<number>,
): Fault | undefined {
  const other = otherSign(legend, [...text], tokens);
  if (!other) return undefined;
  return {
    fault: `a maze with a legend that calls ${other.meaning.join(' ')}, ${other.read}`,
    fix: 'write # for a wall, . for a free cell, S and G where they are, and leave the legend out',
  };
}

const WALLS = '#█▓■⬛@';
const [OPENS, CLOSES] = ['["\'`“‘(*]*', '["\'`”’)*]*'];
const CELL = `[${WALLS}.·_░□⬜SsGgEeoXxWw0-3]`;
const SIGN = `${OPENS}(?<sign>${CELL}|(?<=["'\`“‘]) (?=["'\`”’])|(?:(?:an? )?(?:empty |blank )?(?:space|blank)s?))${CLOSES}`;
const MARKED = '(?: (?:marked|shown|drawn|written|represented|denoted))?(?: (?:as|with|by))?';
const IS = String.raw`(?:\s*(?:=>?|:|[-–—]>?|→)\s*|\s+(?:(?:is|are)${MARKED}|means?|marks?|stands? for|represents?|denotes?)\s+)(?:(?:an?|the)\s+)?`;
const WORDS = `(?<words>\\p{L}[^${WALLS}=]*?)`;

/** `# = wall`, `Legend: # is a wall`; `Walls: #`; `# wall` alone. `Maze 1: start` and `Path length: 3` are none. */
const PAIRS = [
  new RegExp(`^(?:where +|[\\p{L} ]+(?:: +| +(?!\\d)))??${SIGN}${IS}${WORDS}[.!]?$`, 'u'),
  new RegExp(`^(?:\\p{L}+: +)?(?:the )?(?<words>\\p{L}+(?: cells?)?)${CLOSES}${IS}${SIGN}[.!]?$`, 'u'),
  new RegExp(
    `^(?:\\p{L}+: +)?${OPENS}(?<sign>[${WALLS}])${CLOSES} +(?<words>(?:walls?|free|open|empty|paths?|obstacles?|blocked)\\b[^${WALLS}=]*)$`,
    'iu',
  ),
];

/** `. = lava`, "`.`: hole", `# = yew`, `Legend: . lava`, `G = ghost`, `lava = .`: a sign that is called what nobody knows, in a few words. */
const [FEW, EQUALS] = [String.raw`\p{L}{3,20}(?: \p{L}{1,20}){0,2}`, '(?:=>?|:|->|→)'];
const UNKNOWN = [
  new RegExp(
    `^(?:(?:(?:[Ll]egend|[Kk]ey): *)?${OPENS}(?<sign>[${WALLS}.·_░□⬜])${CLOSES} *${EQUALS}|(?:[Ll]egend|[Kk]ey): +${OPENS}(?<named>[.·_░□⬜])${CLOSES}|(?<dot>[._░□⬜]) |${OPENS}(?<end>[SGE])${CLOSES} *=) *(?<words>${FEW})[.!]?$`,
    'u',
  ),
  new RegExp(`^(?<words>${FEW}) *= *${OPENS}(?<sign>[${WALLS}.·_░□⬜SG])${CLOSES}$`, 'u'),
];

/** Between the pairs of a line: a comma, `and`, or nothing but a space before the next sign and what tells its meaning. */
const BETWEEN = new RegExp(
  `\\s*[,;|]\\s*|\\s+and\\s+|\\s+(?!\\d\\s*:)(?=${OPENS}${CELL}${CLOSES}\\s*(?:=|:|->|→))`,
  'u',
);

/** Characters of a line that may be one. */
const LONGEST = 1000;

/** The signs and their meanings in a line that tells some; it has no other sign of a wall. */
export function legendIn(line: string): Meaning[] | undefined {
  // No other word for a meaning is shorter; most rows have none.
  if (line.length > LONGEST || !/\p{L}{3}|\bme\b/u.test(line)) return undefined;
  const parts = line
    .replace(/^\s*\|\s*([^\s|]{1,5})\s*\|([^|]*)\|\s*$/, '$1 = $2')
    .replace(/^\s*(?:(?:[-*+•>]|\d+[.)])\s+)?/, '')
    .trim()
    .split(BETWEEN);
  const pairs = parts.flatMap((part): Meaning[] => {
    const { sign, words } = PAIRS.map((pair) => pair.exec(part)).find((found) => found)?.groups ?? {};
    if (sign && words && meantBy(words) !== undefined)
      return [[/space|blank/.test(sign) ? ' ' : sign, words.trim()]];
    const other = UNKNOWN.map((pair) => pair.exec(part)).find((found) => found)?.groups;
    return other ? [[(other.sign ?? other.named ?? other.dot ?? other.end)!, other.words!]] : [];
  });
  const count = (text: string) => text.match(new RegExp(`[${WALLS}]`, 'gu'))?.length ?? 0;
  const areAll =
    count(line.replace(/^#+ (?=[^=]*\p{L}{3})/u, '')) <= count(pairs.map(([sign]) => sign).join(''));
  return pairs.length > 0 && areAll ? pairs : undefined;
}
