/** What other Sudokus than the usual are called, in words of several languages, and the sentences that tell their rules. */

/** Words for puzzles with other rules, as `spaced` writes them. */
export const KINDS =
  /killer|jigsaw|irregular|windoku|hyper(?! ?par| ?link)|thermo|(?<!\p{L})arrow|kropki|diagonal|greater|anti ?(king|knight|queen|chess)|non ?consecutive|^consecutive|disjoint|quadruple|sandwich|palindrom|inequalit|skyscraper|renban|nabner|entropic|whisper|samurai|odd ?even|even ?odd|ken ?ken|calcudoku|kakuro|str8ts|x ?sums|numbered ?rooms|parity sudoku|(?:^|[^\p{L}])(?:odd|even|outside) sudoku|wordoku|(^| )xv? ?sudoku|sudoku ?xv?(?! ?mas)($|[^\p{L}])|^xv$/u;
/** The same of titles, which may be words of anything elsewhere. */
const TITLES = new RegExp(
  [
    KINDS.source,
    'squiggly|miracle|nonomino|toroidal|chaos|offset|latin square|magic square|cipher|parity|anti ?diagonal|irr[eé]gul',
    'argyle|asterisk|cent(?:er|re) ?dot|girandola|sujiken|battenburg|rossini|gattai|mathdoku|tridoku|vudoku|duidoku|(?:double|triple) ?doku|fog of war|sum frame|lockout|look and say|slot machine|quad max|extra ?region',
    '(?:zipper|modular|between|region ?sum) ?lines?',
    '(?:frame|sum|multi|butterfly|flower|twin|clone|geometry|battleship|fortress|pencil ?mark) ?sudoku',
    'unregelmäßig|gerade ?ungerade|größer ?kleiner|hochhaus|wolkenkratzer|flüster',
    '(?:pfeil|rand|rahmen|summen|nachbar|farb|stern|pijlen|puzzel) ?sudoku',
    'pair ?impair|irregol|term[oóô]met|onregelmatig|diagonaal|pares e ímpares',
    'sudoku (?:tueur|asesino|assassino|flèches|flechas|frecce|setas|pares e impares|pari e dispari)',
    'キラー|対角線|ジグソー|不等号|サムライ|合体|サンドイッチ|アロー|サーモ|クロプキ',
    '对角|對角|锯齿|鋸齒|杀手|殺手|不规则|不規則|变形|摩天楼|温度计|不等式|连续数|无马|奇偶',
    '킬러|대각선|직소|부등호|사무라이|불규칙|온도계|홀짝|윈도쿠',
    'киллер|убийц|диагонал|неравенств|фигурн|(?:пазл|цепочн|цветн)[а-я]* ?судоку|самурай|термометр|виндоку|ч[её]тн|нерегулярн|стрелк',
    'çapraz|(?<!\\p{L})katil(?!\\p{L})|düzensiz|zabójcz|nieregularn|przekątn|nepravideln|úhlopříčn|átlós|nereguliar|(?<!\\p{L})chéo',
    'strimko|(?<!\\p{L})(?:comparison|vergleichs?|ketten|nrc|dg|colou?r|chain) ?sudoku',
  ].join('|'),
  'u',
);
/** The whole words that they are in. */
const KIND_WORDS = new RegExp(`\\p{L}*(?:${TITLES.source})\\p{L}*`, 'gu');
/** What else stands in a title that says no more, as in `Jigsaw 9x9 hard #3`. */
const BESIDE_KIND =
  /^(a|an|and|by|constraints?|construction|daily|deutsches|dutch|easy|evil|expert|extreme|german|grid|groups?|hard|lines?|little|medium|no|nr|of|puzzles?|rules?|than|variant|with|x)$/;

/** `Digits 0-8`, `Ziffern von 0 bis 8`: as many as a Sudoku has, but from 0. */
const FROM_0 =
  /(?<!\p{L})(?:digits?|numbers?|ziffern|zahlen|chiffres|cifras|números|cifre|cijfers|algarismos):? {0,3}(?:from |von |de |da |van )?0 ?(?:-|–|to|bis|à|a|tot|\.\.\.?) ?(?:5|8|15|f)(?![\p{L}\d])/iu;

/** A word for Sudoku in several scripts. */
const SUDOKU = /(?:su)?doku|судоку|数独|數獨|数獨|スドク|ナンプレ|스도쿠/;

