/** A model's thinking about the puzzle, as it arrives from the worker: one run a side. */

import { proxy } from 'comlink';
import { useState } from 'preact/hooks';
import { messageOf, worker } from './client.ts';
import { latest } from './latest.ts';
import type { Judged, PageMoment } from './moments.ts';
import type { PagePuzzle } from './puzzles.ts';
import type { Asked } from './question.ts';
import type { Depth, Moment } from './recursions.ts';
import type { Trajectory } from './worker.ts';

export interface Run {
  readonly moments: readonly PageMoment[];
  readonly trajectory?: Trajectory;
  /** What is going on, for people; '' when nothing is. */
  readonly doing: string;
  readonly fault: string;
}

const none: Run = { moments: [], doing: '', fault: '' };

/** Whether moments of a run are still to come. */
export function isComing({ moments, trajectory, doing, fault }: Run): boolean {
  return (doing !== '' || (moments.length > 0 && !trajectory)) && !fault;
}

export function useRun(side: string, onSpeed: (speed: string) => void) {
  const [run, setRun] = useState<Run>(none);
  const [begun] = useState(latest);

  const forget = () => {
    begun();
    worker.stop(side);
    setRun(none);
  };

  /** @param looksAgain whether a puzzle that is not solved is looked at from other sides. */
  const start = async (asked: Asked, kind: PagePuzzle, depth: Depth, looksAgain: boolean): Promise<void> => {
    const isLatest = begun();
    const { question, family, model } = asked;
    const arrived: PageMoment[] = [];
    const judged = (answer: Int32Array, restored: number, halting: number): Judged => {
      const { broken, solved } = kind.judge(question, answer);
      return { answer, halting, restored, broken, solved };
    };
    const tell = (part: Partial<Run>) => {
      if (isLatest()) setRun((now) => ({ ...now, ...part }));
    };
    let frame = 0;
    const show = () => {
      frame = 0;
      tell({ moments: [...arrived], doing: '' });
    };
    setRun({ ...none, doing: 'loading ONNX Runtime and the model…' });
    try {
      const onMoment = (moment: Moment) => {
        const { tokens: answer, restored } = kind.kept(question, moment.answer);
        arrived.push({ ...judged(answer, restored, moment.halting), recursion: moment });
        frame ||= requestAnimationFrame(show);
      };
      const trajectory = await worker.solve(side, model, question, depth, proxy(onMoment), 0, family);
      if (!isLatest()) return;
      cancelAnimationFrame(frame);
      tell({ moments: arrived, trajectory, doing: '' });
      onSpeed(`${trajectory.millisecondsPerRefinement.toFixed(1)} ms a recursion`);
      if (!looksAgain || arrived.at(-1)!.solved) return;
      tell({ doing: 'not solved yet; looking again, from other sides' });
      const later = await worker.lookAgain(side, model, question, family);
      if (!later) return tell({ doing: '' });
      const { tokens, restored, halting, candidates: sides, steps: looks } = later;
      const last = { ...judged(tokens, restored, halting), others: { sides, looks } };
      tell({ moments: [...arrived, last], doing: '' });
    } catch (error) {
      tell({ doing: '', fault: messageOf(error) });
    }
  };

  return { run, start, forget };
}
