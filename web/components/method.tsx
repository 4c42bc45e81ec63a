/** What TRM does, as a picture: x, y, z, one network, two loops, lit by the recursion that is on the screen. */

import type { Depth, Moment } from '../recursions.ts';

interface MethodProps {
  readonly moment: Moment | undefined;
  readonly depth: Depth;
}

export function Method({ moment, depth }: MethodProps) {
  const writesY = moment?.changeOfY !== undefined;
  const lit = (on: boolean) => (moment && on ? 'lit' : '');
  const place = (value: number | undefined, of: number) =>
    value === undefined ? `${of}` : `${value} of ${of}`;
  return (
    <figure class="method">
      <svg
        viewBox="0 0 400 236"
        role="img"
        aria-label="z is refined n times from x, y and z; then y is written from y and z"
      >
        <title>The two loops of a Tiny Recursive Model</title>
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0L8 4L0 8Z" />
          </marker>
        </defs>
        <Part class={lit(true)} at={[8, 20]} letter="x" name="the question" />
        <Part class={`y ${lit(writesY)}`} at={[8, 164]} letter="y" name="the answer" />
        <Part class={`z ${lit(true)}`} at={[288, 92]} letter="z" name="the thinking" />
        <Part class="net" at={[150, 92]} letter="f" name="one network" width={100} round={26} />
        <path class={`flow ${lit(true)}`} d="M112 46C150 46 160 70 176 90" />
        <path class={`flow ${lit(true)}`} d="M112 176C140 170 146 152 162 142" />
        <path class={`flow z ${lit(true)}`} d="M250 118H286" />
        <path class={`flow z ${lit(true)}`} d="M340 92C340 30 236 30 214 90" />
        <path class={`flow y ${lit(writesY)}`} d="M206 145C206 198 160 206 114 202" />
        <text x="290" y="30" class={`loop z ${lit(true)}`}>
          refine z: {place(moment?.refinement, depth.latentSteps)}
        </text>
        <text x="250" y="196" class={`loop y ${lit(writesY)}`}>
          rewrite y: {place(moment?.cycle, depth.cycles)}
        </text>
        <text x="250" y="216" class="loop">
          look: {moment ? moment.step : `up to ${depth.supervisionSteps}`}
        </text>
      </svg>
    </figure>
  );
}

interface PartProps {
  readonly class: string;
  /** Its upper left corner. */
  readonly at: readonly [x: number, y: number];
  readonly letter: string;
  readonly name: string;
  readonly width?: number;
  readonly round?: number;
}

function Part({ class: kind, at: [x, y], letter, name, width = 104, round = 10 }: PartProps) {
  const middle = x + width / 2;
  return (
    <g class={`part ${kind}`}>
      <rect x={x} y={y} width={width} height={52} rx={round} />
      <text x={middle} y={y + 22}>
        <tspan class="letter">{letter}</tspan>
      </text>
      <text x={middle} y={y + 41} class="under">
        {name}
      </text>
    </g>
  );
}
