'use client';
import { useFormatter, useTranslations } from 'use-intl';

const SECOND = 1_000;
const UNITS = [
  { unit: 'day', milliseconds: 86_400_000 },
  { unit: 'hour', milliseconds: 3_600_000 },
  { unit: 'minute', milliseconds: 60_000 },
  { unit: 'second', milliseconds: SECOND },
] as const;

/** How far a host's clock is from the server's, in its largest unit. */
export function useSkewWords(): (milliseconds: number) => string {
  const t = useTranslations('host');
  const format = useFormatter();
  return (milliseconds) => {
    const distance = Math.abs(milliseconds);
    const largest = UNITS.find((one) => distance >= one.milliseconds);
    if (!largest) return t('clockRight');
    const duration = format.number(Math.round(distance / largest.milliseconds), {
      style: 'unit',
      unit: largest.unit,
      unitDisplay: 'long',
    });
    return milliseconds > 0 ? t('clockAhead', { duration }) : t('clockBehind', { duration });
  };
}

/** Null when not known. */
export function useSkewText(skewMilliseconds: number | null): string | null {
  const words = useSkewWords();
  return skewMilliseconds === null ? null : words(skewMilliseconds);
}
