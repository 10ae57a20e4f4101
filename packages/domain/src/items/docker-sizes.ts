import type { DockerDaemon } from '../inventory/docker.ts';
import type { Inventory } from '../inventory/inventory.ts';

/** Three times what daemons are asked at. What is older is not read. */
export const DOCKER_SIZES_MAX_AGE_MILLISECONDS = 3 * 3_600_000;

type Sizes = Pick<DockerDaemon, 'containers' | 'images' | 'volumes' | 'buildCache'>;

/**
 * Daemons walk their layers once an hour, and inventories come more often: this keeps what the last walk told, so that a
 * size does not turn into "not read" between two of them. One of these a host, and each inventory through `fill`.
 */
export class DockerSizes {
  readonly #last = new Map<string, { at: number; sizes: Sizes }>();

  /** The inventory with the sizes of the last walk where this one brought none. What came since has none. */
  fill(inventory: Inventory): Inventory {
    if (inventory.docker === null) return inventory;
    const at = Date.parse(inventory.takenAt);
    const daemons = inventory.docker.daemons.map((daemon) => this.#fillOne(daemon, at));
    for (const [key, last] of this.#last) if (isTooOld(last.at, at)) this.#last.delete(key);
    return { ...inventory, docker: { ...inventory.docker, daemons } };
  }

  #fillOne(daemon: DockerDaemon, at: number): DockerDaemon {
    if (daemon.state !== 'answers') return daemon;
    if (isWalked(daemon)) {
      const { containers, images, volumes, buildCache } = daemon;
      this.#last.set(daemon.key, { at, sizes: { containers, images, volumes, buildCache } });
      return daemon;
    }
    const last = this.#last.get(daemon.key);
    return last === undefined || isTooOld(last.at, at) ? daemon : { ...daemon, ...withSizes(daemon, last.sizes) };
  }
}

/** Backwards too: the host's clock may have been set. */
const isTooOld = (readAt: number, now: number): boolean => Math.abs(now - readAt) > DOCKER_SIZES_MAX_AGE_MILLISECONDS;

/** A walk tells the build cache, or of an older daemon at least a container's or a volume's bytes. */
const isWalked = ({ buildCache, containers, volumes }: Sizes): boolean =>
  buildCache !== null ||
  (containers ?? []).some(({ writableBytes }) => writableBytes !== null) ||
  (volumes ?? []).some(({ sizeBytes }) => sizeBytes !== null);

function withSizes(now: Sizes, last: Sizes): Sizes {
  const containers = new Map(last.containers?.map((one) => [one.id, one]));
  const images = new Map(last.images?.map((one) => [one.id, one]));
  const volumes = new Map(last.volumes?.map((one) => [one.name, one]));
  return {
    containers:
      now.containers?.map((one) => {
        const { writableBytes = null, rootFsBytes = null } = containers.get(one.id) ?? {};
        return { ...one, writableBytes, rootFsBytes };
      }) ?? null,
    images: now.images?.map((one) => ({ ...one, sharedBytes: images.get(one.id)?.sharedBytes ?? null })) ?? null,
    volumes: now.volumes?.map((one) => ({ ...one, sizeBytes: volumes.get(one.name)?.sizeBytes ?? null })) ?? null,
    buildCache: last.buildCache,
  };
}
