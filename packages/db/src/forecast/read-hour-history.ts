import {
  CLOCK_SERIES,
  HOUR_MILLISECONDS,
  RECENT_HOURS,
  RECENT_SLOT_MILLISECONDS,
  type SeriesName,
  type SeriesPoint,
} from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';
import { decodeHourBounds, HOURS_A_DAY, type HourBounds } from '../history/hours-codec.ts';
import { bucketQuery } from '../history/read-store-history.ts';

/** By inner id of the host, then by store key: points of each series that some clock needs, oldest first. */
export type HostHistories = Map<number, Map<string, Partial<Record<SeriesName, SeriesPoint[]>>>>;

const DAY_MILLISECONDS = HOURS_A_DAY * HOUR_MILLISECONDS;
/** Of one statement: three columns each, and a row has 1,664 at the most. */
const MAX_SERIES_AT_ONCE = 200;
/** Statements on their way at the same time; the pool has fewer connections, the rest waits in them. */
const MAX_STATEMENTS = 8;

/**
 * An hour of UTC each, of that of `from` and later, before `to`: from what is rolled up, and from the snapshots that are
 * not. A rolled-up hour counts as read at its end, and is left out where that is not before `to`. Where days alone are
 * kept nothing is given. What moves from the one to the other meanwhile is seen twice and not missed.
 *
 * @param sql of one that sees all `hosts`: the worker, or a transaction of their organisation.
 */
export async function readHourHistory(
  sql: Sql | TransactionSql,
  hosts: readonly HostAddress[],
  { from, to }: { from: Date; to: Date },
): Promise<HostHistories> {
  const begin = new Date(Math.floor(from.getTime() / HOUR_MILLISECONDS) * HOUR_MILLISECONDS);
  const ofHosts = await readClockResources(sql, hosts);
  await addSnapshots(sql, ofHosts, { from: begin, to, slotMilliseconds: HOUR_MILLISECONDS });
  await addRolledHours(sql, ofHosts, { from: begin, to });
  return historiesOf(ofHosts);
}

/** Ten minutes each of the last `RECENT_HOURS` before `now`; only of what is not rolled up. Else as `readHourHistory`. */
export async function readRecentHistory(
  sql: Sql | TransactionSql,
  hosts: readonly HostAddress[],
  now: Date,
): Promise<HostHistories> {
  const begin = now.getTime() - RECENT_HOURS * HOUR_MILLISECONDS;
  const from = new Date(Math.ceil(begin / RECENT_SLOT_MILLISECONDS) * RECENT_SLOT_MILLISECONDS);
  const ofHosts = await readClockResources(sql, hosts);
  await addSnapshots(sql, ofHosts, { from, to: now, slotMilliseconds: RECENT_SLOT_MILLISECONDS });
  return historiesOf(ofHosts);
}

interface ClockResource {
  resourceNo: number;
  storeKey: string;
  series: SeriesName;
  points: SeriesPoint[];
}

interface HostResources extends HostAddress {
  resources: ClockResource[];
}

async function readClockResources(
  sql: Sql | TransactionSql,
  hosts: readonly HostAddress[],
): Promise<Map<number, HostResources>> {
  const ofHosts = new Map(hosts.map((host): [number, HostResources] => [host.hostId, { ...host, resources: [] }]));
  if (hosts.length === 0) return ofHosts;
  const rows = await sql<(Omit<ClockResource, 'points'> & { hostId: number })[]>`
    SELECT r.host_id AS "hostId", r.resource_no AS "resourceNo", r.store_key AS "storeKey", r.series
    FROM ${hostTable(sql, hosts)} JOIN resource r USING (host_id, organisation_id)
    WHERE r.series = ANY(${[...CLOCK_SERIES]}) ORDER BY r.host_id, r.resource_no`;
  for (const { hostId, ...resource } of rows) ofHosts.get(hostId)?.resources.push({ ...resource, points: [] });
  return ofHosts;
}

function hostTable(sql: Sql | TransactionSql, hosts: readonly HostAddress[]) {
  return sql`unnest(${hosts.map(({ hostId }) => hostId)}::bigint[],
    ${hosts.map(({ organisationId }) => organisationId)}::uuid[]) AS address (host_id, organisation_id)`;
}

interface SlotRange {
  from: Date;
  to: Date;
  slotMilliseconds: number;
}

/** A statement a host: its index has the samples in order of time, so that nothing large is sorted. */
async function addSnapshots(
  sql: Sql | TransactionSql,
  ofHosts: ReadonlyMap<number, HostResources>,
  range: SlotRange,
): Promise<void> {
  const rest = [...ofHosts.values()].flatMap((host) => chunksOf(host));
  const work = async (): Promise<void> => {
    for (let chunk = rest.shift(); chunk !== undefined; chunk = rest.shift()) await addHostSnapshots(sql, chunk, range);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_STATEMENTS, rest.length) }, work));
}

function chunksOf(host: HostResources): HostResources[] {
  const chunks: HostResources[] = [];
  for (let first = 0; first < host.resources.length; first += MAX_SERIES_AT_ONCE) {
    chunks.push({ ...host, resources: host.resources.slice(first, first + MAX_SERIES_AT_ONCE) });
  }
  return chunks;
}

