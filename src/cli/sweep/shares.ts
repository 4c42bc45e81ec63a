/** The runs of a sweep, shared out among ranks: all of them where there is one. */

import { gatherJson } from '../../train/communicator.ts';
import type { Finished } from './results.ts';
import { type Outcome, type Run, resultOf, type Sitting } from './run.ts';
import { carryOutRuns } from './side-by-side.ts';

/** Each rank carries out its share of the runs. @returns what all came to, in the order of the runs. */
export async function carryOutShared(
  sitting: Sitting,
  runs: readonly Run[],
  recipe: (run: Run) => string,
): Promise<Finished[]> {
  const { communicator, sweep } = sitting;
  const { rank, size } = communicator;
  const costOf = (run: Run) => (resultOf(run, sweep.evaluate) ? 0 : run.arm.cost.training);
  // As rank 0 sees it: meanwhile another one may have begun.
  const plan = rank === 0 ? sharedOut(runs.map(costOf), size) : [];
  const [shares] = (await gatherJson(communicator, plan)) as [number[][]];
  const own = shares[rank]!.map((i) => runs[i]!);
  if (size > 1)
    process.stderr.write(`${runs.length} runs for ${size} ranks, these are the ${own.length} of rank 0\n`);
  const finished = await carryOutRuns(sitting, own, recipe);
  const outcomes = new Map<number, Outcome>();
  const all = await gatherJson(
    communicator,
    finished.map(({ outcome }) => outcome),
  );
  all.forEach((ofRank, r) => {
    ofRank.forEach((outcome, i) => {
      outcomes.set(shares[r]![i]!, outcome);
    });
  });
  return runs.map((run, i) => ({ run, outcome: outcomes.get(i)! }));
}

/**
 * Gives each run, in their order, to the rank that has least to do so far.
 *
 * @param costs of the runs; 0 of one that is done.
 * @returns the places of each rank's runs, ascending.
 */
export function sharedOut(costs: readonly number[], ranks: number): number[][] {
  const shares = Array.from({ length: ranks }, (): number[] => []);
  const loads = new Float64Array(ranks);
  for (const [i, cost] of costs.entries()) {
    const rank = loads.indexOf(Math.min(...loads));
    shares[rank]!.push(i);
    loads[rank]! += cost;
  }
  return shares;
}
