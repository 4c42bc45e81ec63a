/** Runs the contract on the device named by its argument and prints a line of JSON per case. */

import type { DeviceChoice } from '../../src/runtime/devices.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type ContractLine, runContract } from './contract.ts';

const report = (line: ContractLine) => console.log(JSON.stringify(line));
const device = process.argv[2] as DeviceChoice;
const backend = await openBackend(device, { threads: 2 }).catch((error: Error) => {
  report({ closed: error.message });
});
if (backend) {
  const reference = await openBackend(device === 'cpu' ? 'wasm' : 'cpu', { threads: 1 });
  await runContract(backend, reference, report);
}
