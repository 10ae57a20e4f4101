import { CLOCK_NAMES, leadSeriesOf, type SeriesName } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';
import type { ForecastRecord } from '../forecast/forecast-record.ts';
import { type ForecastRow, forecastColumns, recordOf } from '../forecast/read-forecasts.ts';
import type { HostAddress } from '../history/host-address.ts';
import { hoursOf } from '../history/read-rolled.ts';

const DAY_MILLISECONDS = 86_400_000;
/** An item whose versions change all the time is followed back so far; the version that lasted into it counts from its beginning. */
export const STATE_LOOK_DAYS = 7;
/** Days before a moment of which each has a reading. */
export const PAST_READING_DAYS = 7;

export interface ItemAddress extends HostAddress {
  /** `Item.key`. */
  key: string;
}

/** Milliseconds since the epoch, as long as `items` and in their order; null = there was never such an item. */
export async function readItemsFirstSeen(sql: Sql, items: readonly ItemAddress[]): Promise<(number | null)[]> {
  const times: (number | null)[] = items.map(() => null);
  if (items.length === 0) return times;
  const rows = await sql<{ place: number; at: number }[]>`
    SELECT a.place::integer - 1 AS place, (extract(epoch FROM i.first_seen_at) * 1000)::float8 AS at
    FROM ${itemTable(sql, items)}
    JOIN item i ON i.host_id = a.host_id AND i.organisation_id = a.organisation_id AND i.key = a.key`;
  for (const { place, at } of rows) times[place] = at;
  return times;
}

/**
 * Since when the state of each item is what it is now, at the least: milliseconds since the epoch, as long as `items` and in their
 * order; null = there is no such item now, or it has no state. An item that was gone between begins anew.
 */
export async function readItemsStateSince(
  sql: Sql,
  items: readonly ItemAddress[],
  now: Date,
): Promise<(number | null)[]> {
  const times: (number | null)[] = items.map(() => null);
  if (items.length === 0) return times;
  const from = new Date(now.getTime() - STATE_LOOK_DAYS * DAY_MILLISECONDS);
  const rows = await sql<{ place: number; at: number }[]>`
    SELECT a.place::integer - 1 AS place, (extract(epoch FROM run.began_at) * 1000)::float8 AS at
    FROM ${itemTable(sql, items)}
    JOIN item i ON i.host_id = a.host_id AND i.organisation_id = a.organisation_id AND i.key = a.key
    CROSS JOIN LATERAL (
      SELECT max(valid_from) FILTER (WHERE is_begin) AS began_at,
        bool_or(valid_to = 'infinity' AND state IS NOT NULL) AS is_there
      FROM (
        SELECT valid_from, valid_to, state, lag(valid_to) OVER version IS DISTINCT FROM valid_from
          OR lag(state) OVER version IS DISTINCT FROM state AS is_begin
        FROM item_version
        WHERE host_id = i.host_id AND item_no = i.item_no AND organisation_id = i.organisation_id AND valid_to > ${from}
        WINDOW version AS (ORDER BY valid_from)
      ) v
    ) run
    WHERE run.is_there`;
  for (const { place, at } of rows) times[place] = at;
  return times;
}

function itemTable(sql: Sql, items: readonly ItemAddress[]) {
  return sql`unnest(${items.map(({ hostId }) => hostId)}::bigint[],
    ${items.map(({ organisationId }) => organisationId)}::uuid[], ${items.map(({ key }) => key)}::text[])
    WITH ORDINALITY AS a (host_id, organisation_id, key, place)`;
}

export interface PastAddress extends HostAddress {
  storeKey: string;
  series: SeriesName;
  /** The days are those before it. */
  at: Date;
}

/** Milliseconds since the epoch. */
export interface PastReading {
  at: number;
  value: number;
}

/**
 * Of each address, the last reading of each of the `PAST_READING_DAYS` days of 24 hours that end a day before `at` or earlier, the
 * newest first; days without one are left out. Of what is rolled up, the last one of an hour, at its end.
 */
export async function readPastReadings(sql: Sql, addresses: readonly PastAddress[]): Promise<PastReading[][]> {
  const days = addresses.map((): Map<number, PastReading> => new Map());
  if (addresses.length === 0) return [];
  const keep = (place: number, reading: PastReading): void => {
    const address = addresses[place];
    if (address === undefined) return;
    const day = Math.floor((address.at.getTime() - reading.at) / DAY_MILLISECONDS);
    if (day < 1 || day > PAST_READING_DAYS) return;
    const before = days[place]?.get(day);
    if (before === undefined || reading.at > before.at) days[place]?.set(day, reading);
  };
  // In the order in which samples move on: what moves meanwhile is seen twice and not missed.
  for (const { place, ...reading } of await readSnapshots(sql, addresses)) keep(place, reading);
  for (const { place, resourceNo, day, data } of await readHours(sql, addresses)) {
    for (const { end, summary } of hoursOf(resourceNo, day, data)) keep(place, { at: end, value: summary.last });
  }
  return days.map((ofDay) => [...ofDay.values()].sort((one, other) => other.at - one.at));
}

