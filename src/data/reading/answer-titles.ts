/**
 * `Solution:`, `Expected output:`, `The shortest path is:`, `## Answers`, `Solution to puzzle 3`, `Solución`, `Here is the
 * solution (2 min):`, perhaps with the cells behind it.
 */
export const ANSWER_TITLE =
  /^[^\p{L}\d]*(?:(?:and|here(?:'s| is| are)|the|an?|example|sample|challenge|test|program|final|single|unique|only|one|first|die|das ist die|hier ist die|la) )*(expected(?: (?:outputs?|results?|solutions?|answers?))?|outputs?|results?|solutions?|answers?|solved|shortest (?:path|route|way)s?|решени[ея]|ответы?|解答|答案|lösung(en)?|soluci(ón|ones)|soluzion[ei]|soluç(ão|ões)|oplossing(en)?)(?!\p{L})( +(to|for|of|the|this|no|nr|key|grid|board|maze|puzzle|sudoku|example|sample)\b)*( +(is|are|ist|est))?( *\([^()]*\))?[^\p{L}]*$/iu;

const ANSWER = /answer|solution|solved|lösung|soluci|soluzion|soluç|oplossing|解答|答え/i;
const EARLIER =
  /yesterday|previous|(?<!\p{L})(?:last|prior) (?:day|week|month|issue|time|puzzle|sudoku)|gestern|letzte|vorige|d['’]hier|précédent|dernière|(?<!\p{L})ayer|anterior|(?<!\p{L})ieri|gisteren|ontem|前回|昨日/iu;

/** Whether a line, or what stands before the cells on it, calls an answer that of an earlier puzzle: `Solution to yesterday's puzzle:`. */
export function isOfEarlier(line: string): boolean {
  const near = line.slice(0, 100);
  return ANSWER.test(near) && EARLIER.test(near);
}

/** Whether a few words tell of an answer: `Sudoku solved in 3 ms:`. */
export const tellsOfAnswer = (line: string): boolean => line.length <= LONGEST && ANSWER.test(line);

/** The last words of a line, `this program` or `the solved grid` behind them. */
const ANNOUNCED =
  /(?:(?<!\p{L})(?:(?:will|should|would|must)(?: then| now)? (?:output|print|give|return|produce|yield|display|show)|gives|returns|produces|prints|outputs|yields|displays|(?:the|its) (?:output|result|solution|answer)s?(?: (?:is|are|will be|would be|should be|looks like))?)(?: (?:the|this|an?|us|you|following|like|something|output|result|solution|answer|solved|grid|board|maze|puzzle)){0,5}|(?<!\p{L})solved(?: (?:grid|board|maze|puzzle|sudoku))?|[→⇒⟶]|[=-]>)[^\p{L}\d]{0,9}$/iu;

/** Whether a line ends in what announces an answer, if one follows: `It will output`, `and the output is:`, `→`. */
export const announcesAnswer = (line: string): boolean => ANNOUNCED.test(line.slice(-LONGEST));
const LONGEST = 120;
