'use client';
import {
  countingClock,
  FORECAST_OUTCOMES,
  type ForecastOutcome,
  type ScoredForecast,
  type StoreForecastView,
} from '@silt/domain';
import { useTranslations } from 'use-intl';
import { numberFormat } from '../../shared/format/formatters.ts';
import { ScrollRegion } from '../../shared/ui/scroll-region.tsx';
import { firstDue } from './forecast-dates.ts';
import { dateText, type ForecastVoice } from './forecast-words.ts';
import { OutcomeMark } from './outcome-mark.tsx';
import { happenedText, saidText } from './outcome-text.ts';
import { useForecastVoice } from './use-forecast-voice.ts';

/** Of slopes that are told as an interval from p10 to p90, the share that is to lie within. */
const SLOPE_AIM = 0.8;

const percent = (share: number, locale: string): string =>
  numberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);

/** How often what was said came true. */
export function PastForecastsCard({ view, at }: { view: StoreForecastView; at: string | null }) {
  const t = useTranslations('forecast');
  const words = useForecastVoice(at);
  const { score, past } = view;
  const scored = FORECAST_OUTCOMES.reduce((sum, outcome) => sum + score.outcomes[outcome], 0);
  const counting = countingClock(view.clocks);
  return (
    <section className="card">
      <header className="card-head">
        <h2 className="font-semibold">{t('score')}</h2>
        {past.length > 0 && counting && (
          <span className="text-xs text-fg-3">
            {t('scoreOf', { clock: t(`clock.${counting.clock}`), days: score.days })}
          </span>
        )}
      </header>
      {past.length > 0 && <PastTable past={past} words={words} />}
      <div className="card-body grid gap-2">
        {scored === 0 ? (
          <p className="text-fg-2">{dueText(view, words)}</p>
        ) : (
          <Summary view={view} scored={scored} words={words} />
        )}
        {scored > 0 && past.length === 0 && counting && (
          <p className="text-fg-2">{t('noneDueOfClock', { clock: t(`clock.${counting.clock}`) })}</p>
        )}
      </div>
    </section>
  );
}

function dueText({ clocks }: StoreForecastView, words: ForecastVoice): string {
  const due = firstDue(clocks, words.at);
  return due === null ? words.t('noneDue') : words.t('firstDue', { date: dateText(due, words) });
}

function Summary({ view, scored, words }: { view: StoreForecastView; scored: number; words: ForecastVoice }) {
  const { t, locale } = words;
  const { outcomes, slopes, dateError, days } = view.score;
  const shown = FORECAST_OUTCOMES.filter((outcome): outcome is ForecastOutcome => outcomes[outcome] > 0);
  return (
    <>
      <p>{t('scored', { count: scored, days })}</p>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {shown.map((outcome) => (
          <li key={outcome} className="inline-flex items-center gap-1.5" title={t(`outcomeIs.${outcome}`)}>
            <b className="font-semibold">{numberFormat(locale, {}).format(outcomes[outcome])}</b>
            <OutcomeMark outcome={outcome} />
          </li>
        ))}
      </ul>
      {slopes.known > 0 && (
        <p className="text-xs text-fg-2">
          {t('slopes', {
            within: slopes.within,
            known: slopes.known,
            percent: percent(slopes.within / slopes.known, locale),
            aim: percent(SLOPE_AIM, locale),
          })}
        </p>
      )}
      <p className="text-xs text-fg-2">
        {dateError === null ? t('noDateError') : t('dateError', { percent: percent(dateError, locale) })}
      </p>
    </>
  );
}

function PastTable({ past, words }: { past: readonly ScoredForecast[]; words: ForecastVoice }) {
  const { t } = words;
  return (
    <ScrollRegion label={t('score')}>
      <table className="w-full">
        <thead>
          <tr>
            <th className="head-cell">{t('columns.made')}</th>
            <th className="head-cell">{t('columns.said')}</th>
            <th className="head-cell">{t('columns.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {past.map((one) => (
            <tr key={one.madeAt}>
              <td className="body-cell py-1.5 align-top">{dateText(Date.parse(one.madeAt), words)}</td>
              <td className="body-cell py-1.5 align-top whitespace-normal">
                {saidText(one, words)}
                <span className="block text-xs text-fg-3">{happenedText(one, words)}</span>
              </td>
              <td className="body-cell py-1.5 align-top">
                <OutcomeMark outcome={one.outcome} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
