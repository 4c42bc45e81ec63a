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
 * A labelled number; what is not a number within the bounds is not handed on. What is typed stays until it is handed on,
 * however often the view around it is drawn anew meanwhile.
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
          const { valueAsNumber, validity } = event.currentTarget;
          if (!validity.valid || !Number.isFinite(valueAsNumber)) event.currentTarget.reportValidity();
          else {
            setTyped(undefined);
            onInput(valueAsNumber);
          }
        }}
      />
    </label>
  );
}
