import type { BtrfsFacts, Reading, SeriesName } from '@silt/domain';

export type AllocationPartName =
  | 'dataUsed'
  | 'dataEmpty'
  | 'metadataUsed'
  | 'metadataEmpty'
  | 'system'
  | 'unallocated'
  | 'notExplained';

export interface AllocationPart {
  name: AllocationPartName;
  /** Bytes on the devices, every copy counted. */
  bytes: number;
  /** How many copies `bytes` holds; 1 for what has none. */
  copies: number;
}

/**
 * Bytes on devices for a byte of content, by profile and number of devices. Parity takes one or two devices' worth of
 * each stripe, which is as wide as there are devices. btrfs-man5, "PROFILES".
 */
function copiesOf(profiles: readonly string[], devices: number): number | null {
  const [profile] = profiles;
  if (profile === undefined || profiles.length > 1) return null;
  switch (profile) {
    case 'single':
    case 'raid0':
      return 1;
    case 'dup':
    case 'raid1':
    case 'raid10':
      return 2;
    case 'raid1c3':
      return 3;
    case 'raid1c4':
      return 4;
    case 'raid5':
      return devices > 1 ? devices / (devices - 1) : null;
    case 'raid6':
      return devices > 2 ? devices / (devices - 2) : null;
    default:
      return null;
  }
}

/** A rest smaller than this share of the devices is rounding: 1 MiB is kept back on each, and sizes are in sectors. */
const NEGLIGIBLE_REST = 0.001;

/**
 * How the devices of a btrfs are given out. null when a reading is missing, or while a balance has two profiles under
 * way, or where the sum is more than there is: a picture would be a guess then.
 */
export function allocationParts(
  facts: BtrfsFacts,
  readings: Partial<Record<SeriesName, Reading>>,
): { total: number; parts: AllocationPart[] } | null {
  const { dataUsedBytes, dataAllocatedBytes, metadataUsedBytes, metadataAllocatedBytes } = readings;
  const { systemAllocatedBytes, unallocatedBytes, deviceBytes } = readings;
  const count = facts.devices.length;
  const data = copiesOf(facts.profiles.data, count);
  const metadata = copiesOf(facts.profiles.metadata, count);
  const system = copiesOf(facts.profiles.system, count);
  if (data === null || metadata === null || system === null) return null;
  if (dataUsedBytes == null || dataAllocatedBytes == null) return null;
  if (metadataUsedBytes == null || metadataAllocatedBytes == null) return null;
  if (systemAllocatedBytes == null || unallocatedBytes == null || deviceBytes == null) return null;
  const parts: AllocationPart[] = [
    { name: 'dataUsed', bytes: Math.min(dataUsedBytes, dataAllocatedBytes) * data, copies: data },
    { name: 'dataEmpty', bytes: Math.max(0, dataAllocatedBytes - dataUsedBytes) * data, copies: data },
    { name: 'metadataUsed', bytes: metadataUsedBytes * metadata, copies: metadata },
    { name: 'metadataEmpty', bytes: (metadataAllocatedBytes - metadataUsedBytes) * metadata, copies: metadata },
    { name: 'system', bytes: systemAllocatedBytes * system, copies: system },
    { name: 'unallocated', bytes: unallocatedBytes, copies: 1 },
  ];
  const rest = deviceBytes - parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (rest < -NEGLIGIBLE_REST * deviceBytes) return null;
  if (rest > NEGLIGIBLE_REST * deviceBytes) parts.push({ name: 'notExplained', bytes: rest, copies: 1 });
  return { total: deviceBytes, parts };
}
