import {
  type ClockPlaces,
  daysSaid,
  type ForecastSpan,
  type HostAddress,
  type HostForecast,
  type HostToForecast,
  insertForecasts,
  type LastForecast,
  lockForecastStatuses,
  placeKey,
  readClockPlaces,
  readSeenHosts,
  type Sql,
  spanStep,
  transaction,
  updateForecastStatuses,
} from '@silt/db';
import {
  CLOCK_NAMES,
  HOUR_MILLISECONDS,
  horizonDaysOf,
  isAlarmHeld,
  MAX_FORECAST_HOURS,
  scoreForecast,
} from '@silt/domain';
import { readHorizonSettings } from './horizon-settings.ts';
import { forecastHost, type HostClocks, readHostClocks } from './host-clocks.ts';

/** Their points are in memory at the same time. */
const BATCH_HOSTS = 10;

export interface PastRange {
  hosts: readonly HostAddress[];
  from: Date;
  to: Date;
  stepHours: number;
}

type SeenHost = HostToForecast & { lastSeenAt: Date };

/**
 * Keeps what would have been said of hosts at each step of the past, with only the past visible at each, says what became
 * of it, and what their status says in the end: for a history that came all at once. Of a host nothing is said after its
 * last beat. What was said before is kept, and only what comes after it is added.
 *
 * @returns rows of forecasts.
 */
export async function forecastPast(sql: Sql, { hosts, ...range }: PastRange): Promise<number> {
  const seen = await readSeenHosts(sql, hosts);
  let rows = 0;
  for (let first = 0; first < seen.length; first += BATCH_HOSTS) {
    rows += await forecastBatch(sql, seen.slice(first, first + BATCH_HOSTS), range);
  }
  return rows;
}

async function forecastBatch(sql: Sql, hosts: readonly SeenHost[], range: Omit<PastRange, 'hosts'>): Promise<number> {
  const from = new Date(range.from.getTime() - MAX_FORECAST_HOURS * HOUR_MILLISECONDS);
  const settings = await readHorizonSettings(sql, hosts);
  const places = await readClockPlaces(sql, hosts, CLOCK_NAMES, range.to);
  const ofHosts = await readHostClocks(sql, hosts, { from, to: range.to, isRecentRead: true });
  const said = ofHosts.map((clocks, place) => {
    const host = hosts[place] as SeenHost;
    const horizonDays = horizonDaysOf(host.tags, settings.get(host.organisationId) ?? []);
    return { host, ...replay(clocks, { places, steps: stepsOf(host, range), horizonDays, to: range.to }) };
  });
  const spans = said.flatMap((one) => one.spans);
  await transaction(sql, async (tx) => {
    await insertForecasts(tx, spans);
    const before = await lockForecastStatuses(tx, hosts);
    for (const { host, latest } of said) {
      const now = new Date(Math.min(host.lastSeenAt.getTime(), range.to.getTime()));
      if (latest !== null) await updateForecastStatuses(tx, [latest], { before, now });
    }
  });
  return spans.length;
}

/** Milliseconds since the epoch; the last one is the last beat, or the end of the range. */
function stepsOf({ lastSeenAt }: SeenHost, { from, to, stepHours }: Omit<PastRange, 'hosts'>): number[] {
  const end = Math.min(lastSeenAt.getTime(), to.getTime());
  const steps: number[] = [];
  for (let at = from.getTime(); at < end; at += stepHours * HOUR_MILLISECONDS) steps.push(at);
  return [...steps, end];
}

interface Replay {
  places: ClockPlaces;
  steps: readonly number[];
  horizonDays: number;
  to: Date;
}

/** `latest`: at the last step, with the days that each clock's last row says; null = nothing that was not said before. */
function replay(
  host: HostClocks,
  { places, steps, horizonDays, to }: Replay,
): { spans: ForecastSpan[]; latest: HostForecast | null } {
  const saidUpTo = lastMadeAt(host, places);
  const spans: ForecastSpan[] = [];
  const running = new Map<string, ForecastSpan>();
  let latest: HostForecast | null = null;
  for (const at of steps) {
    if (at <= saidUpTo) continue;
    latest = forecastHost(host, { now: at, horizonDays });
    for (const { storeKey, forecast } of latest.stores) {
      for (const [index, raised] of forecast.clocks.entries()) {
        const key = placeKey(host.hostId, storeKey, raised.clock);
        const [place, span, now] = [places.get(key), running.get(key), new Date(at)];
        if (!place) continue;
        const last = span ? lastOf(span) : place.last;
        const isHeld = isAlarmHeld(last?.alarm ?? false, raised.daysLeft, horizonDays);
        const said = { ...raised, alarm: raised.alarm || isHeld };
        forecast.clocks[index] = { ...said, daysLeft: daysSaid(last, said, { now, horizonDays }) };
        if (spanStep(last, said, { now, horizonDays }) === 'same') {
          if (span) span.confirmedAt = now;
          continue;
        }
        const { hostId, organisationId } = host;
        const times = { madeAt: now, confirmedAt: now, horizonDays };
        const begun: ForecastSpan = {
          hostId,
          organisationId,
          resourceNo: place.resourceNo,
          ...times,
          said,
          score: null,
        };
        running.set(key, begun);
        spans.push(begun);
      }
    }
  }
  scoreSpans(host, spans, { places, to });
  return { spans, latest };
}

/** Milliseconds since the epoch, of the last one of the host. */
function lastMadeAt({ hostId, stores }: HostClocks, places: ClockPlaces): number {
  const ofHost = stores.flatMap(({ storeKey, clocks }) =>
    clocks.map(({ clock }) => places.get(placeKey(hostId, storeKey, clock))?.last?.madeAt.getTime() ?? 0),
  );
  return Math.max(0, ...ofHost);
}

function lastOf({ madeAt, horizonDays, said }: ForecastSpan): LastForecast {
  const { verdict, reason, alarm, daysLeft } = said;
  return { madeAt, horizonDays, verdict, reason, alarm, daysLeft };
}

function scoreSpans(
  { hostId, stores }: HostClocks,
  spans: readonly ForecastSpan[],
  { places, to }: { places: ClockPlaces; to: Date },
): void {
  for (const { storeKey, clocks } of stores) {
    for (const clock of clocks) {
      const resourceNo = places.get(placeKey(hostId, storeKey, clock.clock))?.resourceNo;
      for (const span of spans) {
        if (span.resourceNo !== resourceNo) continue;
        const { madeAt, horizonDays, said } = span;
        const fate = scoreForecast({ ...said, madeAt: madeAt.getTime(), horizonDays }, clock, to.getTime());
        if (fate === null) continue;
        const { toldAt, ...score } = fate;
        span.score = { scoredAt: new Date(toldAt), ...score };
      }
    }
  }
}
