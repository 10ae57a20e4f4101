import type { KeptFinding } from '@silt/domain/findings';
import type { PendingQuery, Row } from 'postgres';
import type { Sql, TransactionSql } from '../client.ts';

/** A row of `finding`. */
export interface FindingRecord extends KeptFinding {
  hostId: number;
  findingNo: number;
}

/** As `findingColumns` selects it; times in milliseconds since the epoch. */
export interface FindingRow
  extends Omit<FindingRecord, 'blind' | 'mute' | 'promise'>,
    Record<'muteReason' | 'mutedBy' | 'muteSeverity' | 'missing' | 'promiseSeries', string | null>,
    Record<'blindSince' | 'muteUntil' | 'mutedAt' | 'promisedBytes' | 'promiseValue', number | null> {
  promiseRises: boolean | null;
}

/** Of `finding f`, as `findingRecordOf` takes them. */
export function findingColumns(sql: Sql | TransactionSql): PendingQuery<Row[]> {
  const milliseconds = (column: string) => sql`(extract(epoch FROM f.${sql(column)}) * 1000)::float8`;
  return sql`
    f.host_id AS "hostId", f.finding_no AS "findingNo", f.rule, f.subject, f.store_key AS "storeKey", f.severity, f.state,
    f.evidence, ${milliseconds('first_seen_at')} AS "firstSeenAt", ${milliseconds('last_seen_at')} AS "lastSeenAt",
    ${milliseconds('stands_since')} AS "standsSince", ${milliseconds('state_since')} AS "stateSince",
    ${milliseconds('milder_since')} AS "milderSince", ${milliseconds('missed_since')} AS "missedSince",
    f.missed_looks AS "missedLooks", ${milliseconds('cannot_tell_since')} AS "blindSince", f.missing,
    f.times_reopened AS "timesReopened", ${milliseconds('resolved_at')} AS "resolvedAt", f.mute_reason AS "muteReason",
    ${milliseconds('mute_until')} AS "muteUntil", ${milliseconds('muted_at')} AS "mutedAt", f.muted_by AS "mutedBy",
    f.mute_severity AS "muteSeverity", f.promised_bytes AS "promisedBytes", f.promise_series AS "promiseSeries",
    f.promise_rises AS "promiseRises", f.promise_value AS "promiseValue", f.freed_bytes AS "freedBytes"`;
}

export function findingRecordOf(row: FindingRow): FindingRecord {
  const { blindSince, missing, muteReason, muteUntil, mutedAt, mutedBy, muteSeverity, ...more } = row;
  const { promisedBytes, promiseSeries, promiseRises, promiseValue, ...kept } = more;
  const blind = blindSince === null ? null : { since: blindSince, missing };
  const mute =
    mutedAt === null
      ? null
      : { reason: muteReason, until: muteUntil, at: mutedAt, by: mutedBy, severity: muteSeverity };
  const promise =
    promisedBytes === null
      ? null
      : { bytes: promisedBytes, series: promiseSeries, rises: promiseRises, value: promiseValue };
  return { ...kept, blind, mute, promise } as FindingRecord;
}
