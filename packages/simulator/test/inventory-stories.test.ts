import {
  confirmOrphans,
  containerBytesOf,
  devicemapperMap,
  type LayerStoreRead,
  overcommitOf,
  sharedDataRoots,
} from '@silt/domain';
import { describe, expect, test } from 'vitest';
import { simulatedFleet } from '../src/index.ts';
import { daemonsOf, read, type Seen, seenAt } from './inventories.ts';
import { ANCHOR, hostNamed } from './views.ts';

/** Two beats of the slow beat apart, and a day: in days. */
const TEN_MINUTES = 10 / 1_440;

function at(name: string, day: number): Seen {
  const seen = seenAt(hostNamed(name), day);
  if (seen === null) throw new Error(`${name} sends nothing`);
  return seen;
}

const containersOf = (seen: Seen) => daemonsOf(seen).flatMap(({ containers }) => read(containers));
const volumesOf = (seen: Seen) => daemonsOf(seen).flatMap(({ volumes }) => read(volumes));
const leftoversOf = ({ inventory }: Seen) => inventory.dataRoots.flatMap(({ layers }) => read(layers.leftovers));
const leftAlone = (seen: Seen) => leftoversOf(seen).filter(({ isInUse }) => !isInUse);
const containerNamed = (seen: Seen, name: string) => containersOf(seen).find(({ names }) => names.includes(name));

function layersRead({ inventory }: Seen): LayerStoreRead {
  return { readAt: inventory.takenAt, store: read(inventory.dataRoots[0]).layers };
}

describe('the five incidents', () => {
  test('1: volumes of nested daemons stay and grow in number, and a volume that stays keeps its name', () => {
    const [before, early, now] = [-18.2, -9.2, 0].map((day) => at('ci-runner-07', day)) as [Seen, Seen, Seen];
    expect(leftAlone(before)).toEqual([]);
    expect(leftAlone(early).length).toBeGreaterThan(15);
    expect(leftAlone(now).length).toBeGreaterThan(leftAlone(early).length + 20);
    const names = new Set(leftAlone(now).map(({ volume }) => volume));
    for (const { volume } of leftAlone(early)) expect(names).toContain(volume);
    for (const { references, anonymous, name } of volumesOf(now)) {
      if (names.has(name)) expect([references, anonymous]).toEqual([0, true]);
    }
    const [removed, whole] = [true, false].map((half) => {
      return leftAlone(now).filter(({ companions }) => (companions.length === 0) === half);
    });
    expect(removed?.length).toBeGreaterThan(5);
    expect(whole?.length).toBeGreaterThan(removed?.length ?? 0);
    expect(new Set(leftAlone(now).map(({ nestedSubvolumes }) => nestedSubvolumes.length))).toEqual(new Set([3]));
  });

  test('1: they are gone once somebody has cleaned up', () => {
    const counts = Array.from({ length: 13 }, (_, day) => seenAt(hostNamed('ci-runner-07'), day))
      .filter((seen) => seen !== null)
      .map((seen) => leftAlone(seen).length);
    expect(Math.min(...counts)).toBeLessThan(counts[0] ?? 0);
    expect(Math.min(...counts)).toBeLessThan(30);
  });

  test('2: another namespace holds ever more layers of removed and of half removed containers', () => {
    const [before, early, now] = [-47, -16, 0].map((day) => at('build-03', day)) as [Seen, Seen, Seen];
    expect(before.inventory.leaks).toEqual([]);
    const held = [early, now].map(({ inventory }) => read(inventory.leaks));
    expect(held[0]?.length).toBeGreaterThan(0);
    expect(held[1]?.length).toBeGreaterThan(20);
    const leaks = read(now.inventory.leaks);
    expect(new Set(leaks.map(({ reason }) => reason))).toEqual(new Set(['container not running', 'container unknown']));
    expect(leaks.every(({ reachedByUnmount }) => !reachedByUnmount)).toBe(true);
    const names = leaks.flatMap(({ places }) => places.flatMap(({ holders }) => holders.map(({ name }) => name)));
    expect(new Set(names)).toEqual(new Set(['backup-agent', 'metrics-agent']));
    for (const { containerId, reason, mountId } of leaks) {
      const own = containersOf(now).find(({ id }) => id === containerId);
      if (reason === 'container not running') expect(own?.state).toBe('dead');
      else expect(layersRead(now).store.entries?.find(({ name }) => name === mountId)?.class).toBe('candidate-orphan');
    }
    expect(read(now.inventory.mounts?.pins).map(({ holderCount }) => holderCount)).toEqual([1, 1]);
  });

  test('3: a second daemon is on the data root of the first, which is read once for both', () => {
    const [before, now] = [-7, 0].map((day) => at('k8s-node-09', day)) as [Seen, Seen];
    expect(sharedDataRoots(daemonsOf(before))).toEqual([]);
    const [group, ...others] = sharedDataRoots(daemonsOf(now));
    expect(others).toEqual([]);
    expect(group?.map(({ key }) => key)).toEqual(now.layout.daemons.map(({ key }) => key));
    expect(now.inventory.dataRoots.map(({ daemonKeys }) => daemonKeys)).toEqual([group?.map(({ key }) => key)]);
    const pods = daemonsOf(now).map(({ podUid, mountNamespace }) => `${podUid} ${mountNamespace}`);
    expect(new Set(pods).size).toBe(2);
    const ids = daemonsOf(now).map(({ containers }) => new Set(read(containers).map(({ id }) => id)));
    expect([...(ids[0] ?? [])].filter((id) => ids[1]?.has(id))).toEqual([]);
  });

  test('4: snapshots of the volume pile up, and the pool promises ever more', () => {
    const [before, now] = [-20, 0].map((day) => read(at('thin-db-02', day).inventory.thin));
    const snapshots = [before, now].map((thin) => read(thin?.lvm).volumes.filter(({ origin }) => origin !== null));
    expect(snapshots[0]).toHaveLength(7);
    expect(snapshots[1]?.length).toBeGreaterThan(50);
    expect(snapshots.flat().every(({ isActive, origin }) => !isActive && origin === 'vg0/postgresql')).toBe(true);
    const [less, more] = [before, now].map((thin) => overcommitOf(read(thin), read(thin?.pools[0])));
    expect(read(more)).toBeGreaterThan(5 * read(less));
  });

  test('5: containers of jobs stay', () => {
    const [early, now] = [-30, 0].map((day) => {
      return containersOf(at('ci-runner-12', day)).filter(({ state }) => state === 'exited');
    }) as [ReturnType<typeof containersOf>, ReturnType<typeof containersOf>];
    expect(now.length).toBeGreaterThan(early.length + 10);
    const ids = new Set(now.map(({ id }) => id));
    expect(early.filter(({ id }) => ids.has(id)).length).toBeGreaterThan(20);
  });

  test('5: what two reads a day apart both have without a record is an orphan; zombies hold their layers', () => {
    const [before, now] = [-1, 0].map((day) => layersRead(at('ci-runner-12', day))) as [LayerStoreRead, LayerStoreRead];
    const verdict = confirmOrphans(before, now);
    const orphans = 'orphans' in verdict ? verdict.orphans.map(({ name }) => name) : [];
    const [early, late] = [before, now].map(({ store }) =>
      read(store.entries).flatMap((one) => (one.class === 'candidate-orphan' ? [one.name] : [])),
    );
    expect(orphans.length).toBeGreaterThan(3);
    expect(orphans).toEqual(late?.filter((name) => early?.includes(name)));
    const zombies = read(now.store.zombies);
    expect(zombies.length).toBeGreaterThan(0);
    expect(zombies.every(({ holds }) => holds.length === 2)).toBe(true);
  });
});

