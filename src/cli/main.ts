#!/usr/bin/env node
/** Where `trm` begins: what Ctrl-C does is settled before anything else is loaded (program.ts, which has the commands). */

import './support/early-stop.ts';

await import('./program.ts');
