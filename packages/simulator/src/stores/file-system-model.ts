import type { SeriesName, Store } from '@silt/domain';
import { type Process, steady } from '../processes.ts';
import { Leak, Patience } from '../relief.ts';
import { at, BLOCK_BYTES, floorTo, roundTo, type StateKind, type StoreModel } from './store-model.ts';

/** Fill from which writes fail here and there and people take notice. */
const FULL = 0.998;
const XFS_INODE_BYTES = 512;
/** mkfs.xfs: imaxpct. */
const XFS_INODE_SHARE = 0.25;

export interface FileSystemOptions {
  store: Store;
  /** Bytes that df calls the size less the reserved ones. */
  capacity: Process;
  used: Process;
  leak?: Process;
  /** Null where the file system counts no inodes (vfat). */
  inodes: { used: Process; leak?: Process; capacity: number | 'as-space-allows' } | null;
}

const USED = 0;
const CAPACITY = 1;
const INODES = 2;

/** ext4, xfs, vfat: used and capacity of space, and of inodes where they are counted. */
export class FileSystemModel implements StoreModel {
  readonly store: Store;
  readonly series: readonly SeriesName[];
  readonly state: readonly StateKind[] = ['line', 'most', 'line'];
  /** Bytes free for others at the last `emit`. */
  availableBytes = 0;
  /** Bytes of loop files on it, as of the last step of the stores within. */
  readonly loopFiles: (() => number)[] = [];
  readonly #options: FileSystemOptions;
  readonly #leak: Leak;
  readonly #inodeLeak: Leak;
  readonly #patience = new Patience();
  readonly #inodePatience = new Patience();

  constructor(options: FileSystemOptions) {
    this.#options = options;
    this.store = options.store;
    this.#leak = new Leak(options.leak ?? steady(0));
    this.#inodeLeak = new Leak(options.inodes?.leak ?? steady(0));
    const inodes: SeriesName[] = options.inodes === null ? [] : ['usedInodes', 'capacityInodes'];
    this.series = ['usedBytes', 'capacityBytes', ...inodes];
  }

  get cleanedUpStep(): number {
    return this.#leak.undoneAtStep;
  }

  advance(step: number, state: Float64Array): void {
    const { used, capacity, inodes } = this.#options;
    const most = floorTo(capacity(step), BLOCK_BYTES);
    const files = this.loopFiles.reduce((total, file) => total + file(), 0);
    const wanted = used(step) + this.#leak.at(step) + files;
    if (this.#patience.isOver(wanted > most * FULL)) this.#leak.undo(step);
    state[USED] = Math.min(most, Math.max(0, wanted));
    state[CAPACITY] = most;
    if (inodes === null) return;
    const wantedInodes = inodes.used(step) + this.#inodeLeak.at(step);
    const mostInodes = inodes.capacity === 'as-space-allows' ? this.#xfsInodes(most) : inodes.capacity;
    if (this.#inodePatience.isOver(wantedInodes > mostInodes * FULL)) this.#inodeLeak.undo(step);
    state[INODES] = Math.min(mostInodes, Math.max(0, wantedInodes));
  }

  emit(state: Float64Array, readings: Float64Array): void {
    const { inodes } = this.#options;
    const used = roundTo(at(state, USED), BLOCK_BYTES);
    const capacity = at(state, CAPACITY);
    this.availableBytes = capacity - used;
    readings[0] = used;
    readings[1] = capacity;
    if (inodes === null) return;
    const usedInodes = Math.round(at(state, INODES));
    readings[2] = usedInodes;
    readings[3] =
      inodes.capacity === 'as-space-allows'
        ? Math.max(
            usedInodes,
            Math.min(this.#xfsInodes(capacity), usedInodes + Math.floor(this.availableBytes / XFS_INODE_BYTES)),
          )
        : inodes.capacity;
  }

  #xfsInodes(capacityBytes: number): number {
    return Math.floor((capacityBytes * XFS_INODE_SHARE) / XFS_INODE_BYTES);
  }
}
