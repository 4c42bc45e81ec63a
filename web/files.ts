/** What a file that was dropped is: the page takes weights, ARC tasks, and puzzles as text. */

import { parseJson } from '../src/data/json.ts';

export type FileKind = 'weights' | 'tasks' | 'puzzle';

/** What the page takes, for people. */
const TAKEN = 'weights (.safetensors, .onnx, .pt, .pth), ARC tasks (JSON), and puzzles as text';

/** Weights by their names. */
const named = /\.(safetensors|onnx|pth?)$/i;

/** Files that are known and not taken: by their names and how they begin, and what is said of them. */
const others: readonly (readonly [name: RegExp, begins: RegExp | undefined, what: string])[] = [
  [
    /\.(png|jpe?g|gif|webp|bmp|tiff?|avif|heic|svg|pdf)$/i,
    /^(\x89PNG|GIF8|\xff\xd8\xff|%PDF|RIFF.{4}WEBP|.{4}ftyp(avif|heic|mif1))/s,
    'a picture, which is not read',
  ],
  [/\.(npy|npz)$/i, /^\x93NUMPY/, 'an array of NumPy: save it as text, as numpy.savetxt does'],
  [/\.(zip|gz|tgz|bz2|xz|zst|7z|rar|tar)$/i, undefined, 'an archive: unpack it, and drop what is in it'],
  [/\.(xlsx?|ods|numbers)$/i, undefined, 'a spreadsheet: save it as CSV'],
  [/\.(docx?|odt|pages)$/i, undefined, 'a document: save it as text, or paste the puzzle'],
  [/\.(parquet|arrow|feather)$/i, undefined, 'a table of columns: save it as CSV'],
];

/** How weights begin: the length of a safetensors header and its brace, a zip, a pickle. */
const weights = /^(.{8}\{|PK|\x80)/s;

/** @throws Error in the page's words on a file that is none of these. */
export async function kindOf(file: File): Promise<FileKind> {
  if (named.test(file.name)) return 'weights';
  const bytes = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  const begins = String.fromCharCode(...bytes);
  const other = others.find(([name, first]) => name.test(file.name) || first?.test(begins));
  if (other) throw refused(file.name, other[2]);
  const text = await file.slice(0, 1 << 20).text();
  if (text.includes('\0') || text.includes('\uFFFD')) {
    if (weights.test(begins)) return 'weights';
    throw refused(file.name, 'neither text nor weights');
  }
  if (text.trim() === '') throw refused(file.name, 'empty');
  const isNamed = /\.json$/i.test(file.name) && /"(train|test)"\s*:/.test(text);
  return isNamed || areTasks(text) ? 'tasks' : 'puzzle';
}

/** Whether a text is ARC tasks: pairs of grids, under the names of the parts. */
export function areTasks(text: string): boolean {
  return /"(train|test)"\s*:\s*\[\s*\{\s*"(input|output)"\s*:/.test(text);
}

const MIB = 2 ** 20;

/** The most that is read of each kind of text, in bytes: of puzzles as much as `trm serve` takes. */
const MOST = { puzzle: [MIB, 'puzzles'], tasks: [8 * MIB, 'ARC tasks'] } as const;

/** @param name of a file, or of what was pasted. @throws Error in the page's words on more than is read. */
export function refuseLong(name: string, bytes: number, kind: keyof typeof MOST): void {
  const [most, what] = MOST[kind];
  if (bytes <= most) return;
  const size = Math.ceil((10 * bytes) / MIB) / 10; // a little more than the limit is told as more
  const fix =
    kind === 'puzzle' ? 'give a part of it, or answer all of it with trm solve' : 'give a part of it';
  throw new Error(`${name} is ${size} MiB; the page reads at most ${most / MIB} MiB of ${what}: ${fix}`);
}

/** @param what the file is. */
function refused(name: string, what: string): Error {
  return new Error(`${name} is ${what}; the page takes ${TAKEN}`);
}

/** A file's name without that of its kind. */
export function bareName(name: string): string {
  return name.replace(named, '');
}

/** What is wrong with a file that is JSON by its name alone; undefined of any other, as of one with JSON on each line. */
export async function notJson(file: File): Promise<string | undefined> {
  if (!/\.json$/i.test(file.name)) return undefined;
  const text = await file.text();
  const [first = ''] = text.trimStart().split('\n', 1);
  let fault: string | undefined;
  for (const part of [first, text]) {
    try {
      parseJson(part, file.name);
      return undefined;
    } catch (error) {
      fault = (error as Error).message; // at last that of all of it
    }
  }
  return fault;
}

/** What to say of a file in which no puzzle is found. @param why in the words of their reader. */
export function withoutPuzzle(name: string, why: string): string {
  return `${name} holds no puzzle that the page has a model for: ${why}; the page takes ${TAKEN}`;
}
