interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number | 'any';
  readonly disabled?: boolean;
  readonly onInput: (value: number) => void;
}

/** A labelled number; what is not a number within the bounds is not handed on. */
export function NumberField({ label, value, min, max, step = 1, disabled, onInput }: NumberFieldProps) {
  return (
    <label class="field">
      {label}
      <input
        type="number"
        value={value}
        min={min}
        max={max}
        step={step}
        disabled={disabled}
        onWheel={(event) => event.currentTarget.blur()} // scrolling past it edits nothing
        onChange={(event) => {
          const { valueAsNumber, validity } = event.currentTarget;
          if (validity.valid && Number.isFinite(valueAsNumber)) onInput(valueAsNumber);
          else event.currentTarget.reportValidity();
        }}
      />
    </label>
  );
}
