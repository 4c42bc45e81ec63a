/**
 * All answers of each question on disk, beside the official files of a split: SET__answers.npy holds them one after the other,
 * [A, S], and row r has those from number SET__answer_indices.npy[r] up to that of the next row. A dataset whose
 * questions have one answer each has neither file.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { TrmError } from '../../errors.ts';
import { encodeNpy } from '../../formats/npy.ts';
import { answersIn } from '../answers.ts';
import { type Answers, checkAnswer, type DatasetMetadata, fieldFile } from '../dataset.ts';
import { ioError } from './io-error.ts';
import { integers, openRows, type RowFile } from './rows.ts';

/**
 * Opens the answers of a split, where it keeps more than its labels.
 *
 * @param limit bytes above which they stay in their file, and are read and checked when needed.
 * @param opened hears of each file that was opened.
 * @throws TrmError `data` where an array has another shape, or a token does not exist.
 */
export function openAnswers(
  metadata: DatasetMetadata,
  splitFolder: string,
  limit: number,
  opened: (rows: RowFile) => void,
): Answers | undefined {
  const [file, indexFile] = [
    fieldFile(metadata, 'answers', splitFolder),
    fieldFile(metadata, 'answerIndices', splitFolder),
  ];
  if (!existsSync(file) && !existsSync(indexFile)) return undefined;
  const open = (name: string, columns: number | undefined): RowFile => {
    const rows = openRows(name);
    opened(rows);
    if (String(rows.shape.slice(1)) === String(columns ?? '')) return rows;
    const expected = columns === undefined ? '[rows + 1]' : `[answers, ${columns}]`;
    throw new TrmError('data', `expected shape ${expected}, got [${rows.shape.join(', ')}]`, { file: name });
  };
  const S = metadata.seq_len;
  const rows = open(file, S);
  const indexRows = open(indexFile, undefined);
  const [count] = rows.shape as [number];
  const indices = Int32Array.from(integers(indexRows.read(0, indexRows.shape[0]!), indexFile));
  const read = (first: number, number: number) => {
    const tokens = integers(rows.read(first, number), file);
    for (let i = 0; i < number; i++)
      checkAnswer(metadata, first + i, tokens.subarray(i * S, (i + 1) * S), splitFolder);
    return tokens;
  };
  if (rows.bytes <= limit) return answersIn(indices, read(0, count), S);
  return { count, indices, read: (index, labels) => labels.set(read(index, 1)) };
}

/** @param type of the tokens, that of inputs and labels. */
export async function writeAnswers(
  splitFolder: string,
  metadata: DatasetMetadata,
  { count, indices, read }: Answers,
  type: 'uint8' | 'int32',
): Promise<void> {
  const S = metadata.seq_len;
  const tokens = type === 'uint8' ? new Uint8Array(count * S) : new Int32Array(count * S); // [A, S]
  for (let index = 0; index < count; index++) read(index, tokens.subarray(index * S, (index + 1) * S));
  const files = [
    ['answers', encodeNpy(tokens, [count, S])],
    ['answerIndices', encodeNpy(indices, [indices.length])],
  ] as const;
  for (const [name, contents] of files) {
    const file = fieldFile(metadata, name, splitFolder);
    try {
      await writeFile(file, contents);
    } catch (error) {
      throw ioError(error, file);
    }
  }
}
