import { useId, useState } from 'preact/hooks';

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number | 'any';
  readonly disabled?: boolean;
  readonly onInput: (value: number) => void;
}

/**
 * A labelled number, which is what is shown: of what is typed the nearest that there is, and the one before where that is no
 * number, which is said with what there is. What is typed stays until it is handed on, however often the view around it is drawn
 * anew meanwhile.
 */
export function NumberField({ label, value, min, max, step = 1, disabled, onInput }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>();
  const [told, setTold] = useState('');
  const id = useId();
  return (
    <div class="field">
      <label>
        {label}
        <input
          type="number"
          value={typed ?? value}
          min={min}
          max={max}
          step={step}
          disabled={disabled}
          aria-describedby={id}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setTold('');
          }}
          onWheel={(event) => event.currentTarget.blur()} // scrolling past it edits nothing
          onChange={(event) => {
            const { valueAsNumber } = event.currentTarget;
            setTyped(undefined);
            const isNumber = Number.isFinite(valueAsNumber);
            const within = Math.min(Math.max(isNumber ? valueAsNumber : value, min), max);
            const nearest = step === 'any' ? within : min + Math.round((within - min) / step) * step;
            if (nearest !== valueAsNumber) setTold(bounds(min, max, step));
            if (isNumber && nearest !== value) onInput(nearest);
          }}
        />
      </label>
      <span id={id} class="told" aria-live="polite">
        {told}
      </span>
    </div>
  );
}

function bounds(min: number, max: number, step: number | 'any'): string {
  const each = step === 'any' ? '' : step === 1 ? ', whole' : `, by ${step}`;
  return `from ${min} to ${max}${each}`;
}
