import { type HostAddress, type ItemAt, readItemsAt, readScopesAt, type ScopesAt, type TransactionSql } from '@silt/db';
import type { ItemView, ScopeView } from '@silt/domain';
import { ownerChains } from './owner-chains.ts';

export interface InventoryAt {
  /** null = nothing was read by then. */
  readAt: Date | null;
  scopes: ScopeView[];
  items: ItemView[];
}

/** The inventory as it was at a moment, each fact with its age. */
export async function inventoryAt(tx: TransactionSql, host: HostAddress, at: Date): Promise<InventoryAt> {
  const items = await readItemsAt(tx, host, at);
  const scopes = await readScopesAt(
    tx,
    host,
    at,
    items.map(({ scope }) => scope),
  );
  const chainOf = ownerChains(items);
  return {
    readAt: scopes?.readAt ?? null,
    scopes: scopes === null ? [] : scopeViews(scopes),
    items: items.map(({ firstSeenAt, validFrom, ...item }) => ({
      ...item,
      ownerChain: chainOf(item),
      firstSeenAt: firstSeenAt.toISOString(),
      readAt: confirmedAt({ scope: item.scope, validFrom }, scopes).toISOString(),
    })),
  };
}

export const scopeViews = ({ scopes, completeAt }: ScopesAt): ScopeView[] =>
  scopes.map((scope) => ({ ...scope, readAt: completeAt.get(scope.name)?.toISOString() ?? null }));

/** The read that told it saw it, in full or not; later reads in full have seen nothing else. */
function confirmedAt({ scope, validFrom }: Pick<ItemAt, 'scope' | 'validFrom'>, scopes: ScopesAt | null): Date {
  const completeAt = scopes?.completeAt.get(scope);
  return completeAt !== undefined && completeAt > validFrom ? completeAt : validFrom;
}
