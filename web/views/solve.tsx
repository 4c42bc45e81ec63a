/** Watching a model think about a puzzle, alone or two side by side. */

import { useRef, useState } from 'preact/hooks';
import { pagePuzzle } from '../puzzles.ts';
import type { ModelInfo } from '../worker.ts';
import { type Asked, Pane } from './pane.tsx';

interface SolveProps {
  readonly models: readonly ModelInfo[];
  /** Loads a shipped model unless it is there; tells whether it is. */
  readonly need: (name: string) => Promise<boolean>;
  readonly onOpen: (files: Iterable<File>) => void;
  readonly onSpeed: (speed: string) => void;
}

export function SolveView({ models, need, onOpen, onSpeed }: SolveProps) {
  const [two, setTwo] = useState(false);
  /** What is asked on the left: the right side begins with it, for other settings or another model. */
  const asked = useRef<Asked>(undefined);
  const known = models.filter(({ family }) => pagePuzzle(family));
  if (known.length === 0) return <p role="status">Loading the models…</p>;
  return (
    <>
      <div class="bar">
        <label>
          <input type="checkbox" checked={two} onChange={() => setTwo(!two)} /> Two side by side
        </label>
        <label class="button">
          Open a checkpoint
          <input
            type="file"
            accept=".safetensors,.pt,.pth"
            multiple
            onChange={(event) => {
              onOpen(event.currentTarget.files ?? []);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <span class="note">or drop a file of trm train anywhere on the page</span>
      </div>
      <div class={two ? 'panes two' : 'panes'}>
        <Pane
          side="A"
          models={known}
          need={need}
          onAsk={(now) => {
            asked.current = now;
          }}
          onSpeed={onSpeed}
        />
        {two && <Pane side="B" models={known} need={need} begin={asked.current} onSpeed={onSpeed} />}
      </div>
    </>
  );
}
