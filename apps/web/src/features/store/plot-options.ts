import { HISTORY_RANGES, type HistoryRange } from '@silt/domain';
import type uPlot from 'uplot';
import { axisTicks, tickLabels } from '../../shared/charts/axis-ticks.ts';
import { formatQuantity } from '../../shared/format/quantity.ts';
import { drawForecast } from './draw-forecast.ts';
import type { HistoryColumns } from './history-columns.ts';
import { makeHatch } from './make-hatch.ts';
import { type PanelForecast, valueOn } from './panel-forecast.ts';
import type { ValueAxis } from './value-axis.ts';

export interface PlotContent {
  columns: HistoryColumns;
  axis: ValueAxis;
  /** Seconds since the epoch; what was measured ends at `to`, the chart at `end`. */
  from: number;
  to: number;
  end: number;
  /** null = none, or not shown. */
  forecast: PanelForecast | null;
  /** Words of the change that the forecast begins with; empty = there is none. */
  since: string;
}

/** What stands in the picture itself. */
export interface PlotWords {
  noData: string;
  lost: string;
  forecast: string;
  now: string;
}

interface PlotLook {
  /** The tokens are read from here. */
  element: HTMLElement;
  /** What to draw now; asked at every drawing. */
  content(): PlotContent;
  range: HistoryRange;
  withTimeAxis: boolean;
  words: PlotWords;
  locale: string;
  timeZone: string | undefined;
}

const VALUE_AXIS_WIDTH = 72;
const TIME_AXIS_HEIGHT = 24;
const BARE_AXIS_HEIGHT = 8;
const MAX_TICKS = 5;
const TICK_SPACE = 80;
const DAY_STEPS_SECONDS = [1, 2, 5, 7, 14, 30, 60, 120, 180].map((days) => days * 86_400);
const FONT = '11px system-ui, sans-serif';
/** Panels with this key move their crosshairs together. */
const SYNC_KEY = 'store-history';
/** Index in `plotData` of the measured line. */
const LAST = 3;

/** uPlot's columns: time, highest, lowest, measured, limit. */
export const plotData = ({ columns }: PlotContent): uPlot.AlignedData => [
  columns.times,
  columns.max,
  columns.min,
  columns.last,
  columns.limit,
];

export function plotOptions(look: PlotLook): Omit<uPlot.Options, 'width' | 'height'> {
  const { element, content } = look;
  const tokens = getComputedStyle(element);
  const token = (name: string): string => tokens.getPropertyValue(name).trim();
  const unseen = { stroke: 'transparent', width: 0, points: { show: false } };
  return {
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: SYNC_KEY } },
    scales: {
      x: { range: () => [content().from, content().end] },
      y: { range: () => [content().axis.low, content().axis.high] },
    },
    series: [
      {},
      unseen,
      unseen,
      {
        stroke: token('--plot'),
        width: 1.5,
        points: { show: true, size: 4, fill: token('--plot'), filter: () => content().columns.lone },
      },
      { stroke: token('--crit'), width: 1, dash: [5, 3], points: { show: false } },
    ],
    bands: [{ series: [1, 2], fill: token('--band') }],
    axes: [timeAxis(look, token), quantityAxis(look, token)],
    hooks: { drawAxes: [drawStretches(look, token)], draw: [drawAhead(look, token)], ...valueTag(look) },
  };
}

type Token = (name: string) => string;

function timeAxis({ range, withTimeAxis, locale, timeZone }: PlotLook, token: Token): uPlot.Axis {
  const days = HISTORY_RANGES[range] >= HISTORY_RANGES['7d'];
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    ...(days ? { month: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  });
  return {
    stroke: token('--fg-3'),
    font: FONT,
    space: TICK_SPACE,
    size: withTimeAxis ? TIME_AXIS_HEIGHT : BARE_AXIS_HEIGHT,
    border: { show: true, stroke: token('--line-2'), width: 1 },
    grid: { stroke: token('--grid'), width: 1 },
    ticks: { show: false },
    ...(days ? { incrs: DAY_STEPS_SECONDS } : {}),
    values: (_, splits) => (withTimeAxis ? splits.map((split) => format.format(split * 1_000)) : []),
  };
}

