/** Fuzzes every reader of untrusted files: `npm run fuzz [-- INPUTS]` damages INPUTS files in all (default 40000). */

import { fuzz, targets } from '../test/fuzz/fuzz.ts';

const all = targets();
const inputs = Math.ceil(Number(process.argv[2] ?? 40_000) / all.length);
let found = 0;
console.log('reader               inputs  accepted  slowest ms  allocated per byte');
for (const target of all) {
  const { report, findings } = fuzz(target, all, inputs);
  const { accepted, slowestMs, worstFactor } = report;
  console.log(
    `${target.name.padEnd(19)} ${String(inputs).padStart(7)} ${String(accepted).padStart(9)} ${slowestMs.toFixed(1).padStart(11)} ${worstFactor.toFixed(1).padStart(19)}`,
  );
  for (const { seed, what } of findings.slice(0, 5)) console.log(`  seed ${seed}: ${what}`);
  found += findings.length;
}
console.log(`${inputs * all.length} inputs, ${found} broke a rule`);
process.exitCode = found > 0 ? 1 : 0;
