'use client';
import type { HistoryRange } from '@silt/domain';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useLocale, useTimeZone } from 'use-intl';
import { useThemeKey } from '../../shared/ui/use-theme-key.ts';
import { type PlotContent, type PlotWords, plotData, plotOptions } from './plot-options.ts';

const PLOT_HEIGHT = 148;
const TIME_AXIS_HEIGHT = 24;

interface HistoryPlotProps {
  /** The sentence that stands for the picture. */
  label: string;
  /** Kept while nothing in it changes, else it is drawn again. */
  content: PlotContent;
  range: HistoryRange;
  withTimeAxis: boolean;
  words: PlotWords;
}

/** The plot is made anew when its look changes; new data only redraws it, so that the crosshair stays. */
export function HistoryPlot({ label, content, range, withTimeAxis, words }: HistoryPlotProps) {
  const locale = useLocale();
  const timeZone = useTimeZone();
  const themeKey = useThemeKey();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef<PlotContent>(content);
  const height = PLOT_HEIGHT + (withTimeAxis ? TIME_AXIS_HEIGHT : 0);
  const { noData, lost, forecast, now } = words;

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    void themeKey;
    const options = plotOptions({
      element,
      content: () => latest.current,
      range,
      withTimeAxis,
      words: { noData, lost, forecast, now },
      locale,
      timeZone,
    });
    const made = new uPlot({ ...options, width: element.clientWidth, height }, plotData(latest.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [range, withTimeAxis, noData, lost, forecast, now, locale, timeZone, themeKey, height]);

  useEffect(() => {
    latest.current = content;
    plot.current?.setData(plotData(content));
  }, [content]);

  return <div ref={holder} role="img" aria-label={label} className={withTimeAxis ? 'h-[172px]' : 'h-[148px]'} />;
}
