import { type ForecastView, farthestAlarmDays, MIN_ALARM_DAYS, type Unit } from '@silt/domain';
import { daysRangeText, daysText, type ForecastWords, MIN_HISTORY_HOURS } from '../../shared/format/days-text.ts';
import { dateTimeFormat } from '../../shared/format/formatters.ts';
import { formatQuantity } from '../../shared/format/quantity.ts';
import { daysLeftAt, forecastDates } from './forecast-dates.ts';

/** Below this many days a date has its hour. */
const HOUR_BELOW_DAYS = 2;
const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;

export interface ForecastVoice {
  t: ForecastWords;
  locale: string;
  timeZone: string | undefined;
  /** The moment that is shown, milliseconds since the epoch. */
  at: number;
}

/** A day, with its hour where it is near and its year where that is another. */
export function dateText(date: number, { locale, timeZone, at }: ForecastVoice): string {
  const near = Math.abs(date - at) < HOUR_BELOW_DAYS * DAY_MILLISECONDS;
  const sameYear = new Date(date).getUTCFullYear() === new Date(at).getUTCFullYear();
  return dateTimeFormat(locale, {
    timeZone,
    month: 'short',
    day: 'numeric',
    ...(near ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : {}),
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(date);
}

/** `6 d 4 h` and its p10–p90; null = no date. */
export function leftTexts(forecast: ForecastView, { t, at }: ForecastVoice): { left: string; range: string } | null {
  const left = daysLeftAt(forecast, at);
  return left && { left: daysText(left.p50, t), range: daysRangeText(left, t) };
}

/** `about 18 May, between 17 May and 19 May`; null = no date. */
export function datesText(forecast: ForecastView, voice: ForecastVoice): string | null {
  const dates = forecastDates(forecast);
  if (dates === null || forecast.verdict === 'full') return null;
  const [date, from] = [dateText(dates.p50, voice), dateText(dates.p10, voice)];
  if (dates.p90 === null) return voice.t('datesOpen', { date, from });
  return voice.t('dates', { date, from, to: dateText(dates.p90, voice) });
}

/** What is said of a clock and why, as a sentence. */
export function verdictSentence(forecast: ForecastView, voice: ForecastVoice): string {
  const { t } = voice;
  const reason = t(`reason.${forecast.reason}`);
  switch (forecast.verdict) {
    case 'full':
      return t('sentence.full', { reason });
    case 'filling':
      return fillingSentence(forecast, reason, voice);
    case 'noisy':
      return t('sentence.noisy', { reason });
    case 'steady':
      return t('sentence.steady', { reason });
    case 'too-short':
      return needSentence(forecast, voice) ?? t('sentence.tooShort', { reason });
  }
}

function fillingSentence({ slopePerDay, since, unit }: ForecastView, reason: string, voice: ForecastVoice): string {
  const { t, locale } = voice;
  if (slopePerDay === null) return t('sentence.fillingOnly', { reason });
  return t('sentence.filling', {
    since: since === null ? '' : t('sentence.since', { date: dateText(Date.parse(since), voice) }),
    slope: slopeText(slopePerDay.mid, unit, locale),
    low: slopeText(slopePerDay.low, unit, locale),
    high: slopeText(slopePerDay.high, unit, locale),
    reason,
  });
}

/** How fast it fills, with the interval; empty = not known. */
export function slopesText({ slopePerDay, unit }: ForecastView, { t, locale }: ForecastVoice): string {
  if (slopePerDay === null) return '';
  const say = (slope: number): string => slopeText(slope, unit, locale);
  return t('clockSlope', { slope: say(slopePerDay.mid), low: say(slopePerDay.low), high: say(slopePerDay.high) });
}

/** Of a new host: what a forecast needs, and what there is; null = it is not hours that are missing. */
function needSentence({ reason, window }: ForecastView, { t }: ForecastVoice): string | null {
  if (reason !== 'few-days') return null;
  const needed = MIN_HISTORY_HOURS;
  if (window === null) return t('sentence.needsFirst', { needed });
  const span = Math.floor((Date.parse(window.to) - Date.parse(window.from)) / HOUR_MILLISECONDS);
  // Hours without a reading are none that there are.
  const hours = Math.min(span, window.points);
  return hours < needed ? t('sentence.needsHours', { needed, hours }) : null;
}

/** Beside an alarm or the want of one: how far ahead it looks, or that too little was read to wake anybody. */
export function alarmText(forecast: ForecastView, { t }: ForecastVoice): string {
  const { verdict, alarm, horizonDays: days } = forecast;
  if (verdict === 'full') return '';
  if (alarm) return t('alarmIs', { days });
  const farthest = farthestOf(forecast);
  return farthest === 0
    ? t('noAlarmYet', { days: MIN_ALARM_DAYS })
    : t('noAlarmIs', { days: Math.min(days, farthest) });
}

/** `farthestAlarmDays` where there is a date; a runaway has no need of a history. */
function farthestOf({ verdict, reason, window, confirmedAt }: ForecastView): number {
  if (verdict !== 'filling' || reason === 'runaway' || window === null) return Number.POSITIVE_INFINITY;
  return farthestAlarmDays((Date.parse(confirmedAt) - Date.parse(window.from)) / DAY_MILLISECONDS);
}

/** From what the forecast was made; `points` are hours. */
export function basisText({ window }: ForecastView, voice: ForecastVoice): string {
  if (window === null) return voice.t('basisNone');
  const [from, to] = [dateText(Date.parse(window.from), voice), dateText(Date.parse(window.to), voice)];
  return voice.t('basis', { days: daysOf(window), points: window.points, from, to });
}

/** Of the stage that comes before the end. */
export function stageText(forecast: ForecastView, voice: ForecastVoice): string {
  const { t } = voice;
  if (forecast.verdict === 'full') return t('stageFull');
  const dates = forecastDates(forecast);
  const texts = leftTexts(forecast, voice);
  if (dates === null || texts === null) return t('stageNone');
  return t('stageDate', { date: dateText(dates.p50, voice), range: texts.range });
}

/** Growth a day without its sign, which the words around it have; a shrinking one keeps its minus. */
export const slopeText = (slope: number, unit: Unit, locale: string): string =>
  formatQuantity(unit === 'count' ? Math.round(slope) : slope, unit, locale);

const daysOf = ({ from, to }: { from: string; to: string }): number =>
  Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MILLISECONDS);
