import type { BtrfsInventory, Subvolume } from '../../inventory/btrfs.ts';
import { type Holding, UNKNOWN_HOLDING } from './make-item.ts';

type Quota = Pick<BtrfsInventory, 'quota' | 'subvolumes'>;

const IN_VOLUME = /(?:^|\/)volumes\/([^/]+)\/_data(?=\/)/g;

/** The Docker volumes that a subvolume lies in, by its path: one of a nested daemon after that which holds the daemon. */
export const volumesOfPath = (path: string): string[] => [...path.matchAll(IN_VOLUME)].map(([, name = '']) => name);

/** What subvolumes of a file system hold, by their quota groups. */
export class SubvolumeBytes {
  readonly #byUuid: ReadonlyMap<string, Subvolume>;
  readonly #subvolumes: readonly Subvolume[];
  /** Made when it is first asked for: most ask of single subvolumes. */
  #byVolume: ReadonlyMap<string, Subvolume[]> | null = null;
  /** Quota groups that are on and need no rescan. */
  readonly #isTrusted: boolean;
  readonly #isSimple: boolean;

  constructor({ quota, subvolumes }: Quota) {
    this.#isTrusted = quota !== null && quota.mode !== 'off' && quota.isInconsistent !== true;
    this.#isSimple = quota?.mode === 'squota';
    this.#subvolumes = subvolumes ?? [];
    this.#byUuid = new Map(this.#subvolumes.flatMap((one) => (one.uuid === null ? [] : [[one.uuid, one] as const])));
  }

  /**
   * Its exclusive bytes for certain. What a read-only snapshot shares is told with what it is a snapshot of; what a
   * writable one reaches beyond its origin may be its own, and so may all that one without an origin reaches.
   */
  heldBy({ referencedBytes: reach, exclusiveBytes: own, parentUuid, readOnly }: Subvolume): NonNullable<Holding> {
    if (!this.#isTrusted || own === null) return UNKNOWN_HOLDING;
    if (this.#isSimple || reach === null) return { leastBytes: own, mostBytes: own };
    const origin = parentUuid === null ? undefined : this.#byUuid.get(parentUuid);
    if (origin === undefined) return { leastBytes: own, mostBytes: Math.max(own, reach) };
    if (readOnly === true || origin.referencedBytes === null) return { leastBytes: own, mostBytes: own };
    return { leastBytes: own, mostBytes: Math.max(own, reach - origin.referencedBytes) };
  }

  /**
   * What the deletion of some together gives back at the most; null = not known. What a read-only one shares counts too: one that
   * became so after it was written to has what its origin never had, and those that share it may be deleted with it.
   */
  mostFreedBy(subvolumes: readonly Subvolume[]): number | null {
    let bytes = 0;
    for (const one of subvolumes) {
      const { mostBytes } = this.heldBy({ ...one, readOnly: false });
      if (mostBytes === null) return null;
      bytes += mostBytes;
    }
    return bytes;
  }

  /** Of all that lie in a Docker volume; null = none does. */
  heldInVolume(volume: string): NonNullable<Holding> | null {
    this.#byVolume ??= byVolumeOf(this.#subvolumes);
    const inside = this.#byVolume.get(volume);
    return inside === undefined ? null : this.heldByAll(inside);
  }

  /** Of several together; not known when one of them is not. */
  heldByAll(subvolumes: readonly Subvolume[]): NonNullable<Holding> {
    let [leastBytes, mostBytes] = [0, 0];
    for (const one of subvolumes) {
      const held = this.heldBy(one);
      if (held.leastBytes === null || held.mostBytes === null) return UNKNOWN_HOLDING;
      leastBytes += held.leastBytes;
      mostBytes += held.mostBytes;
    }
    return { leastBytes, mostBytes };
  }
}

function byVolumeOf(subvolumes: readonly Subvolume[]): Map<string, Subvolume[]> {
  const byVolume = new Map<string, Subvolume[]>();
  for (const one of subvolumes) {
    for (const volume of volumesOfPath(one.path)) {
      const known = byVolume.get(volume);
      if (known === undefined) byVolume.set(volume, [one]);
      else known.push(one);
    }
  }
  return byVolume;
}
