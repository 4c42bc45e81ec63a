/**
 * Writes Lights Out puzzles as JSON lines: node examples/lights-out.mjs [COUNT] [SIDE] [PRESSES] [SEED] > lights-out.jsonl
 *
 * Pressing a cell switches it and its neighbours. The question shows which lights are on (1), the answer which cells to
 * press (1) to put them all out. Only puzzles with one shortest answer of at most PRESSES presses are written.
 */
const [count = 10000, side = 5, presses = 5, seed = 1] = process.argv.slice(2).map(Number);

let state = seed >>> 0;
/** A whole number below n (a linear congruential generator: the same puzzles for the same seed). */
function random(n) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
}

/** Presses a cell of `lights`, a list of rows of 0 and 1. */
function press(lights, row, column) {
  for (const [i, j] of [
    [row, column],
    [row - 1, column],
    [row + 1, column],
    [row, column - 1],
    [row, column + 1],
  ]) {
    if (lights[i]?.[j] !== undefined) lights[i][j] ^= 1;
  }
}

/** All answers: a choice for the first row leaves one for each row below, which must put out the row above. */
function answersOf(question) {
  const answers = [];
  for (let first = 0; first < 2 ** side; first++) {
    const lights = question.map((row) => [...row]);
    const answer = question.map((row) => row.map(() => 0));
    for (let i = 0; i < side * side; i++) {
      const [row, column] = [Math.floor(i / side), i % side];
      const needed = row === 0 ? (first >> column) & 1 : lights[row - 1][column];
      if (!needed) continue;
      answer[row][column] = 1;
      press(lights, row, column);
    }
    if (lights[side - 1].every((light) => light === 0)) answers.push(answer);
  }
  return answers;
}

const seen = new Set();
while (seen.size < count) {
  const question = Array.from({ length: side }, () => Array(side).fill(0));
  for (let n = 1 + random(presses); n > 0; n--) press(question, random(side), random(side));
  if (seen.has(String(question)) || !question.flat().includes(1)) continue;
  const weight = (answer) => answer.flat().reduce((sum, cell) => sum + cell);
  const [shortest, second] = answersOf(question).sort((a, b) => weight(a) - weight(b));
  if (second && weight(second) === weight(shortest)) continue;
  seen.add(String(question));
  console.log(JSON.stringify({ question, answer: shortest }));
}
