import { CLOCK_NAMES, type ClockForecast, isAlarmHeld } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';
import { transaction } from '../transaction.ts';
import {
  type ClockPlace,
  type ForecastSpan,
  type HostForecast,
  insertForecasts,
  placeKey,
  readClockPlaces,
} from './forecast-rows.ts';
import { daysSaid, type LastForecast, spanStep } from './forecast-spans.ts';
import { lockForecastStatuses, updateForecastStatuses } from './forecast-status.ts';

/**
 * Keeps what is said of some hosts, and what their status says of it, in one transaction: a new row where another thing is
 * said or the last one is old (`spanStep`), else the last one is confirmed. Where a clock became full, what was said of it
 * before is due at once. Two at once wait for each other, host by host in order of their ids, as ingest does.
 *
 * @returns ids of the hosts of which something else is said now.
 */
export async function writeForecasts(
  sql: Sql,
  forecasts: readonly HostForecast[],
  { now }: { now: Date },
): Promise<number[]> {
  const raised = forecasts.toSorted((one, other) => one.hostId - other.hostId);
  if (raised.length === 0) return [];
  return transaction(sql, async (tx) => {
    const before = await lockForecastStatuses(tx, raised);
    const places = await readClockPlaces(tx, raised, CLOCK_NAMES, now);
    const ordered = raised.map((host) => ofClocks(host, places, heldAlarm));
    const clocks = ordered.flatMap((host) => clocksOf(host, places, now));
    const begun = clocks.filter(({ step }) => step !== 'same');
    await insertForecasts(
      tx,
      begun.map(({ span }) => span),
    );
    await confirm(
      tx,
      clocks.filter(({ step }) => step === 'same'),
      now,
    );
    await makeDue(tx, begun.filter(isFilled), now);
    const shown = ordered.map((host) => ofClocks(host, places, shownDays(now)));
    const moved = await updateForecastStatuses(tx, shown, { before, now });
    const said = clocks.filter(({ step }) => step === 'other').map(({ span }) => span.hostId);
    return [...new Set([...said, ...moved])];
  });
}

type ChangeOfClock = (said: ClockForecast, last: LastForecast | null, horizonDays: number) => ClockForecast;

function ofClocks(host: HostForecast, places: ReadonlyMap<string, ClockPlace>, change: ChangeOfClock): HostForecast {
  const stores = host.stores.map(({ storeKey, forecast }) => {
    const clocks = forecast.clocks.map((said) => {
      const last = places.get(placeKey(host.hostId, storeKey, said.clock))?.last ?? null;
      return change(said, last, host.horizonDays);
    });
    return { storeKey, forecast: { ...forecast, clocks } };
  });
  return { ...host, stores };
}

/** What was up before and is held is up. */
const heldAlarm: ChangeOfClock = (said, last, horizonDays) => ({
  ...said,
  alarm: said.alarm || isAlarmHeld(last?.alarm ?? false, said.daysLeft, horizonDays),
});

const shownDays =
  (now: Date): ChangeOfClock =>
  (said, last, horizonDays) => ({ ...said, daysLeft: daysSaid(last, said, { now, horizonDays }) });

interface KeptClock {
  span: ForecastSpan;
  place: ClockPlace;
  step: ReturnType<typeof spanStep>;
}

function clocksOf(
  { hostId, organisationId, horizonDays, stores }: HostForecast,
  places: ReadonlyMap<string, ClockPlace>,
  now: Date,
): KeptClock[] {
  return stores.flatMap(({ storeKey, forecast }) =>
    forecast.clocks.flatMap((said): KeptClock[] => {
      const place = places.get(placeKey(hostId, storeKey, said.clock));
      if (!place) return [];
      const step = spanStep(place.last, said, { now, horizonDays });
      const at = { madeAt: now, confirmedAt: now, horizonDays };
      return [
        { span: { hostId, organisationId, resourceNo: place.resourceNo, ...at, said, score: null }, place, step },
      ];
    }),
  );
}

const isFilled = ({ span, place }: KeptClock): boolean =>
  span.said.verdict === 'full' && place.last !== null && place.last.verdict !== 'full';

async function confirm(tx: TransactionSql, clocks: readonly KeptClock[], now: Date): Promise<void> {
  if (clocks.length === 0) return;
  await tx`
    UPDATE forecast f SET confirmed_at = ${now}
    FROM ${addressTable(tx, clocks)}
    WHERE f.host_id = p.host_id AND f.resource_no = p.resource_no AND f.made_at = p.made_at
      AND f.organisation_id = p.organisation_id`;
}

async function makeDue(tx: TransactionSql, clocks: readonly KeptClock[], now: Date): Promise<void> {
  if (clocks.length === 0) return;
  await tx`
    UPDATE forecast f SET due_at = ${now}
    FROM ${addressTable(tx, clocks)}
    WHERE f.host_id = p.host_id AND f.resource_no = p.resource_no AND f.organisation_id = p.organisation_id
      AND f.scored_at IS NULL AND f.due_at > ${now} AND f.due_at < 'infinity'`;
}

/** `p`: of the last row of each clock. */
function addressTable(tx: TransactionSql, clocks: readonly KeptClock[]) {
  return tx`unnest(${clocks.map(({ span }) => span.hostId)}::bigint[],
    ${clocks.map(({ span }) => span.organisationId)}::uuid[], ${clocks.map(({ span }) => span.resourceNo)}::int[],
    ${clocks.map(({ place }) => (place.last?.madeAt ?? null)?.toISOString() ?? null)}::timestamptz[])
    AS p (host_id, organisation_id, resource_no, made_at)`;
}
