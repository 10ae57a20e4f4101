import type { Sql, TransactionSql } from '../client.ts';
import { transaction } from '../transaction.ts';
import { decodeAxis, decodeBlock, encodeAxis, encodeBlock } from './block-codec.ts';
import { decodeHours, encodeHours } from './hours-codec.ts';
import { BLOCK_MILLISECONDS, type Block, type RawSample, type RolledDay, rollUp, summaryOf } from './roll-up.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Rows of closed days (UTC) are rolled up when their day ended so long ago. */
export const COMPACT_AFTER_MILLISECONDS = 48 * 3_600_000;
/** Resource number of the axis of a block; those of resources begin at 1. */
export const AXIS_NO = 0;

/** Midnight UTC: days that end at it or before are rolled up. */
export const compactedBefore = (now: Date): Date =>
  new Date(Math.floor((now.getTime() - COMPACT_AFTER_MILLISECONDS) / DAY_MILLISECONDS) * DAY_MILLISECONDS);

/**
 * Takes the rows of a UTC day of some hosts out of `snapshot` and into blocks, hours and the day, in one transaction:
 * wherever it breaks off, each sample is in one of the two. What comes late for a day joins what is there. Two at once
 * wait for each other, host by host. The partitions of the day must be there (`ensureSeriesPartitions`).
 *
 * @param day midnight UTC.
 * @returns samples taken.
 */
export async function compactHosts(sql: Sql, hostIds: readonly number[], day: Date): Promise<number> {
  const ordered = [...hostIds].sort((one, other) => one - other);
  const taken = await transaction(sql, async (tx) => {
    await tx`
      SELECT pg_advisory_xact_lock(hashtext('silt.compact'), hashint8(id))
      FROM unnest(${ordered}::bigint[]) AS host (id) ORDER BY hashint8(id)`;
    const hosts = await takeSnapshots(tx, ordered, day);
    if (hosts.length > 0) await storeDay(tx, hosts, day);
    return hosts.reduce((sum, { samples }) => sum + samples.length, 0);
  });
  return taken;
}

/** Host, organisation, milliseconds since the epoch, layout number, readings with commas between them. */
type TakenRow = [number, string, string, number, string];

interface TakenHost {
  hostId: number;
  organisationId: string;
  /** In order of time. */
  samples: RawSample[];
}

async function takeSnapshots(tx: TransactionSql, hostIds: readonly number[], day: Date): Promise<TakenHost[]> {
  const rows = (await tx`
    WITH taken AS (
      DELETE FROM snapshot
      WHERE host_id = ANY(${hostIds as number[]}::bigint[])
        AND observed_at >= ${day} AND observed_at < ${new Date(day.getTime() + DAY_MILLISECONDS)}
      RETURNING host_id, organisation_id, observed_at, stream_no, sequence, layout_no, readings
    )
    SELECT host_id, organisation_id::text, extract(epoch FROM observed_at) * 1000, layout_no,
      array_to_string(readings, ',', '')
    FROM taken ORDER BY host_id, observed_at, stream_no, sequence`.values()) as unknown as TakenRow[];
  const hosts: TakenHost[] = [];
  for (const [hostId, organisationId, at, layoutNo, readings] of rows) {
    if (hosts.at(-1)?.hostId !== hostId) hosts.push({ hostId, organisationId, samples: [] });
    hosts.at(-1)?.samples.push({ at: Number(at), layoutNo, readings: parseReadings(readings) });
  }
  return hosts;
}

function parseReadings(text: string): Float64Array {
  return Float64Array.from(text.split(','), (value) => (value === '' ? Number.NaN : Number(value)));
}