/** `Diagonal Sudoku #4`, `Sudoku X`, `Killer-Sudoku (hard)`, `Jigsaw 3`; no title that may be of something else too. */
export function isOtherSudoku(title: string, isAlone = false): boolean {
  if (FROM_0.test(title.slice(0, LONGEST_NAME))) return true;
  const words = spaced(title.slice(0, LONGEST_NAME).replace(/[*_`>]+/g, ' '));
  if (!TITLES.test(words) || /(^|[^\p{L}])(not|unlike|without|than a)([^\p{L}]|$)/u.test(words)) return false;
  const others = words.replace(KIND_WORDS, ' ').match(/\p{L}+/gu) ?? [];
  const isKnown = (word: string) => BESIDE_KIND.test(word) || SUDOKU.test(word);
  return (!isAlone && SUDOKU.test(words)) || others.every(isKnown);
}

/** Whether a text under a name for kinds is that of other rules. */
export const isOtherKind = (text: string) =>
  /^(?:xv?|comparison|colou?r|chain|nrc|dg)$/i.test(text) || KINDS.test(spaced(text)) || isOtherSudoku(text);

/** Words that stand where the kind of a puzzle does and say the usual one, or how hard it is, from where, or how it is written. */
const KNOWN_WORDS = new Set(
  `sudoku classic classical clasico clásico clásica clasica classico classica classique klassisch klassik klassiek klasik standard
  standaard estándar estandar padrão padrao normal normale normaal regular usual vanilla traditional tradicional original basic plain
  default common ordinary pure regulär regulier zwykłe обычный обычная классический классическое классическая классика стандарт
  标准 经典 普通 標準 スタンダード 일반 기본 number numbers digit digits numeric numerical place zahl zahlen logic logical logik brain
  grid grids board puzzle puzzles quiz game games problem question task challenge exercise rätsel
  easy simple light gentle kids kid child beginner beginners starter novice medium moderate intermediate average tricky hard harder
  hardest tough difficult advanced expert master extreme evil fiendish diabolical devilish insane hell nightmare impossible inhuman very
  super ultra mini small large big giant level levels difficulty leicht einfach mittel schwer schwierig sehr teuflisch profi experte
  facile moyen moyenne difficile diabolique fácil facil medio médio difícil dificil muy experto medio makkelijk gemiddeld moeilijk łatwe
  średnie trudne kolay orta zor легкий лёгкий средний сложный трудный 简单 中等 困难 初級 中級 上級 初级 中级 高级 쉬움 보통 어려움
  daily weekly monthly day today tages sunday monday tuesday wednesday thursday friday saturday weekend special bonus free print
  printable online web app random generated generator sample example demo test tests train training valid validation val dev eval
  evaluation benchmark dataset data set unique single multiple solution symmetric symmetrical symmetry asymmetric minimal single player
  multi solo duo versus coop timed zen relax campaign practice user custom imported import manual scanned photo
  wing xyz swordfish jellyfish naked hidden singles pair pairs triple triples pointing claiming locked candidates backtracking
  clue clues diff очень nyt new york times guardian kaggle input output string text json csv txt sdk sdm list array matrix line rows flat int integer char str object message portrait
  landscape square regular block blocks box boxes row column with of the and for in no nr a an by x`.split(
    /\s+/,
  ),
);

/** What to say of a kind that is not known, of a puzzle of digits: all words of it are, but for a name alone, as `Anna`. */
export function isUnknownKind(text: string): boolean {
  const near = text.slice(0, LONGEST_NAME).trim();
  if (near === '' || /^\p{Lu}[a-z]+$/u.test(near) || /[/\\@]|^[\da-f-]{16,}$/i.test(near)) return false;
  return (spaced(near).match(/\p{L}[\p{L}\p{M}]*/gu) ?? []).some(
    (word) => !KNOWN_WORDS.has(word.replace(SUDOKU, '') || 'sudoku'),
  );
}

/** A kind before the word for what it is, unless it is said not to be one. */
const KIND_NAMED = new RegExp(
  `(?<!(?:^|[^\\p{L}])(?:no|not|unlike|than)[^.]{0,20})(?:${TITLES.source})\\p{L}* (?:sudoku|variant|constraint)`,
  'u',
);
const SENTENCES = new RegExp(
  [
    String.raw`\bdiagonal(?:s|en|es|i|ais)?\b[^.]{0,40}\b(?:contains?|holds?|includes?|must|cannot|repeat|enth[aä]lten|enthält|contiennent|doivent|contienen|deben|contengono|devono)\b`,
    String.raw`\b(?:both|main|beiden?|deux|ambas|entrambe) (?:main |long )?diagonal`,
    String.raw`(?<!\b(?:no|without) )\bcages?\b`,
    String.raw`\b(?:knight|king|queen)(?:['’]?s)? moves?\b`,
    String.raw`\bthermomet|\balong (?:the |each |an? )?(?:thermo|arrow|line)|\barrows?\b[^.]{0,40}\b(?:sum|circle|total)`,
    String.raw`\b(?:adjacent|neighbou?ring|orthogonal)[^.]{0,60}\bconsecutive|\bconsecutive\b[^.]{0,60}\b(?:adjacent|neighbou?r|orthogonal)`,
    String.raw`\b(?:gr[ae]y|shaded|colou?red|marked|circled) (?:cells?|squares?|regions?|areas?)\b[^.]{0,30}\b(?:even|odd|contain|must|holds?)\b`,
    String.raw`\b(?:inequality|greater[- ]than) signs?\b|\b(?:black|white) dots?\b|\boutside (?:of )?the grid\b`,
  ].join('|'),
  'iu',
);
/** Characters of a name and of a text that are looked into. */
const [LONGEST_NAME, LONGEST] = [500, 2000];

/** Whether sentences beside a puzzle tell other rules: `Both diagonals hold 1 to 9`, `A killer sudoku by Anna`. */
export function tellsOtherRules(text: string): boolean {
  const near = text.slice(0, LONGEST);
  return isOtherSudoku(near, true) || KIND_NAMED.test(spaced(near)) || SENTENCES.test(near);
}

/** `boxWidth`, `box-width` and `Box_Width` as `box width`. */
export const spaced = (name: string) =>
  name
    .trim()
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .replace(/[-_\s]+/g, ' ')
    .toLowerCase();
