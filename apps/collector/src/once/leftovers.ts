import type { DataRoot, DockerVolume, Inventory, VolumeLeftover } from '@silt/domain';

/** What a nested daemon keeps in a volume, or left there. */
export interface Leftover {
  dataRoot: DataRoot;
  leftover: VolumeLeftover;
  /** null = the daemons did not tell, or do not have it. */
  volume: DockerVolume | null;
}

export function leftoversOf({ dataRoots, docker }: Inventory): Leftover[] {
  return dataRoots.flatMap((dataRoot) => {
    const daemons = (docker?.daemons ?? []).filter(({ key }) => dataRoot.daemonKeys.includes(key));
    const volumes = daemons.flatMap((daemon) => daemon.volumes ?? []);
    return (dataRoot.layers.leftovers ?? []).map((leftover) => ({
      dataRoot,
      leftover,
      volume: volumes.find(({ name }) => name === leftover.volume) ?? null,
    }));
  });
}

/**
 * Bytes that go with it, the least that is known: what its subvolumes hold alone by their quota groups, or Docker's own
 * count of the volume, which misses part of what lies in subvolumes. null = neither was read.
 */
export function leftoverBytes({ leftover, volume }: Leftover, { btrfs }: Inventory): number | null {
  const folder = `volumes/${leftover.volume}/_data/`;
  const known = (btrfs ?? [])
    .filter(({ quota }) => quota !== null && quota.mode !== 'off' && quota.isInconsistent !== true)
    .flatMap(({ subvolumes }) => subvolumes ?? [])
    .flatMap(({ path, exclusiveBytes }) => (exclusiveBytes !== null && path.includes(folder) ? [exclusiveBytes] : []));
  const counts = [known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0), volume?.sizeBytes ?? null];
  const read = counts.filter((bytes) => bytes !== null);
  return read.length === 0 ? null : Math.max(...read);
}
