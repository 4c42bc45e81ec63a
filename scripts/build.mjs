/**
 * Builds dist/: the modules, the native engine's C sources, and what CommonJS needs beside them. `require` loads them as they are
 * (Node 20.19 and later); TypeScript takes declarations for CommonJS only from a folder that says it is, where tsc puts a second
 * copy of them.
 *
 * Where optional packages are not installed, their types are not known: then nothing is checked, and the modules are the same.
 *
 * What was there stays until it is written anew, for a run may be using it; what is not written any more goes at the end.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const commonjs = join(dist, 'commonjs');
/** Milliseconds since 1970; a file's time may lag behind the clock a little. */
const begun = Date.now() - 100;

const { optionalDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);
const missing = Object.keys(optionalDependencies).filter((name) => !isInstalled(name));
if (missing.length > 0)
  console.error(
    `build: types are not checked, for optional packages are not installed: ${missing.join(', ')}`,
  );

const tsc = 'tsc -p tsconfig.build.json';
const modules = missing.length > 0 ? `${tsc} --noCheck` : tsc;
for (const command of [modules, `${tsc} --noCheck --emitDeclarationOnly --outDir dist/commonjs`]) {
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

writeFileSync(join(commonjs, 'package.json'), '{ "type": "commonjs" }\n');
for (const entry of ['index', 'web'])
  writeFileSync(join(commonjs, `${entry}.js`), `module.exports = require('../${entry}.js');\n`);

// Before TypeScript 5.7 arrays had no type of their buffer.
for (const name of readdirSync(commonjs, { recursive: true })) {
  if (!name.endsWith('.d.ts')) continue;
  const file = join(commonjs, name);
  const text = readFileSync(file, 'utf8');
  const older = text.replace(/\b((?:Ui|I)nt\d+|Float\d+)Array<ArrayBuffer>/g, '$1Array');
  if (older !== text) writeFileSync(file, older);
}

cpSync(join(source, 'compiler/c'), join(dist, 'compiler/c'), {
  recursive: true,
  filter: (file) => !file.endsWith('.ts'),
});

chmodSync(join(dist, 'cli/main.js'), 0o755);

for (const name of readdirSync(dist, { recursive: true })) {
  const file = join(dist, name);
  const about = statSync(file);
  if (about.isFile() && about.mtimeMs < begun) rmSync(file);
}

function isInstalled(name) {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
