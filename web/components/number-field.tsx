import { useState } from 'preact/hooks';

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
 * number. What is typed stays until it is handed on, however often the view around it is drawn anew meanwhile.
 */
export function NumberField({ label, value, min, max, step = 1, disabled, onInput }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <label class="field">
      {label}
      <input
        type="number"
        value={typed ?? value}
        min={min}
        max={max}
        step={step}
        disabled={disabled}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onWheel={(event) => event.currentTarget.blur()} // scrolling past it edits nothing
        onChange={(event) => {
          const { valueAsNumber } = event.currentTarget;
          setTyped(undefined);
          if (!Number.isFinite(valueAsNumber)) return;
          const within = Math.min(Math.max(valueAsNumber, min), max);
          const nearest = step === 'any' ? within : min + Math.round((within - min) / step) * step;
          if (nearest !== value) onInput(nearest);
        }}
      />
    </label>
  );
}