test('no other host has leaks, orphans, zombies or volumes of nested daemons that nobody uses', () => {
  const stories = ['ci-runner-07', 'ci-runner-03', 'build-03', 'ci-runner-12'];
  for (const host of simulatedFleet({ seed: 'a', anchorAt: ANCHOR })) {
    if (stories.includes(host.facts.name)) continue;
    const seen = seenAt(host, 0);
    if (seen === null) continue;
    const { leaks, dataRoots } = seen.inventory;
    expect(leaks ?? [], host.facts.name).toEqual([]);
    expect(leftAlone(seen), host.facts.name).toEqual([]);
    for (const { layers } of dataRoots) {
      expect([layers.entryCounts?.['candidate-orphan'], layers.zombies?.length], host.facts.name).toEqual([0, 0]);
    }
  }
});

test('from a container of the devicemapper driver its records lead to the device in the pool', () => {
  for (const name of ['thin-db-01', 'thin-db-02', 'thin-db-03']) {
    const seen = at(name, 0);
    const map = read(devicemapperMap(layersRead(seen).store));
    const devices = read(seen.inventory.thin).devices;
    const containers = containersOf(seen);
    expect(map.map(({ containerId }) => containerId)).toEqual(containers.map(({ id }) => id).sort());
    for (const { containerId, mountId, deviceId } of map) {
      const container = read(containers.find(({ id }) => id === containerId));
      expect([container.details?.mountId, container.details?.thinDeviceId]).toEqual([mountId, deviceId]);
      const device = devices.find(({ docker }) => docker?.layerId === mountId);
      expect(device?.deviceId).toBe(container.state === 'running' ? deviceId : undefined);
    }
  }
});

