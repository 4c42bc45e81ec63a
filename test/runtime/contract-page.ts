/** Runs the contract in a page, on the device named in its address, and posts each result, then `end`, to its server. */

import { openBackend, type WebDeviceChoice } from '../../src/runtime/web.ts';
import { type ContractLine, runContract } from './contract.ts';

const post = (line: ContractLine | 'end') => fetch('/report', { method: 'POST', body: JSON.stringify(line) });
const posted: Promise<unknown>[] = [];
const report = (line: ContractLine) => posted.push(post(line));
const device = new URLSearchParams(location.search).get('device') as WebDeviceChoice;
const options = { wasmPaths: `${location.origin}/ort/` };
try {
  const backend = await openBackend({ device, ...options });
  await runContract(backend, report);
} catch (error) {
  report({ closed: String(error) });
}
await Promise.all(posted);
await post('end');
