/** What of the sample the tests noticed, by folder, and every mutant that they did not: `coverage/mutation.json` as text. */

import { readFileSync } from 'node:fs';
import { isSampled } from './sample.mjs';

const { files } = JSON.parse(readFileSync('coverage/mutation.json', 'utf8'));
const mutants = Object.entries(files).flatMap(([file, { mutants }]) =>
  mutants
    .filter((mutant) => mutant.status !== 'CompileError' && isSampled(file, mutant))
    .map((mutant) => ({ ...mutant, file })),
);
const isKilled = ({ status }) => status === 'Killed' || status === 'Timeout' || status === 'RuntimeError';
const share = (some) =>
  `${some.filter(isKilled).length} of ${some.length} killed, ${((100 * some.filter(isKilled).length) / some.length).toFixed(1)} %`;

for (const { file, location, mutatorName, replacement, status } of mutants.filter((one) => !isKilled(one)))
  console.log(
    `${status} ${file}:${location.start.line}:${location.start.column} ${mutatorName} -> ${replacement}`,
  );
for (const folder of new Set(mutants.map(({ file }) => file.split('/')[1])))
  console.log(`${folder}: ${share(mutants.filter(({ file }) => file.split('/')[1] === folder))}`);
console.log(`all: ${share(mutants)}`);
process.exitCode = mutants.filter(isKilled).length >= 0.8 * mutants.length ? 0 : 1;
