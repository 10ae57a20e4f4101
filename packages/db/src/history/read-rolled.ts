import type { TransactionSql } from '../client.ts';
import type { HostAddress } from './host-address.ts';
import { decodeHours, type Summary } from './hours-codec.ts';

const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 86_400_000;

/** An hour or a day of one resource in which something was read. */
export interface Rolled {
  resourceNo: number;
  /** Milliseconds since the epoch, not in it any more. */
  end: number;
  summary: Summary;
}

interface Range {
  from: Date;
  to: Date;
}

/** The hours of all days (UTC) that the range touches. */
export async function readRolledHours(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  resourceNos: readonly number[],
  range: Range,
): Promise<Rolled[]> {
  const rows = await tx<{ resourceNo: number; day: Date; data: Buffer }[]>`
    SELECT resource_no AS "resourceNo", day, data FROM series_hour
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND resource_no = ANY(${resourceNos as number[]}::int[])
      AND day >= ${dayOf(range.from)}::text::date AND day < ${endDayOf(range)}::text::date`;
  return rows.flatMap(({ resourceNo, day, data }) => hoursOf(resourceNo, day, data));
}

export const hoursOf = (resourceNo: number, day: Date, data: Buffer): Rolled[] =>
  decodeHours(data).flatMap((summary, hour): Rolled[] =>
    summary === null ? [] : [{ resourceNo, end: day.getTime() + (hour + 1) * HOUR_MILLISECONDS, summary }],
  );

/** The days (UTC) that the range touches. */
export async function readRolledDays(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  resourceNos: readonly number[],
  range: Range,
): Promise<Rolled[]> {
  const rows = await tx<({ resourceNo: number; day: Date } & Summary)[]>`
    SELECT resource_no AS "resourceNo", day, min_value AS min, max_value AS max, last_value AS last, mean_value AS mean,
      samples
    FROM series_day
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND resource_no = ANY(${resourceNos as number[]}::int[])
      AND day >= ${dayOf(range.from)}::text::date AND day < ${endDayOf(range)}::text::date`;
  return rows.map(({ resourceNo, day, ...summary }) => ({
    resourceNo,
    end: day.getTime() + DAY_MILLISECONDS,
    summary,
  }));
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The first day that begins at the end of the range or after it. */
const endDayOf = ({ to }: Range): string =>
  dayOf(new Date(Math.ceil(to.getTime() / DAY_MILLISECONDS) * DAY_MILLISECONDS));
