/**
 * What a dataset holds, as a short text, so that a run notices when it goes on with another one.
 *
 * Hashed are the sizes, which puzzle and group each row belongs to, the number of answers of each where there are several, and rows at equal distances, all of them in a dataset of
 * up to 16 million tokens. More would have a resumed run read gigabytes before its first step; another seed, another
 * source or another order changes nearly every row.
 */
import type { PuzzleDataset } from './dataset.ts';

/** Tokens that are read, inputs and labels together. */
const TOKENS = 2 ** 24;

const hashes = new WeakMap<PuzzleDataset, Promise<string | undefined>>();

/**
 * SHA-256 in hexadecimal, made once, of several datasets one behind the other; undefined in a page without a secure context,
 * where the browser hashes nothing.
 */
export async function datasetHash(
  datasets: PuzzleDataset | readonly PuzzleDataset[],
): Promise<string | undefined> {
  const all: (string | undefined)[] = [];
  for (const dataset of [datasets].flat()) {
    const hash = hashes.get(dataset) ?? hashed(dataset);
    hashes.set(dataset, hash);
    all.push(await hash);
  }
  return all.includes(undefined) ? undefined : all.join('+');
}

async function hashed(dataset: PuzzleDataset): Promise<string | undefined> {
  const { metadata, count, puzzleIdentifiers, puzzleIndices, groupIndices, setIndices, answers } = dataset;
  const { subtle } = globalThis.crypto;
  if (!subtle) return undefined;
  const S = metadata.seq_len;
  const rows = Math.min(count, Math.max(1, Math.floor(TOKENS / (2 * S))));
  const tokens = new Int32Array(2 * rows * S); // [rows, 2, S]
  for (let i = 0; i < rows; i++) {
    const row = Math.floor((i * count) / rows);
    const [inputs, labels] = [tokens.subarray(2 * i * S, (2 * i + 1) * S), tokens.subarray((2 * i + 1) * S)];
    dataset.read(row, inputs, labels.subarray(0, S));
  }
  const sizes = Int32Array.of(S, metadata.vocab_size, metadata.num_puzzle_identifiers, count);
  const parts = [
    sizes,
    puzzleIdentifiers,
    puzzleIndices,
    groupIndices,
    setIndices ?? [],
    answers?.indices ?? [],
    tokens,
  ];
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  const digest = await subtle.digest('SHA-256', all);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
