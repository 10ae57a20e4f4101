import type { HostAddress, TransactionSql } from '@silt/db';
import {
  type ComparedMoment,
  type Comparison,
  compareStore,
  type Reading,
  type SeriesName,
  type Store,
} from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { CompareQuery } from '../web-services.ts';
import { type InventoryAt, inventoryAt } from './items-at.ts';
import { longRead } from './long-read.ts';
import { momentOf } from './moment-of.ts';
import { findHost, type ReadContext } from './read-host.ts';
import { type ReadMoment, readMoment } from './read-moment.ts';

interface Side {
  at: Date;
  moment: ReadMoment | null;
  inventory: InventoryAt;
}

/** Errors: `not-found`, `bad-input`, `unavailable` when it takes too long. */
export async function compare(context: ReadContext, query: CompareQuery): Promise<Comparison> {
  const { organisationId, now } = context;
  const { hostId, storeKey } = query;
  const [from, to] = [momentOf(query.a, now), momentOf(query.b, now)];
  if (from >= to) throw new ServiceError('bad-input', 'Choose two moments, the earlier one first.');
  return longRead(context, async (tx) => {
    const host = { hostId: (await findHost(tx, organisationId, hostId)).id, organisationId };
    const a = await readSide(tx, host, from);
    const b = await readSide(tx, host, to);
    const stores = storesOf(a, b).filter(({ key }) => storeKey === null || key === storeKey);
    if (storeKey !== null && stores.length === 0)
      throw new ServiceError('not-found', 'This host had no such store at either moment.');
    const [readingsOfA, readingsOfB] = [readingsOf(a), readingsOf(b)];
    return {
      a: comparedMoment(a),
      b: comparedMoment(b),
      stores: stores.map((store) =>
        compareStore(
          store,
          { items: a.inventory.items, readings: readingsOfA.get(store.key) ?? {} },
          { items: b.inventory.items, readings: readingsOfB.get(store.key) ?? {} },
        ),
      ),
    };
  });
}

async function readSide(tx: TransactionSql, host: HostAddress, at: Date): Promise<Side> {
  return { at, moment: await readMoment(tx, host, at), inventory: await inventoryAt(tx, host, at) };
}

const comparedMoment = ({ at, moment, inventory }: Side): ComparedMoment => ({
  asked: at.toISOString(),
  observedAt: moment?.observedAt.toISOString() ?? null,
  inventoryReadAt: inventory.readAt?.toISOString() ?? null,
});

/** As they are called at b, then those that are there no more. */
function storesOf(a: Side, b: Side): Store[] {
  const later = b.moment?.layout.stores ?? [];
  const keys = new Set(later.map(({ key }) => key));
  return [...later, ...(a.moment?.layout.stores ?? []).filter(({ key }) => !keys.has(key))];
}

function readingsOf({ moment }: Side): Map<string, Partial<Record<SeriesName, Reading>>> {
  const stores = new Map<string, Partial<Record<SeriesName, Reading>>>();
  moment?.layout.entries.forEach(({ storeKey, series }, place) => {
    const readings = stores.get(storeKey) ?? {};
    readings[series] = moment.readings[place] ?? null;
    stores.set(storeKey, readings);
  });
  return stores;
}
