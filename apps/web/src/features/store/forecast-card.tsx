'use client';
import { countingClock, type ForecastView, type StoreForecastView, stateOfForecast } from '@silt/domain';
import { useTranslations } from 'use-intl';
import { errorKey } from '../../shared/api/error-key.ts';
import { MIN_HISTORY_HOURS } from '../../shared/format/days-text.ts';
import { StateGlyph } from '../../shared/ui/state-mark.tsx';
import { ClockRows } from './clock-rows.tsx';
import { daysLeftAt } from './forecast-dates.ts';
import {
  alarmText,
  basisText,
  datesText,
  dateText,
  type ForecastVoice,
  leftTexts,
  verdictSentence,
} from './forecast-words.ts';
import { outcomeText } from './outcome-text.ts';
import { useForecastVoice } from './use-forecast-voice.ts';
import type { useStoreForecast } from './use-store-forecast.ts';

/** A forecast is confirmed every hour; one that was not for so long is called old. */
const OLD_AFTER_MILLISECONDS = 3 * 3_600_000;

interface ForecastCardProps {
  query: ReturnType<typeof useStoreForecast>;
  /** The moment that the page shows, ISO 8601; null = now. */
  at: string | null;
}

/** How long the store lasts, by which clock, why, and from what that is told. */
export function ForecastCard({ query, at }: ForecastCardProps) {
  const t = useTranslations();
  const words = useForecastVoice(at);
  const { data } = query;
  const counting = data && countingClock(data.clocks);
  return (
    <section className="card mb-4" aria-label={t('forecast.title')} aria-busy={query.isPlaceholderData}>
      {!data && query.errorUpdateCount > 0 && (
        <p className="card-body flex flex-wrap items-center gap-3 text-fg-2">
          <span role="alert">
            {t('forecast.failed')} {query.error !== null && t(`errors.${errorKey(query.error)}`)}
          </span>
          <button
            type="button"
            className="btn btn-small"
            disabled={query.isFetching}
            onClick={() => void query.refetch()}
          >
            {t(query.isFetching ? 'common.loading' : 'common.retry')}
          </button>
        </p>
      )}
      {!data && query.errorUpdateCount === 0 && (
        <div className="card-body">
          <div className="skeleton h-[104px]" role="status" aria-label={t('common.loading')} />
        </div>
      )}
      {data && !counting && (
        <p className="card-body text-fg-2">
          {at === null ? t('forecast.none', { hours: MIN_HISTORY_HOURS }) : t('forecast.nonePast')}
        </p>
      )}
      {data && counting && (
        <div
          className={`grid grid-cols-[minmax(176px,1fr)_minmax(0,2.2fr)_minmax(0,2.2fr)] max-lg:grid-cols-1 ${query.isPlaceholderData ? 'opacity-60' : ''}`}
        >
          <TimeLeft forecast={counting} words={words} />
          <Reasons forecast={counting} view={data} words={words} isPast={at !== null} />
          <ClockRows clocks={data.clocks} counting={counting.clock} words={words} />
        </div>
      )}
    </section>
  );
}

interface PartProps {
  forecast: ForecastView;
  words: ForecastVoice;
}

function TimeLeft({ forecast, words }: PartProps) {
  const { t } = words;
  const texts = leftTexts(forecast, words);
  const isKnown = texts !== null || forecast.verdict === 'steady';
  const value = texts === null || forecast.verdict === 'full' ? t(`verdict.${forecast.verdict}`) : texts.left;
  return (
    <div className="card-body max-lg:pb-0">
      <p className="flex items-center gap-1.5 text-xs text-fg-3">
        <StateGlyph state={stateOf(forecast, words)} />
        {t('left', { clock: t(`clock.${forecast.clock}`) })}
      </p>
      {isKnown ? (
        <p className="text-2xl font-semibold tracking-tight">{value}</p>
      ) : (
        <p className="hatch my-1 grid h-10 place-items-center rounded-md text-lg">
          <span>{value}</span>
        </p>
      )}
      {texts !== null && forecast.verdict !== 'full' && (
        <p className="font-medium text-fg-2">{t('interval', { range: texts.range })}</p>
      )}
      {texts === null && <p className="text-fg-2">{t('noDate')}</p>}
      <p className="text-xs text-fg-2">{datesText(forecast, words)}</p>
    </div>
  );
}

/** An alarm is what makes a state; where nothing can be told it is not known. */
function stateOf(forecast: ForecastView, { at }: ForecastVoice) {
  if (forecast.verdict === 'noisy' || forecast.verdict === 'too-short') return 'unknown';
  return stateOfForecast({ ...forecast, daysLeft: daysLeftAt(forecast, at) });
}

interface ReasonsProps extends PartProps {
  view: StoreForecastView;
  isPast: boolean;
}

function Reasons({ forecast, view, words, isPast }: ReasonsProps) {
  const { t } = words;
  const { alarm, madeAt, confirmedAt } = forecast;
  const isOld = words.at - Date.parse(confirmedAt) > OLD_AFTER_MILLISECONDS;
  const [made, confirmed] = [dateText(Date.parse(madeAt), words), dateText(Date.parse(confirmedAt), words)];
  const since = view.past.find((one) => one.clock === forecast.clock && one.madeAt === madeAt);
  return (
    <div className="card-body grid content-start gap-1.5 border-l border-line max-lg:border-l-0 max-lg:pb-0">
      <p className="font-medium">{verdictSentence(forecast, words)}</p>
      {isOld && <p role="status">{t(isPast ? 'stalePast' : 'stale', { confirmed })}</p>}
      <p className="flex flex-wrap items-center gap-x-1.5 text-fg-2">
        {alarm && <StateGlyph state={stateOf(forecast, words)} />}
        <b className="font-semibold text-fg">{t(alarm ? 'alarm' : 'noAlarm')}</b>
        {alarmText(forecast, words)}
      </p>
      {isPast && since && <p className="text-fg-2">{t('happened', { outcome: outcomeText(since, words) })}</p>}
      {isPast && !since && <p className="text-fg-2">{t('notDue')}</p>}
      <p className="text-xs text-fg-3">
        {basisText(forecast, words)} {t('made', { made, confirmed })}
      </p>
    </div>
  );
}