async function addHostSnapshots(
  sql: Sql | TransactionSql,
  { hostId, organisationId, resources }: HostResources,
  { from, to, slotMilliseconds }: SlotRange,
): Promise<void> {
  const rows = await sql
    .unsafe(bucketQuery(resources.length), [
      ...[hostId, organisationId, from, to],
      ...[resources.map(({ resourceNo }) => resourceNo), slotMilliseconds / 1_000],
    ])
    .values();
  for (const [latest, ...values] of rows) {
    const at = Number(latest);
    resources.forEach(({ points }, place) => {
      const [min, max, last] = [values[place * 3], values[place * 3 + 1], values[place * 3 + 2]];
      if (last !== null) points.push({ at, min, max, last });
    });
  }
  for (const { points } of resources) points.sort(byTime);
}

const byTime = (one: SeriesPoint, other: SeriesPoint): number => one.at - other.at;

/** Host, resource, place of each day after the first, bytes of each day's hours, and these one after the other. */
type RolledRow = [number, number, string, string, Buffer];

/** A row a resource, not a day: what the driver does for a row costs as much as a day's hours. */
async function addRolledHours(
  sql: Sql | TransactionSql,
  ofHosts: ReadonlyMap<number, HostResources>,
  { from, to }: { from: Date; to: Date },
): Promise<void> {
  const hosts = [...ofHosts.values()].filter(({ resources }) => resources.length > 0);
  if (hosts.length === 0) return;
  const firstDay = Math.floor(from.getTime() / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  const rows = (await sql`
    SELECT h.host_id, h.resource_no, string_agg((h.day - ${isoDay(firstDay)}::text::date)::text, ',' ORDER BY h.day),
      string_agg(length(h.data)::text, ',' ORDER BY h.day), string_agg(h.data, ''::bytea ORDER BY h.day)
    FROM ${hostTable(sql, hosts)} JOIN series_hour h USING (host_id, organisation_id)
    JOIN resource r ON r.host_id = h.host_id AND r.resource_no = h.resource_no AND r.organisation_id = h.organisation_id
    WHERE r.series = ANY(${[...CLOCK_SERIES]}) AND h.host_id = ANY(${hosts.map(({ hostId }) => hostId)}::bigint[])
      AND h.day >= ${isoDay(firstDay)}::text::date AND h.day <= ${isoDay(to.getTime() - 1)}::text::date
    GROUP BY h.host_id, h.resource_no ORDER BY h.host_id, h.resource_no`.values()) as unknown as RolledRow[];
  for (const [hostId, resourceNo, ...days] of rows) {
    const resource = ofHosts.get(hostId)?.resources.find((one) => one.resourceNo === resourceNo);
    if (resource) resource.points = joined(rolledPoints(days, { firstDay, from, to }), resource.points);
  }
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
const hourOf = (at: number): number => Math.floor(at / HOUR_MILLISECONDS);

function rolledPoints(
  [places, lengths, data]: [string, string, Buffer],
  { firstDay, from, to }: { firstDay: number; from: Date; to: Date },
): SeriesPoint[] {
  const points: SeriesPoint[] = [];
  const sizes = lengths.split(',');
  const [begin, end] = [from.getTime(), to.getTime()];
  let hours: Buffer = Buffer.alloc(0);
  let bounds: HourBounds | null = null;
  let offset = 0;
  places.split(',').forEach((place, index) => {
    const packed = data.subarray(offset, offset + Number(sizes[index]));
    offset += packed.length;
    // A capacity is the same for weeks.
    if (bounds === null || !packed.equals(hours)) bounds = decodeHourBounds(packed);
    hours = packed;
    const { min, spread, last } = bounds;
    let at = firstDay + Number(place) * DAY_MILLISECONDS - 1;
    for (let hour = 0; hour < HOURS_A_DAY; hour += 1) {
      at += HOUR_MILLISECONDS;
      const low = min[hour] as number;
      if (Number.isNaN(low) || at < begin || at >= end) continue;
      points.push({ at, min: low, max: low + (spread[hour] as number), last: low + (last[hour] as number) });
    }
  });
  return points;
}

/** Both in order of time; an hour that is in both has what both have read, and the last of the later ones. */
function joined(rolled: readonly SeriesPoint[], hot: readonly SeriesPoint[]): SeriesPoint[] {
  const [end, begin] = [rolled.at(-1), hot[0]];
  if (!end || !begin || end.at < begin.at) return [...rolled, ...hot];
  const byHour = new Map(rolled.map((point) => [hourOf(point.at), point]));
  for (const point of hot) {
    const other = byHour.get(hourOf(point.at)) ?? point;
    const [min, max] = [Math.min(point.min, other.min), Math.max(point.max, other.max)];
    byHour.set(hourOf(point.at), { ...point, min, max });
  }
  return [...byHour.values()].sort(byTime);
}

function historiesOf(ofHosts: ReadonlyMap<number, HostResources>): HostHistories {
  const histories: HostHistories = new Map();
  for (const { hostId, resources } of ofHosts.values()) {
    const stores = new Map<string, Partial<Record<SeriesName, SeriesPoint[]>>>();
    for (const { storeKey, series, points } of resources) {
      if (points.length === 0) continue;
      const ofStore = stores.get(storeKey) ?? {};
      ofStore[series] = points;
      stores.set(storeKey, ofStore);
    }
    histories.set(hostId, stores);
  }
  return histories;
}
