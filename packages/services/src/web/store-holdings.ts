import { readItemHoldings } from '@silt/db';
import { HELD_SERIES, HOLDING_KINDS, type Reading, type SeriesName, type StoreHoldings } from '@silt/domain';
import type { HistoryQuery } from '../web-services.ts';
import { longRead } from './long-read.ts';
import { findHost, type ReadContext } from './read-host.ts';
import { storeHistory } from './read-store-history.ts';

/** The one with the fewest other bytes in it first: a btrfs has `usedBytes` too. */
const HELD_FIRST: SeriesName[] = [HELD_SERIES['thin-pool'], HELD_SERIES.btrfs, HELD_SERIES.filesystem];

/** On the grid of the store's history. Errors: those of `storeHistory`. */
export async function storeHoldings(context: ReadContext, query: HistoryQuery): Promise<StoreHoldings> {
  const { from, to, bucketSeconds, times, series } = await storeHistory(context, query);
  const { organisationId } = context;
  const kinds = await longRead(context, async (tx) => {
    const host = { hostId: (await findHost(tx, organisationId, query.hostId)).id, organisationId };
    const range = { from: Date.parse(from) / 1_000, to: Date.parse(to) / 1_000, bucketSeconds };
    return readItemHoldings(tx, host, query.storeKey, range);
  });
  const lastOf = (name: SeriesName | undefined): Reading[] =>
    series.find((one) => one.name === name)?.last ?? new Array<Reading>(times.length).fill(null);
  return {
    ...{ from, to, bucketSeconds, times },
    kinds: HOLDING_KINDS.flatMap((kind) => {
      const bytes = kinds.get(kind);
      return bytes === undefined ? [] : [{ kind, bytes }];
    }),
    used: lastOf(HELD_FIRST.find((name) => series.some((one) => one.name === name))),
    unattributed: lastOf('unattributedBytes'),
  };
}
