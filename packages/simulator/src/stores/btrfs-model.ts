import type { SeriesName, Store } from '@silt/domain';
import { type Process, steady } from '../processes.ts';
import { Leak, Patience } from '../relief.ts';
import { at, BLOCK_BYTES, floorTo, GIB, KIB, MIB, roundTo, type StateKind, type StoreModel } from './store-model.ts';

const DATA_CHUNK_BYTES = GIB;
/** Metadata chunks are larger on file systems above 50 GiB. */
const LARGE_FILE_SYSTEM_BYTES = 50 * GIB;
const SMALL_METADATA_CHUNK_BYTES = 256 * MIB;
const SYSTEM_BYTES = 8 * MIB;
const SYSTEM_USED_BYTES = 16 * KIB;
const NODE_BYTES = 16 * KIB;
/** What a file system always has in read-only metadata, as captured. */
const READ_ONLY_BYTES = 64 * KIB;
/** Head of each device that the allocator leaves alone; statfs takes it off, sysfs does not. */
const SUPER_BYTES = MIB;
const LEAST_RESERVE_BYTES = 5.5 * MIB;
const MOST_RESERVE_BYTES = 512 * MIB;
const RESERVE_SHARE = 0.05;
/** A new metadata chunk is made when less than this is left in the ones there are. */
const METADATA_SPARE_BYTES = 32 * MIB;
/** Headroom at which writes fail, as captured. */
const ENOSPC_HEADROOM_BYTES = 4.2 * MIB;
const LOW_HEADROOM_BYTES = 64 * MIB;
/** Chunks with room in them that a balance leaves. */
const KEPT_CHUNKS = 2;
/** So that two copies divide evenly. */
const ALIGN_BYTES = 2 * MIB;

export interface BtrfsOptions {
  store: Store;
  /** Bytes of all devices together. */
  device: Process;
  /** Copies on the devices: 1 = single, 2 = dup or raid1. */
  dataCopies: 1 | 2;
  metadataCopies: 1 | 2;
  data: Process;
  dataLeak?: Process;
  /** Room in data chunks that deletes left in pieces too small to use: only a balance gives it back. */
  holes?: Process;
  /** Step at which somebody runs a balance: holes begin anew then, what leaks goes on. */
  balancedAtStep?: number;
  metadata: Process;
  metadataLeak?: Process;
}

const DATA = 0;
const METADATA = 1;
const DATA_CHUNKS = 2;
const METADATA_CHUNKS = 3;
const DEVICE = 4;

/** btrfs with its chunks: unallocated space goes to data or metadata chunk by chunk and does not come back by itself. */
export class BtrfsModel implements StoreModel {
  readonly store: Store;
  readonly series: readonly SeriesName[] = [
    'usedBytes',
    'capacityBytes',
    'dataUsedBytes',
    'dataAllocatedBytes',
    'dataCapacityBytes',
    'metadataUsedBytes',
    'metadataAllocatedBytes',
    'metadataCommittedBytes',
    'metadataCapacityBytes',
    'systemUsedBytes',
    'systemAllocatedBytes',
    'globalReserveBytes',
    'unallocatedBytes',
    'deviceBytes',
    'deviceErrors',
  ];
  readonly state: readonly StateKind[] = ['line', 'line', 'most', 'most', 'most'];
  readonly #options: BtrfsOptions;
  readonly #leaks: { data: Leak; holes: Leak; metadata: Leak };
  readonly #patience = new Patience();
  #dataChunks = 0;
  #metadataChunks = 0;
  /** Of the last step, so that data never takes the room that metadata already stands in. */
  #committed = 0;
  #balanceIsDue = false;

