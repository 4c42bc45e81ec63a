/** Runs the built command as a user does. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** The same under the name that a global install gives it. */
const installed = fileURLToPath(new URL('./trm.mjs', import.meta.url));

export interface Result {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Starts `trm`; `onOutput` is called with everything that standard error has had so far. */
export function trm(
  args: readonly string[],
  options: {
    input?: string | Uint8Array;
    env?: Readonly<Record<string, string>>;
    onOutput?: (err: string, kill: (signal: NodeJS.Signals) => void, hearNoMore: () => void) => void;
  } = {},
): Promise<Result> {
  const env = { ...process.env, NO_COLOR: '1', ...options.env };
  const child = spawn(process.execPath, [installed, ...args], { env });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
    options.onOutput?.(
      err,
      (signal) => child.kill(signal),
      () => child.stderr.destroy(),
    );
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return new Promise((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, out, err })),
  );
}

/** Makes a dataset of Sudokus. @throws Error with what the command said when it fails. */
export async function generateSudoku(
  out: string,
  {
    size = 4,
    count,
    testCount,
    seed = 0,
  }: { size?: number; count: number; testCount: number; seed?: number },
): Promise<void> {
  const options = { size, count, 'test-count': testCount, seed, out };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { status, err } = await trm(['data', 'generate', 'sudoku', ...flags]);
  if (status !== 0) throw new Error(err);
}

/** A folder that is removed by the returned function. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'trm-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
