/** The thinking of both sides about a puzzle, and the moment of it that is looked at. */

import { still, usePlaying } from './playing.ts';
import { pagePuzzle } from './puzzles.ts';
import type { Asked } from './question.ts';
import { isComing, useRun } from './run.ts';
import type { Side } from './side.ts';

/** @param other the second side, where there are two. */
export function useThinking(
  side: Side | undefined,
  other: Side | undefined,
  onSpeed: (speed: string) => void,
) {
  const a = useRun('A', onSpeed);
  const b = useRun('B', () => {});
  const perStep = side ? recursionsOf(side) : 1;
  const perOther = other ? recursionsOf(other) : 1;
  const { moments } = a.run;
  /** Moments that the sides have to show, as the first one counts them: the second may take more looks. */
  const span = Math.max(
    moments.length,
    a.run.trajectory ? Math.ceil((b.run.moments.length / perOther) * perStep) : 0,
  );
  const player = usePlaying(span - 1, perStep);
  const waits = player.waits && (isComing(a.run) || isComing(b.run));

  return {
    a: a.run,
    b: b.run,
    ...{ moments, perStep, span, player },
    /** Whether neither the film plays nor a moment is waited for. */
    atRest: !player.playing && !waits,
    /** Thinks, on both sides where there are two. @param to the moment to stop at; the film when omitted. */
    start: (puzzle: Asked, mine: Side, theirs: Side | undefined, to?: number) => {
      const of = pagePuzzle(puzzle.family)!;
      const done = a.start(puzzle, of, mine.depth, mine.looksAgain);
      if (theirs) b.start({ ...puzzle, model: theirs.model }, of, theirs.depth, theirs.looksAgain);
      if (to !== undefined) player.go(to);
      else if (still()) done.then(() => player.go(Number.MAX_SAFE_INTEGER));
      else player.play(player.each === 'steps' ? recursionsOf(mine) - 1 : 0);
    },
    forget: () => {
      a.forget();
      b.forget();
    },
    forgetOther: b.forget,
  };
}

/** Recursions of a look. */
function recursionsOf({ depth }: Side): number {
  return depth.cycles * depth.latentSteps;
}
