'use client';
import type { ClockName, ForecastView } from '@silt/domain';
import { type ForecastVoice, leftTexts, slopesText, stageText } from './forecast-words.ts';

interface ClockRowsProps {
  clocks: readonly ForecastView[];
  /** The one that the store is judged by. */
  counting: ClockName;
  words: ForecastVoice;
}

/** Each clock of the store in a row, a stage told from an end. */
export function ClockRows({ clocks, counting, words }: ClockRowsProps) {
  const { t } = words;
  return (
    <div className="border-l border-line max-lg:border-t max-lg:border-l-0 max-lg:mt-3">
      <h2 className="sr-only">{t('clocks')}</h2>
      <ul>
        {clocks.map((forecast) => (
          <li key={forecast.clock} className="grid gap-x-3 border-b border-line px-4 py-2 last:border-b-0 max-md:px-3">
            <span className="flex flex-wrap items-baseline gap-x-3">
              <span className={forecast.clock === counting ? 'font-semibold' : ''}>{t(`clock.${forecast.clock}`)}</span>
              <span className="ml-auto">{valueText(forecast, words)}</span>
            </span>
            <span className="text-xs text-fg-3">{noteText(forecast, counting, words)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function valueText(forecast: ForecastView, words: ForecastVoice): string {
  const { t } = words;
  const texts = leftTexts(forecast, words);
  if (texts === null || forecast.verdict === 'full') return t(`verdict.${forecast.verdict}`);
  return t('clockDate', texts);
}

function noteText(forecast: ForecastView, counting: ClockName, words: ForecastVoice): string {
  if (!forecast.stops) return stageText(forecast, words);
  if (forecast.clock === counting && forecast.daysLeft !== null) return words.t('counts');
  return forecast.verdict === 'filling' ? slopesText(forecast, words) : words.t(`reason.${forecast.reason}`);
}
