'use client';
import type { ForecastView, HistoryRange, StoreHistory } from '@silt/domain';
import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatQuantity } from '../../shared/format/quantity.ts';
import { forecastDates } from './forecast-dates.ts';
import { dateText, type ForecastVoice, leftTexts } from './forecast-words.ts';
import { historyColumns } from './history-columns.ts';
import { forecastReach, panelForecast } from './panel-forecast.ts';
import type { Panel } from './panels.ts';
import type { PlotContent } from './plot-options.ts';
import { useForecastVoice } from './use-forecast-voice.ts';
import { valueAxis } from './value-axis.ts';

/** The plotting library is 23 kB and draws nothing on the server: it comes after the page. */
const HistoryPlot = dynamic(() => import('./history-plot.tsx').then((module) => module.HistoryPlot), {
  ssr: false,
  loading: () => <div className="h-[148px]" />,
});

interface HistoryPanelProps {
  panel: Panel;
  history: StoreHistory;
  range: HistoryRange;
  /** Only the lowest panel names the times; the others share its axis. */
  withTimeAxis: boolean;
  /** Of the panel's clock; null = none, or not shown. */
  forecast: ForecastView | null;
  /** Of the time axis, seconds since the epoch. */
  end: number;
  /** The moment that the page shows, ISO 8601; null = now. */
  at: string | null;
}

export function HistoryPanel({ panel, history, range, withTimeAxis, forecast, end, at }: HistoryPanelProps) {
  const t = useTranslations('store');
  const words = useForecastVoice(at);
  const columns = useMemo(() => historyColumns(history, panel.series, panel.limit), [history, panel]);
  const [from, to] = [Date.parse(history.from) / 1_000, Date.parse(history.to) / 1_000];
  const since = forecast?.since == null ? '' : words.t('change', { date: dateText(Date.parse(forecast.since), words) });
  const content = useMemo((): PlotContent | null => {
    const ahead = forecast && columns ? panelForecast(forecast, columns) : null;
    const axis = columns && valueAxis(columns, forecastReach(ahead, end));
    return columns && axis && { columns, axis, from, to, end, forecast: ahead, since };
  }, [columns, forecast, from, to, end, since]);
  const { notes, label } = usePanelWords(panel, content);
  const ahead = aheadText(forecast, to, end, words);
  return (
    <div>
      <div className="mb-1 ml-[72px] flex flex-wrap items-baseline gap-x-2">
        <h3 className="font-medium">{t(`panel.${panel.name}`)}</h3>
        <span className="text-xs text-fg-3">{notes.join(' · ')}</span>
        {ahead !== '' && <span className="text-xs text-fg-2">{ahead}</span>}
      </div>
      {content ? (
        <HistoryPlot
          label={[label, ahead].filter((text) => text !== '').join(' ')}
          content={content}
          range={range}
          withTimeAxis={withTimeAxis}
          words={{
            noData: t('noData'),
            lost: t('lost'),
            forecast: words.t('line'),
            now: words.t(at === null ? 'now' : 'past'),
          }}
        />
      ) : (
        <p className="hatch ml-[72px] grid h-16 place-items-center rounded-md">
          <span>{t('empty')}</span>
        </p>
      )}
    </div>
  );
}

/** When it is full, and where to look for that; empty = there is no date. `to` and `end`: seconds since the epoch. */
function aheadText(forecast: ForecastView | null, to: number, end: number, words: ForecastVoice): string {
  if (forecast === null || forecast.verdict === 'full') return '';
  const dates = forecastDates(forecast);
  const texts = leftTexts(forecast, words);
  if (dates === null || texts === null || end <= to) return '';
  const isBeyond = dates.p50 / 1_000 > end;
  if (forecast.clock === 'btrfsUnallocated') return words.t(isBeyond ? 'beyondStage' : 'withinStage', texts);
  return words.t(isBeyond ? 'beyond' : 'within', texts);
}

/** What the picture shows, in words: notes beside its title and a sentence for those who do not see it. */
function usePanelWords(panel: Panel, content: PlotContent | null): { notes: string[]; label: string } {
  const t = useTranslations('store');
  const locale = useLocale();
  if (!content) return { notes: [], label: '' };
  const { columns, axis } = content;
  const say = (value: number): string => formatQuantity(value, columns.unit, locale);
  const limit = columns.limit.findLast((value) => value !== null) ?? null;
  const limitText = (): string => {
    if (panel.limit === null) return t('noLimit');
    if (panel.limit === 0) return t('limitZero');
    if (limit === null) return t('limitUnread');
    return axis.limitAbove ? t('limitAbove', { value: say(limit) }) : t('limitAt', { value: say(limit) });
  };
  const first = columns.last.find((value) => value !== null);
  const last = columns.last.findLast((value) => value !== null);
  const read = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  const label = t('chartLabel', {
    name: t(`panel.${panel.name}`),
    first: say(first ?? 0),
    last: say(last ?? 0),
    lowest: say(Math.min(...read(columns.min))),
    highest: say(Math.max(...read(columns.max))),
    limit: limitText(),
    holes: columns.holes.length,
    lost: columns.lost.length,
  });
  const notes = panel.limit === null ? [] : [limitText()];
  if (axis.cut) notes.push(t('cutAxis', { value: say(Math.round(axis.low)) }));
  return { notes, label };
}
