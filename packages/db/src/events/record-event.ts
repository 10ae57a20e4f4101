import type { HostEventDetails, HostEventKind } from '@silt/domain';
import type { Sql, TransactionSql } from '../client.ts';

export interface NewEvent<Kind extends HostEventKind = HostEventKind> {
  hostId: number;
  organisationId: string;
  /** By the server's clock. */
  at: Date;
  kind: Kind;
  detail: HostEventDetails[Kind];
}

/** Writes down what happened to a host; a page shows it as long as the host is kept. */
export async function recordEvent<Kind extends HostEventKind>(
  sql: Sql | TransactionSql,
  { hostId, organisationId, at, kind, detail }: NewEvent<Kind>,
): Promise<void> {
  await sql`
    INSERT INTO event (host_id, at, organisation_id, kind, detail)
    VALUES (${hostId}, ${at}, ${organisationId}, ${kind}, ${sql.json({ ...detail })})`;
}

/** Many at once, in their order. */
export async function recordEvents(sql: Sql | TransactionSql, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ hostId, organisationId, at, kind, detail }) => ({
    ...{ host_id: hostId, organisation_id: organisationId, at: at.toISOString(), kind, detail: { ...detail } },
  }));
  await sql`
    INSERT INTO event (host_id, at, organisation_id, kind, detail)
    SELECT host_id, at, organisation_id, kind, detail
    FROM jsonb_to_recordset(${sql.json(rows as never)}) AS e (host_id bigint, at timestamptz, organisation_id uuid,
      kind text, detail jsonb)`;
}
