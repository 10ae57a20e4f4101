import type { Sql, TransactionSql } from '../client.ts';
import { recordEvent } from '../events/record-event.ts';
import { transaction } from '../transaction.ts';
import { applyInventory } from './apply-inventory.ts';
import { extendSpan, type InventoryState, readInventoryState, writeInventoryState } from './inventory-state.ts';
import type { InventoryStep } from './inventory-step.ts';
import { storeSnapshots } from './store-snapshots.ts';

/**
 * `unmoved`: the stream does not stand at `afterSequence`, nothing was done. `base-missing`: the stream moved, the delta
 * was left out since what it changes is not what is kept; only a full one is taken from now on.
 */
export type InventoryOutcome = 'stored' | 'unmoved' | 'base-missing';

/**
 * One transaction: moves the stream over the inventory's sequences and makes its items what is so from then on. Versions
 * are given the corrected time, made to rise from each inventory of a host to the next.
 */
export async function storeInventory(sql: Sql, step: InventoryStep): Promise<InventoryOutcome> {
  const { hostId, organisationId, streamNo, afterSequence, lastSequence, hashes } = step;
  return transaction(sql, async (tx) => {
    // One at a time a host; the host before its stream, in the order in which a hello takes them.
    await tx`SELECT 1 FROM host WHERE id = ${hostId} FOR NO KEY UPDATE`;
    const position = { hostId, organisationId, streamNo, afterSequence, lastSequence, hashes };
    const moved = await storeSnapshots(tx, [{ ...position, rows: [], gaps: [], status: null }]);
    if (moved.size === 0) return 'unmoved';
    const state = await readInventoryState(tx, hostId);
    const at = risenTime(step.observedAt, state);
    if (step.baseSequence !== null && !isBase(state, step)) {
      await markStale(tx, step, state, at);
      return 'base-missing';
    }
    await applyInventory(tx, step, at);
    const goesOn = state !== null && state.staleSince === null;
    await extendSpan(tx, step, { at, scopes: step.scopes, goesOn });
    await writeInventoryState(tx, step, { streamNo, sequence: lastSequence, observedAt: at, staleSince: null });
    return 'stored';
  });
}

function isBase(state: InventoryState | null, { streamNo, baseSequence }: InventoryStep): boolean {
  if (state === null || state.staleSince !== null) return false;
  return state.streamNo === streamNo && state.sequence === baseSequence;
}

function risenTime(observedAt: Date, state: InventoryState | null): Date {
  return state === null ? observedAt : new Date(Math.max(observedAt.getTime(), state.observedAt.getTime() + 1));
}

/** Where nothing was ever applied, nothing can get stale. */
async function markStale(
  tx: TransactionSql,
  step: InventoryStep,
  state: InventoryState | null,
  at: Date,
): Promise<void> {
  if (state === null || state.staleSince !== null) return;
  const { hostId, organisationId, receivedAt } = step;
  await writeInventoryState(tx, step, { ...state, staleSince: at });
  const detail = { lastReadAt: state.observedAt.toISOString() };
  await recordEvent(tx, { hostId, organisationId, at: receivedAt, kind: 'inventory-stale', detail });
}
