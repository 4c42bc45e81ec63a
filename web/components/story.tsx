/** What thinking longer is worth, and what there is beside: the curve over many puzzles, and the table. */

import { proxy } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { FamilyInfo } from '../../src/data/families.ts';
import { messageOf, worker } from '../client.ts';
import { pagePuzzle } from '../puzzles.ts';
import type { ModelInfo } from '../worker.ts';
import { Chart } from './chart.tsx';
import { links } from './words.tsx';

interface StoryProps {
  readonly model: ModelInfo;
  readonly family: FamilyInfo;
  /** Whether somebody watches a run: the count waits. */
  readonly busy: boolean;
}

export function Story({ model, family, busy }: StoryProps) {
  return (
    <>
      <WorthOfThinking
        key={`${model.name} ${JSON.stringify(family)}`}
        model={model}
        family={family}
        busy={busy}
      />
      <Others />
    </>
  );
}

const PUZZLES = 100;
/** Looks that are counted, as a multiple of those of training. */
const LONGER = 2;

function WorthOfThinking({ model, family, busy }: StoryProps) {
  const [counted, setCounted] = useState<{ right: number[]; of: number }>({ right: [], of: 0 });
  const [fault, setFault] = useState('');
  const [seen, setSeen] = useState(false);
  const host = useRef<HTMLElement>(null);
  const begun = useRef(false);
  const depth = { ...model.depth, supervisionSteps: LONGER * model.depth.supervisionSteps };
  const kind = pagePuzzle(family)!;
  // The hardest that there are; of mazes those that were trained on, which shorter ways are unlike.
  const level = kind.brushes ? kind.level.usual : 0;

  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry!.isIntersecting && setSeen(true));
    observer.observe(host.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!seen || busy || begun.current) return;
    begun.current = true;
    worker
      .countRight(
        model.name,
        family,
        level,
        PUZZLES,
        depth,
        proxy((right: number[], of: number) => setCounted({ right, of })),
      )
      .catch((error) => setFault(messageOf(error)));
  }, [seen, busy]);
  useEffect(() => () => void worker.stopCounting(), []);

  const { right, of } = counted;
  const share = right.map((count) => count / of);
  const perStep = depth.cycles * depth.latentSteps;
  const at = (look: number) => Math.round(100 * (share[look * perStep - 1] ?? 0));
  return (
    <section ref={host} class="worth" aria-label="What thinking longer is worth">
      <h2>What thinking longer is worth</h2>
      <div class="views">
        <div>
          <p>
            The same weights, asked {PUZZLES} new puzzles ({kind.name}
            {level === 0 && ', with as little given as possible'}), here, while you read. Not every puzzle
            ends right.
          </p>
          <p class="result" role="status">
            {fault ||
              (of === 0
                ? 'The count begins when the film is over.'
                : `${at(1)} % right after one look, ${at(depth.supervisionSteps)} % after ${depth.supervisionSteps}${of < PUZZLES ? `: ${of} of ${PUZZLES} puzzles so far` : `, of ${PUZZLES} puzzles`}.`)}
          </p>
        </div>
        <Chart
          label="Share of puzzles that are right after each recursion"
          x={right.map((_, i) => i + 1)}
          xLabel="recursions"
          curves={[{ label: 'right', values: share }]}
          range={[0, 1]}
          empty="The curve grows here."
        />
      </div>
    </section>
  );
}

/** Numbers of arXiv 2510.04871, of its tables of Sudoku-Extreme, Maze-Hard and ARC-AGI. */
function Others() {
  return (
    <section class="others" aria-label="Beside other ways">
      <h2>Beside other ways to solve it</h2>
      <div class="views">
        <div class="scroll">
          <table>
            <caption>
              Test accuracy in % (<a href={links.paper}>arXiv 2510.04871</a>, “Less is More: Recursive
              Reasoning with Tiny Networks”); – where it gives none
            </caption>
            <thead>
              <tr>
                <th scope="col">model</th>
                <th scope="col">Sudoku-Extreme</th>
                <th scope="col">Maze-Hard</th>
                <th scope="col">ARC-AGI-1</th>
                <th scope="col">ARC-AGI-2</th>
              </tr>
            </thead>
            <tbody>
              {[
                ['TRM, of 5 to 7 million weights', '87.4', '85.3', '44.6', '7.8'],
                ['HRM, its predecessor', '55.0', '74.5', '40.3', '5.0'],
                ['Gemini 2.5 Pro', '–', '–', '37.0', '4.9'],
                ['o3-mini-high', '–', '–', '34.5', '3.0'],
                ['DeepSeek R1', '–', '–', '15.8', '1.3'],
              ].map(([name, ...cells]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, i) => (
                    <td key={i}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p>
          To be fair: TRM learns one kind of puzzle from a thousand examples of it; a language model was asked
          without that, and does much else. And a program of a few dozen lines that tries and takes back
          solves any Sudoku in milliseconds, always right: somebody wrote the rules into it. Here nobody did;
          the same kind of network learns mazes and ARC tasks from examples alone.
        </p>
      </div>
    </section>
  );
}
