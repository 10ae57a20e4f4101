import type { Daemon, HostFacts, LayoutEntry, ProbeReport, Reading, SeriesName, Store } from '@silt/domain';
import type { Sql } from '../client.ts';
import type { HostAddress } from '../history/host-address.ts';

/** A survey and the items of the same slow beat come by two ways: so long is waited for the latter. */
export const ITEMS_WAIT_MILLISECONDS = 60_000;

export interface HostToJudge extends HostAddress {
  publicId: string;
  /** null = never. */
  judgedAt: Date | null;
}

/**
 * Hosts that are not retired, of which there is something new to judge: a survey since the last judgement, as soon as its items
 * are kept too; or a beat since, where the last judgement is older than `before`. The longest waiting first.
 */
export async function readHostsToJudge(
  sql: Sql,
  { now, before, limit }: { now: Date; before: Date; limit: number },
): Promise<HostToJudge[]> {
  const settled = new Date(now.getTime() - ITEMS_WAIT_MILLISECONDS);
  return sql<HostToJudge[]>`
    SELECT s.host_id AS "hostId", s.organisation_id AS "organisationId", h.public_id AS "publicId",
      j.judged_at AS "judgedAt"
    FROM host_status s
    JOIN host h ON h.id = s.host_id AND h.organisation_id = s.organisation_id
    LEFT JOIN judgement j ON j.host_id = s.host_id AND j.organisation_id = s.organisation_id
    LEFT JOIN survey v ON v.host_id = s.host_id AND v.organisation_id = s.organisation_id
    LEFT JOIN inventory_state i ON i.host_id = s.host_id AND i.organisation_id = s.organisation_id
    WHERE h.retired_at IS NULL AND (
      j.host_id IS NULL
      OR j.judged_at < ${before} AND s.last_seen_at > j.judged_at
      OR v.received_at > coalesce(j.surveyed_at, '-infinity')
        AND (i.observed_at >= v.observed_at OR v.received_at < ${settled}))
    ORDER BY j.judged_at NULLS FIRST, s.host_id
    LIMIT ${limit}`;
}

/** The last beat of a host, as rules look at it. */
export interface JudgedBeat {
  observedAt: Date;
  bootId: string;
  bootedAt: Date;
  stores: Store[];
  daemons: Daemon[];
  entries: LayoutEntry[];
  /** As long as `entries`. */
  readings: Reading[];
  probes: ProbeReport[];
  /** null = it never said. */
  facts: HostFacts | null;
  /** When its items that are kept were read; null = none are, or a change of them is missing. */
  itemsAt: Date | null;
}

type BeatRow = Omit<JudgedBeat, 'entries'> & { hostId: number; resourceNos: number[] };

/** By inner id; hosts without a beat are left out. */
export async function readLastBeats(sql: Sql, hosts: readonly HostAddress[]): Promise<Map<number, JudgedBeat>> {
  const address = sql`unnest(${hosts.map(({ hostId }) => hostId)}::bigint[],
    ${hosts.map(({ organisationId }) => organisationId)}::uuid[]) AS address (host_id, organisation_id)`;
  const beats = await sql<BeatRow[]>`
    SELECT s.host_id AS "hostId", s.observed_at AS "observedAt", s.boot_id AS "bootId", s.booted_at AS "bootedAt",
      to_jsonb(s.readings) AS readings, s.probes, h.facts, l.stores, l.daemons, l.resource_nos AS "resourceNos",
      CASE WHEN i.stale_since IS NULL THEN i.observed_at END AS "itemsAt"
    FROM ${address} JOIN host_status s USING (host_id, organisation_id)
    JOIN host h ON h.id = s.host_id AND h.organisation_id = s.organisation_id
    JOIN layout l ON l.host_id = s.host_id AND l.layout_no = s.layout_no AND l.organisation_id = s.organisation_id
    LEFT JOIN inventory_state i ON i.host_id = s.host_id AND i.organisation_id = s.organisation_id`;
  const resources = await sql<{ hostId: number; resourceNo: number; storeKey: string; series: SeriesName }[]>`
    SELECT r.host_id AS "hostId", r.resource_no AS "resourceNo", r.store_key AS "storeKey", r.series
    FROM ${address} JOIN resource r USING (host_id, organisation_id)`;
  const entryOf = new Map(
    resources.map(({ hostId, resourceNo, ...entry }) => [`${hostId} ${resourceNo}`, entry] as const),
  );
  return new Map(
    beats.map(({ hostId, resourceNos, ...beat }) => {
      const entries = resourceNos.map((no) => {
        const entry = entryOf.get(`${hostId} ${no}`);
        if (!entry) throw new Error(`the layout of host ${hostId} names resource ${no}, which is not there`);
        return entry;
      });
      return [hostId, { ...beat, entries }];
    }),
  );
}
