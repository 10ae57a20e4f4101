'use client';

interface OptionSwitchProps {
  legend: string;
  options: readonly { value: number; label: string }[];
  value: number;
  change(value: number): void;
}

/** One of a few numbers, as buttons in a row. */
export function OptionSwitch({ legend, options, value, change }: OptionSwitchProps) {
  return (
    <fieldset className="flex flex-wrap items-center gap-y-1">
      <legend className="sr-only">{legend}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => change(option.value)}
          className="btn btn-small -ml-px rounded-none text-fg-2 first-of-type:rounded-l-md last-of-type:rounded-r-md aria-pressed:bg-sel aria-pressed:text-fg"
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
