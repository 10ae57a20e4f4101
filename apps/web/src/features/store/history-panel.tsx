'use client';
import type { HistoryRange, StoreHistory } from '@silt/domain';
import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatQuantity } from '../../shared/format/quantity.ts';
import { type HistoryColumns, historyColumns } from './history-columns.ts';
import type { Panel } from './panels.ts';
import { type ValueAxis, valueAxis } from './value-axis.ts';

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
}

export function HistoryPanel({ panel, history, range, withTimeAxis }: HistoryPanelProps) {
  const t = useTranslations('store');
  const columns = useMemo(() => historyColumns(history, panel.series, panel.limit), [history, panel]);
  const axis = useMemo(() => (columns ? valueAxis(columns) : null), [columns]);
  const words = usePanelWords(panel, columns, axis);
  return (
    <div>
      <div className="mb-1 ml-[72px] flex flex-wrap items-baseline gap-x-2">
        <h3 className="font-medium">{t(`panel.${panel.name}`)}</h3>
        <span className="text-xs text-fg-3">{words.notes.join(' · ')}</span>
      </div>
      {columns && axis ? (
        <HistoryPlot
          label={words.label}
          columns={columns}
          axis={axis}
          from={new Date(history.from).getTime() / 1_000}
          to={new Date(history.to).getTime() / 1_000}
          range={range}
          withTimeAxis={withTimeAxis}
          noData={t('noData')}
          lost={t('lost')}
        />
      ) : (
        <p className="hatch ml-[72px] grid h-16 place-items-center rounded-md">
          <span>{t('empty')}</span>
        </p>
      )}
    </div>
  );
}

/** What the picture shows, in words: notes beside its title and a sentence for those who do not see it. */
function usePanelWords(
  panel: Panel,
  columns: HistoryColumns | null,
  axis: ValueAxis | null,
): { notes: string[]; label: string } {
  const t = useTranslations('store');
  const locale = useLocale();
  if (!columns || !axis) return { notes: [], label: '' };
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
