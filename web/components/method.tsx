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
        <g class={`part ${lit(true)}`}>
          <rect x="8" y="20" width="104" height="52" rx="10" />
          <text x="60" y="42">
            <tspan class="letter">x</tspan>
          </text>
          <text x="60" y="61" class="under">
            the question
          </text>
        </g>
        <g class={`part y ${lit(writesY)}`}>
          <rect x="8" y="164" width="104" height="52" rx="10" />
          <text x="60" y="186">
            <tspan class="letter">y</tspan>
          </text>
          <text x="60" y="205" class="under">
            the answer
          </text>
        </g>
        <g class={`part z ${lit(true)}`}>
          <rect x="288" y="92" width="104" height="52" rx="10" />
          <text x="340" y="114">
            <tspan class="letter">z</tspan>
          </text>
          <text x="340" y="133" class="under">
            the thinking
          </text>
        </g>
        <g class="part net">
          <rect x="150" y="92" width="100" height="52" rx="26" />
          <text x="200" y="114">
            <tspan class="letter">f</tspan>
          </text>
          <text x="200" y="133" class="under">
            one network
          </text>
        </g>
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
