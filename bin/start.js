#!/usr/bin/env node
/** What npm links as `trm`. In a clone it is there before the first build; npx would for ever remember a command that was not. */

import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('error: trm is not built yet: npm run build\n');
  process.exitCode = 1;
}
