import {
  type DailyUse,
  type DailyUseRange,
  type DerivedStatus,
  type HostToDerive,
  notifyChanges,
  type ResourceAddress,
  readDailyUse,
  readHostsToDerive,
  type Sql,
  writeDerivedStatuses,
} from '@silt/db';
import { growthPerDay } from '@silt/domain';
import { SPARKLINE_DAYS } from '../web/fleet-row.ts';
import { growthRange, growthSamples } from './growth-samples.ts';

/** Derived numbers are made anew when they are older than this. */
export const DERIVED_MAX_AGE_MILLISECONDS = 600_000;
const BATCH_HOSTS = 200;

/**
 * Sparkline and growth of the fullest resource of every host whose numbers are missing or too old, in batches; then
 * tells who changed. Two at once do the work twice and harm nothing.
 *
 * @returns hosts derived.
 */
export async function deriveHostStatuses(
  sql: Sql,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<number> {
  const before = new Date(now.getTime() - DERIVED_MAX_AGE_MILLISECONDS);
  let derived = 0;
  while (!signal.aborted) {
    const hosts = await readHostsToDerive(sql, { before, limit: BATCH_HOSTS });
    if (hosts.length > 0) await deriveBatch(sql, hosts, now);
    derived += hosts.length;
    if (hosts.length < BATCH_HOSTS) break;
  }
  return derived;
}

async function deriveBatch(sql: Sql, hosts: readonly HostToDerive[], now: Date): Promise<void> {
  const range = growthRange(now, SPARKLINE_DAYS);
  const addresses = hosts.flatMap(addressOf);
  const uses = await readDailyUse(sql, addresses, range);
  const useOf = new Map(addresses.map(({ hostId }, index) => [hostId, uses[index]]));
  const statuses = hosts.map((host) => derivedStatus(host, useOf.get(host.hostId), range));
  await writeDerivedStatuses(sql, statuses, { day: range.lastDay, derivedAt: now });
  const byOrganisation = Map.groupBy(hosts, ({ organisationId }) => organisationId);
  await notifyChanges(
    sql,
    new Map([...byOrganisation].map(([id, members]) => [id, members.map(({ publicId }) => publicId)])),
  );
}

function addressOf({ hostId, organisationId, fullestStoreKey, fullestResource }: HostToDerive): ResourceAddress[] {
  if (fullestStoreKey === null || fullestResource === null) return [];
  return [{ hostId, organisationId, storeKey: fullestStoreKey, resource: fullestResource }];
}

function derivedStatus({ hostId }: HostToDerive, use: DailyUse | undefined, range: DailyUseRange): DerivedStatus {
  if (!use) return { hostId, sparkline: new Array(SPARKLINE_DAYS).fill(null), growthPerDay: null };
  const sparkline = use.days.map((sample) =>
    sample === null || sample.used === null || !sample.capacity ? null : sample.used / sample.capacity,
  );
  return { hostId, sparkline, growthPerDay: growthPerDay(growthSamples(use, range)) };
}
