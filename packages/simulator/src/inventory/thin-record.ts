import type { ThinRecord } from '@silt/domain';
import { GIB } from '../stores/store-model.ts';
import type { Moment } from './moment.ts';

/** moby, daemon/graphdriver/devmapper: dm.basesize. */
export const BASE_BYTES = 10 * GIB;
const DEVICE_IDS = 2 ** 24;

interface Made {
  createdAt: number;
  lane: number;
}

/** Number of a layer's device within the pool. */
export const thinDeviceIdOf = (moment: Moment, { createdAt, lane }: Made): number =>
  moment.serial(createdAt, lane) % DEVICE_IDS;

export function thinRecordOf(moment: Moment, made: Made): ThinRecord {
  return {
    ...{ deviceId: thinDeviceIdOf(moment, made), sizeBytes: BASE_BYTES, isInitialized: true, isDeleted: false },
    transactionId: moment.serial(made.createdAt, 0) / 1_024,
  };
}
