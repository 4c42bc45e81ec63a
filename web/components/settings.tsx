/** How a side thinks, to be changed. */

import { MOST } from '../address.ts';
import { plainSideOf, type Side, sideOf } from '../side.ts';
import type { ModelInfo } from '../worker.ts';
import { NumberField } from './number-field.tsx';

interface SettingsProps {
  readonly side: Side;
  readonly model: ModelInfo;
  readonly onChange: (side: Side) => void;
}

export function Settings({ side, model, onChange }: SettingsProps) {
  const { depth } = side;
  const change = (part: Partial<Side['depth']>) => onChange({ ...side, depth: { ...depth, ...part } });
  const field = (key: keyof typeof MOST, label: string) => (
    <NumberField
      label={label}
      value={depth[key]}
      min={1}
      max={MOST[key]}
      onInput={(value) => change({ [key]: value })}
    />
  );
  return (
    <>
      <div class="bar">
        {field('supervisionSteps', 'looks, at most')}
        {field('cycles', 'cycles T')}
        {field('latentSteps', 'refinements n')}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={depth.untilHalt === true}
          onChange={(event) => change({ untilHalt: event.currentTarget.checked })}
        />{' '}
        stop when it believes its answer
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={side.looksAgain}
          onChange={(event) => onChange({ ...side, looksAgain: event.currentTarget.checked })}
        />{' '}
        if that is not enough, look again from other sides
      </label>
      <div class="bar">
        <button type="button" onClick={() => onChange(sideOf(model))}>
          As this page does
        </button>
        <button type="button" onClick={() => onChange(plainSideOf(model))}>
          As in training
        </button>
      </div>
    </>
  );
}
