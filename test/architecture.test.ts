/** The house stands as docs/architecture.md draws it: imports point down the list of floors, and no files import in a circle. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** The ground floor first. A file stands on the floor of its folder, or of its own name. */
const floors = [
  ['errors.ts', 'kept.ts', 'options.ts', 'settings-error.ts', 'shape.ts', 'suggest.ts'],
  ['formats'],
  ['graph', 'data'],
  ['compiler'],
  ['runtime', 'nn'],
  ['models'],
  ['inference'],
  ['train'],
  ['interop', 'evaluate'],
  ['serve', 'load.ts', 'load-web.ts'],
  ['index.ts', 'web.ts', 'cli'],
];

const files = (readdirSync(source, { recursive: true }) as string[])
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort();

/** What a text imports from the project, types too, as paths from src. */
function importsOf(file: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path]) => path!);
  return specifiers.map((path) => relative(source, join(source, dirname(file), path)).replaceAll('\\', '/'));
}

const imports = new Map(
  files.map((file) => [file, importsOf(file, readFileSync(join(source, file), 'utf8'))]),
);

const floorOf = (file: string): number => floors.findIndex((rooms) => rooms.includes(file.split('/')[0]!));

/** Imports of a higher floor, or of another room on the same. */
function upwards(imports: ReadonlyMap<string, readonly string[]>): string[] {
  return [...imports].flatMap(([file, targets]) =>
    targets.flatMap((target) => {
      const [from, to] = [floorOf(file), floorOf(target)];
      const isDown = to < from || (to === from && file.split('/')[0] === target.split('/')[0]);
      return isDown || (to === from && !file.includes('/')) ? [] : [`${file} -> ${target}`];
    }),
  );
}

/** A circle of imports, its first file again at its end; none is undefined. */
function circle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of imports.get(file) ?? []) {
      const found = visit(target, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
}

test('every file has a floor', () => {
  expect(files.filter((file) => floorOf(file) < 0)).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});

test('imports point down', () => {
  expect(upwards(imports)).toEqual([]);
});

test('no files import in a circle', () => {
  expect(circle(imports)).toBeUndefined();
});

test('folders are made by the one function that ends where a system takes no names', () => {
  const calls = files.filter((file) =>
    /mkdir(Sync)?\([^)]*recursive/.test(readFileSync(join(source, file), 'utf8')),
  );
  expect(calls).toEqual([]);
});

test('an import that points up, and a circle, would be seen', () => {
  const bent = new Map([
    ['graph/a.ts', importsOf('graph/a.ts', "import type { B } from './b.ts';")],
    ['graph/b.ts', importsOf('graph/b.ts', "const c = await import('../train/c.ts');")],
    ['train/c.ts', importsOf('train/c.ts', "export { a } from '../graph/a.ts';")],
  ]);
  expect(upwards(bent)).toEqual(['graph/b.ts -> train/c.ts']);
  expect(circle(bent)).toEqual(['graph/a.ts', 'graph/b.ts', 'train/c.ts', 'graph/a.ts']);
});
