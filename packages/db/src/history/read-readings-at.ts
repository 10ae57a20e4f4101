import type { Reading } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import type { HostAddress } from './host-address.ts';
import { readBlockAt } from './read-blocks.ts';
import { hoursOf, type Rolled } from './read-rolled.ts';
import type { Block } from './roll-up.ts';

const DAY_MILLISECONDS = 86_400_000;

/** What was read of a host at a moment. */
export interface ReadingsAt {
  /** Of the sample; of an hour or a day that is all that is left, its end. */
  observedAt: Date;
  /** The layout of the sample; of an hour or a day, the one that fits best what was read in it. */
  layoutNo: number;
  /** By resource number, all of the layout; null = not read. */
  readings: Map<number, Reading>;
}

/**
 * The last sample of the host at or before a moment; where samples are not kept any more, the last hour that was over
 * by then, else the last day. null = there is none.
 */
export async function readReadingsAt(tx: TransactionSql, host: HostAddress, at: Date): Promise<ReadingsAt | null> {
  // In the order in which samples move on: what moves meanwhile is seen twice and not missed.
  const snapshot = await readSnapshotAt(tx, host, at);
  const block = await readBlockAt(tx, host, at);
  const kept = block === null ? null : readingsOfBlock(block, at);
  const layouts = await readLayouts(tx, host);
  if (snapshot !== null && (kept === null || snapshot.observedAt >= kept.observedAt)) {
    return withLayout(layouts, snapshot, (_, place) => snapshot.readings[place] ?? null);
  }
  if (kept !== null) return withLayout(layouts, kept, (resourceNo) => kept.readings.get(resourceNo) ?? null);
  return readRolledAt(tx, host, at, layouts);
}

/** A last number is all that is taken of an hour or a day. */
type RolledLast = Pick<Rolled, 'resourceNo' | 'end'> & { last: number };

interface SnapshotAt {
  observedAt: Date;
  layoutNo: number;
  /** In the order of the layout. */
  readings: Reading[];
}

async function readSnapshotAt(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  at: Date,
): Promise<SnapshotAt | null> {
  const [row] = await tx<SnapshotAt[]>`
    SELECT observed_at AS "observedAt", layout_no AS "layoutNo", to_jsonb(readings) AS readings FROM snapshot
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND observed_at <= ${at}
    ORDER BY observed_at DESC, stream_no DESC, sequence DESC LIMIT 1`;
  return row ?? null;
}

/** @param block whose first sample is not after `at`. */
function readingsOfBlock({ axis, resources }: Block, at: Date): ReadingsAt {
  const place = axis.times.findLastIndex((time) => time <= at.getTime());
  const readings = new Map(
    [...resources].map(([resourceNo, block]) => {
      const value = block.readings[place] ?? Number.NaN;
      return [resourceNo, Number.isNaN(value) ? null : value];
    }),
  );
  return { observedAt: new Date(axis.times[place] ?? 0), layoutNo: axis.layoutNos[place] ?? 0, readings };
}

/** Resource number at each place, by layout number. */
type Layouts = Map<number, number[]>;

async function readLayouts(tx: TransactionSql, { hostId, organisationId }: HostAddress): Promise<Layouts> {
  const rows = await tx<{ layoutNo: number; resourceNos: number[] }[]>`
    SELECT layout_no AS "layoutNo", resource_nos AS "resourceNos" FROM layout
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} ORDER BY layout_no DESC`;
  return new Map(rows.map(({ layoutNo, resourceNos }) => [layoutNo, resourceNos]));
}

function withLayout(
  layouts: Layouts,
  { observedAt, layoutNo }: { observedAt: Date; layoutNo: number },
  readingOf: (resourceNo: number, place: number) => Reading,
): ReadingsAt {
  const readings = new Map<number, Reading>();
  layouts.get(layoutNo)?.forEach((resourceNo, place) => {
    readings.set(resourceNo, readingOf(resourceNo, place));
  });
  return { observedAt, layoutNo, readings };
}

async function readRolledAt(
  tx: TransactionSql,
  host: HostAddress,
  at: Date,
  layouts: Layouts,
): Promise<ReadingsAt | null> {
  const rolled = [...(await readHoursAt(tx, host, at)), ...(await readDaysAt(tx, host, at))];
  const over = rolled.filter(({ end }) => end <= at.getTime());
  const end = over.reduce((latest, one) => Math.max(latest, one.end), Number.NEGATIVE_INFINITY);
  const lasts = new Map(over.filter((one) => one.end === end).map((one) => [one.resourceNo, one.last]));
  const layoutNo = fittingLayout(layouts, new Set(lasts.keys()));
  if (layoutNo === null) return null;
  return withLayout(layouts, { observedAt: new Date(end), layoutNo }, (resourceNo) => lasts.get(resourceNo) ?? null);
}

/** Hours of each resource's last two days; the latter may have begun just before the moment. */
async function readHoursAt(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  at: Date,
): Promise<RolledLast[]> {
  const rows = await tx<{ resourceNo: number; day: Date; data: Buffer }[]>`
    SELECT h.resource_no AS "resourceNo", h.day, h.data
    FROM resource r CROSS JOIN LATERAL (
      SELECT resource_no, day, data FROM series_hour
      WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND resource_no = r.resource_no
        AND day <= ${isoDay(at)}::text::date
      ORDER BY day DESC LIMIT 2
    ) h
    WHERE r.host_id = ${hostId} AND r.organisation_id = ${organisationId}`;
  return rows.flatMap(({ resourceNo, day, data }) =>
    hoursOf(resourceNo, day, data).map(({ end, summary }) => ({ resourceNo, end, last: summary.last })),
  );
}

async function readDaysAt(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  at: Date,
): Promise<RolledLast[]> {
  const rows = await tx<{ resourceNo: number; day: Date; last: number }[]>`
    SELECT d.resource_no AS "resourceNo", d.day, d.last_value AS last
    FROM resource r CROSS JOIN LATERAL (
      SELECT resource_no, day, last_value FROM series_day
      WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND resource_no = r.resource_no
        AND day < ${isoDay(at)}::text::date
      ORDER BY day DESC LIMIT 1
    ) d
    WHERE r.host_id = ${hostId} AND r.organisation_id = ${organisationId}`;
  return rows.map(({ resourceNo, day, last }) => ({ resourceNo, end: day.getTime() + DAY_MILLISECONDS, last }));
}

const isoDay = (at: Date): string => at.toISOString().slice(0, 10);

/** The one with the most of what was read, of those the one with the least beside it, of those the newest. */
function fittingLayout(layouts: Layouts, resourceNos: ReadonlySet<number>): number | null {
  let best: { layoutNo: number; read: number; others: number } | null = null;
  for (const [layoutNo, places] of layouts) {
    const read = places.filter((no) => resourceNos.has(no)).length;
    const others = places.length - read;
    const isBetter = best === null || read > best.read || (read === best.read && others < best.others);
    if (read > 0 && isBetter) best = { layoutNo, read, others };
  }
  return best?.layoutNo ?? null;
}
