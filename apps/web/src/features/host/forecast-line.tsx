'use client';
import type { RowForecast } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { daysRangeText, daysText } from '../../shared/format/days-text.ts';
import { LocalTime } from '../../shared/intl/moment.tsx';

interface ForecastLineProps {
  /** null = none was made. */
  forecast: RowForecast | null;
  /** It is of the moment that is shown; else it is shown as of when it was made. */
  current: boolean;
  /** The page shows a moment that is past. */
  past: boolean;
  /** Whether the store is named. */
  ofHost?: boolean;
}

/** What is forecast, in a line: the date with its interval, or why there is none; which clock it is of. */
export function ForecastLine({ forecast, current, past, ofHost = false }: ForecastLineProps) {
  const t = useTranslations('host.forecast');
  const words = useTranslations('forecast');
  if (forecast === null) return <p className="text-xs text-fg-3">{t(past ? 'noneThen' : 'none')}</p>;
  const { clock, storeName, alarm, madeAt, daysLeft, verdict } = forecast;
  const place = { clock: words(`clock.${clock}`), store: storeName };
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-xs text-fg-2">
      {!current && (
        <span className="hatch rounded-sm border border-line-2 p-0.5 leading-4">
          <span>{t.rich('stale', { time: () => <LocalTime at={madeAt} /> })}</span>
        </span>
      )}
      <span>{ofHost ? t('ofHost', place) : t('ofStore', place)}</span>
      {daysLeft === null || verdict === 'full' ? (
        <Verdict forecast={forecast} />
      ) : (
        <span>
          {t.rich('date', {
            left: daysText(daysLeft.p50, words),
            range: daysRangeText(daysLeft, words),
            strong: (text) => <b className="text-sm font-semibold text-fg">{text}</b>,
          })}
        </span>
      )}
      {alarm && current && <span className="tag">{words('alarm')}</span>}
    </p>
  );
}

/** Where no date can be told it is hatched; a steady store is no unknown one. */
function Verdict({ forecast: { verdict, reason } }: { forecast: RowForecast }) {
  const t = useTranslations('forecast');
  const word = t(`verdict.${verdict}`);
  return (
    <>
      {verdict === 'noisy' || verdict === 'too-short' ? (
        <span className="hatch rounded-sm border border-line-2 p-0.5 leading-4">
          <span>{word}</span>
        </span>
      ) : (
        <b className="text-sm font-semibold text-fg">{word}</b>
      )}
      <span>{t(`reason.${reason}`)}</span>
    </>
  );
}
