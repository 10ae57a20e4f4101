import type { TransactionSql } from '../client.ts';

export interface CollectorRecord {
  publicId: string;
  name: string;
  tags: string[];
  simulated: boolean;
  collectorVersion: string | null;
  retiredAt: Date | null;
  /** Null = nothing came yet. */
  lastSeenAt: Date | null;
  beatSeconds: number | null;
  goodKeys: number;
  /** Of the newest good key; null = none. */
  keyCreatedAt: Date | null;
  /** Of the key revoked last; null = none. */
  keyRevokedAt: Date | null;
}

export interface CollectorFilter {
  retired: boolean;
  /** Part of a name or of a tag, in any case; empty = all. */
  text: string;
  limit: number;
}

/** Hosts of the organisation with their keys, by name; `total` counts those beyond the limit too. */
export async function readCollectors(
  tx: TransactionSql,
  organisationId: string,
  { retired, text, limit }: CollectorFilter,
): Promise<{ hosts: CollectorRecord[]; total: number }> {
  const rows = await tx<(CollectorRecord & { total: number })[]>`
    WITH page AS (
      SELECT h.*, count(*) OVER () AS total FROM host h
      WHERE h.organisation_id = ${organisationId} AND (h.retired_at IS NOT NULL) = ${retired}
        AND (position(lower(${text}) IN lower(h.name)) > 0
          OR EXISTS (SELECT FROM unnest(h.tags) AS tag WHERE position(lower(${text}) IN lower(tag)) > 0))
      ORDER BY h.name, h.public_id LIMIT ${limit}
    )
    SELECT p.public_id AS "publicId", p.name, p.tags, p.simulated, p.collector_version AS "collectorVersion",
      p.retired_at AS "retiredAt", s.last_seen_at AS "lastSeenAt", s.beat_seconds AS "beatSeconds",
      k.good_keys AS "goodKeys", k.created_at AS "keyCreatedAt", k.revoked_at AS "keyRevokedAt", p.total
    FROM page p
    LEFT JOIN host_status s ON s.host_id = p.id AND s.organisation_id = p.organisation_id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE revoked_at IS NULL)::integer AS good_keys,
        max(created_at) FILTER (WHERE revoked_at IS NULL) AS created_at, max(revoked_at) AS revoked_at
      FROM collector_key WHERE host_id = p.id AND organisation_id = p.organisation_id
    ) k
    ORDER BY p.name, p.public_id`;
  return { hosts: rows.map(({ total: _, ...host }) => host), total: rows[0]?.total ?? 0 };
}

export interface EnrolledRecord {
  publicId: string;
  name: string;
  retiredAt: Date | null;
  lastSeenAt: Date | null;
  beatSeconds: number | null;
}

/** Hosts that enrolled with a token, the latest first, each once; the audit log names the token. */
export async function readEnrolledHosts(
  tx: TransactionSql,
  organisationId: string,
  { tokenId, since, limit }: { tokenId: string; since: Date; limit: number },
): Promise<EnrolledRecord[]> {
  return tx<EnrolledRecord[]>`
    SELECT h.public_id AS "publicId", h.name, h.retired_at AS "retiredAt", s.last_seen_at AS "lastSeenAt",
      s.beat_seconds AS "beatSeconds"
    FROM (
      SELECT subject, max(at) AS at FROM audit_event
      WHERE organisation_id = ${organisationId} AND at >= ${since} AND action = 'host.enrol'
        AND detail->>'token' = ${tokenId}
      GROUP BY subject ORDER BY max(at) DESC LIMIT ${limit}
    ) enrolled
    JOIN host h ON h.public_id = enrolled.subject::uuid AND h.organisation_id = ${organisationId}
    LEFT JOIN host_status s ON s.host_id = h.id AND s.organisation_id = h.organisation_id
    ORDER BY enrolled.at DESC, h.name`;
}
