import { readGrowers } from '@silt/db';
import { GROWER_RANGES, type Grower, MAX_GROWERS, SERIES } from '@silt/domain';
import { ServiceError } from '../service-error.ts';
import type { GrowersQuery } from '../web-services.ts';
import { longRead } from './long-read.ts';
import type { ReadContext } from './read-host.ts';

const DAY_MILLISECONDS = 86_400_000;
const MAX_GROWER_DAYS = Math.max(...Object.values(GROWER_RANGES));

/** Errors: `bad-input`, `unavailable` when it takes too long. */
export async function fleetGrowers(context: ReadContext, { rangeDays, limit }: GrowersQuery): Promise<Grower[]> {
  if (!Number.isInteger(rangeDays) || rangeDays < 1 || rangeDays > MAX_GROWER_DAYS)
    throw new ServiceError('bad-input', `Choose a range of 1 to ${MAX_GROWER_DAYS} days.`);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_GROWERS)
    throw new ServiceError('bad-input', `Ask for 1 to ${MAX_GROWERS} stores.`);
  const today = Math.floor(context.now.getTime() / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  const from = new Date(today - rangeDays * DAY_MILLISECONDS);
  const records = await longRead(context, (tx) => readGrowers(tx, context.organisationId, { from, limit }));
  return records.map(({ hostId, hostName, storeKey, storeName, series, ...record }) => ({
    ...{ hostId, hostName, storeKey, series },
    storeName: storeName ?? storeKey,
    unit: SERIES[series].unit,
    from: { day: isoDay(record.fromDay), value: record.fromValue },
    to: { day: isoDay(record.toDay), value: record.toValue },
    growth: record.toValue - record.fromValue,
  }));
}

const isoDay = (day: Date): string => day.toISOString().slice(0, 10);