async function storeDay(tx: TransactionSql, hosts: readonly TakenHost[], day: Date): Promise<void> {
  const hostIds = hosts.map(({ hostId }) => hostId);
  const layouts = await readLayouts(tx, hosts);
  const before = await readKept(tx, hostIds, day);
  const rolled = hosts.map(({ hostId, organisationId, samples }) => {
    const resourceNosOf = layouts.get(hostId) ?? new Map<number, number[]>();
    return { hostId, organisationId, ...rollUp(samples, resourceNosOf, before.get(hostId) ?? newDay()) };
  });
  await writeBlocks(tx, rolled);
  await writeHours(tx, rolled, day);
  await writeDays(tx, rolled, day);
}

const newDay = (): RolledDay => ({ blocks: [], hours: new Map() });

/** By host and layout number: the resource number at each place. Errors when a layout is not there. */
async function readLayouts(
  tx: TransactionSql,
  hosts: readonly TakenHost[],
): Promise<Map<number, Map<number, number[]>>> {
  const rows = await tx<{ hostId: number; layoutNo: number; resourceNos: number[] }[]>`
    SELECT host_id AS "hostId", layout_no AS "layoutNo", resource_nos AS "resourceNos" FROM layout
    WHERE host_id = ANY(${hosts.map(({ hostId }) => hostId)}::bigint[])`;
  const layouts = new Map<number, Map<number, number[]>>();
  for (const { hostId, layoutNo, resourceNos } of rows) {
    const ofHost = layouts.get(hostId) ?? new Map<number, number[]>();
    layouts.set(hostId, ofHost.set(layoutNo, resourceNos));
  }
  for (const { hostId, samples } of hosts) {
    const unknown = samples.find(({ layoutNo }) => !layouts.get(hostId)?.has(layoutNo));
    if (unknown)
      throw new Error(`host ${hostId} has samples of the layout ${unknown.layoutNo}, which it does not have`);
  }
  return layouts;
}

async function readKept(tx: TransactionSql, hostIds: readonly number[], day: Date): Promise<Map<number, RolledDay>> {
  const kept = new Map<number, RolledDay>();
  const ofHost = (hostId: number): RolledDay => {
    const found = kept.get(hostId) ?? newDay();
    kept.set(hostId, found);
    return found;
  };
  const starts = [0, 1, 2].map((slot) => new Date(day.getTime() + slot * BLOCK_MILLISECONDS).toISOString());
  const blockRows = await tx<{ hostId: number; resourceNo: number; startAt: Date; data: Buffer }[]>`
    SELECT host_id AS "hostId", resource_no AS "resourceNo", start_at AS "startAt", data FROM series_block
    WHERE host_id = ANY(${hostIds as number[]}::bigint[]) AND start_at = ANY(${starts}::timestamptz[])
    ORDER BY host_id, start_at, resource_no`;
  for (const { hostId, resourceNo, startAt, data } of blockRows) {
    const { blocks } = ofHost(hostId);
    // The axis comes first.
    if (resourceNo === AXIS_NO) blocks.push({ start: startAt.getTime(), axis: decodeAxis(data), resources: new Map() });
    else blocks.at(-1)?.resources.set(resourceNo, decodeBlock(data));
  }
  const hourRows = await tx<{ hostId: number; resourceNo: number; data: Buffer }[]>`
    SELECT host_id AS "hostId", resource_no AS "resourceNo", data FROM series_hour
    WHERE host_id = ANY(${hostIds as number[]}::bigint[]) AND day = ${isoDay(day)}::text::date`;
  for (const { hostId, resourceNo, data } of hourRows) ofHost(hostId).hours.set(resourceNo, decodeHours(data));
  return kept;
}

const isoDay = (day: Date): string => day.toISOString().slice(0, 10);

type RolledHost = RolledDay & { hostId: number; organisationId: string };

interface BlockRow {
  hostId: number;
  organisationId: string;
  resourceNo: number;
  start: number;
  end: number;
  samples: number;
  data: Buffer;
}

function blockRowsOf({ hostId, organisationId, blocks }: RolledHost): BlockRow[] {
  return blocks.flatMap(({ start, axis, resources }: Block) => {
    const place = { hostId, organisationId, start, end: axis.times.at(-1) ?? start, samples: axis.times.length };
    return [
      { ...place, resourceNo: AXIS_NO, data: encodeAxis(axis) },
      ...[...resources].map(([resourceNo, readings]) => ({ ...place, resourceNo, data: encodeBlock(readings) })),
    ];
  });
}

