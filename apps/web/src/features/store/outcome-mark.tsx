'use client';
import type { ForecastOutcome } from '@silt/domain';
import { useTranslations } from 'use-intl';

/** A tick: it came true. A cross: it did not. An arrow: the date was off. A ring: there is nothing to say. */
const GLYPHS: Record<ForecastOutcome, string> = {
  'in-time': 'M2.5 7.5l3 3 6-7',
  held: 'M2.5 7.5l3 3 6-7',
  averted: 'M7 11.5v-9M3.5 6L7 2.5 10.5 6',
  sooner: 'M11.5 7h-9M6 3.5L2.5 7 6 10.5',
  later: 'M2.5 7h9M8 3.5L11.5 7 8 10.5',
  missed: 'M3 3l8 8M11 3l-8 8',
  unknown: 'M4.5 5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.8-1.1 1.6M7 11v.6',
};
const WRONG: readonly ForecastOutcome[] = ['sooner', 'later', 'missed'];

/** With its word; what was wrong stands out. */
export function OutcomeMark({ outcome }: { outcome: ForecastOutcome }) {
  const t = useTranslations('forecast');
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap ${WRONG.includes(outcome) ? 'font-semibold' : ''}`}
    >
      <svg className="size-3.5 flex-none text-fg-2" viewBox="0 0 14 14" aria-hidden="true" fill="none">
        <path d={GLYPHS[outcome]} stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      {t(`outcome.${outcome}`)}
    </span>
  );
}
