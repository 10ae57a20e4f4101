'use client';
import type { HistoryRange } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { RANGES } from './range.ts';

interface RangeSwitchProps {
  range: HistoryRange;
  change(range: HistoryRange): void;
}

export function RangeSwitch({ range, change }: RangeSwitchProps) {
  const t = useTranslations('store');
  return (
    <fieldset className="flex flex-wrap gap-y-1">
      <legend className="sr-only">{t('range')}</legend>
      {RANGES.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === range}
          onClick={() => change(name)}
          className="btn -ml-px rounded-none text-fg-2 first-of-type:rounded-l-md last-of-type:rounded-r-md aria-pressed:bg-sel aria-pressed:text-fg"
        >
          {t(`ranges.${name}`)}
        </button>
      ))}
    </fieldset>
  );
}
