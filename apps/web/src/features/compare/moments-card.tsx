'use client';
import { useTranslations } from 'use-intl';
import { AsOfInput } from '../../shared/as-of/as-of-input.tsx';
import { MomentStrip, type MomentsProps } from './moment-strip.tsx';
import { daysBefore } from './moments.ts';
import { pageMinute } from './page-minute.ts';
import { useSpan } from './use-span.ts';

const PRESET_DAYS = [7, 30] as const;

interface MomentsCardProps extends MomentsProps {
  /** There are readings of both moments. */
  areRead: boolean;
}

/** A and B as dates, and as handles on the history. */
export function MomentsCard({ areRead, ...props }: MomentsCardProps) {
  const { moments, change } = props;
  const t = useTranslations('compare');
  const span = useSpan();
  const lastDays = (days: number): void => {
    const b = pageMinute(Date.now());
    change({ a: daysBefore(b, days), b });
  };
  return (
    <section className="card mb-4" aria-label={t('moments')}>
      <header className="card-head gap-y-1.5">
        <span className="flex items-center gap-2">
          <span className="text-fg-3" aria-hidden="true">
            A
          </span>
          <AsOfInput label={t('momentA')} at={moments.a} change={(a) => change({ ...moments, a })} />
        </span>
        <span className="flex items-center gap-2">
          <span className="text-fg-3" aria-hidden="true">
            B
          </span>
          <AsOfInput label={t('momentB')} at={moments.b} change={(b) => change({ ...moments, b })} />
        </span>
        <span className="text-xs text-fg-3">
          {span(moments.a, moments.b)}
          {areRead && ` · ${t('measured')}`}
        </span>
        <span className="ml-auto flex gap-2 max-md:ml-0">
          {PRESET_DAYS.map((days) => (
            <button key={days} type="button" className="btn btn-small" onClick={() => lastDays(days)}>
              {t('days', { days })}
            </button>
          ))}
          <button type="button" className="btn btn-small" onClick={() => change({ a: moments.b, b: moments.a })}>
            {t('swap')}
          </button>
        </span>
      </header>
      <div className="px-4 pt-3 pb-2 max-md:px-3">
        <MomentStrip {...props} />
      </div>
    </section>
  );
}