async function writeBlocks(tx: TransactionSql, hosts: readonly RolledHost[]): Promise<void> {
  const rows = hosts.flatMap(blockRowsOf);
  await tx`
    INSERT INTO series_block (host_id, resource_no, start_at, end_at, organisation_id, samples, data)
    SELECT host_id, resource_no, to_timestamp(start / 1000.0), to_timestamp(finish / 1000.0), organisation_id, samples,
      decode(data, 'base64')
    FROM unnest(${rows.map(({ hostId }) => hostId)}::bigint[], ${rows.map(({ resourceNo }) => resourceNo)}::int[],
      ${rows.map(({ start }) => start)}::bigint[], ${rows.map(({ end }) => end)}::bigint[],
      ${rows.map(({ organisationId }) => organisationId)}::uuid[], ${rows.map(({ samples }) => samples)}::smallint[],
      ${rows.map(({ data }) => data.toString('base64'))}::text[])
      AS row (host_id, resource_no, start, finish, organisation_id, samples, data)
    ON CONFLICT (host_id, resource_no, start_at)
      DO UPDATE SET end_at = excluded.end_at, samples = excluded.samples, data = excluded.data`;
}

async function writeHours(tx: TransactionSql, hosts: readonly RolledHost[], day: Date): Promise<void> {
  const rows = hosts.flatMap(({ hostId, organisationId, hours }) =>
    [...hours].map(([resourceNo, ofDay]) => ({ hostId, organisationId, resourceNo, data: encodeHours(ofDay) })),
  );
  await tx`
    INSERT INTO series_hour (host_id, resource_no, day, organisation_id, data)
    SELECT host_id, resource_no, ${isoDay(day)}::text::date, organisation_id, decode(data, 'base64')
    FROM unnest(${rows.map(({ hostId }) => hostId)}::bigint[], ${rows.map(({ resourceNo }) => resourceNo)}::int[],
      ${rows.map(({ organisationId }) => organisationId)}::uuid[],
      ${rows.map(({ data }) => data.toString('base64'))}::text[]) AS row (host_id, resource_no, organisation_id, data)
    ON CONFLICT (host_id, resource_no, day) DO UPDATE SET data = excluded.data`;
}

async function writeDays(tx: TransactionSql, hosts: readonly RolledHost[], day: Date): Promise<void> {
  const rows = hosts.flatMap(({ hostId, organisationId, hours }) =>
    [...hours].flatMap(([resourceNo, ofDay]) => {
      const summary = summaryOf(ofDay);
      return summary === null ? [] : [{ hostId, organisationId, resourceNo, summary }];
    }),
  );
  await tx`
    INSERT INTO series_day (host_id, resource_no, day, organisation_id, min_value, max_value, last_value, mean_value, samples)
    SELECT host_id, resource_no, ${isoDay(day)}::text::date, organisation_id, min, max, last, mean, samples
    FROM unnest(${rows.map(({ hostId }) => hostId)}::bigint[], ${rows.map(({ resourceNo }) => resourceNo)}::int[],
      ${rows.map(({ organisationId }) => organisationId)}::uuid[],
      ${rows.map(({ summary }) => summary.min)}::bigint[], ${rows.map(({ summary }) => summary.max)}::bigint[],
      ${rows.map(({ summary }) => summary.last)}::bigint[], ${rows.map(({ summary }) => summary.mean)}::float8[],
      ${rows.map(({ summary }) => summary.samples)}::int[])
      AS row (host_id, resource_no, organisation_id, min, max, last, mean, samples)
    ON CONFLICT (host_id, resource_no, day) DO UPDATE SET min_value = excluded.min_value,
      max_value = excluded.max_value, last_value = excluded.last_value, mean_value = excluded.mean_value,
      samples = excluded.samples`;
}
