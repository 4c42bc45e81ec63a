/** The package's own examples, which go by their path wherever the command runs. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `path`; the package's own file where there is none and it begins with `examples/`. */
export function exampleAt(path: string): string {
  if (existsSync(path) || !/^examples[\\/]/.test(path)) return path;
  const own = fileURLToPath(new URL(`../../../${path}`, import.meta.url)); // beside src/ as beside dist/
  return existsSync(own) ? own : path;
}
