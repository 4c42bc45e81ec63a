/**
 * The last step of a build: the native engine's C sources, and what CommonJS needs beside the modules. `require` loads them as
 * they are (Node 20.19 and later); TypeScript takes declarations for CommonJS only from a folder that says it is, where tsc has
 * put a second copy of them.
 */
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const commonjs = join(dist, 'commonjs');

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
