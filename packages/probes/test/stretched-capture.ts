import {
  type ClockName,
  forecastStore,
  type Reading,
  type SeriesName,
  type SeriesPoint,
  type StoreClocks,
  type StoreForecast,
  type StoreSeries,
  storeClocks,
} from '@silt/domain';

const HOUR = 3_600_000;
const TEN_MINUTES = 600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 9, 1);

/** What was read at one moment of a capture. */
export interface CapturedBeat {
  /** Of the capture, in any unit. */
  time: number;
  store: StoreSeries['store'];
  series: Partial<Record<SeriesName, Reading>>;
}

interface StretchedCapture {
  clocks: StoreClocks;
  /** Milliseconds since the epoch; the last beat of the capture is at the end. */
  from: number;
  to: number;
}

/**
 * A capture of seconds as one of `days`: time × factor, read each ten minutes. Between two beats the value of the one
 * before stands, so that only what was really read is there.
 */
export function stretch(beats: readonly CapturedBeat[], days: number): StretchedCapture {
  const [first, last] = [beats[0], beats.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a capture without a beat');
  const factor = (days * DAY) / (last.time - first.time);
  const to = START + days * DAY;
  const hours: SeriesOfBeats = new Map();
  const recent: SeriesOfBeats = new Map();
  let place = 0;
  for (let at = START; at <= to; at += TEN_MINUTES) {
    for (
      let next = beats[place + 1];
      next && START + (next.time - first.time) * factor <= at;
      next = beats[place + 1]
    ) {
      place += 1;
    }
    for (const [name, value] of Object.entries(beats[place]?.series ?? {}) as [SeriesName, Reading][]) {
      if (value === null) continue;
      addPoint(recent, name, at, value, TEN_MINUTES);
      addPoint(hours, name, at, value, HOUR);
    }
  }
  const series: StoreSeries['series'] = {};
  for (const [name, points] of hours) series[name] = { hours: points, recent: recent.get(name) ?? [] };
  return { clocks: storeClocks({ store: last.store, series }), from: START, to };
}

type SeriesOfBeats = Map<SeriesName, SeriesPoint[]>;

function addPoint(into: SeriesOfBeats, name: SeriesName, at: number, value: number, width: number): void {
  const points = into.get(name) ?? [];
  into.set(name, points);
  const point = points.at(-1);
  if (point === undefined || Math.floor(point.at / width) < Math.floor(at / width)) {
    points.push({ at, min: value, max: value, last: value });
    return;
  }
  Object.assign(point, { at, last: value, min: Math.min(point.min, value), max: Math.max(point.max, value) });
}

/** An alarm that was up in the last day; its hours before the end, when it was raised. */
export interface LastAlarm {
  clock: ClockName;
  raisedHoursBefore: number;
  /** Of each hour since then, the clock that was named as the one that counts. */
  earliest: Set<ClockName | null>;
}

/** What would have been said at each whole hour, with only the past visible; alarms that were up in the last day. */
export function replay({ clocks, from, to }: StretchedCapture, horizonDays: number): LastAlarm[] {
  const said: { at: number; forecast: StoreForecast }[] = [];
  for (let at = from; at < to; at += HOUR) said.push({ at, forecast: forecastStore(clocks, { now: at, horizonDays }) });
  return clocks.flatMap(({ clock }): LastAlarm[] => {
    const isUp = ({ forecast }: (typeof said)[number]): boolean =>
      forecast.clocks.some((one) => one.clock === clock && one.stops && one.alarm);
    const lastUp = said.findLastIndex(isUp);
    const lastUpAt = said[lastUp]?.at;
    if (lastUpAt === undefined || to - lastUpAt > DAY) return [];
    // One that pauses for less than a day is one.
    let raised = lastUp;
    for (let place = lastUp; place >= 0 && (said[raised]?.at ?? 0) - (said[place]?.at ?? 0) < DAY; place -= 1) {
      if (isUp(said[place] as (typeof said)[number])) raised = place;
    }
    const since = said.slice(raised);
    return [
      {
        clock,
        raisedHoursBefore: (to - (said[raised]?.at ?? to)) / HOUR,
        earliest: new Set(since.map(({ forecast }) => forecast.earliest?.clock ?? null)),
      },
    ];
  });
}
