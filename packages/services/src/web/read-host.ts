import {
  type HostRecord,
  type LastBeat,
  type LayoutRecord,
  type ResourceAddress,
  readDailyUse,
  readHost,
  readLayout,
  type Sql,
  type TransactionSql,
  withOrganisation,
} from '@silt/db';
import { growthPerDay, type HostView, resourceFills, type Store, type StoreView, stateOfFill } from '@silt/domain';
import { z } from 'zod';
import { GROWTH_DAYS, growthRange, growthSamples } from '../derive/growth-samples.ts';
import { ServiceError } from '../service-error.ts';
import type { HostStoreView } from '../web-services.ts';
import { fleetRow, growthOf, hostConnection } from './fleet-row.ts';

export interface ReadContext {
  sql: Sql;
  organisationId: string;
  now: Date;
}

type FoundHost = HostRecord & LastBeat;

const hostNotFound = (): ServiceError =>
  new ServiceError('not-found', 'There is no such host. Look for it in the fleet.');
const storeNotFound = (): ServiceError =>
  new ServiceError('not-found', 'This host has no such store now. Look at what it has on its page.');

/** A host of the organisation by its public id, retired or not. Errors: `not-found`. */
export async function findHost(tx: TransactionSql, organisationId: string, hostId: string): Promise<FoundHost> {
  const host = z.uuid().safeParse(hostId).success ? await readHost(tx, organisationId, hostId) : null;
  if (!host) throw hostNotFound();
  return host;
}

/** Errors: `not-found`. */
export async function getHost({ sql, organisationId, now }: ReadContext, hostId: string): Promise<HostView> {
  return withOrganisation(sql, organisationId, async (tx) => {
    const host = await findHost(tx, organisationId, hostId);
    const layout = await layoutOf(tx, organisationId, host);
    const { status } = host;
    return {
      row: fleetRow(host, now),
      facts: host.facts,
      collectorVersion: host.collectorVersion,
      firstSeenAt: host.firstSeenAt.toISOString(),
      bootedAt: status?.bootedAt.toISOString() ?? null,
      observedAt: status?.observedAt.toISOString() ?? null,
      clockSkewMilliseconds: status?.clockSkewMilliseconds ?? null,
      stores: await storeViews(tx, { organisationId, now, host, layout }, layout?.stores ?? []),
      daemons: layout?.daemons ?? [],
      probes: host.probes ?? [],
    };
  });
}

/** Errors: `not-found`, also for a store that the host does not have any more. */
export async function getStore(
  { sql, organisationId, now }: ReadContext,
  hostId: string,
  storeKey: string,
): Promise<HostStoreView> {
  return withOrganisation(sql, organisationId, async (tx) => {
    const host = await findHost(tx, organisationId, hostId);
    const layout = await layoutOf(tx, organisationId, host);
    const store = layout?.stores.find(({ key }) => key === storeKey);
    if (!store) throw storeNotFound();
    const [view] = await storeViews(tx, { organisationId, now, host, layout }, [store]);
    if (!view) throw storeNotFound();
    return { host: fleetRow(host, now), view, observedAt: host.status?.observedAt.toISOString() ?? null };
  });
}

async function layoutOf(
  tx: TransactionSql,
  organisationId: string,
  { id, status }: HostRecord,
): Promise<LayoutRecord | null> {
  return status ? readLayout(tx, organisationId, { hostId: id, layoutNo: status.layoutNo }) : null;
}

interface HostContext {
  organisationId: string;
  now: Date;
  host: FoundHost;
  layout: LayoutRecord | null;
}

async function storeViews(tx: TransactionSql, context: HostContext, stores: readonly Store[]): Promise<StoreView[]> {
  const views = viewsOfLastBeat(context, stores);
  const addresses = views.flatMap(({ store, fills }): ResourceAddress[] =>
    fills.slice(0, 1).map(({ resource }) => ({
      hostId: context.host.id,
      organisationId: context.organisationId,
      storeKey: store.key,
      resource,
    })),
  );
  const range = growthRange(context.now, GROWTH_DAYS + 1);
  const uses = await readDailyUse(tx, addresses, range);
  const growths = new Map(
    addresses.map(({ storeKey, resource }, index) => {
      const use = uses[index];
      return [storeKey, growthOf(resource, use ? growthPerDay(growthSamples(use, range)) : null)];
    }),
  );
  return views.map((view) => ({ ...view, growth: growths.get(view.store.key) ?? null }));
}

function viewsOfLastBeat({ host, layout, now }: HostContext, stores: readonly Store[]): StoreView[] {
  const readings = host.readings ?? [];
  const entries = layout?.entries ?? [];
  const connected = hostConnection(host, now) === 'connected';
  const fills = Map.groupBy(resourceFills({ entries }, readings), ({ storeKey }) => storeKey);
  const places = Map.groupBy(entries.keys(), (place) => entries[place]?.storeKey);
  return stores.map((store) => {
    const worstFirst = (fills.get(store.key) ?? []).sort((left, right) => right.fill - left.fill);
    const latest: StoreView['readings'] = {};
    for (const place of places.get(store.key) ?? []) {
      const entry = entries[place];
      if (entry) latest[entry.series] = readings[place] ?? null;
    }
    const state = connected ? stateOfFill(worstFirst[0]?.fill ?? null) : 'unknown';
    return { store, fills: worstFirst, state, readings: latest, growth: null };
  });
}
