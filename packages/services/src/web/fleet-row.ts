import type { HostRecord, HostStatusRecord } from '@silt/db';
import {
  type Connection,
  connectionOf,
  type FleetRow,
  type Growth,
  RESOURCES,
  type ResourceName,
  SERIES,
  stateOfRow,
} from '@silt/domain';
import { clocksOfStatus } from './row-forecast.ts';

export const SPARKLINE_DAYS = 14;
const DAY_MILLISECONDS = 86_400_000;

export const hostConnection = ({ status, retiredAt }: HostRecord, now: Date): Connection =>
  retiredAt === null ? connectionOf(status, now) : 'retired';

/** @param clocks what is forecast of the host, where it is not its status that says it: of a moment before. */
export function fleetRow(host: HostRecord, now: Date, clocks = clocksOfStatus(host.status, now)): FleetRow {
  const { status } = host;
  const connection = hostConnection(host, now);
  const fullest = status ? fullestOf(status) : null;
  return {
    hostId: host.publicId,
    name: host.name,
    tags: host.tags,
    simulated: host.simulated,
    connection,
    state: connection === 'connected' ? stateOfRow(fullest?.fill ?? null, clocks.current) : 'unknown',
    backEnds: status ? [...status.backEnds].sort() : [],
    fullest,
    sparkline: status ? sparklineUpTo(status, now) : [],
    growth: fullest && status ? growthOf(fullest.resource, status.growthPerDay) : null,
    forecast: clocks.row,
    lastSeenAt: status?.lastSeenAt.toISOString() ?? null,
    retiredAt: host.retiredAt?.toISOString() ?? null,
    findings: connection === 'retired' || !status ? { critical: 0, warning: 0, notice: 0 } : status.findings,
    coverage: { read: status?.probesRead ?? 0, total: status?.probesTotal ?? 0 },
  };
}

function fullestOf(status: HostStatusRecord): FleetRow['fullest'] {
  const { fullestStoreKey, fullestStoreName, fullestResource, fullestUsed, fullestCapacity, fullestFill } = status;
  if (fullestStoreKey === null || fullestUsed === null || fullestCapacity === null || fullestFill === null) return null;
  if (fullestResource === null || !Object.hasOwn(RESOURCES, fullestResource)) return null;
  return {
    storeKey: fullestStoreKey,
    storeName: fullestStoreName ?? fullestStoreKey,
    resource: fullestResource as ResourceName,
    used: fullestUsed,
    capacity: fullestCapacity,
    fill: fullestFill,
  };
}

export const growthOf = (resource: ResourceName, perDay: number | null): Growth | null =>
  perDay === null ? null : { perDay, unit: SERIES[RESOURCES[resource].used].unit };

/** The kept numbers end at the day they were derived; days since then have no number yet. */
function sparklineUpTo({ sparkline, sparklineDay }: HostStatusRecord, now: Date): (number | null)[] {
  if (sparklineDay === null || sparkline.length === 0) return [];
  const daysSince = Math.floor(now.getTime() / DAY_MILLISECONDS) - sparklineDay.getTime() / DAY_MILLISECONDS;
  if (daysSince <= 0) return sparkline;
  return [...sparkline, ...new Array<null>(Math.min(daysSince, SPARKLINE_DAYS)).fill(null)].slice(-SPARKLINE_DAYS);
}
