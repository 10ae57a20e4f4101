import {
  encodeHours,
  ensureSeriesPartitions,
  HOURS_A_DAY,
  type Sql,
  type Summary,
  type TransactionSql,
} from '@silt/db';
import { inLanes } from './in-lanes.ts';
import type { LoadOptions, Position } from './load-history.ts';

const HOUR_SECONDS = 3_600;
const HOUR_MILLISECONDS = HOUR_SECONDS * 1_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;
/** Encoding hours is what costs, and half a year is the longest range that is drawn by them: before that days alone. */
const HOURS_DAYS = 185;
/** Rows of one statement. */
const ROWS_AT_ONCE = 4_000;

/** Of one resource, a UTC day. */
interface DayRow {
  resourceNo: number;
  /** `2026-03-15`. */
  day: string;
  /** Of 24 hours; NaN = not read. */
  hours: Float64Array;
}

/**
 * Fills hours and days of each host before its first snapshots, a reading an hour. A host is one transaction; one that
 * has early days gets none again.
 *
 * @param options.from the days before that of this moment, milliseconds since the epoch.
 * @returns rows of a day and a series.
 */
export async function loadEarlyDays(
  sql: Sql,
  positions: readonly Position[],
  { from: until, earlyFrom }: Pick<LoadOptions, 'from' | 'earlyFrom'>,
): Promise<number> {
  const end = Math.floor(until / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  const begin = Math.ceil(earlyFrom / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  for (let day = begin; day < end; day += 28 * DAY_MILLISECONDS) await ensureSeriesPartitions(sql, new Date(day));
  await ensureSeriesPartitions(sql, new Date(end - DAY_MILLISECONDS));
  let rows = 0;
  await inLanes(positions, async (position) => {
    rows += await sql.begin((tx) => loadHost(tx, position, { begin, end }));
  });
  return rows;
}

async function loadHost(
  tx: TransactionSql,
  { registered, layoutNos, lastBeatAt }: Position,
  { begin, end }: { begin: number; end: number },
): Promise<number> {
  const { hostId, host } = registered;
  // One that has beats was loaded before: its early days are there, or there are none.
  if (host.enrolledAt >= end || lastBeatAt !== null) return 0;
  await tx`SET LOCAL synchronous_commit = off`;
  await tx`SELECT 1 FROM host WHERE id = ${hostId} FOR NO KEY UPDATE`;
  const known = await tx`
    SELECT 1 FROM series_day WHERE host_id = ${hostId} AND day < ${isoDay(end)}::text::date LIMIT 1`;
  if (known.length > 0) return 0;
  const layouts = await tx<{ layoutNo: number; resourceNos: number[] }[]>`
    SELECT layout_no AS "layoutNo", resource_nos AS "resourceNos" FROM layout WHERE host_id = ${hostId}`;
  const resourceNos = new Map(layouts.map((one) => [one.layoutNo, one.resourceNos]));
  const days = new Map<string, DayRow>();
  for (const { takenAt, layout, readings } of host.history({ from: begin, to: end, stepSeconds: HOUR_SECONDS })) {
    const hour = Math.floor(takenAt / HOUR_MILLISECONDS) % HOURS_A_DAY;
    const day = isoDay(takenAt);
    resourceNos.get(layoutNos[layout] ?? 0)?.forEach((resourceNo, place) => {
      const key = `${resourceNo} ${day}`;
      const row = days.get(key) ?? { resourceNo, day, hours: new Float64Array(HOURS_A_DAY).fill(Number.NaN) };
      row.hours[hour] = readings[place] ?? Number.NaN;
      days.set(key, row);
    });
  }
  const rows = [...days.values()].filter(({ hours }) => !hours.every(Number.isNaN));
  await storeRows(tx, registered, { rows, until: end });
  return rows.length;
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

async function storeRows(
  tx: TransactionSql,
  { hostId, organisationId }: Position['registered'],
  { rows, until }: { rows: readonly DayRow[]; until: number },
): Promise<void> {
  const encoder = new HoursEncoder();
  const hoursFrom = isoDay(until - HOURS_DAYS * DAY_MILLISECONDS);
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE) {
    const chunk = rows.slice(first, first + ROWS_AT_ONCE);
    const nosOf = (some: readonly DayRow[]): number[] => some.map(({ resourceNo }) => resourceNo);
    const daysOf = (some: readonly DayRow[]): string[] => some.map(({ day }) => day);
    const late = chunk.filter(({ day }) => day >= hoursFrom);
    await tx`
      INSERT INTO series_hour (host_id, resource_no, day, organisation_id, data)
      SELECT ${hostId}, no, day, ${organisationId}, decode(data, 'base64')
      FROM unnest(${nosOf(late)}::int[], ${daysOf(late)}::text[]::date[],
        ${late.map((row) => encoder.encode(row))}::text[]) AS row (no, day, data)`;
    const summaries = chunk.map(({ hours }) => summaryOf(hours));
    await tx`
      INSERT INTO series_day (host_id, resource_no, day, organisation_id, min_value, max_value, last_value, mean_value,
        samples)
      SELECT ${hostId}, no, day, ${organisationId}, min, max, last, mean, samples
      FROM unnest(${nosOf(chunk)}::int[], ${daysOf(chunk)}::text[]::date[], ${summaries.map(({ min }) => min)}::bigint[],
        ${summaries.map(({ max }) => max)}::bigint[], ${summaries.map(({ last }) => last)}::bigint[],
        ${summaries.map(({ mean }) => mean)}::float8[], ${summaries.map(({ samples }) => samples)}::int[])
        AS row (no, day, min, max, last, mean, samples)`;
  }
}

/** Capacities hardly ever change, and encoding is what costs: days that are alike are encoded once. */
class HoursEncoder {
  readonly #last = new Map<number, { hours: Float64Array; text: string }>();

  /** Base64. */
  encode({ resourceNo, hours }: DayRow): string {
    const last = this.#last.get(resourceNo);
    if (last?.hours.every((value, hour) => Object.is(value, hours[hour]))) return last.text;
    const text = encodeHours(Array.from(hours, oneSample)).toString('base64');
    this.#last.set(resourceNo, { hours, text });
    return text;
  }
}

const oneSample = (value: number): Summary | null =>
  Number.isNaN(value) ? null : { min: value, max: value, last: value, mean: value, samples: 1 };

/** Of a day of which something was read. */
function summaryOf(hours: Float64Array): Summary {
  const read = hours.filter((value) => !Number.isNaN(value));
  const mean = read.reduce((sum, value) => sum + value / read.length, 0);
  return { min: Math.min(...read), max: Math.max(...read), last: read.at(-1) ?? 0, mean, samples: read.length };
}
