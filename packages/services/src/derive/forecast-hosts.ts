import {
  type HostToForecast,
  notifyChanges,
  readHostsToForecast,
  readMovedHosts,
  type Sql,
  writeForecasts,
} from '@silt/db';
import { HOUR_MILLISECONDS, horizonDaysOf, MAX_FORECAST_HOURS } from '@silt/domain';
import { readHorizonSettings } from './horizon-settings.ts';
import { forecastHost, readHostClocks } from './host-clocks.ts';
import { type HostFailure, inBatches } from './in-batches.ts';

/** A host is forecast anew when what was said is older than this. */
export const FORECAST_MAX_AGE_MILLISECONDS = HOUR_MILLISECONDS;
/** Their points are in memory at the same time: some tens of MB. */
const BATCH_HOSTS = 20;
/** Of one run, which is to end before the next minute or two: what moved must not wait for a whole fleet. */
const MAX_DUE_HOSTS = 2_000;
const MAX_MOVED_HOSTS = 500;

export interface Forecasted {
  hosts: number;
  /** Of them: looked at before their time, because they moved. */
  moved: number;
  failures: HostFailure[];
}

/**
 * Forecasts every host in which something moved notably since its last forecast, and then those whose last one is too old;
 * keeps what is said, and tells who changed. A host of which nothing came since is left as it is. Two at once do the work
 * twice and harm nothing.
 *
 * @param options.signal ends it after the running batch.
 */
export async function forecastHosts(
  sql: Sql,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<Forecasted> {
  const before = new Date(now.getTime() - FORECAST_MAX_AGE_MILLISECONDS);
  const moved = await readMovedHosts(sql, { before, limit: MAX_MOVED_HOSTS });
  const due = await readHostsToForecast(sql, { before, limit: MAX_DUE_HOSTS });
  const hosts = [...moved, ...due];
  const failures = await inBatches(hosts, { size: BATCH_HOSTS, signal }, (batch) => forecastBatch(sql, batch, now));
  return { hosts: hosts.length - failures.length, moved: moved.length, failures };
}

async function forecastBatch(sql: Sql, hosts: readonly HostToForecast[], now: Date): Promise<void> {
  const settings = await readHorizonSettings(sql, hosts);
  const from = new Date(now.getTime() - MAX_FORECAST_HOURS * HOUR_MILLISECONDS);
  // A beat of this very moment counts.
  const to = new Date(now.getTime() + 1);
  const clocks = await readHostClocks(sql, hosts, { from, to, isRecentRead: true });
  const forecasts = clocks.map((host, place) => {
    const horizonDays = horizonDaysOf(hosts[place]?.tags ?? [], settings.get(host.organisationId) ?? []);
    return forecastHost(host, { now: now.getTime(), horizonDays });
  });
  const changed = new Set(await writeForecasts(sql, forecasts, { now }));
  const byOrganisation = Map.groupBy(
    hosts.filter(({ hostId }) => changed.has(hostId)),
    ({ organisationId }) => organisationId,
  );
  await notifyChanges(
    sql,
    new Map([...byOrganisation].map(([id, members]) => [id, members.map(({ publicId }) => publicId)])),
  );
}
