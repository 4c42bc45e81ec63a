/** What a session leaves in its run's folder. Of the ranks of a run one keeps it. */

import type { Checkpoint, Selection } from '../train/checkpoint.ts';
import { MetricsLog, type MetricsRow, readMetrics } from './metrics.ts';
import { removePartials, runFiles, saveCheckpoint, writeAtomically } from './run-folder.ts';
import { renderCurves } from './terminal/curves.ts';

export interface Keeper {
  log(row: MetricsRow): void;
  /** Writes what was logged. @throws TrmError `io`. */
  flush(): void;
  /** @param selection on what it was chosen, when it is the best so far. @throws TrmError `io`. */
  save(checkpoint: Checkpoint, selection: Selection | undefined): void;
  /** Writes what was logged, and the picture of it. @throws TrmError `io`. */
  end(): void;
}

/** Takes up a run's folder at a step: what a killed process left half done is removed, and what it logged later. */
export function keeperOf(run: string, step: number, tensorboard?: boolean): Keeper {
  removePartials(run);
  const log = new MetricsLog(run, step, tensorboard);
  return {
    log: (row) => log.add(row),
    flush: () => log.flush(),
    save(checkpoint, selection) {
      // In this order a kill in between leaves rows to drop or a best to write again, never one that is missing.
      log.flush();
      if (selection) saveCheckpoint(run, 'best', { ...checkpoint, selection });
      saveCheckpoint(run, 'last', checkpoint);
    },
    end() {
      log.flush();
      drawCurves(run);
    },
  };
}

/** Of a rank that keeps nothing. */
export const noKeeper: Keeper = { log() {}, flush() {}, save() {}, end() {} };

/** Draws a run's metrics into its folder. */
function drawCurves(run: string): void {
  const rows = readMetrics(run);
  if (rows.length === 0) return;
  const of = <K extends MetricsRow['kind']>(kind: K) =>
    rows.filter((row): row is Extract<MetricsRow, { kind: K }> => row.kind === kind);
  const steps = of('step').map((row) => ({
    ...row,
    cellAccuracy: row.cellAccuracy ?? Number.NaN,
    exactAccuracy: row.exactAccuracy ?? Number.NaN,
  }));
  writeAtomically(runFiles.curves(run), [renderCurves(steps, of('evaluation'))]);
}
