/** Runs the contract on the engine and device named by its arguments and prints a line of JSON per case. */

import type { DeviceChoice, EngineChoice } from '../../src/runtime/choices.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type ContractLine, runContract } from './contract.ts';

const report = (line: ContractLine) => console.log(JSON.stringify(line));
const [engine, device] = process.argv.slice(2) as [EngineChoice, DeviceChoice];
const backend = await openBackend({ engine, device, threads: 2 }).catch((error: Error) => {
  report({ closed: error.message });
});
if (backend) await runContract(backend, report);
