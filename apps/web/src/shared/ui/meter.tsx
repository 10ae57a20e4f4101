'use client';
import { CRITICAL_FILL, type State, WARN_FILL } from '@silt/domain';
import { useId } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatFill } from '../format/quantity.ts';
import { meterWidth } from './meter-width.ts';

const FILL = { ok: 'fill-ok', warning: 'fill-warn', critical: 'fill-crit', unknown: 'fill-unk' } as const;

interface MeterProps {
  /** used ÷ capacity; null = not read, which is hatched and never empty. */
  fill: number | null;
  /** Unknown hatches the bar: what it shows is as of then. */
  state: State;
}

/** A bar with cuts where the states change, as wide as its holder. Widths are attributes: the page forbids style attributes. */
export function Meter({ fill, state }: MeterProps) {
  const t = useTranslations();
  const locale = useLocale();
  const hatch = useId();
  const unknown = state === 'unknown' || fill === null;
  const label = fill === null ? t('common.notRead') : t('fleet.meter', { percent: formatFill(fill, locale) });
  return (
    <svg role="img" aria-label={label} className="h-1.5 w-full rounded-[3px] bg-track inset-ring inset-ring-line-2">
      {unknown && (
        <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2" height="4" className="fill-unk" />
        </pattern>
      )}
      <rect
        height="6"
        width={`${fill === null ? 100 : meterWidth(fill)}%`}
        className={unknown ? undefined : FILL[state]}
        fill={unknown ? `url(#${hatch})` : undefined}
      />
      <rect x={`${WARN_FILL * 100}%`} width="1" height="6" className="fill-bg" />
      <rect x={`${CRITICAL_FILL * 100}%`} width="1" height="6" className="fill-bg" />
    </svg>
  );
}
