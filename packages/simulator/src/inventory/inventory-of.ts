import { type DockerInventory, findLeaks, type Inventory, type ProbeReport } from '@silt/domain';
import { blockDevicesOf } from './block-devices.ts';
import { btrfsOf } from './btrfs.ts';
import { btrfsMaintenanceOf } from './btrfs-maintenance.ts';
import { containerdOf, dockerDaemonOf } from './docker.ts';
import { fillWorlds } from './fill-worlds.ts';
import { layerSpacesOf } from './layer-spaces.ts';
import { dataRootOf } from './layers.ts';
import { iso, type Moment } from './moment.ts';
import { mountsOf } from './mounts.ts';
import { podsOf } from './processes.ts';
import { deviceNumberOf, siteOf } from './sites.ts';
import { thinOf } from './thin.ts';
import { worldOf } from './world.ts';
import type { World } from './world-builder.ts';

const CONTAINERD_ROOT = '/var/lib/containerd';

/** What the collector's slow beat would tell: null where its probe is not ok. `probes`: those of the slow beat. */
export function inventoryOf(moment: Moment, probes: readonly ProbeReport[]): Inventory {
  const isRead = (name: string): boolean => probes.find(({ probe }) => probe === name)?.status === 'ok';
  const ifRead = <Value>(name: string, value: Value): Value | null => (isRead(name) ? value : null);
  const worlds = moment.layout.daemons.map((daemon, place) => worldOf(moment, daemon, place));
  fillWorlds(moment, worlds);
  const thin = thinOf(moment, worlds, deviceNumberOf(moment, blockDevicesOf(moment, NO_THIN), 'mount:/'));
  const devices = blockDevicesOf(moment, thin);
  const docker = dockerOf(moment, worlds, devices);
  const dataRoots = groupsOf(worlds).map((group) => dataRootOf(moment, group));
  const dmDevices = new Map(thin.devices.map(({ docker: name, device }) => [name?.layerId ?? '', device ?? '']));
  const mounts = mountsOf(moment, worlds, dmDevices);
  const areLayersRead = isRead('docker') && isRead('layers');
  return {
    takenAt: iso(moment.at),
    devices: ifRead('devices', devices),
    btrfs: ifRead('subvolumes', btrfsOf(moment, worlds)),
    btrfsMaintenance: btrfsMaintenanceOf(moment),
    thin: ifRead('thin-devices', thin),
    docker: ifRead('docker', docker),
    dataRoots: areLayersRead ? dataRoots : [],
    containerdRoots: areLayersRead ? containerdRootsOf(moment, docker) : [],
    mounts: ifRead('mounts', mounts),
    leaks: areLayersRead && isRead('mounts') ? findLeaks(mounts, docker.daemons, dataRoots) : null,
    layerSpaces: ifRead('mounts', layerSpacesOf(worlds, mounts)),
    maxUserNamespaces: moment.whole('user namespaces', 15_000, 250_000),
    probes: [...probes],
  };
}

const NO_THIN = { pools: [], devices: [], lvm: null };

function dockerOf(
  moment: Moment,
  worlds: readonly World[],
  devices: ReturnType<typeof blockDevicesOf>,
): DockerInventory {
  const daemons = worlds.map((world, place) => {
    return dockerDaemonOf(moment, world, place, siteOf(moment, devices, world.daemon));
  });
  const isNode = podsOf(moment).length > 0;
  if (!isNode && daemons.length === 0) return { daemons, containerds: [] };
  const own = moment.layout.stores.find(({ name }) => name === CONTAINERD_ROOT);
  const site = siteOf(moment, devices, { dataRoot: CONTAINERD_ROOT, storeKey: own?.key ?? 'mount:/' });
  return { daemons, containerds: [containerdOf(moment, site)] };
}

function containerdRootsOf(moment: Moment, { containerds }: DockerInventory): Inventory['containerdRoots'] {
  const pods = podsOf(moment).length;
  // Each container has some images' layers below it, which are snapshots too.
  const overlay = { name: 'overlayfs', snapshotCount: pods * 7, otherCount: 0, hasMetadataDb: true };
  return containerds.map(({ key, root }) => ({
    ...{ containerdKeys: [key], path: root ?? '', snapshotters: pods === 0 ? [] : [overlay] },
  }));
}

/** Worlds by the folder that they keep their data in. */
function groupsOf(worlds: readonly World[]): [World, ...World[]][] {
  const groups = new Map<string, [World, ...World[]]>();
  for (const world of worlds) {
    const { dataRoot } = world.daemon;
    const known = groups.get(dataRoot);
    if (known === undefined) groups.set(dataRoot, [world]);
    else known.push(world);
  }
  return [...groups.values()];
}
