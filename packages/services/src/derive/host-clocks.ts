import {
  type HostAddress,
  type HostForecast,
  readHostStores,
  readHourHistory,
  readRecentHistory,
  type Sql,
} from '@silt/db';
import {
  forecastStore,
  SERIES_NAMES,
  type SeriesHistory,
  type SeriesName,
  type StoreClocks,
  storeClocks,
} from '@silt/domain';

/** What the clocks of a host's stores counted over a range. */
export interface HostClocks extends HostAddress {
  stores: { storeKey: string; clocks: StoreClocks }[];
}

export interface ClockRange {
  from: Date;
  to: Date;
  /** Whether ten-minute points of the end are read too: what hours are too coarse for. */
  isRecentRead: boolean;
}

/** In the order of `hosts`. Of the stores that the last beat of each has; of one without a beat nothing. */
export async function readHostClocks(
  sql: Sql,
  hosts: readonly HostAddress[],
  { from, to, isRecentRead }: ClockRange,
): Promise<HostClocks[]> {
  const stores = await readHostStores(sql, hosts);
  const recent = isRecentRead ? await readRecentHistory(sql, hosts, to) : new Map();
  const hours = await readHourHistory(sql, hosts, { from, to });
  return hosts.map(({ hostId, organisationId }) => ({
    ...{ hostId, organisationId },
    stores: (stores.get(hostId) ?? []).map((store) => {
      const [ofHours, ofRecent] = [hours.get(hostId)?.get(store.key), recent.get(hostId)?.get(store.key)];
      const series: Partial<Record<SeriesName, SeriesHistory>> = {};
      for (const name of SERIES_NAMES) {
        const history = { hours: ofHours?.[name] ?? [], recent: ofRecent?.[name] ?? [] };
        if (history.hours.length + history.recent.length > 0) series[name] = history;
      }
      return { storeKey: store.key, clocks: storeClocks({ store, series }) };
    }),
  }));
}

/** @param now milliseconds since the epoch; nothing later is looked at. */
export function forecastHost(
  { hostId, organisationId, stores }: HostClocks,
  { now, horizonDays }: { now: number; horizonDays: number },
): HostForecast {
  return {
    ...{ hostId, organisationId, horizonDays },
    stores: stores.map(({ storeKey, clocks }) => ({ storeKey, forecast: forecastStore(clocks, { now, horizonDays }) })),
  };
}
