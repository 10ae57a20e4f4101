'use client';
import { useId } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatFill } from '../format/quantity.ts';
import { sparklinePath } from './sparkline-path.ts';

const BOX = { width: 132, height: 26 };

/** 14 days of a fill. Holes are hatched; with no day at all the whole box is. */
export function Sparkline({ days }: { days: readonly (number | null)[] }) {
  const t = useTranslations('fleet');
  const locale = useLocale();
  const hatch = useId();
  const { line, holes, end } = sparklinePath(days, BOX);
  const read = days.filter((day) => day !== null);
  const last = read.at(-1);
  const label =
    last === undefined ? t('noSparkline') : t('sparkline', { days: read.length, percent: formatFill(last, locale) });
  const hatched = last === undefined ? [{ x: 0, width: BOX.width }] : holes;
  return (
    <svg className="block h-[26px] w-[132px] overflow-visible" viewBox="0 0 132 26" role="img" aria-label={label}>
      <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="1" height="6" className="fill-unk" />
      </pattern>
      {hatched.map(({ x, width }) => (
        <rect key={x} x={x} y="3" width={width} height="20" fill={`url(#${hatch})`} />
      ))}
      <path d={line} className="fill-none stroke-plot" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
      {end && <circle cx={end.x} cy={end.y} r="2" className="fill-plot" />}
    </svg>
  );
}