  constructor(options: BtrfsOptions) {
    this.#options = options;
    this.store = options.store;
    this.#leaks = {
      data: new Leak(options.dataLeak ?? steady(0)),
      holes: new Leak(options.holes ?? steady(0)),
      metadata: new Leak(options.metadataLeak ?? steady(0)),
    };
  }

  get cleanedUpStep(): number {
    return this.#leaks.data.undoneAtStep;
  }

  advance(step: number, state: Float64Array): void {
    const { metadataCopies } = this.#options;
    const device = floorTo(this.#options.device(step), ALIGN_BYTES);
    const data = this.#options.data(step) + this.#leaks.data.at(step);
    // Metadata waits a step for what a balance gives back, since between two steps the greater allocation holds.
    const metadataMayGrow = !this.#balanceIsDue;
    if (this.#balanceIsDue) this.#balance(data);
    this.#allocateData(data + this.#leaks.holes.at(step), device);
    const used = Math.min(data, this.#dataChunks);
    const wanted = this.#options.metadata(step) + this.#leaks.metadata.at(step);
    if (metadataMayGrow) this.#allocateMetadata(wanted, device);
    const unallocated = this.#unallocated(device);
    const capacity = this.#metadataChunks + unallocated / metadataCopies;
    const metadata = Math.min(wanted, capacity - READ_ONLY_BYTES - reserveOf(wanted) - ENOSPC_HEADROOM_BYTES);
    this.#committed = metadata + READ_ONLY_BYTES + reserveOf(metadata);
    const dataIsFull = unallocated < ALIGN_BYTES && used === this.#dataChunks;
    if (this.#patience.isOver(dataIsFull || capacity - this.#committed < LOW_HEADROOM_BYTES)) {
      for (const leak of Object.values(this.#leaks)) leak.undo(step);
      this.#balanceIsDue = true;
    }
    if (step === this.#options.balancedAtStep) {
      this.#leaks.holes.undo(step);
      this.#balanceIsDue = true;
    }
    state[DATA] = used;
    state[METADATA] = metadata;
    state[DATA_CHUNKS] = this.#dataChunks;
    state[METADATA_CHUNKS] = this.#metadataChunks;
    state[DEVICE] = device;
  }

  emit(state: Float64Array, readings: Float64Array): void {
    const { dataCopies, metadataCopies } = this.#options;
    const data = roundTo(at(state, DATA), BLOCK_BYTES);
    const metadata = roundTo(at(state, METADATA), NODE_BYTES);
    const dataChunks = at(state, DATA_CHUNKS);
    const metadataChunks = at(state, METADATA_CHUNKS);
    const device = at(state, DEVICE);
    const reserve = reserveOf(metadata);
    const unallocated = device - dataCopies * dataChunks - metadataCopies * (metadataChunks + SYSTEM_BYTES);
    const forData = unallocated / dataCopies;
    // statfs of fs/btrfs/super.c: everything by the copies of data, and the global reserve counts as used.
    const raw = dataCopies * data + metadataCopies * (metadata + SYSTEM_USED_BYTES);
    const used = floorTo(raw / dataCopies, BLOCK_BYTES) + reserve;
    const available = dataChunks - data + Math.max(0, forData - SUPER_BYTES);
    readings[0] = used;
    readings[1] = used + floorTo(available, BLOCK_BYTES);
    readings[2] = data;
    readings[3] = dataChunks;
    readings[4] = dataChunks + forData;
    readings[5] = metadata;
    readings[6] = metadataChunks;
    readings[7] = metadata + READ_ONLY_BYTES + reserve;
    readings[8] = metadataChunks + unallocated / metadataCopies;
    readings[9] = SYSTEM_USED_BYTES;
    readings[10] = SYSTEM_BYTES;
    readings[11] = reserve;
    readings[12] = unallocated;
    readings[13] = device;
    readings[14] = 0;
  }

  #unallocated(device: number): number {
    const { dataCopies, metadataCopies } = this.#options;
    return device - dataCopies * this.#dataChunks - metadataCopies * (this.#metadataChunks + SYSTEM_BYTES);
  }

  #allocateData(wanted: number, device: number): void {
    const { dataCopies, metadataCopies } = this.#options;
    while (wanted > this.#dataChunks) {
      const stoodIn = Math.max(0, this.#committed + ENOSPC_HEADROOM_BYTES - this.#metadataChunks) * metadataCopies;
      const room = floorTo((this.#unallocated(device) - stoodIn) / dataCopies, ALIGN_BYTES);
      if (room <= 0) return;
      this.#dataChunks += Math.min(DATA_CHUNK_BYTES, room);
    }
  }

  #allocateMetadata(wanted: number, device: number): void {
    const { metadataCopies } = this.#options;
    const chunk = device > LARGE_FILE_SYSTEM_BYTES ? GIB : SMALL_METADATA_CHUNK_BYTES;
    const committed = wanted + READ_ONLY_BYTES + reserveOf(wanted);
    while (committed + METADATA_SPARE_BYTES > this.#metadataChunks) {
      const room = floorTo(this.#unallocated(device) / metadataCopies, ALIGN_BYTES);
      if (room <= 0) return;
      this.#metadataChunks += Math.min(chunk, room);
    }
  }

  /** Empty data chunks are given back; those of metadata never are. */
  #balance(data: number): void {
    const kept = (Math.ceil(data / DATA_CHUNK_BYTES) + KEPT_CHUNKS) * DATA_CHUNK_BYTES;
    this.#dataChunks = Math.min(this.#dataChunks, kept);
    this.#balanceIsDue = false;
  }
}

function reserveOf(metadata: number): number {
  const wanted = Math.min(MOST_RESERVE_BYTES, Math.max(LEAST_RESERVE_BYTES, metadata * RESERVE_SHARE));
  return roundTo(wanted, NODE_BYTES);
}
