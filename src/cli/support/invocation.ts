/**
 * The command as the reader has to type it. `trm` alone works after a global install; in a project that has the package,
 * and in its own repository, it is `npx trm`; anywhere else npx has to be told the package.
 */

import { join, parse, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Three folders up from src/cli/support as from dist/cli/support. */
const packageFolder = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * @param launched the file that node was started with.
 * @param folder the package's own, with links followed.
 * @param cwd where the reader is.
 */
export function invocation(
  launched = process.argv[1] ?? '',
  folder = packageFolder,
  cwd = process.cwd(),
): string {
  if (folder.includes(`${sep}_npx${sep}`)) return 'npx -p tiny-recursive-model trm';
  const { dir, name } = parse(launched);
  if (name === 'trm' && !dir.endsWith(join('node_modules', '.bin'))) return 'trm'; // from the PATH
  const [project] = folder.split(`${sep}node_modules${sep}`);
  return relative(project!, cwd).startsWith('..') ? 'trm' : 'npx trm';
}

/** A text in which `trm COMMAND` is as the reader has to type it. */
export function typed(text: string, as = invocation()): string {
  return text.replace(/(?<!npx |-p tiny-recursive-model )\btrm (?=[a-z])/g, `${as} `);
}

/** A path as a shell takes it for one word. */
export function word(path: string): string {
  return /^[\p{L}\p{N}\p{M}\p{Extended_Pictographic}_./:@%+=,-]+$/u.test(path)
    ? path
    : `'${path.replaceAll("'", "'\\''")}'`;
}
