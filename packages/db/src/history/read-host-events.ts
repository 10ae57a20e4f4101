import type { HostEvent, HostEventDetails } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import type { HostAddress } from './read-store-history.ts';

type EventRow = Omit<HostEvent, 'at'> & { at: Date };

/** What happened to a host, the newest first. `until`: not after that; null = all of it. */
export async function readHostEvents(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  { until, limit }: { until: Date | null; limit: number },
): Promise<HostEvent[]> {
  const rows = await tx<EventRow[]>`
    SELECT at, event_no AS "eventNo", kind, detail FROM event
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND at <= coalesce(${until}::timestamptz, 'infinity')
    ORDER BY at DESC, event_no DESC LIMIT ${limit}`;
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }) as HostEvent);
}

export type GapRow = HostEventDetails['gap'];

/** Gaps that were told from a moment on, the latest first. A gap is told after it happened. */
export async function readGaps(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  { since, limit }: { since: Date; limit: number },
): Promise<GapRow[]> {
  const rows = await tx<{ detail: GapRow }[]>`
    SELECT detail FROM event
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND kind = 'gap' AND at >= ${since}
    ORDER BY at DESC, event_no DESC LIMIT ${limit}`;
  return rows.map(({ detail }) => detail);
}
