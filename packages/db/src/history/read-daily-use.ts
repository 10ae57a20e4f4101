import { RESOURCES, type ResourceName } from '@silt/domain';
import type { PendingQuery, Row } from 'postgres';
import type { Sql, TransactionSql } from '../client.ts';
import { decodeAxis, decodeBlock } from './block-codec.ts';
import { AXIS_NO } from './compact-hosts.ts';
import { BLOCK_MILLISECONDS } from './roll-up.ts';

/** One resource of one store of a host. */
export interface ResourceAddress {
  hostId: number;
  organisationId: string;
  storeKey: string;
  resource: ResourceName;
}

export interface UseSample {
  at: Date;
  /** Null = not read. */
  used: number | null;
  capacity: number | null;
}

export interface DailyUse {
  /** The last sample of each UTC day, oldest first; null = no sample that day. As long as `days`. */
  days: (UseSample | null)[];
  /** The first sample from `since` on; null = none. */
  first: UseSample | null;
}

export interface DailyUseRange {
  /** Midnight UTC of the last day. */
  lastDay: Date;
  /** Number of days, the last one included. */
  days: number;
  since: Date;
}

const DAY_MILLISECONDS = 86_400_000;
const FIRST = -1;

/**
 * For each address, as long as `addresses` and in their order: an index probe a day and one for the first sample, never
 * a scan of the days. Of a day that is rolled up, the last is the last number that was read.
 */
export async function readDailyUse(
  sql: Sql | TransactionSql,
  addresses: readonly ResourceAddress[],
  range: DailyUseRange,
): Promise<DailyUse[]> {
  const results = addresses.map((): DailyUse => ({ days: new Array(range.days).fill(null), first: null }));
  if (addresses.length === 0) return results;
  const table = addressTable(sql, addresses);
  // In the order in which samples move on: what moves meanwhile is seen twice and not missed.
  for (const { address, day, ...sample } of await readSnapshots(sql, table, range)) {
    if (day === FIRST) keepFirst(results[address], sample);
    else keepLast(results[address], day, sample);
  }
  for (const { address, day, ...sample } of await readDays(sql, table, range)) {
    keepLast(results[address], day, sample);
  }
  for (const { address, ...sample } of await readFirstOfBlocks(sql, table, range)) keepFirst(results[address], sample);
  return results;
}

function keepFirst(use: DailyUse | undefined, sample: UseSample): void {
  if (use && (use.first === null || sample.at < use.first.at)) use.first = sample;
}

function keepLast(use: DailyUse | undefined, day: number, sample: UseSample): void {
  const found = use?.days[day] ?? null;
  if (use && (found === null || sample.at > found.at)) use.days[day] = sample;
}

/** Rows of address (its place), host_id, organisation_id, used_no and capacity_no. */
function addressTable(sql: Sql | TransactionSql, addresses: readonly ResourceAddress[]): PendingQuery<Row[]> {
  return sql`
    address AS MATERIALIZED (
      SELECT a.address::integer - 1 AS address, a.host_id, a.organisation_id,
        used.resource_no AS used_no, capacity.resource_no AS capacity_no
      FROM unnest(
        ${addresses.map(({ hostId }) => hostId)}::bigint[],
        ${addresses.map(({ organisationId }) => organisationId)}::uuid[],
        ${addresses.map(({ storeKey }) => storeKey)}::text[],
        ${addresses.map(({ resource }) => RESOURCES[resource].used)}::text[],
        ${addresses.map(({ resource }) => RESOURCES[resource].capacity)}::text[]
      ) WITH ORDINALITY AS a (host_id, organisation_id, store_key, used, capacity, address)
      JOIN resource used ON used.host_id = a.host_id AND used.store_key = a.store_key AND used.series = a.used
      JOIN resource capacity
        ON capacity.host_id = a.host_id AND capacity.store_key = a.store_key AND capacity.series = a.capacity
    )`;
}

type AddressedSample = UseSample & { address: number; day: number };

