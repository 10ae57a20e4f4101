import type { HostFacts, ProbeReport, Reading } from '@silt/domain';
import type { Severity } from '@silt/domain/findings';
import type { TransactionSql } from '../client.ts';

/** A host and, once something came from it, what its last beat said. */
export interface HostRecord {
  /** Inner id. */
  id: number;
  publicId: string;
  name: string;
  tags: string[];
  facts: HostFacts | null;
  collectorVersion: string | null;
  simulated: boolean;
  firstSeenAt: Date;
  /** Null = live. */
  retiredAt: Date | null;
  status: HostStatusRecord | null;
}

export interface HostStatusRecord {
  lastSeenAt: Date;
  observedAt: Date;
  /** Null = not known of a moment that is past; likewise the skew. */
  bootedAt: Date | null;
  clockSkewMilliseconds: number | null;
  beatSeconds: number;
  layoutNo: number;
  probesRead: number;
  probesTotal: number;
  /** Null = nothing was read. */
  fullestStoreKey: string | null;
  fullestStoreName: string | null;
  fullestResource: string | null;
  fullestUsed: number | null;
  fullestCapacity: number | null;
  fullestFill: number | null;
  backEnds: string[];
  /** Oldest first; empty = not derived yet. */
  sparkline: (number | null)[];
  /** Day of the sparkline's last number, midnight UTC. */
  sparklineDay: Date | null;
  growthPerDay: number | null;
  /** Of the clock that is to stop writes first, else of one without a date; null = nothing was said yet. */
  forecastStoreKey: string | null;
  forecastStoreName: string | null;
  forecastClock: string | null;
  forecastVerdict: string | null;
  forecastReason: string | null;
  forecastAlarm: boolean;
  /** When it was last said. */
  forecastAt: Date | null;
  /** Null = it has no date; p90 also where it may be too far away for one. */
  daysLeftP10: number | null;
  daysLeftP50: number | null;
  daysLeftP90: number | null;
  /** That stand and are not muted. */
  findings: Record<Severity, number>;
}

/** What the last beat said in full; null = nothing came yet. */
export interface LastBeat {
  /** In the order of the layout's entries. */
  readings: Reading[] | null;
  probes: ProbeReport[] | null;
}

type Row = Omit<HostRecord, 'status'> & { [Key in keyof HostStatusRecord]: HostStatusRecord[Key] | null };

/**
 * Hosts of the organisation by inner id, in that order; those that are not there are left out. `tx` must be one of
 * `withOrganisation`.
 */
export async function readHostsById(
  tx: TransactionSql,
  organisationId: string,
  ids: readonly number[],
): Promise<HostRecord[]> {
  const rows = await tx<Row[]>`
    ${selectHosts(tx)} WHERE h.organisation_id = ${organisationId} AND h.id = ANY(${ids as number[]}::bigint[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []).map(toRecord);
}

/** Retired or not; null when there is no such host in the organisation. */
export async function readHost(
  tx: TransactionSql,
  organisationId: string,
  publicId: string,
): Promise<(HostRecord & LastBeat) | null> {
  // The client reads a NULL within an array as a number; within JSON it stays null.
  const beat = tx`, to_jsonb(s.readings) AS readings, s.probes`;
  const [row] = await tx<(Row & LastBeat)[]>`
    ${selectHosts(tx, beat)}
    WHERE h.organisation_id = ${organisationId} AND h.public_id = ${publicId}`;
  if (!row) return null;
  const { readings, probes, ...host } = row;
  return { ...toRecord(host), readings, probes };
}

function selectHosts(tx: TransactionSql, more = tx``) {
  return tx`
    SELECT h.id, h.public_id AS "publicId", h.name, h.tags, h.facts, h.collector_version AS "collectorVersion",
      h.simulated, h.first_seen_at AS "firstSeenAt", h.retired_at AS "retiredAt",
      s.last_seen_at AS "lastSeenAt", s.observed_at AS "observedAt", s.booted_at AS "bootedAt",
      s.clock_skew_milliseconds AS "clockSkewMilliseconds", s.beat_seconds AS "beatSeconds",
      s.layout_no AS "layoutNo",
      s.probes_read AS "probesRead", s.probes_total AS "probesTotal",
      s.fullest_store_key AS "fullestStoreKey", s.fullest_resource AS "fullestResource",
      s.fullest_used AS "fullestUsed", s.fullest_capacity AS "fullestCapacity", s.fullest_fill AS "fullestFill",
      s.back_ends AS "backEnds", to_jsonb(s.sparkline) AS sparkline, s.sparkline_day AS "sparklineDay",
      s.growth_per_day AS "growthPerDay", s.days_left_store_key AS "forecastStoreKey", s.days_left_clock AS "forecastClock",
      s.forecast_verdict AS "forecastVerdict", s.forecast_reason AS "forecastReason",
      s.forecast_alarm AS "forecastAlarm", s.forecast_at AS "forecastAt", s.days_left_p10 AS "daysLeftP10",
      s.days_left_p50 AS "daysLeftP50", s.days_left_p90 AS "daysLeftP90",
      jsonb_build_object('critical', s.findings_critical, 'warning', s.findings_warning, 'notice', s.findings_notice)
        AS findings,
      ${storeName(tx, tx`s.fullest_store_key`)} AS "fullestStoreName",
      ${storeName(tx, tx`s.days_left_store_key`)} AS "forecastStoreName" ${more}
    FROM host h
    LEFT JOIN host_status s ON s.host_id = h.id AND s.organisation_id = h.organisation_id
    LEFT JOIN layout l
      ON l.host_id = s.host_id AND l.layout_no = s.layout_no AND l.organisation_id = h.organisation_id`;
}

/** Of a store by its key, in the layout `l`; null where it has none of that key. */
const storeName = (tx: TransactionSql, key: ReturnType<TransactionSql>) =>
  tx`jsonb_path_query_first(l.stores, '$[*] ? (@.key == $key).name', jsonb_build_object('key', ${key})) #>> '{}'`;

function toRecord(row: Row): HostRecord {
  const { id, publicId, name, tags, facts, collectorVersion, simulated, firstSeenAt, retiredAt, ...status } = row;
  const seen = status.lastSeenAt !== null;
  return {
    ...{ id, publicId, name, tags, facts, collectorVersion, simulated, firstSeenAt, retiredAt },
    status: seen ? (status as HostStatusRecord) : null,
  };
}
