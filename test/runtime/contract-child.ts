/**
 * Runs the contract on the engine and device named by its arguments, with each number of threads that follows them, and
 * prints a line of JSON per case.
 */

import type { DeviceChoice, EngineChoice } from '../../src/runtime/choices.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type ContractLine, runContract } from './contract.ts';

const report = (line: ContractLine) => console.log(JSON.stringify(line));
const [engine, device, ...threads] = process.argv.slice(2) as [EngineChoice, DeviceChoice, ...string[]];
for (const count of threads.map(Number)) {
  const backend = await openBackend({ engine, device, threads: count }).catch((error: Error) => {
    report({ closed: error.message });
  });
  if (backend) await runContract(backend, report);
}
