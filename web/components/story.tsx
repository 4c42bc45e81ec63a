/** What thinking longer is worth, and what there is beside: the curve over many puzzles, and the table. */

import { proxy } from 'comlink';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FamilyInfo } from '../../src/data/families.ts';
import { builtIn, learnedFrom } from '../built-in.ts';
import { messageOf, worker } from '../client.ts';
import { percent } from '../percent.ts';
import { pagePuzzle } from '../puzzles.ts';
import type { ModelInfo } from '../worker.ts';
import { Chart } from './chart.tsx';
import { links } from './words.tsx';

interface StoryProps {
  readonly model: ModelInfo;
  readonly family: FamilyInfo;
  /** When the count may begin, in words; undefined where nothing is before it. */
  readonly begins: string | undefined;
  /** Looks up to the moment that is looked at, with parts of one; undefined where there is none. */
  readonly looks: number | undefined;
}

export function Story(props: StoryProps) {
  return (
    <>
      <WorthOfThinking key={`${props.model.edition} ${JSON.stringify(props.family)}`} {...props} />
      <Others model={props.model} />
    </>
  );
}

const PUZZLES = 100;
/** Looks that are counted, as a multiple of those of training. */
const LONGER = 2;

function WorthOfThinking({ model, family, begins, looks }: StoryProps) {
  const [counted, setCounted] = useState<{ right: number[]; of: number }>({ right: [], of: 0 });
  const [fault, setFault] = useState('');
  const [seen, setSeen] = useState(false);
  const host = useRef<HTMLElement>(null);
  const begun = useRef(false);
  const depth = { ...model.depth, supervisionSteps: LONGER * model.depth.supervisionSteps };
  const kind = pagePuzzle(family)!;
  // The hardest that there are; of mazes those that were trained on, which shorter ways are unlike.
  const level = kind.brushes ? kind.level.usual(model.traits) : 0;

  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)!.isIntersecting));
    observer.observe(host.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!seen || begins || begun.current) return;
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
  }, [seen, begins]);
  useEffect(() => () => void worker.stopCounting(), []);

  const { right, of } = counted;
  const isCounting = begun.current || (seen && !begins);
  const share = useMemo(() => right.map((count) => count / of), [counted]);
  const x = useMemo(() => right.map((_, i) => i + 1), [counted]);
  const perStep = depth.cycles * depth.latentSteps;
  /** The moment that is looked at, as long as it is counted. */
  const marked =
    looks && looks * perStep <= share.length ? Math.max(1, Math.round(looks * perStep)) - 1 : undefined;
  const at = (look: number) => percent(share[look * perStep - 1] ?? 0, 0);
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
          <p class={of > 0 ? 'result' : 'result waits'} role="status">
            {fault ||
              (of === 0
                ? isCounting
                  ? 'Counting: the first of them are being answered.'
                  : `The count begins ${begins ?? 'when this is scrolled into view'}.`
                : `${at(1)} right after one look, ${at(depth.supervisionSteps)} after ${depth.supervisionSteps}${of < PUZZLES ? `: ${of} of ${PUZZLES} puzzles so far` : `, of ${PUZZLES} puzzles`}.`)}
          </p>
        </div>
        <Chart
          label="Share of puzzles that are right after each recursion"
          x={x}
          xLabel="recursions"
          curves={[
            { label: marked === undefined ? 'right' : `right after ${marked + 1} recursions`, values: share },
          ]}
          share
          empty="The curve grows here."
          marked={marked}
        />
      </div>
    </section>
  );
}

/** Of arXiv 2510.04871v1, tables 4 and 5; of TRM's two kinds the better one of each puzzle. */
const table = [
  ['TRM', '5–7 million', '87.4', '85.3', '44.6', '7.8'],
  ['HRM, its predecessor', '27 million', '55.0', '74.5', '40.3', '5.0'],
  ['DeepSeek R1', '671 billion', '0', '0', '15.8', '1.3'],
  ['Claude 3.7', 'not told', '0', '0', '28.6', '0.7'],
  ['o3-mini-high', 'not told', '0', '0', '34.5', '3.0'],
  ['Gemini 2.5 Pro', 'not told', '–', '–', '37.0', '4.9'],
  ['Grok-4-thinking', '1.7 trillion', '–', '–', '66.7', '16.0'],
  ['Bespoke, made of Grok-4', 'not told', '–', '–', '79.6', '29.4'],
] as const;

function Others({ model: { name, mixer } }: Pick<StoryProps, 'model'>) {
  const from = learnedFrom[name];
  return (
    <section class="others" aria-label="Beside other ways">
      <h2>Beside other ways to solve it</h2>
      <div class="scroll">
        <table>
          <caption>
            Test accuracy in %, ARC-AGI with two tries (<a href={links.paper}>arXiv 2510.04871</a>, tables 4
            and 5); – where it gives none
          </caption>
          <thead>
            <tr>
              {['model', 'weights', 'Sudoku-Extreme', 'Maze-Hard', 'ARC-AGI-1', 'ARC-AGI-2'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.map(([name, ...cells]) => (
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
        To be fair: TRM of the table learned one kind of puzzle from about a thousand examples of it
        {from && `, the model above from ${from}`}; a language model was asked without that, does much else,
        and the largest are better at ARC. And a program of a few dozen lines that tries and takes back solves
        any Sudoku in milliseconds, always right: somebody wrote the rules into it. Into the model above went
        less. {builtIn[mixer]} The page itself knows the rules: it marks what breaks them, and by them it
        decides whether to look again from other sides, which are another form of the puzzle, or cells
        guessed.
      </p>
    </section>
  );
}
