/** Files that a command writes: the ending says the format, and the place is tried before the work begins. */

import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, extname, normalize, relative } from 'node:path';
import { isDataset } from '../../data/node/is-dataset.ts';
import { makeFolder, notMade } from '../../data/node/make-folder.ts';
import { checkFree } from '../../data/node/new-folder.ts';
import { realPlace } from '../../data/node/real-place.ts';
import { statAt } from '../../data/node/stat-at.ts';
import { TrmError } from '../../errors.ts';
import { checkpointFile } from '../../interop/node/run-checkpoint.ts';
import { writeAtomically } from '../run-folder.ts';

/** Where a picture goes. */
export interface PictureFile {
  /** Writes the picture, given as SVG text, in the format of the file. */
  write(svg: string): void;
}

/**
 * The format of an output file, by its ending, after making sure that the file can be written.
 *
 * @param option that names it, for the message.
 * @param formats the endings there are, without their dots.
 * @throws TrmError `usage` on another ending, `io` when the place does not take a file.
 */
export function outputFile<F extends string>(file: string, option: string, formats: readonly F[]): F {
  const ending = extname(file).slice(1).toLowerCase();
  const format = formats.find((one) => one === ending);
  if (format === undefined) {
    throw new TrmError('usage', `the ending says the format, got ${file}`, {
      key: option,
      fix: `end it in ${formats.map((one) => `.${one}`).join(' or ')}`,
    });
  }
  tryPlace(file);
  return format;
}

/**
 * @param said by the ending of the file `--out`.
 * @param option that asks for another format.
 * @throws TrmError `usage` where the two are not one.
 */
export function checkEnding(file: string, said: string, asked: string, option = `--format ${asked}`): void {
  if (said === asked) return;
  const fix = `leave out ${option}, or choose another ending`;
  throw new TrmError('usage', `${extname(file)} is the ending of ${said}`, { key: '--out', fix });
}

/** A file `*.svg` or `*.png` to draw into later. @throws TrmError as `outputFile`, `runtime` where nothing makes PNG. */
export async function pictureFile(file: string, option: string): Promise<PictureFile> {
  const format = outputFile(file, option, ['svg', 'png']);
  if (format === 'svg') return { write: (svg) => writeAtomically(file, [svg]) };
  const { pngRenderer } = await import('../terminal/png.ts');
  const render = await pngRenderer();
  return { write: (svg) => writeAtomically(file, [render(svg)]) };
}

/** @throws TrmError `usage` where something is at the path of a file to make. */
export function checkNew(file: string): void {
  const there = statAt(file);
  if (there === undefined) return;
  const what = there.isDirectory() ? 'a folder, not a file to make' : 'the file exists';
  throw new TrmError('usage', what, { file, fix: 'choose another --out' });
}

/** Makes a file beside the one to come, where a link to it leads, and takes it away again. @throws TrmError `io`. */
export function tryPlace(file: string): void {
  try {
    const place = realPlace(file);
    const trial = `${place}.partial-${process.pid}`;
    const there = statSync(place, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    // What is written takes the place of what is there: /dev/null would be gone.
    if ((there && !there.isFile()) || /^\/dev\/(std(out|err)|fd\/\d+)$/.test(file))
      throw new TrmError('usage', 'is no ordinary file', { file, fix: 'name a file to make' });
    const made = makeFolder(dirname(normalize(file)));
    try {
      closeSync(openSync(trial, 'w'));
    } finally {
      rmSync(made ?? trial, { recursive: true, force: true });
    }
  } catch (error) {
    throw notMade(error, file);
  }
}

/** What runs and datasets are made of, below their folders. */
const parts =
  /^(config\.json|metrics\.jsonl|curves\.svg|dataset\.json|identifiers\.json|test_puzzles\.json|compact-arc\.json|(train|test|checkpoints)[\\/].*)$/;

/**
 * Refuses files to write that would take the place of what is read, by whatever path they are reached, or of each other.
 *
 * @param outputs by their options.
 * @param inputs files, and folders of runs and datasets; what is there under no path is passed over.
 * @throws TrmError `usage`.
 */
export function checkOutputs(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: readonly (string | undefined)[],
): void {
  const taken = new Map<string, string>();
  const fix = 'name another file';
  for (const [key, file] of Object.entries(outputs)) {
    if (file === undefined) continue;
    const place = realPlace(file);
    const other = taken.get(place);
    if (other !== undefined) throw new TrmError('usage', `is the file of ${other} too`, { key, fix });
    taken.set(place, key);
    for (const input of inputs) {
      if (input === undefined || !existsSync(input)) continue;
      const within = relative(realPlace(input), place);
      if (isSameFile(place, input)) throw new TrmError('usage', `is ${input}, which is read`, { key, fix });
      if (parts.test(within)) throw new TrmError('usage', `is ${within} of ${input}`, { key, fix });
    }
  }
}

/**
 * A folder that a command makes and fills.
 *
 * @param key option that names it.
 * @throws TrmError `usage` where it is taken, or as `checkOutside`; `io` where none can be made.
 */
export async function checkNewFolder(folder: string, fix: string, key?: string): Promise<void> {
  await checkFree(folder);
  checkOutside(folder, [], fix, key);
}

/**
 * @throws TrmError `usage` when the folder `--out`, to put files into, is that of a dataset or lies in one, in one of `data` or
 *   in a run.
 */
export function checkOutside(out: string, data: readonly string[], fix: string, key = '--out'): void {
  const place = realPlace(out);
  const above = foldersAbove(place);
  const dataset =
    data.find((folder) => [place, ...above].includes(realPlace(folder))) ?? [out, ...above].find(isDataset);
  if (dataset !== undefined) throw new TrmError('usage', `lies in the dataset ${dataset}`, { key, fix });
  const run = above.find((folder) => modelsOf(folder).some((file) => existsSync(file)));
  if (run !== undefined) throw new TrmError('usage', `lies in the run ${run}`, { key, fix });
}

const modelsOf = (run: string) => [checkpointFile(run, 'last'), checkpointFile(run, 'best')];

/** The nearest first. */
function foldersAbove(place: string): string[] {
  const above = dirname(place);
  return above === place ? [] : [above, ...foldersAbove(above)];
}

/** Says on stderr which folders of a dataset stand there twice: their puzzles count twice. */
export function sayTwice(folders: readonly string[]): void {
  const places = folders.map(realPlace);
  const twice = folders.filter((_, i) => places.indexOf(places[i]!) < i);
  for (const folder of twice)
    process.stderr.write(`${folder}: given twice, so each of its puzzles counts twice\n`);
}

/** Whether two paths lead to one file that is there. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statAt(path));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
