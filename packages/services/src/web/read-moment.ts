import {
  BLOCK_RETENTION_DAYS,
  HOUR_RETENTION_DAYS,
  type HostAddress,
  type HostRecord,
  type HostStatusRecord,
  type LastBeat,
  type LayoutRecord,
  MAX_BEAT_SPACING_SECONDS,
  readLayout,
  readReadingsAt,
  type TransactionSql,
} from '@silt/db';
import { backEndsOf, fullest, type Reading, resourceFills, SILENT_AFTER_BEATS } from '@silt/domain';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

/** What was last read of a host at a moment. */
export interface ReadMoment {
  observedAt: Date;
  layoutNo: number;
  layout: LayoutRecord;
  /** In the order of the layout's entries. */
  readings: Reading[];
}

/** null = nothing was read of it by then. */
export async function readMoment(tx: TransactionSql, host: HostAddress, at: Date): Promise<ReadMoment | null> {
  const read = await readReadingsAt(tx, host, at);
  if (read === null) return null;
  const { observedAt, layoutNo } = read;
  const layout = await readLayout(tx, host.organisationId, { hostId: host.hostId, layoutNo });
  return layout === null ? null : { observedAt, layoutNo, layout, readings: [...read.readings.values()] };
}

/** How far before a moment a sample may lie: what is old is kept by the hour, and later by the day. */
function spacingAt(at: Date, now: Date): number {
  const ageDays = (now.getTime() - at.getTime()) / 1_000 / DAY_SECONDS;
  if (ageDays < BLOCK_RETENTION_DAYS) return MAX_BEAT_SPACING_SECONDS;
  return ageDays < HOUR_RETENTION_DAYS ? HOUR_SECONDS + MAX_BEAT_SPACING_SECONDS : 2 * DAY_SECONDS;
}

/** Of a moment before, the forecasts are read by clock. */
const NO_FORECAST = {
  ...{ forecastStoreKey: null, forecastStoreName: null, forecastClock: null, forecastVerdict: null },
  ...{ forecastReason: null, forecastAlarm: false, forecastAt: null },
  ...{ daysLeftP10: null, daysLeftP50: null, daysLeftP90: null },
} satisfies Partial<HostStatusRecord>;

/** The host as its status would have told of it then. What nobody kept is null or nothing, not what it is now. */
export function hostAsOf<Host extends HostRecord & LastBeat>(
  host: Host,
  moment: ReadMoment | null,
  { at, now }: { at: Date; now: Date },
): HostRecord & LastBeat {
  const retiredAt = host.retiredAt !== null && host.retiredAt <= at ? host.retiredAt : null;
  if (moment === null) return { ...host, retiredAt, status: null, readings: null, probes: null };
  const { observedAt, layoutNo, layout, readings } = moment;
  const worst = fullest(resourceFills(layout, readings));
  const status: HostStatusRecord = {
    ...{ lastSeenAt: observedAt, observedAt, layoutNo, bootedAt: null, clockSkewMilliseconds: null },
    beatSeconds: spacingAt(at, now) / SILENT_AFTER_BEATS,
    ...{ probesRead: 0, probesTotal: 0 },
    fullestStoreKey: worst?.storeKey ?? null,
    fullestStoreName: layout.stores.find(({ key }) => key === worst?.storeKey)?.name ?? null,
    fullestResource: worst?.resource ?? null,
    fullestUsed: worst?.used ?? null,
    fullestCapacity: worst?.capacity ?? null,
    fullestFill: worst?.fill ?? null,
    backEnds: backEndsOf(layout),
    ...{ sparkline: [], sparklineDay: null, growthPerDay: null, ...NO_FORECAST },
    findings: { critical: 0, warning: 0, notice: 0 },
  };
  return { ...host, retiredAt, status, readings, probes: null };
}
