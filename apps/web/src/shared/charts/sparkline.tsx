'use client';
import type { DaysLeft } from '@silt/domain';
import { useId } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatFill } from '../format/quantity.ts';
import { nowX, sparklinePath } from './sparkline-path.ts';

const BOX = { width: 132, height: 26 };
const NOW_X = nowX(BOX.width);

interface SparklineProps {
  days: readonly (number | null)[];
  /** What is forecast of the same resource; null = no date that counts. */
  daysLeft: DaysLeft | null;
}

/** 14 days of a fill, and what is forecast of the next 7. Holes are hatched; with no day at all all the past is. */
export function Sparkline({ days, daysLeft }: SparklineProps) {
  const t = useTranslations('fleet');
  const locale = useLocale();
  const hatch = useId();
  const { line, holes, end, ahead } = sparklinePath(days, BOX, daysLeft);
  const read = days.filter((day) => day !== null);
  const last = read.at(-1);
  const label =
    last === undefined
      ? t('noSparkline')
      : t(ahead ? 'sparklineAhead' : 'sparkline', { days: read.length, percent: formatFill(last, locale) });
  const hatched = last === undefined ? [{ x: 0, width: NOW_X }] : holes;
  return (
    <svg className="block h-[26px] w-[132px] overflow-visible" viewBox="0 0 132 26" role="img" aria-label={label}>
      <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="1" height="6" className="fill-unk" />
      </pattern>
      {hatched.map(({ x, width }) => (
        <rect key={x} x={x} y="3" width={width} height="20" fill={`url(#${hatch})`} />
      ))}
      <path d={`M${NOW_X} 0V26`} className="stroke-line-2" />
      {ahead && <path d={ahead.band} className="fill-(--band)" />}
      {ahead && ahead.ceiling !== null && (
        <path d={`M0 ${ahead.ceiling}H132`} className="stroke-line-2" strokeDasharray="2 2" />
      )}
      <path d={line} className="fill-none stroke-plot" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
      {ahead && (
        <path
          d={ahead.line}
          className="fill-none stroke-plot"
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeDasharray="0.1 3"
          opacity="0.8"
        />
      )}
      {end && <circle cx={end.x} cy={end.y} r="2" className="fill-plot" />}
    </svg>
  );
}