function quantityAxis({ content, locale }: PlotLook, token: Token): uPlot.Axis {
  return {
    stroke: token('--fg-3'),
    font: FONT,
    size: VALUE_AXIS_WIDTH,
    grid: { stroke: token('--grid'), width: 1 },
    ticks: { show: false },
    splits: (_, __, low, high) => axisTicks(low, high, content().columns.unit, MAX_TICKS),
    values: (_, splits) => tickLabels(splits, content().columns.unit, locale),
  };
}

/** Hatches what has no sample; what was read and lost is crossed, within stronger edges. */
function drawStretches({ content }: PlotLook, token: Token) {
  return (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    const { holes, lost } = content().columns;
    const draw = (stretches: typeof holes, hatch: CanvasPattern | string, edge: string): void => {
      for (const { from, to } of stretches) {
        const left = Math.max(bbox.left, Math.round(plot.valToPos(from, 'x', true)));
        const right = Math.min(bbox.left + bbox.width, Math.round(plot.valToPos(to, 'x', true)));
        if (right <= left) continue;
        ctx.fillStyle = hatch;
        ctx.fillRect(left, bbox.top, right - left, bbox.height);
        ctx.fillStyle = edge;
        ctx.fillRect(left, bbox.top, 1, bbox.height);
        ctx.fillRect(right - 1, bbox.top, 1, bbox.height);
      }
    };
    ctx.save();
    draw(holes, makeHatch(ctx, token('--unk'), { crossed: false }), token('--line'));
    draw(lost, makeHatch(ctx, token('--fg-3'), { crossed: true }), token('--fg-3'));
    ctx.restore();
  };
}

function drawAhead({ content, words }: PlotLook, token: Token) {
  return (plot: uPlot): void => {
    const { forecast, to, end, since } = content();
    drawForecast(plot, { forecast, to, end, since }, { token, now: words.now, font: FONT });
  };
}

/** What is forecast of a moment to come, along the line of p50; null = there is no line, or it has ended. */
function textAhead({ content, words, locale }: PlotLook, at: number): string | null {
  const { forecast, columns } = content();
  const date = forecast?.dates?.p50;
  if (!forecast || date === undefined || at > date) return null;
  const value = valueOn(forecast, date, at);
  return value === null ? null : `${words.forecast} ${formatQuantity(Math.round(value), columns.unit, locale)}`;
}

/** The value and the time under the crosshair, as a tag that keeps clear of the edges. */
function valueTag(look: PlotLook): Pick<uPlot.Hooks.Arrays, 'init' | 'setCursor'> {
  const { content, locale, timeZone } = look;
  const tag = document.createElement('div');
  const time = new Intl.DateTimeFormat(locale, {
    timeZone,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  tag.className = 'chart-tag';
  tag.hidden = true;
  return {
    init: [(plot) => plot.over.append(tag)],
    setCursor: [
      (plot) => {
        const { idx, left } = plot.cursor;
        tag.hidden = idx == null || left == null || left < 0;
        if (tag.hidden || idx == null || left == null) return;
        const { columns, to } = content();
        const pointed = plot.posToVal(left, 'x');
        const ahead = pointed > to;
        const at = ahead ? pointed : (plot.data[0][idx] ?? 0);
        const text = ahead ? textAhead(look, at) : textOf(plot.data[LAST]?.[idx] ?? null, at, look, columns);
        tag.textContent = [text, time.format(at * 1_000)].filter((part) => part !== null).join(' · ');
        const right = left > plot.over.clientWidth / 2;
        tag.style.left = right ? '' : `${left + 6}px`;
        tag.style.right = right ? `${plot.over.clientWidth - left + 6}px` : '';
      },
    ],
  };
}

function textOf(value: number | null, at: number, { words, locale }: PlotLook, columns: HistoryColumns): string {
  if (value !== null) return formatQuantity(value, columns.unit, locale);
  return columns.lost.some(({ from, to }) => at >= from && at < to) ? words.lost : words.noData;
}
