'use client';
import { useId } from 'react';
import { useTranslations } from 'use-intl';

interface NumberFieldProps {
  label: string;
  /** null = empty. */
  value: number | null;
  change(value: number | null): void;
  /** What holds when it is empty. */
  emptyValue: number;
  least: number;
  most: number;
}

/** A whole number that may be left out. */
export function NumberField({ label, value, change, emptyValue, least, most }: NumberFieldProps) {
  const t = useTranslations('alarms');
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        type="number"
        min={least}
        max={most}
        step={1}
        value={value ?? ''}
        placeholder={String(emptyValue)}
        onChange={({ target }) => change(target.value === '' ? null : Number(target.value))}
        aria-describedby={`${id}-range`}
        className="field w-44"
      />
      <span id={`${id}-range`} className="text-xs text-fg-3">
        {t('range', { least, most })}
      </span>
    </div>
  );
}
