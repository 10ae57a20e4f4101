import type { HostEvent, HostEventKind } from '@silt/domain';
import type { Sql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';

/** Of one host, the newest. */
export const MAX_HEALTH_EVENTS = 200;

/** What is known of one host's collector. */
export interface HostHealth extends HostAddress {
  publicId: string;
  name: string;
  /** null = nothing came yet, in each of the three. */
  lastSeenAt: Date | null;
  beatSeconds: number | null;
  clockSkewMilliseconds: number | null;
  collectorVersion: string | null;
  /** The newest first. */
  events: HostEvent[];
}

/** Organisations that have a host that is not retired. */
export async function readWatchedOrganisations(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    SELECT DISTINCT organisation_id AS id FROM host WHERE retired_at IS NULL ORDER BY id`;
  return rows.map(({ id }) => id);
}

/** Of all hosts of an organisation that are not retired; events of `kinds` from `since` on. */
export async function readHealth(
  sql: Sql,
  organisationId: string,
  { kinds, since }: { kinds: readonly HostEventKind[]; since: Date },
): Promise<HostHealth[]> {
  const hosts = await sql<Omit<HostHealth, 'events'>[]>`
    SELECT h.id AS "hostId", h.organisation_id AS "organisationId", h.public_id AS "publicId", h.name,
      s.last_seen_at AS "lastSeenAt", s.beat_seconds AS "beatSeconds",
      s.clock_skew_milliseconds AS "clockSkewMilliseconds", h.collector_version AS "collectorVersion"
    FROM host h LEFT JOIN host_status s ON s.host_id = h.id AND s.organisation_id = h.organisation_id
    WHERE h.organisation_id = ${organisationId} AND h.retired_at IS NULL ORDER BY h.id`;
  const events = await sql<{ hostId: number; at: Date; eventNo: number; kind: string; detail: unknown }[]>`
    SELECT e.host_id AS "hostId", e.at, e.event_no AS "eventNo", e.kind, e.detail
    FROM (
      SELECT *, row_number() OVER (PARTITION BY host_id ORDER BY at DESC, event_no DESC) AS place FROM event
      WHERE organisation_id = ${organisationId} AND kind = ANY(${[...kinds]}) AND at >= ${since}
    ) e JOIN host h ON h.id = e.host_id AND h.organisation_id = e.organisation_id
    WHERE e.place <= ${MAX_HEALTH_EVENTS} AND h.retired_at IS NULL
    ORDER BY e.host_id, e.place`;
  const ofHost = Map.groupBy(events, ({ hostId }) => hostId);
  return hosts.map((host) => ({
    ...host,
    events: (ofHost.get(host.hostId) ?? []).map(
      ({ hostId: _, at, ...event }) => ({ ...event, at: at.toISOString() }) as HostEvent,
    ),
  }));
}

/** A finding that stands, without what it is made of. */
export interface StandingSubject extends HostAddress {
  publicId: string;
  rule: string;
  subject: string;
}

/** Those of some rules that stand on the hosts of an organisation that are not retired. */
export async function readStandingSubjects(
  sql: Sql,
  organisationId: string,
  rules: readonly string[],
): Promise<StandingSubject[]> {
  return sql<StandingSubject[]>`
    SELECT f.host_id AS "hostId", f.organisation_id AS "organisationId", h.public_id AS "publicId", f.rule, f.subject
    FROM finding f JOIN host h ON h.id = f.host_id AND h.organisation_id = f.organisation_id
    WHERE f.organisation_id = ${organisationId} AND f.rule = ANY(${[...rules]}) AND f.resolved_at IS NULL
      AND h.retired_at IS NULL
    ORDER BY f.host_id, f.rule, f.subject`;
}
