'use client';
import type { HistoryRange } from '@silt/domain';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useLocale, useTimeZone } from 'use-intl';
import { useThemeKey } from '../../shared/ui/use-theme-key.ts';
import type { HistoryColumns } from './history-columns.ts';
import { type PlotContent, plotData, plotOptions } from './plot-options.ts';
import type { ValueAxis } from './value-axis.ts';

const PLOT_HEIGHT = 148;
const TIME_AXIS_HEIGHT = 24;

interface HistoryPlotProps {
  /** The sentence that stands for the picture. */
  label: string;
  columns: HistoryColumns;
  axis: ValueAxis;
  /** Seconds since the epoch. */
  from: number;
  to: number;
  range: HistoryRange;
  withTimeAxis: boolean;
  noData: string;
  lost: string;
}

/** The plot is made anew when its look changes; new data only redraws it, so that the crosshair stays. */
export function HistoryPlot({ label, columns, axis, from, to, range, withTimeAxis, noData, lost }: HistoryPlotProps) {
  const locale = useLocale();
  const timeZone = useTimeZone();
  const themeKey = useThemeKey();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const content = useRef<PlotContent>({ columns, axis, from, to });
  const height = PLOT_HEIGHT + (withTimeAxis ? TIME_AXIS_HEIGHT : 0);

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    void themeKey;
    const options = plotOptions({
      element,
      content: () => content.current,
      range,
      withTimeAxis,
      noData,
      lost,
      locale,
      timeZone,
    });
    const made = new uPlot({ ...options, width: element.clientWidth, height }, plotData(content.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [range, withTimeAxis, noData, lost, locale, timeZone, themeKey, height]);

  useEffect(() => {
    content.current = { columns, axis, from, to };
    plot.current?.setData(plotData(content.current));
  }, [columns, axis, from, to]);

  return <div ref={holder} role="img" aria-label={label} className={withTimeAxis ? 'h-[172px]' : 'h-[148px]'} />;
}
