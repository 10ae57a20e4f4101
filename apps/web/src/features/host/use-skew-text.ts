'use client';
import { useFormatter, useTranslations } from 'use-intl';

const SECOND = 1_000;
const UNITS = [
  { unit: 'day', milliseconds: 86_400_000 },
  { unit: 'hour', milliseconds: 3_600_000 },
  { unit: 'minute', milliseconds: 60_000 },
  { unit: 'second', milliseconds: SECOND },
] as const;

/** How far a host's clock is from the server's, in its largest unit; null when not known. */
export function useSkewText(skewMilliseconds: number | null): string | null {
  const t = useTranslations('host');
  const format = useFormatter();
  if (skewMilliseconds === null) return null;
  const distance = Math.abs(skewMilliseconds);
  const largest = UNITS.find(({ milliseconds }) => distance >= milliseconds);
  if (!largest) return t('clockRight');
  const duration = format.number(Math.round(distance / largest.milliseconds), {
    style: 'unit',
    unit: largest.unit,
    unitDisplay: 'long',
  });
  return skewMilliseconds > 0 ? t('clockAhead', { duration }) : t('clockBehind', { duration });
}
