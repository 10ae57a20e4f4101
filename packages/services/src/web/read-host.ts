import {
  type DailyUseRange,
  type ForecastRecord,
  type HostRecord,
  type LastBeat,
  type LayoutRecord,
  type ResourceAddress,
  readCurrentForecasts,
  readDailyUse,
  readHost,
  readLayout,
  readScopesAt,
  type Sql,
  type TransactionSql,
  withOrganisation,
} from '@silt/db';
import { type FleetRow, growthPerDay, resourceFills, type Store, type StoreView, stateOfRow } from '@silt/domain';
import { z } from 'zod';
import { GROWTH_DAYS, growthRange, growthSamples } from '../derive/growth-samples.ts';
import { ServiceError } from '../service-error.ts';
import type { HostMoment, HostStoreView } from '../web-services.ts';
import { fleetRow, growthOf, hostConnection } from './fleet-row.ts';
import { scopeViews } from './items-at.ts';
import { momentOf } from './moment-of.ts';
import { hostAsOf, readMoment } from './read-moment.ts';
import { clocksForecast } from './row-forecast.ts';

const DAY_MILLISECONDS = 86_400_000;

export interface ReadContext {
  sql: Sql;
  organisationId: string;
  now: Date;
}

type FoundHost = HostRecord & LastBeat;

const hostNotFound = (): ServiceError =>
  new ServiceError('not-found', 'There is no such host. Look for it in the fleet.');
const storeNotFound = (at: Date | undefined): ServiceError =>
  new ServiceError(
    'not-found',
    at === undefined
      ? 'This host has no such store now. Look at what it has on its page.'
      : 'Nothing was read of such a store by then. Look at what the host had on its page, or choose another moment.',
  );

/** A host of the organisation by its public id, retired or not. Errors: `not-found`. */
export async function findHost(tx: TransactionSql, organisationId: string, hostId: string): Promise<FoundHost> {
  const host = z.uuid().safeParse(hostId).success ? await readHost(tx, organisationId, hostId) : null;
  if (!host) throw hostNotFound();
  return host;
}

/** As of a moment, or now. Errors: `not-found`, `bad-input`. */
export async function getHost(context: ReadContext, hostId: string, at?: Date): Promise<HostMoment> {
  const { sql, organisationId } = context;
  return withOrganisation(sql, organisationId, async (tx) => {
    const found = await findHost(tx, organisationId, hostId);
    const read = await readFound(tx, context, found, at);
    const { host, layout } = read;
    const scopes = await readScopesAt(tx, { hostId: host.id, organisationId }, read.at, []);
    const { status } = host;
    return {
      at: at?.toISOString() ?? null,
      row: rowOf(read, at),
      facts: host.facts,
      collectorVersion: host.collectorVersion,
      firstSeenAt: host.firstSeenAt.toISOString(),
      bootedAt: status?.bootedAt?.toISOString() ?? null,
      observedAt: status?.observedAt.toISOString() ?? null,
      clockSkewMilliseconds: status?.clockSkewMilliseconds ?? null,
      stores: await storeViews(tx, read, layout?.stores ?? []),
      daemons: layout?.daemons ?? [],
      probes: host.probes ?? [],
      scopes: scopes === null ? [] : scopeViews(scopes),
    };
  });
}

/** As of a moment, or now. Errors: `not-found`, also for a store that the host did not have then; `bad-input`. */
export async function getStore(
  context: ReadContext,
  { hostId, storeKey, at }: { hostId: string; storeKey: string; at?: Date | undefined },
): Promise<HostStoreView> {
  const { sql, organisationId } = context;
  return withOrganisation(sql, organisationId, async (tx) => {
    const found = await findHost(tx, organisationId, hostId);
    const read = await readFound(tx, context, found, at);
    const store = read.layout?.stores.find(({ key }) => key === storeKey);
    const [view] = store ? await storeViews(tx, read, [store]) : [];
    if (!view) throw storeNotFound(at);
    return { host: rowOf(read, at), view, observedAt: read.host.status?.observedAt.toISOString() ?? null };
  });
}

/** What is shown of a host: as it is now, or as it was. */
async function readFound(
  tx: TransactionSql,
  { organisationId, now }: ReadContext,
  host: FoundHost,
  at: Date | undefined,
): Promise<HostContext> {
  const moment = momentOf(at, now);
  const forecasts = await readCurrentForecasts(tx, { organisationId, hostId: host.id, at: moment });
  if (at === undefined) {
    const growth = growthRange(now, GROWTH_DAYS + 1);
    return { organisationId, at: moment, host, layout: await layoutOf(tx, organisationId, host), growth, forecasts };
  }
  const read = await readMoment(tx, { hostId: host.id, organisationId }, at);
  // Of whole days that were over by then, since a day's last sample may be later than the moment.
  const growth = growthRange(new Date(at.getTime() - DAY_MILLISECONDS), GROWTH_DAYS + 1);
  const asOf = hostAsOf(host, read, { at, now });
  return { organisationId, at, host: asOf, layout: read?.layout ?? null, growth, forecasts };
}

/** Of now its status says it, as on the fleet page; of a moment before, what was forecast of its stores then. */
function rowOf({ host, layout, forecasts, at: moment }: HostContext, at: Date | undefined): FleetRow {
  if (at === undefined) return fleetRow(host, moment);
  const storeNames = new Map(layout?.stores.map(({ key, name }) => [key, name]));
  const ofStores = forecasts.filter(({ storeKey }) => storeNames.has(storeKey));
  return fleetRow(host, moment, clocksForecast(ofStores, { at: moment, storeNames }));
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
  /** The moment that is shown. */
  at: Date;
  host: FoundHost;
  layout: LayoutRecord | null;
  /** Days that growth is taken from. */
  growth: DailyUseRange;
  /** Of each clock of its stores, what was said last by then. */
  forecasts: readonly ForecastRecord[];
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
  const range = context.growth;
  const uses = await readDailyUse(tx, addresses, range);
  const growths = new Map(
    addresses.map(({ storeKey, resource }, index) => {
      const use = uses[index];
      return [storeKey, growthOf(resource, use ? growthPerDay(growthSamples(use, range)) : null)];
    }),
  );
  return views.map((view) => ({ ...view, growth: growths.get(view.store.key) ?? null }));
}

function viewsOfLastBeat({ host, layout, at, forecasts }: HostContext, stores: readonly Store[]): StoreView[] {
  const readings = host.readings ?? [];
  const entries = layout?.entries ?? [];
  const connected = hostConnection(host, at) === 'connected';
  const fills = Map.groupBy(resourceFills({ entries }, readings), ({ storeKey }) => storeKey);
  const places = Map.groupBy(entries.keys(), (place) => entries[place]?.storeKey);
  return stores.map((store) => {
    const worstFirst = (fills.get(store.key) ?? []).sort((left, right) => right.fill - left.fill);
    const latest: StoreView['readings'] = {};
    for (const place of places.get(store.key) ?? []) {
      const entry = entries[place];
      if (entry) latest[entry.series] = readings[place] ?? null;
    }
    const said = forecasts.filter(({ storeKey }) => storeKey === store.key);
    const { row: forecast, current } = clocksForecast(said, { at, storeNames: new Map([[store.key, store.name]]) });
    const state = connected ? stateOfRow(worstFirst[0]?.fill ?? null, current) : 'unknown';
    return { store, fills: worstFirst, state, readings: latest, growth: null, forecast };
  });
}
