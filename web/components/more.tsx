/** What is folded away: model and settings, the puzzle as text, the second side. */

import { useEffect, useRef } from 'preact/hooks';
import { shippedNames } from '../client.ts';
import { pagePuzzle } from '../puzzles.ts';
import { plainSideOf, sameKind } from '../side.ts';
import type { Solving } from '../solving.ts';
import type { ModelInfo } from '../worker.ts';
import { NumberField } from './number-field.tsx';
import { Settings } from './settings.tsx';

interface MoreProps {
  readonly solving: Solving;
  readonly models: readonly ModelInfo[];
  readonly onOpen: (files: Iterable<File>) => void;
}

export function More({ solving, models, onOpen }: MoreProps) {
  return (
    <>
      <ModelAndSettings solving={solving} models={models} onOpen={onOpen} />
      <AsText solving={solving} />
      <Comparison solving={solving} models={models} />
    </>
  );
}

function ModelAndSettings({ solving, models, onOpen }: MoreProps) {
  const [kind, model] = [solving.kind!, solving.model!];
  const drawn = models.filter(({ family }) => pagePuzzle(family));
  const names = [...new Set([...shippedNames, ...drawn.map(({ name }) => name)])];
  const note = kind.note(solving.asked!.question, model.traits);
  return (
    <details>
      <summary>Model and settings</summary>
      <div class="bar">
        <label>
          Model{' '}
          <select value={model.name} onChange={(event) => solving.choose(event.currentTarget.value)}>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="button">
          Open a checkpoint
          <input
            type="file"
            accept=".safetensors,.onnx,.pt,.pth"
            multiple
            onChange={(event) => {
              onOpen(event.currentTarget.files ?? []);
              event.currentTarget.value = '';
            }}
          />
        </label>
      </div>
      <p class="note">
        {kind.name}, {model.weights.toLocaleString('en')} weights; {model.quality}. {inWords(model.quality)}A
        file of <code>trm train</code> can be dropped anywhere on the page.
      </p>
      {note && <p class="note">Note: {note}.</p>}
      <Settings side={solving.side!} model={model} onChange={solving.changeSide} />
      <div class="bar">
        <NumberField
          label={kind.level.label}
          value={solving.level}
          min={0}
          max={solving.asked!.question.length - 1}
          onInput={solving.setLevel}
        />
        {model.anySize && (
          <NumberField
            label="rows and columns"
            value={kind.rows}
            min={4}
            max={40}
            onInput={(size) => solving.resize(size, size)}
          />
        )}
      </div>
    </details>
  );
}

/** The words of a model's note that are not the page's own. */
const foreign = [
  [/\bsteps\b/, 'A step is a look.'],
  [
    /\beffort\b/,
    'Effort, from 1 to 10, is how many more looks from other sides it may take: with 8 as on this page.',
  ],
] as const;

function inWords(note: string): string {
  return foreign.map(([word, meaning]) => (word.test(note) ? `${meaning} ` : '')).join('');
}

function AsText({ solving }: { solving: Solving }) {
  const text = useRef<HTMLTextAreaElement>(null);
  const written = solving.kind!.format(solving.asked!.question);
  return (
    <details>
      <summary>Paste a puzzle, or take it as text</summary>
      <label>
        Puzzle as text
        <textarea ref={text} rows={3} spellcheck={false} defaultValue={written} key={written} />
      </label>
      <button type="button" onClick={() => solving.paste(text.current!.value)}>
        Use this puzzle
      </button>
      <p class="note">A line of digits, a drawn grid, CSV, JSON: whatever trm solve reads.</p>
    </details>
  );
}

function Comparison({ solving, models }: Omit<MoreProps, 'onOpen'>) {
  const { other, waiting, changeOther, need } = solving;
  const { family } = solving.asked!;
  // Which shipped models take the puzzle is known when they are there; their names begin with what they are of.
  useEffect(() => {
    if (!other) return;
    const some = shippedNames.filter((name) => name.startsWith(`${family.kind}-`));
    for (const name of some) need(name).catch(() => {}); // the others are offered
  }, [other !== undefined, family.kind]);
  const second = models.find(({ name }) => name === other?.model);
  return (
    <details>
      <summary>Compare with another setting or model</summary>
      <label class="check">
        <input
          type="checkbox"
          checked={other !== undefined}
          onChange={() => changeOther(other ? undefined : plainSideOf(solving.model!))}
        />{' '}
        Two side by side
      </label>
      {waiting && <p class="note">B waits for a puzzle that {waiting} takes.</p>}
      {other && second && (
        <fieldset class="second">
          <legend>B</legend>
          <label>
            Model of B{' '}
            <select
              value={other.model}
              onChange={(event) =>
                changeOther(plainSideOf(models.find(({ name }) => name === event.currentTarget.value)!))
              }
            >
              {models
                .filter((model) => sameKind(model, family))
                .map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
            </select>
          </label>
          <Settings side={other} model={second} onChange={changeOther} />
        </fieldset>
      )}
    </details>
  );
}
