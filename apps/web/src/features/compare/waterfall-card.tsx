'use client';
import { type Attribution, type ByteRange, formatBytes } from '@silt/domain';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import type { Moments } from './moments.ts';
import { useDeltaText } from './range-words.ts';
import { WaterfallPicture } from './waterfall-picture.tsx';
import { type WaterfallStep, waterfallOf } from './waterfall-steps.ts';

interface WaterfallCardProps {
  attribution: Attribution;
  moments: Moments;
}

/** The way from A's bytes to B's, kind by kind. */
export function WaterfallCard({ attribution, moments }: WaterfallCardProps) {
  const t = useTranslations();
  const waterfall = useMemo(() => waterfallOf(attribution), [attribution]);
  const nameOf = useStepName();
  const deltaText = useDeltaText();
  const textOf = (step: WaterfallStep): string => deltaText(rangeOf(step));
  const label = waterfall
    ? t('compare.waterfallLabel', {
        a: formatBytes(waterfall.aBytes),
        b: formatBytes(waterfall.bBytes),
        steps: waterfall.steps.map((step) => `${nameOf(step.name)} ${textOf(step)}`).join(', '),
      })
    : '';
  return (
    <section className="card">
      <header className="card-head gap-y-1">
        <h2 className="font-semibold">{t('compare.waterfall')}</h2>
        <span className="text-fg-3">
          {t(`compare.series.${attribution.series}`)}
          {waterfall?.cut && ` · ${t('compare.cutAxis', { value: formatBytes(waterfall.low) })}`}
        </span>
        <Legend hasRange={waterfall?.steps.some(({ certainTo, to }) => certainTo !== to) ?? false} />
      </header>
      {waterfall === null && <p className="card-body text-fg-2">{t('compare.cannotDraw')}</p>}
      {waterfall !== null && waterfall.steps.length === 0 && (
        <p className="card-body text-fg-2">{t('compare.noSteps')}</p>
      )}
      {waterfall !== null && waterfall.steps.length > 0 && (
        <ScrollRegion label={t('compare.waterfallRegion')}>
          <WaterfallPicture {...{ waterfall, moments, label, nameOf, textOf }} />
        </ScrollRegion>
      )}
    </section>
  );
}

/** By how much the level moved: from what is certain to what it may be. */
function rangeOf({ from, certainTo, low, high }: WaterfallStep): ByteRange {
  if (certainTo > from) return { leastBytes: certainTo - from, mostBytes: high - from };
  return { leastBytes: low - from, mostBytes: (certainTo < from ? certainTo : high) - from };
}

function useStepName(): (name: WaterfallStep['name']) => string {
  const t = useTranslations();
  return (name) =>
    name === 'unattributed' || name === 'belowSteps' ? t(`compare.${name}`) : t(`inventory.kind.${name}`);
}

function Legend({ hasRange }: { hasRange: boolean }) {
  const t = useTranslations('compare');
  return (
    <ul className="ml-auto flex flex-wrap gap-x-3.5 text-xs text-fg-2 max-md:ml-0">
      <li className="inline-flex items-center gap-1.5">
        <span className="size-3 rounded-[2px] bg-fg-2" />
        {t('grew')}
      </li>
      <li className="inline-flex items-center gap-1.5">
        <span className="size-3 rounded-[2px] inset-ring-2 inset-ring-fg-2" />
        {t('shrank')}
      </li>
      <li className="inline-flex items-center gap-1.5">
        <span className="hatch size-3 rounded-[2px] border border-fg-3" />
        {t('unattributed')}
        {hasRange && `, ${t('upTo')}`}
      </li>
    </ul>
  );
}