test('what a container holds is known for every one', () => {
  for (const name of ['web-01', 'nas-01', 'thin-db-01', 'ci-runner-01']) {
    const seen = at(name, 0);
    for (const daemon of daemonsOf(seen)) {
      expect(containerBytesOf(daemon, seen.inventory).size).toBe(daemon.containers?.length);
    }
  }
});

test('a node of a cluster has a containerd and the mounts of its pods, and no Docker', () => {
  const { inventory } = at('k8s-node-01', 0);
  expect(inventory.docker).toMatchObject({ daemons: [], containerds: [{ root: '/var/lib/containerd' }] });
  expect(inventory.containerdRoots.map(({ containerdKeys }) => containerdKeys)).toEqual([
    inventory.docker?.containerds.map(({ key }) => key),
  ]);
  const pods = inventory.mounts?.namespaces.filter(({ holders }) => holders[0]?.owner?.podUid != null);
  expect(pods?.length).toBeGreaterThan(10);
});

test('the NAS boxes have snapshots of the last nights, of the share that they were taken of', () => {
  const [before, now] = [-1, 0].map((day) => read(at('nas-01', day).inventory.btrfs?.[0]?.subvolumes));
  const [old, fresh] = [before, now].map((all) => read(all).filter(({ path }) => path.startsWith('.snapshots/home-')));
  expect(fresh).toHaveLength(14);
  expect(
    fresh?.every(
      ({ readOnly, parentUuid }) => readOnly && parentUuid === now?.find(({ path }) => path === 'home')?.uuid,
    ),
  ).toBe(true);
  const kept = fresh?.filter(({ id }) => old?.some((one) => one.id === id));
  expect(kept).toHaveLength(13);
});

describe('over time', () => {
  test('a service that is deployed daily has another container a day later, a database and its volume are the same', () => {
    const [before, now] = [-1, 0].map((day) => at('web-01', day)) as [Seen, Seen];
    const [old, fresh] = [before, now].map((seen) => containerNamed(seen, 'shop-api-1'));
    expect(fresh?.id).not.toBe(old?.id);
    expect(fresh?.mounts).toEqual(old?.mounts);
    expect(containerNamed(now, 'shop-db-1')?.id).toBe(containerNamed(before, 'shop-db-1')?.id);
  });

  /** Ids of all that an inventory lists. */
  function idsOf(seen: Seen): Set<string> {
    const { btrfs, thin, dataRoots, devices, leaks, mounts } = seen.inventory;
    return new Set([
      ...containersOf(seen).map(({ id }) => `container ${id}`),
      ...volumesOf(seen).map(({ name }) => `volume ${name}`),
      ...daemonsOf(seen).flatMap(({ images }) => read(images).map(({ id }) => `image ${id}`)),
      ...(btrfs ?? []).flatMap(({ subvolumes }) => read(subvolumes).map(({ id }) => `subvolume ${id}`)),
      ...(thin?.devices ?? []).map(({ name }) => `thin ${name}`),
      ...(thin?.lvm?.volumes ?? []).map(({ name }) => `lvm ${name}`),
      ...dataRoots.flatMap(({ layers }) => read(layers.entries).map(({ name }) => `entry ${name}`)),
      ...(devices ?? []).map(({ name }) => `device ${name}`),
      ...(mounts?.namespaces ?? []).map(({ inode }) => `namespace ${inode}`),
      ...(leaks ?? []).map(({ mountId }) => `leak ${mountId}`),
    ]);
  }

  const differing = (one: Set<string>, other: Set<string>): number =>
    [...one].filter((id) => !other.has(id)).length + [...other].filter((id) => !one.has(id)).length;

  test('a day later some things have come and gone, and most are the same; ten minutes later nearly all', () => {
    let changes = 0;
    for (const host of simulatedFleet({ seed: 'a', anchorAt: ANCHOR })) {
      const [first, soon, later] = [-1, -1 + TEN_MINUTES, 0].map((day) => seenAt(host, day));
      if (!first || !soon || !later) continue;
      const [one, two, three] = [first, soon, later].map(idsOf) as [Set<string>, Set<string>, Set<string>];
      expect(differing(one, two), host.facts.name).toBeLessThanOrEqual(30);
      expect(differing(one, three), host.facts.name).toBeLessThanOrEqual(250);
      expect([...one].filter((id) => three.has(id)).length, host.facts.name).toBeGreaterThanOrEqual(one.size * 0.5);
      if (differing(one, three) > 0) changes += 1;
    }
    expect(changes).toBeGreaterThanOrEqual(35);
  });
});
