import type { CollectorRow } from '@silt/domain';

export type CollectorState = CollectorRow['connection'] | 'revoked' | 'noKey';

/** What stands in the way of a host first: a collector without a good key is let in no more, whatever came before. */
export function collectorState({ connection, key, keyRevokedAt, simulated }: CollectorRow): CollectorState {
  if (connection === 'retired' || key !== null) return connection;
  if (keyRevokedAt !== null) return 'revoked';
  return simulated ? connection : 'noKey';
}
