import type { ClockName, ForecastToScore } from '@silt/domain';
import type { Sql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';
import type { ForecastScored } from './forecast-record.ts';
import { type ForecastRow, forecastColumns, recordOf } from './read-forecasts.ts';

/** A forecast whose time has come. */
export interface DueForecast extends HostAddress {
  resourceNo: number;
  storeKey: string;
  clock: ClockName;
  said: ForecastToScore;
}

/** The hosts after one, in order of their ids, that have forecasts whose time has come. */
export async function readHostsToScore(
  sql: Sql,
  { now, after, limit }: { now: Date; after: number; limit: number },
): Promise<HostAddress[]> {
  return sql<HostAddress[]>`
    SELECT DISTINCT host_id AS "hostId", organisation_id AS "organisationId" FROM forecast
    WHERE scored_at IS NULL AND due_at <= ${now} AND host_id > ${after}
    ORDER BY host_id LIMIT ${limit}`;
}

/** Of some hosts, in order of host, resource and time. */
export async function readDueForecasts(sql: Sql, hosts: readonly HostAddress[], now: Date): Promise<DueForecast[]> {
  const rows = await sql<(ForecastRow & { organisationId: string; resourceNo: number })[]>`
    SELECT ${forecastColumns(sql)}, f.organisation_id AS "organisationId", f.resource_no AS "resourceNo"
    FROM unnest(${hosts.map(({ hostId }) => hostId)}::bigint[],
      ${hosts.map(({ organisationId }) => organisationId)}::uuid[]) AS address (host_id, organisation_id)
    JOIN forecast f USING (host_id, organisation_id)
    JOIN resource r ON r.host_id = f.host_id AND r.resource_no = f.resource_no AND r.organisation_id = f.organisation_id
    WHERE f.scored_at IS NULL AND f.due_at <= ${now}
    ORDER BY f.host_id, f.resource_no, f.made_at`;
  return rows.map(({ organisationId, resourceNo, ...row }) => {
    const record = recordOf(row);
    const { hostId, storeKey, clock, madeAt } = record;
    return { hostId, organisationId, resourceNo, storeKey, clock, said: { ...record, madeAt: madeAt.getTime() } };
  });
}

/** What became of a forecast, or when its time comes after all; null = never. */
export type Scoring = { due: DueForecast } & ({ score: ForecastScored } | { score: null; dueAt: Date | null });

/** One that was scored meanwhile stays as it is. */
export async function writeScores(sql: Sql, scorings: readonly Scoring[]): Promise<void> {
  if (scorings.length === 0) return;
  const rows = scorings.map((scoring) => ({
    host_id: scoring.due.hostId,
    organisation_id: scoring.due.organisationId,
    resource_no: scoring.due.resourceNo,
    made_at: new Date(scoring.due.said.madeAt).toISOString(),
    due_at: scoring.score === null ? (scoring.dueAt?.toISOString() ?? 'infinity') : null,
    scored_at: scoring.score?.scoredAt.toISOString() ?? null,
    outcome: scoring.score?.outcome ?? null,
    actual_days: scoring.score?.actualDays ?? null,
    actual_slope: scoring.score?.actualSlope ?? null,
  }));
  await sql`
    UPDATE forecast f SET due_at = coalesce(s.due_at, f.due_at), scored_at = s.scored_at, outcome = s.outcome,
      actual_days = s.actual_days, actual_slope = s.actual_slope
    FROM jsonb_to_recordset(${sql.json(rows)}) AS s (host_id bigint, organisation_id uuid, resource_no integer,
      made_at timestamptz, due_at timestamptz, scored_at timestamptz, outcome text, actual_days float8,
      actual_slope float8)
    WHERE f.host_id = s.host_id AND f.resource_no = s.resource_no AND f.made_at = s.made_at
      AND f.organisation_id = s.organisation_id AND f.scored_at IS NULL`;
}

/** Deletes what was said for the last time before `before` of some hosts; returns how many. */
export async function deleteOldForecasts(sql: Sql, hostIds: readonly number[], before: Date): Promise<number> {
  const deleted = await sql`
    DELETE FROM forecast WHERE host_id = ANY(${hostIds as number[]}::bigint[]) AND confirmed_at < ${before}`;
  return deleted.count;
}
