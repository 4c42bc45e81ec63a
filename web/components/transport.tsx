/** Going through a run: play, one back, one on. */

export const paces = { steps: 450, recursions: 110 } as const;
export type Pace = keyof typeof paces;

interface TransportProps {
  readonly ready: boolean;
  readonly playing: boolean;
  readonly each: Pace;
  readonly onPlay: () => void;
  readonly onMove: (direction: 1 | -1) => void;
  readonly onEach: (each: Pace) => void;
}

export function Transport({ ready, playing, each, onPlay, onMove, onEach }: TransportProps) {
  return (
    <div class="bar transport">
      <button type="button" disabled={!ready} onClick={() => onMove(-1)} aria-label="One back">
        <Arrow to="M11 2v10L3 7Z" />
      </button>
      <button type="button" class="play" disabled={!ready} onClick={onPlay}>
        {playing ? 'Pause' : 'Play'}
      </button>
      <button type="button" disabled={!ready} onClick={() => onMove(1)} aria-label="One on">
        <Arrow to="M3 2v10l8-5Z" />
      </button>
      <label>
        by{' '}
        <select
          aria-label="Move by"
          value={each}
          onChange={(event) => onEach(event.currentTarget.value as Pace)}
        >
          <option value="recursions">recursions</option>
          <option value="steps">looks</option>
        </select>
      </label>
    </div>
  );
}

function Arrow({ to }: { to: string }) {
  return (
    <svg viewBox="0 0 14 14" aria-hidden="true">
      <path d={to} />
    </svg>
  );
}