async function readSnapshots(
  sql: Sql | TransactionSql,
  table: PendingQuery<Row[]>,
  { lastDay, days, since }: DailyUseRange,
): Promise<AddressedSample[]> {
  const starts = Array.from({ length: days }, (_, day) => dayBefore(lastDay, days - 1 - day).toISOString());
  return sql<AddressedSample[]>`
    WITH ${table}, probe AS (
      SELECT address.*, day.day::integer - 1 AS day, s.observed_at, s.layout_no, s.readings
      FROM address
      CROSS JOIN unnest(${starts}::timestamptz[]) WITH ORDINALITY AS day (start, day)
      CROSS JOIN LATERAL (
        SELECT observed_at, layout_no, readings FROM snapshot
        WHERE host_id = address.host_id AND organisation_id = address.organisation_id
          AND observed_at >= day.start AND observed_at < day.start + interval '24 hours'
        ORDER BY observed_at DESC LIMIT 1
      ) s
      UNION ALL
      SELECT address.*, ${FIRST}, s.observed_at, s.layout_no, s.readings
      FROM address
      CROSS JOIN LATERAL (
        SELECT observed_at, layout_no, readings FROM snapshot
        WHERE host_id = address.host_id AND organisation_id = address.organisation_id
          AND observed_at >= ${since} AND observed_at < ${dayBefore(lastDay, -1)}
        ORDER BY observed_at LIMIT 1
      ) s
    )
    SELECT probe.address, probe.day, probe.observed_at AS at,
      probe.readings[array_position(l.resource_nos, probe.used_no)] AS used,
      probe.readings[array_position(l.resource_nos, probe.capacity_no)] AS capacity
    FROM probe
    JOIN layout l
      ON l.host_id = probe.host_id AND l.layout_no = probe.layout_no AND l.organisation_id = probe.organisation_id`;
}

/** The time is that of the day's last sample; where blocks are not kept any more, the end of the day. */
async function readDays(
  sql: Sql | TransactionSql,
  table: PendingQuery<Row[]>,
  { lastDay, days }: DailyUseRange,
): Promise<AddressedSample[]> {
  const firstDay = isoDay(dayBefore(lastDay, days - 1));
  return sql<AddressedSample[]>`
    WITH ${table}
    SELECT address.address, used.day - ${firstDay}::text::date AS day, used.last_value AS used,
      capacity.last_value AS capacity,
      coalesce(axis.end_at, (used.day + 1)::timestamp AT TIME ZONE 'UTC' - interval '1 millisecond') AS at
    FROM address
    CROSS JOIN LATERAL (
      SELECT day, last_value FROM series_day
      WHERE host_id = address.host_id AND organisation_id = address.organisation_id AND resource_no = address.used_no
        AND day >= ${firstDay}::text::date AND day <= ${isoDay(lastDay)}::text::date
      ORDER BY day LIMIT ${days}
    ) used
    LEFT JOIN LATERAL (
      SELECT last_value FROM series_day
      WHERE host_id = address.host_id AND organisation_id = address.organisation_id
        AND resource_no = address.capacity_no AND day = used.day
      LIMIT 1
    ) capacity ON true
    LEFT JOIN LATERAL (
      SELECT end_at FROM series_block
      WHERE host_id = address.host_id AND organisation_id = address.organisation_id AND resource_no = ${AXIS_NO}
        AND start_at >= used.day::timestamp AT TIME ZONE 'UTC'
        AND start_at < (used.day + 1)::timestamp AT TIME ZONE 'UTC'
      ORDER BY start_at DESC LIMIT 1
    ) axis ON true`;
}

interface FirstBlock {
  address: number;
  axis: Buffer;
  used: Buffer | null;
  capacity: Buffer | null;
}

async function readFirstOfBlocks(
  sql: Sql | TransactionSql,
  table: PendingQuery<Row[]>,
  { lastDay, since }: DailyUseRange,
): Promise<(UseSample & { address: number })[]> {
  const rows = await sql<FirstBlock[]>`
    WITH ${table}
    SELECT address.address, axis.data AS axis, used.data AS used, capacity.data AS capacity
    FROM address
    CROSS JOIN LATERAL (
      SELECT start_at, data FROM series_block
      WHERE host_id = address.host_id AND organisation_id = address.organisation_id AND resource_no = ${AXIS_NO}
        AND start_at > ${new Date(since.getTime() - BLOCK_MILLISECONDS)} AND start_at < ${dayBefore(lastDay, -1)}
        AND end_at >= ${since}
      ORDER BY start_at LIMIT 1
    ) axis
    LEFT JOIN series_block used ON used.host_id = address.host_id AND used.organisation_id = address.organisation_id
      AND used.resource_no = address.used_no AND used.start_at = axis.start_at
    LEFT JOIN series_block capacity
      ON capacity.host_id = address.host_id AND capacity.organisation_id = address.organisation_id
      AND capacity.resource_no = address.capacity_no AND capacity.start_at = axis.start_at`;
  return rows.map(({ address, axis, used, capacity }) => {
    const { times } = decodeAxis(axis);
    const place = times.findIndex((time) => time >= since.getTime());
    const at = new Date(times[place] ?? since);
    return { address, at, used: readingAt(used, place), capacity: readingAt(capacity, place) };
  });
}

function readingAt(data: Buffer | null, place: number): number | null {
  const value = data === null ? Number.NaN : (decodeBlock(data).readings[place] ?? Number.NaN);
  return Number.isNaN(value) ? null : value;
}

const isoDay = (day: Date): string => day.toISOString().slice(0, 10);

function dayBefore(day: Date, days: number): Date {
  return new Date(day.getTime() - days * DAY_MILLISECONDS);
}
