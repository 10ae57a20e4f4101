import type uPlot from 'uplot';
import { bandOutline, type PanelForecast, valueOn } from './panel-forecast.ts';

export interface ForecastLook {
  /** Reads a token of the theme. */
  token(name: string): string;
  /** "now", or "then" on a page of the past. */
  now: string;
  font: string;
}

const LINE_ALPHA = 0.8;
const LINE_WIDTH = 1.75;
const DOTS = [0.1, 4.5];
const LIMIT_DASH = [5, 3];
const CHANGE_DASH = [3, 3];
const WORD_GAP = 5;
const WORD_HEIGHT = 14;

/** Dots to the limit, the band of p10–p90 about them, and upright lines for now and for the change. */
export function drawForecast(
  plot: uPlot,
  { forecast, to, end, since }: { forecast: PanelForecast | null; to: number; end: number; since: string },
  look: ForecastLook,
): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  if (end > to) {
    if (forecast?.limit === null) drawDates(plot, forecast, end, look);
    else if (forecast) drawWedge(plot, forecast, end, look);
    drawUpright(plot, to, { words: look.now, colour: look.token('--fg-3'), dash: [], before: null }, look);
  }
  const first = plot.scales.x?.min ?? to;
  const change = forecast?.since ?? null;
  if (change !== null && change > first && change < to)
    drawUpright(
      plot,
      change,
      { words: since, colour: look.token('--fg-2'), dash: CHANGE_DASH, before: end > to ? to : null },
      look,
    );
  ctx.restore();
}

function drawWedge(plot: uPlot, forecast: PanelForecast, end: number, { token }: ForecastLook): void {
  const { ctx } = plot;
  const [first, ...rest] = bandOutline(forecast, end);
  if (!first || !forecast.dates) return;
  ctx.beginPath();
  ctx.moveTo(plot.valToPos(first.at, 'x', true), plot.valToPos(first.value, 'y', true));
  for (const { at, value } of rest) ctx.lineTo(plot.valToPos(at, 'x', true), plot.valToPos(value, 'y', true));
  ctx.closePath();
  ctx.fillStyle = token('--band');
  ctx.fill();
  drawLimit(plot, forecast, end, token);
  const last = Math.min(forecast.dates.p50, end);
  const value = valueOn(forecast, forecast.dates.p50, last);
  if (value === null) return;
  ctx.beginPath();
  ctx.moveTo(plot.valToPos(first.at, 'x', true), plot.valToPos(first.value, 'y', true));
  ctx.lineTo(plot.valToPos(last, 'x', true), plot.valToPos(value, 'y', true));
  strokeDots(ctx, token);
}

/** On from the last sample, where the limit of today is taken to stay. */
function drawLimit(
  { ctx, valToPos }: uPlot,
  { start, limit }: PanelForecast,
  end: number,
  token: ForecastLook['token'],
): void {
  if (limit === null) return;
  const ratio = window.devicePixelRatio || 1;
  ctx.beginPath();
  ctx.moveTo(valToPos(start.at, 'x', true), valToPos(limit, 'y', true));
  ctx.lineTo(valToPos(end, 'x', true), valToPos(limit, 'y', true));
  ctx.strokeStyle = token('--crit');
  ctx.lineWidth = ratio;
  ctx.setLineDash(LIMIT_DASH.map((length) => length * ratio));
  ctx.stroke();
  ctx.setLineDash([]);
}

/** Only when: p10 to p90 as a column, p50 as a line of dots in it. */
function drawDates(plot: uPlot, { dates }: PanelForecast, end: number, { token }: ForecastLook): void {
  if (dates === null || dates.p10 >= end) return;
  const { ctx, bbox } = plot;
  const [left, right] = [dates.p10, dates.p90 ?? end].map((at) => plot.valToPos(at, 'x', true)) as [number, number];
  ctx.fillStyle = token('--band');
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  const middle = plot.valToPos(dates.p50, 'x', true);
  ctx.beginPath();
  ctx.moveTo(middle, bbox.top);
  ctx.lineTo(middle, bbox.top + bbox.height);
  strokeDots(ctx, token);
}

function strokeDots(ctx: CanvasRenderingContext2D, token: ForecastLook['token']): void {
  const ratio = window.devicePixelRatio || 1;
  ctx.globalAlpha = LINE_ALPHA;
  ctx.strokeStyle = token('--plot');
  ctx.lineWidth = LINE_WIDTH * ratio;
  ctx.lineCap = 'round';
  ctx.setLineDash(DOTS.map((length) => length * ratio));
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

interface UprightLook {
  words: string;
  colour: string;
  dash: number[];
  /** Where the words must end, if they stand on the right; null = where the chart does. */
  before: number | null;
}

/** With its words at the top, on the side where there is room. */
function drawUpright(
  plot: uPlot,
  at: number,
  { words, colour, dash, before }: UprightLook,
  { token, font }: ForecastLook,
): void {
  const { ctx, bbox } = plot;
  const ratio = window.devicePixelRatio || 1;
  const x = Math.round(plot.valToPos(at, 'x', true)) + 0.5;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.strokeStyle = colour;
  ctx.lineWidth = ratio;
  ctx.setLineDash(dash.map((length) => length * ratio));
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = font.replace(/^\d+px/, (size) => `${Number.parseInt(size, 10) * ratio}px`);
  const width = ctx.measureText(words).width;
  const gap = WORD_GAP * ratio;
  const fits = x + gap + width < (before === null ? bbox.left + bbox.width : plot.valToPos(before, 'x', true));
  const left = fits ? x + gap : x - gap - width;
  ctx.fillStyle = token('--panel');
  ctx.fillRect(left - ratio, bbox.top, width + 2 * ratio, WORD_HEIGHT * ratio);
  ctx.fillStyle = token('--fg-2');
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  ctx.fillText(words, left, bbox.top + ratio);
}
