/** A model's thinking about the puzzle, as it arrives from the worker: one run a side. */

import { proxy } from 'comlink';
import { useState } from 'preact/hooks';
import type { Solution } from '../src/evaluate/solver.ts';
import { messageOf, worker } from './client.ts';
import { latest } from './latest.ts';
import type { PagePuzzle } from './puzzles.ts';
import type { Asked } from './question.ts';
import { type Depth, HALTS, type Moment } from './recursions.ts';
import type { Trajectory } from './worker.ts';

/** A moment whose answer has the question's givens again, judged by the rules. */
export interface PageMoment extends Moment {
  /** Givens that the model had overwritten. */
  readonly restored: number;
  readonly broken: ReadonlySet<number>;
  readonly solved: boolean;
}

export interface Run {
  readonly moments: readonly PageMoment[];
  readonly trajectory?: Trajectory;
  /** What other looks came to, where the plain one did not solve it. */
  readonly later?: Solution;
  /** What is going on, for people; '' when nothing is. */
  readonly doing: string;
  readonly fault: string;
}

const none: Run = { moments: [], doing: '', fault: '' };

/** Whether moments of a run are still to come. */
export function isComing({ moments, trajectory, doing, fault }: Run): boolean {
  return (doing !== '' || moments.length > 0) && !trajectory && !fault;
}

/** The first moment whose answer is right, and the one at which training would stop; undefined where there is none. */
export function marksOf(moments: readonly PageMoment[], perStep: number) {
  const place = (index: number) => (index < 0 ? undefined : index);
  return {
    right: place(moments.findIndex(({ solved }) => solved)),
    stop: place(moments.findIndex(({ halting }, i) => (i + 1) % perStep === 0 && halting >= HALTS)),
  };
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
        const { broken, solved } = kind.judge(question, answer);
        arrived.push({ ...moment, answer, restored, broken, solved });
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
      tell({ doing: '', ...(later && { later }) });
    } catch (error) {
      tell({ doing: '', fault: messageOf(error) });
    }
  };

  return { run, start, forget };
}
