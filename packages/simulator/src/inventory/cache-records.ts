import { MIB } from '../stores/store-model.ts';
import type { Moment } from './moment.ts';
import { deploymentsSince } from './runs.ts';
import type { Workload } from './workloads.ts';
import type { CacheRecord } from './world-builder.ts';

const RECORD_MIB = [4, 220] as const;
/** Every so many of them is a layer of an image as well. */
const SHARED_EVERY = 5;
/** Places of folders that builds keep: of the type exec.cachemount, and none of them shared. */
const MOUNT_PLACES = [42, 46, 54, 58, 62, 66];

/** BuildKit's: each used again and again until a newer one takes its place, and folders that builds keep. */
export function cacheRecordsOf(moment: Moment, workload: Workload): CacheRecord[] {
  const records = Array.from({ length: workload.cacheRecords }, (_, place) => recordOf(moment, place).record);
  const mounts = workload.cacheMounts.map((name, number): CacheRecord => {
    const place = MOUNT_PLACES[number] ?? 0;
    const at = moment.installedAt(`cache mount ${name}`);
    return { id: idOf(moment, `cache mount ${name}`), name, at, place, isShared: false, sizeBytes: 0 };
  });
  return [...records, ...mounts];
}

/** What shared records hold, and until when they do, milliseconds since the epoch. */
export function sharedCacheOf(moment: Moment, { cacheRecords }: Workload): { bytes: number; until: number } {
  let [bytes, until] = [0, Number.POSITIVE_INFINITY];
  for (let place = 0; place < cacheRecords; place += SHARED_EVERY) {
    const { record, replacedAt } = recordOf(moment, place);
    bytes += record.sizeBytes;
    until = Math.min(until, replacedAt);
  }
  return { bytes, until };
}

function recordOf(moment: Moment, place: number): { record: CacheRecord; replacedAt: number } {
  const [now] = deploymentsSince(moment, { name: `cache ${place}`, days: 1 + (place % 6), since: moment.at });
  const label = `cache ${place} ${now.number}`;
  const sizeBytes = moment.whole(label, ...RECORD_MIB) * MIB;
  const isShared = place % SHARED_EVERY === 0;
  const record = { id: idOf(moment, label), name: label, at: now.at, place, isShared, sizeBytes };
  return { record, replacedAt: now.replacedAt };
}

/** 25 characters of 128 bits, as BuildKit makes them. */
function idOf(moment: Moment, label: string): string {
  return BigInt(`0x${moment.hex(label, 32)}`)
    .toString(36)
    .padStart(25, '0');
}
