import type { Scope } from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import type { HostAddress } from './host-address.ts';

/** Spans that are looked through for the last complete read of a scope, the latest first. */
export const MAX_SPANS_SEARCHED = 500;

export interface ScopesAt {
  /** Of the last inventory, at or before the moment. */
  readAt: Date;
  scopes: Scope[];
  /** Last complete read of each scope that had one, at or before the moment. */
  completeAt: Map<string, Date>;
}

/**
 * How the parts of the inventory were read at a moment. Within a span all was read alike at each slow beat, so what was
 * read in full is confirmed up to the moment itself. null = nothing was ever read by then.
 *
 * @param names scopes whose last complete read is wanted beside those of the last inventory.
 */
export async function readScopesAt(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
  at: Date,
  names: readonly string[],
): Promise<ScopesAt | null> {
  const [last] = await tx<{ readAt: Date; scopes: Scope[] }[]>`
    SELECT least(last_read_at, ${at}) AS "readAt", scopes FROM inventory_span
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND valid_from <= ${at}
    ORDER BY valid_from DESC LIMIT 1`;
  if (!last) return null;
  const completeAt = new Map<string, Date>();
  for (const { name, status } of last.scopes) if (status === 'complete') completeAt.set(name, last.readAt);
  const wanted = new Set([...last.scopes.map(({ name }) => name), ...names]);
  const open = [...wanted].filter((name) => !completeAt.has(name));
  if (open.length > 0) {
    const earlier = await tx<{ name: string; readAt: Date }[]>`
      SELECT scope.name, max(span.last_read_at) AS "readAt"
      FROM (
        SELECT least(last_read_at, ${at}) AS last_read_at, scopes FROM inventory_span
        WHERE host_id = ${hostId} AND organisation_id = ${organisationId} AND valid_from <= ${at}
        ORDER BY valid_from DESC LIMIT ${MAX_SPANS_SEARCHED}
      ) span
      CROSS JOIN LATERAL jsonb_to_recordset(span.scopes) AS scope (name text, status text)
      WHERE scope.status = 'complete' AND scope.name = ANY(${open})
      GROUP BY scope.name`;
    for (const { name, readAt } of earlier) completeAt.set(name, readAt);
  }
  return { readAt: last.readAt, scopes: last.scopes, completeAt };
}

/** Since when a part of the host's inventory is missing; null = none is. */
export async function readStaleSince(
  tx: TransactionSql,
  { hostId, organisationId }: HostAddress,
): Promise<Date | null> {
  const [state] = await tx<{ staleSince: Date | null }[]>`
    SELECT stale_since AS "staleSince" FROM inventory_state
    WHERE host_id = ${hostId} AND organisation_id = ${organisationId}`;
  return state?.staleSince ?? null;
}
