'use client';
import { useFormatter } from 'use-intl';

/** Longest first; milliseconds. */
const UNITS = [
  { unit: 'day', length: 86_400_000 },
  { unit: 'hour', length: 3_600_000 },
  { unit: 'minute', length: 60_000 },
] as const;

/** Milliseconds in their largest unit: `3 hr`. */
export function useDuration(): (milliseconds: number) => string {
  const format = useFormatter();
  return (milliseconds) => {
    const { unit, length } = UNITS.find((one) => milliseconds >= one.length) ?? { unit: 'second', length: 1_000 };
    const count = Math.max(0, Math.floor(milliseconds / length));
    return format.number(count, { style: 'unit', unit, unitDisplay: 'short' });
  };
}
