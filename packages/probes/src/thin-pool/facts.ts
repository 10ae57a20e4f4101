import type { Reading, SeriesName, ThinPoolFacts, ThinPoolState } from '@silt/domain';
import type { Broken, PoolStatus, PoolTable } from './parse.ts';

/** dm-thin-metadata counts in blocks of this size, whatever the data block is. */
const METADATA_BLOCK_BYTES = 4_096;
const SECTOR_BYTES = 512;

type PoolSeriesName = Exclude<Extract<SeriesName, `pool${string}`>, 'poolGroupFreeBytes'>;
export type PoolSeries = Record<PoolSeriesName, Reading>;

/** null = the lines do not say. `table`: null = not read. */
export function stateOfPool(status: PoolStatus | { broken: Broken }, table: PoolTable | null): ThinPoolState | null {
  if ('broken' in status) return status.broken;
  if (status.needsCheck === true) return 'needs-check';
  const { mode, metadata } = status;
  if (mode === 'ro') {
    if (table?.features.includes('read_only')) return 'read-only-asked';
    return metadata.total !== null && metadata.used === metadata.total ? 'read-only-metadata-full' : 'read-only';
  }
  return mode === 'out_of_data_space' ? stateWithoutSpace(status, table) : mode === 'rw' ? 'rw' : null;
}

/** The kernel turns queueing into erroring when its timeout ran out; the table still says what was asked for. */
function stateWithoutSpace({ noSpace }: PoolStatus, table: PoolTable | null): ThinPoolState {
  if (noSpace === 'queue_if_no_space') return 'out-of-data-space-queueing';
  if (noSpace === null || table === null) return 'out-of-data-space';
  return table.features.includes('error_if_no_space') ? 'out-of-data-space-erroring' : 'out-of-data-space-timed-out';
}

/** Facts that change rarely, so that a beat's layout is that of the one before. */
export function factsOfPool(
  state: ThinPoolState | null,
  status: PoolStatus | null,
  table: PoolTable | null,
  suspended: boolean | null,
): ThinPoolFacts {
  return {
    state,
    words: status?.words ?? null,
    features: table?.features ?? null,
    suspended,
    metadataSnapshotHeld: status?.metadataSnapshotHeld ?? null,
    metadataDevice: table?.metadataDevice ?? null,
    dataDevice: table?.dataDevice ?? null,
    dataBlockBytes: table === null ? null : bytesOf(table.dataBlockSectors, SECTOR_BYTES),
    lowWaterBlocks: table?.lowWaterBlocks ?? null,
    metadataLowWaterBlocks: status?.metadataLowWaterBlocks ?? null,
  };
}

/** null = not read, or beyond 2^53. */
export function seriesOfPool(status: PoolStatus | null, table: PoolTable | null): PoolSeries {
  const blockBytes = table === null ? null : bytesOf(table.dataBlockSectors, SECTOR_BYTES);
  const { data, metadata } = status ?? { data: null, metadata: null };
  return {
    poolDataUsedBytes: bytesOf(data?.used ?? null, blockBytes),
    poolDataCapacityBytes: bytesOf(data?.total ?? null, blockBytes),
    poolMetadataUsedBytes: bytesOf(metadata?.used ?? null, METADATA_BLOCK_BYTES),
    poolMetadataCapacityBytes: bytesOf(metadata?.total ?? null, METADATA_BLOCK_BYTES),
  };
}

function bytesOf(blocks: number | null, blockBytes: number | null): number | null {
  const bytes = blocks === null || blockBytes === null ? null : blocks * blockBytes;
  return bytes === null || Number.isSafeInteger(bytes) ? bytes : null;
}
