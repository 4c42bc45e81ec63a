/** A thread that makes slices of puzzles: it is told which, and says what it has made (generation.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { type Generation, slice } from './generation.ts';

parentPort!.on('message', (index: number) => {
  for (const made of slice(workerData as Generation, index)) parentPort!.postMessage(made);
});