function pastTable(sql: Sql, addresses: readonly PastAddress[]) {
  return sql`
    address AS MATERIALIZED (
      SELECT a.place::integer - 1 AS place, a.host_id, a.organisation_id, a.at, r.resource_no
      FROM unnest(${addresses.map(({ hostId }) => hostId)}::bigint[],
        ${addresses.map(({ organisationId }) => organisationId)}::uuid[],
        ${addresses.map(({ storeKey }) => storeKey)}::text[], ${addresses.map(({ series }) => series)}::text[],
        ${addresses.map(({ at }) => at.toISOString())}::timestamptz[])
        WITH ORDINALITY AS a (host_id, organisation_id, store_key, series, at, place)
      JOIN resource r USING (host_id, organisation_id, store_key, series)
    )`;
}

/** A probe of the index a day. */
async function readSnapshots(
  sql: Sql,
  addresses: readonly PastAddress[],
): Promise<(PastReading & { place: number })[]> {
  return sql<(PastReading & { place: number })[]>`
    WITH ${pastTable(sql, addresses)}
    SELECT address.place, (extract(epoch FROM s.observed_at) * 1000)::float8 AS at, s.value
    FROM address CROSS JOIN generate_series(1, ${PAST_READING_DAYS}::integer) AS day (day)
    CROSS JOIN LATERAL (
      SELECT s.observed_at, s.readings[array_position(l.resource_nos, address.resource_no)] AS value
      FROM snapshot s
      JOIN layout l ON l.host_id = s.host_id AND l.layout_no = s.layout_no AND l.organisation_id = s.organisation_id
      WHERE s.host_id = address.host_id AND s.organisation_id = address.organisation_id
        AND s.observed_at <= address.at - make_interval(days => day.day)
        AND s.observed_at > address.at - make_interval(days => day.day + 1)
        AND s.readings[array_position(l.resource_nos, address.resource_no)] IS NOT NULL
      ORDER BY s.observed_at DESC LIMIT 1
    ) s`;
}

interface HourRow {
  place: number;
  resourceNo: number;
  day: Date;
  data: Buffer;
}

async function readHours(sql: Sql, addresses: readonly PastAddress[]): Promise<HourRow[]> {
  return sql<HourRow[]>`
    WITH ${pastTable(sql, addresses)}
    SELECT address.place, h.resource_no AS "resourceNo", h.day, h.data
    FROM address JOIN series_hour h USING (host_id, organisation_id, resource_no)
    WHERE h.day >= (address.at AT TIME ZONE 'UTC')::date - ${PAST_READING_DAYS + 1}::integer
      AND h.day < (address.at AT TIME ZONE 'UTC')::date`;
}

/** Of each clock of some hosts what was said last, made at `now` or before. */
export async function readLastForecasts(sql: Sql, hosts: readonly HostAddress[], now: Date): Promise<ForecastRecord[]> {
  const rows = await sql<ForecastRow[]>`
    SELECT ${forecastColumns(sql)}
    FROM unnest(${hosts.map(({ hostId }) => hostId)}::bigint[],
      ${hosts.map(({ organisationId }) => organisationId)}::uuid[]) AS address (host_id, organisation_id)
    JOIN resource r USING (host_id, organisation_id)
    CROSS JOIN LATERAL (
      SELECT * FROM forecast
      WHERE host_id = r.host_id AND resource_no = r.resource_no AND organisation_id = r.organisation_id
        AND made_at <= ${now}
      ORDER BY made_at DESC LIMIT 1
    ) f
    WHERE r.series = ANY(${CLOCK_NAMES.map(leadSeriesOf)})`;
  return rows.map(recordOf);
}

/** All that is kept of a host's forecasts, in the order in which they were made. */
export async function readForecastsOf(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
): Promise<ForecastRecord[]> {
  const rows = await tx<ForecastRow[]>`
    SELECT ${forecastColumns(tx)}
    FROM forecast f JOIN resource r USING (host_id, resource_no, organisation_id)
    WHERE f.host_id = ${hostId} AND f.organisation_id = ${organisationId}
    ORDER BY f.made_at`;
  return rows.map(recordOf);
}
