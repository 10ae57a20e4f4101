import { chainOf, findBlockDevice, findDoubleUpperDirs, overcommitOf } from '@silt/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SimulatedHost, simulatedFleet } from '../src/index.ts';
import { daemonsOf, read, type Seen, seenOf } from './inventories.ts';
import { ANCHOR, DAY_MILLISECONDS } from './views.ts';

const MAX_JSON_BYTES = 2 ** 20;
const MAX_ITEMS = 50_000;
/** Two seeds, since shares and phases are another fleet's each. */
const ALL = ['a', 'b'].flatMap((seed) => seenOf(seed));

const sum = (values: readonly (number | null | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
const repeated = (values: readonly unknown[]): unknown[] =>
  values.filter((one, place) => values.indexOf(one) !== place);
/** Every one that complains, by the name of host and moment. */
function complaints(complain: (seen: Seen) => unknown[]): unknown[] {
  return ALL.flatMap((seen) => complain(seen).map((what) => [seen.name, what]));
}

/** Objects with a name or an id of their own, in all lists. */
function itemsOf(value: unknown): number {
  if (Array.isArray(value)) return value.length + sum(value.map(itemsOf));
  return value !== null && typeof value === 'object' ? sum(Object.values(value).map(itemsOf)) : 0;
}

describe('at every moment of every host', () => {
  test('every host but a silent one is seen, and what is not sent is null', () => {
    expect(new Set(ALL.map(({ host }) => host.facts.name)).size).toBe(40);
    const silent = simulatedFleet({ seed: 'a', anchorAt: ANCHOR }).find((one) => one.silentSince !== null);
    expect(silent?.inventory(ANCHOR)).toBeNull();
  });

  test('a part is null exactly where its probe is not ok', () => {
    const wrong = complaints(({ inventory }) => {
      const { devices, btrfs, thin, docker, mounts, leaks, probes } = inventory;
      const parts = { devices, subvolumes: btrfs, 'thin-devices': thin, docker, mounts };
      const isOk = (name: string) => probes.find(({ probe }) => probe === name)?.status === 'ok';
      const names = Object.entries(parts).filter(([name, part]) => (part !== null) !== isOk(name));
      const canTell = isOk('docker') && isOk('layers') && isOk('mounts');
      return [...names.map(([name]) => name), ...((leaks !== null) === canTell ? [] : ['leaks'])];
    });
    expect(wrong).toEqual([]);
    const blind = ALL.find(({ host }) => host.facts.name === 'lab-pi-01')?.inventory;
    expect(blind).toMatchObject({ devices: null, btrfs: null, thin: null, docker: null, mounts: null, leaks: null });
    expect(blind).toMatchObject({ dataRoots: [], containerdRoots: [], layerSpaces: null });
  });

  test('its probes are the slow ones of the snapshot', () => {
    for (const { probes, at, inventory } of ALL) {
      expect(inventory.probes).toEqual(probes.slice(-6));
      expect(inventory.takenAt).toBe(at.toISOString());
    }
  });

  test('it is small enough to be sent whole', () => {
    const large = complaints(({ inventory }) => {
      const [bytes, items] = [JSON.stringify(inventory).length, itemsOf(inventory)];
      return bytes < MAX_JSON_BYTES && items < MAX_ITEMS ? [] : [[bytes, items]];
    });
    expect(large).toEqual([]);
  });
});

describe('block devices', () => {
  test('each device that a store names is there and leads down to disks', () => {
    const wrong = complaints(({ inventory: { devices }, layout }) => {
      if (devices === null) return [];
      return layout.stores
        .filter(({ device }) => device !== null)
        .filter(({ device }) => {
          const chain = chainOf(devices, device ?? '');
          const ends = (one: NonNullable<typeof chain>): boolean =>
            !one.isCut && (one.below.length === 0 ? ['disk', 'loop'].includes(one.device.kind) : one.below.every(ends));
          return chain === null || !ends(chain);
        })
        .map(({ device }) => device);
    });
    expect(wrong).toEqual([]);
  });

  test('numbers and names are unique, in order, and holders are the other side of what lies below', () => {
    const wrong = complaints(({ inventory }) => {
      const devices = inventory.devices ?? [];
      const names = devices.map(({ name }) => name);
      const down = devices.flatMap(({ name, below }) => below.map((one) => `${one} ${name}`));
      const up = devices.flatMap(({ name, holders }) => holders.map((one) => `${name} ${one}`));
      const unknown = devices.flatMap(({ below }) => below.filter((one) => !names.includes(one)));
      const isSame = down.sort().join() === up.sort().join() && names.join() === names.toSorted().join();
      return [...unknown, ...repeated(devices.map(({ device }) => device)), ...(isSame ? [] : ['holders or order'])];
    });
    expect(wrong).toEqual([]);
  });

  test('a store is no larger than its device, and partitions fit their disk', () => {
    const wrong = complaints(({ inventory: { devices }, layout, view }) => {
      if (devices === null) return [];
      const small = layout.stores.filter((store) => {
        const size = findBlockDevice(devices, store.device ?? '')?.sizeBytes ?? 0;
        if (store.kind === 'thin-pool') return size !== view.get(store.key, 'poolDataCapacityBytes');
        if (store.btrfs !== null) return size * store.btrfs.devices.length !== view.get(store.key, 'deviceBytes');
        return size < view.get(store.key, 'capacityBytes');
      });
      const full = devices.filter(({ kind, sizeBytes, name }) => {
        const parts = devices.filter((one) => one.kind === 'partition' && one.below.includes(name));
        return kind === 'disk' && sum(parts.map((one) => one.sizeBytes)) > (sizeBytes ?? 0);
      });
      return [...small.map(({ key }) => key), ...full.map(({ name }) => name)];
    });
    expect(wrong).toEqual([]);
  });
});

describe('Docker', () => {
  test('its daemons are those of the layout', () => {
    for (const seen of ALL) {
      if (seen.inventory.docker === null) continue;
      const told = daemonsOf(seen).map(({ key, storageDriver, dataRoot, version }) => [
        key,
        storageDriver,
        dataRoot,
        version,
      ]);
      const known = seen.layout.daemons.map(({ key, storageDriver, dataRoot, version }) => [
        key,
        storageDriver,
        dataRoot,
        version,
      ]);
      expect(told).toEqual(known);
      for (const { dataRootMount, key } of daemonsOf(seen)) {
        const { storeKey } = seen.layout.daemons.find((one) => one.key === key) ?? {};
        const store = seen.layout.stores.find((one) => one.key === storeKey);
        expect(dataRootMount?.mountPoint).toBe(store?.name);
      }
    }
  });

  test('volumes and images of containers are listed, and references add up', () => {
    const wrong = complaints((seen) =>
      daemonsOf(seen).flatMap(({ containers, volumes, images }) => {
        const named = read(containers).flatMap(({ id, mounts }) =>
          mounts.flatMap(({ type, name }) => (type === 'volume' ? [`${name} ${id}`] : [])),
        );
        const listed = read(volumes).flatMap(({ name, usedBy }) => usedBy.map((id) => `${name} ${id}`));
        const imageIds = read(images).map(({ id }) => id);
        return [
          ...(named.sort().join() === listed.sort().join() ? [] : ['volumes']),
          ...read(volumes).filter(({ references, usedBy }) => references !== usedBy.length),
          ...read(containers).filter(({ imageId }) => !imageIds.includes(imageId ?? '')),
          ...(sum(read(images).map((image) => image.containers)) === read(containers).length ? [] : ['images']),
          ...repeated(read(containers).map(({ id }) => id)),
          ...repeated(read(volumes).map(({ name }) => name)),
          ...repeated(read(images).flatMap(({ tags }) => tags)),
        ];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('nothing is older than the moment allows, and what ended has ended', () => {
    const wrong = complaints((seen) =>
      daemonsOf(seen).flatMap(({ containers }) =>
        read(containers).filter(({ createdAt, details, state }) => {
          const { startedAt, finishedAt } = read(details);
          const times = [createdAt, startedAt, finishedAt ?? startedAt, seen.at.toISOString()];
          return times.join() !== times.toSorted().join() || (finishedAt === null) !== (state === 'running');
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('what it holds is within what its store has used', () => {
    const wrong = complaints(({ inventory, layout, view }) =>
      inventory.dataRoots.flatMap(({ daemonKeys, layers }) => {
        const own = daemonsOf({ inventory }).filter(({ key }) => daemonKeys.includes(key));
        const store = layout.stores.find(
          ({ key }) => key === layout.daemons.find((one) => one.key === daemonKeys[0])?.storeKey,
        );
        // Two daemons on one folder tell of the same volumes.
        const byName = new Map(own.flatMap((one) => read(one.volumes).map(({ name, sizeBytes }) => [name, sizeBytes])));
        const volumes = sum([...byName.values()]);
        const images = sum(read(layers.layers).map(({ sizeBytes }) => sizeBytes));
        const written = sum(own.flatMap((one) => read(one.containers).map(({ writableBytes }) => writableBytes)));
        const cache = sum(own.flatMap((one) => read(one.buildCache).map(({ sizeBytes }) => sizeBytes)));
        const total = volumes + images + written + cache;
        const used = view.get(store?.key ?? '', 'usedBytes');
        return total > 0 && total < used ? [] : [[total / 2 ** 30, used / 2 ** 30]];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('data roots', () => {
  test('records, entries and containers name each other', () => {
    const wrong = complaints(({ inventory }) =>
      inventory.dataRoots.flatMap(({ daemonKeys, layers }) => {
        const daemons = daemonsOf({ inventory }).filter(({ key }) => daemonKeys.includes(key));
        const containers = daemons.flatMap((one) => read(one.containers).map(({ id }) => id));
        const volumes = daemons.flatMap((one) => read(one.volumes).map(({ name }) => name));
        const chains = read(layers.layers).map(({ chainId }) => chainId);
        const classOf = new Map(read(layers.entries).map((one) => [one.name, one.class]));
        const zombies = read(layers.zombies).map(({ containerId }) => containerId);
        const parents = [...read(layers.layers), ...read(layers.mounts)].map(
          ({ parentChainId }) => parentChainId ?? '',
        );
        return [
          ...daemonKeys.filter((key) => !daemons.some((one) => one.key === key)),
          ...parents.filter((chain) => chain !== 'none' && !chains.includes(chain)),
          ...read(layers.layers).filter(({ cacheId }) => classOf.get(cacheId ?? '') !== 'layer'),
          ...read(layers.mounts).filter(({ mountId }) => classOf.get(mountId ?? '') !== 'container'),
          ...read(layers.mounts).filter(({ initId }) => classOf.get(initId ?? '') !== 'init'),
          ...read(layers.mounts).filter(
            ({ containerId }) => containers.includes(containerId) === zombies.includes(containerId),
          ),
          ...read(layers.leftovers).filter(({ volume }) => !volumes.includes(volume)),
          ...repeated(read(layers.entries).map(({ name }) => name)),
          ...(sum(Object.values(read(layers.entryCounts))) === layers.entries?.length ? [] : ['counts']),
        ];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('btrfs', () => {
  test('each btrfs has its subvolumes, and on Docker hosts they are the entries and the leftovers', () => {
    const wrong = complaints(({ inventory: { btrfs, dataRoots }, layout }) => {
      if (btrfs === null) return [];
      const stores = layout.stores.filter(({ kind }) => kind === 'btrfs');
      if (btrfs.map(({ storeKey }) => storeKey).join() !== stores.map(({ key }) => key).join()) return ['stores'];
      return btrfs.flatMap(({ subvolumes }) => {
        const paths = read(subvolumes).map(({ path }) => path);
        const [root] = dataRoots;
        const entries = read(root?.layers.entries).map(({ name }) => `btrfs/subvolumes/${name}`);
        const nested = read(root?.layers.leftovers).flatMap(({ volume, nestedSubvolumes }) =>
          nestedSubvolumes.map((path) => `volumes/${volume}/_data/${path}`),
        );
        const own = paths
          .filter((path) => path.includes('btrfs/subvolumes/'))
          .map((path) => path.replace(/^docker\//, ''));
        return own.sort().join() === [...entries, ...nested].sort().join() ? [] : ['subvolumes'];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('ids rise with creation and are unique, and origins are there', () => {
    const wrong = complaints(({ inventory: { btrfs } }) =>
      (btrfs ?? []).flatMap((one) => {
        const subvolumes = read(one.subvolumes);
        const ids = subvolumes.map(({ id }) => id);
        const uuids = new Set(subvolumes.map(({ uuid }) => uuid));
        return [
          ...repeated(ids),
          ...(ids.join() === ids.toSorted((a, b) => a - b).join() ? [] : ['order']),
          ...(uuids.size === ids.length ? [] : ['uuids']),
          ...subvolumes.filter(({ parentUuid }) => parentUuid !== null && !uuids.has(parentUuid)),
          ...subvolumes.filter(({ parentId }) => parentId !== 5 && !ids.includes(parentId)),
          ...subvolumes.filter(({ generation, createdGeneration }) => generation < createdGeneration),
          ...(one.uncleaned ?? []).filter(({ id }) => ids.includes(id)),
          ...(one.staleQgroups ?? []).filter((id) => ids.includes(id)),
        ];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('bytes of quota groups are null without quota, and within the data that is used', () => {
    const wrong = complaints(({ inventory: { btrfs }, view }) =>
      (btrfs ?? []).flatMap(({ quota, subvolumes, storeKey }) => {
        const used = view.get(storeKey, 'dataUsedBytes');
        const all = read(subvolumes);
        if (quota?.mode === 'off') return all.filter(({ referencedBytes }) => referencedBytes !== null);
        const bad = all.filter(
          ({ referencedBytes, exclusiveBytes }) =>
            read(exclusiveBytes) > read(referencedBytes) || read(referencedBytes) > used,
        );
        return sum(all.map(({ exclusiveBytes }) => exclusiveBytes)) > used ? [...bad, 'sum'] : bad;
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('thin pools', () => {
  test('devices lie in a pool that is there, and map no more than it has used, nor than they are large', () => {
    const wrong = complaints(({ inventory: { thin, devices }, layout, view }) => {
      if (thin === null) return [];
      const pools = layout.stores.filter(({ kind }) => kind === 'thin-pool').map(({ name }) => name);
      if (thin.pools.map(({ name }) => name).join() !== pools.join()) return ['pools'];
      return thin.pools.flatMap((pool) => {
        const own = thin.devices.filter(({ poolDmName }) => poolDmName === pool.dmName);
        const used = view.get(`thin-pool:${pool.name}`, 'poolDataUsedBytes');
        const mapped = sum(own.map(({ mappedBytes }) => mappedBytes));
        return [
          ...(own.length === thin.devices.length ? [] : ['a device without a pool']),
          ...(mapped > 0 && mapped <= used ? [] : [[mapped, used]]),
          ...own.filter(({ mappedBytes, virtualBytes }) => read(mappedBytes) > read(virtualBytes)),
          ...own.filter(({ device }) => device === null || findBlockDevice(devices ?? [], device) === null),
          ...repeated(own.map(({ deviceId }) => deviceId)),
          ...(thin.lvm?.volumes ?? []).filter((one) => one.pool !== pool.name),
          ...(overcommitOf(thin, pool) === null ? ['overcommit'] : []),
        ];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('a volume of LVM maps at least what its file system has used', () => {
    const wrong = complaints(({ inventory: { thin }, layout, view }) =>
      (thin?.devices ?? [])
        .filter(({ maker }) => maker === 'lvm')
        .filter(({ dmName, mappedBytes }) => {
          const store = layout.stores.find(({ device }) => device === `/dev/mapper/${dmName}`);
          return read(mappedBytes) < view.get(store?.key ?? '', 'usedBytes');
        }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('mounts', () => {
  test('no folder takes the writes of two overlays', () => {
    for (const { inventory, name } of ALL) {
      if (inventory.mounts !== null) expect(findDoubleUpperDirs(inventory.mounts), name).toEqual([]);
    }
  });

  test('namespaces are unique, and each running container has one, with its layer at the root', () => {
    const wrong = complaints((seen) => {
      const { mounts } = seen.inventory;
      if (mounts === null) return [];
      const inodes = mounts.namespaces.map(({ inode }) => inode);
      const holders = mounts.namespaces.flatMap((one) => one.holders.map((holder) => ({ ...holder, one })));
      const running = daemonsOf(seen).flatMap(({ containers }) =>
        read(containers).filter(({ state }) => state === 'running'),
      );
      const homeless = running.filter(({ id }) => {
        const own = holders.find(({ owner }) => owner?.containerId === id)?.one;
        return own?.layerMounts?.filter(({ mountPoint }) => mountPoint === '/').length !== 1;
      });
      const shims = mounts.daemons.flatMap((one) => one.shims.map(({ id }) => id));
      return [
        ...repeated(inodes),
        ...repeated(holders.map(({ pid }) => pid)),
        ...homeless.map(({ names }) => names),
        ...running.filter(({ id }) => !shims.includes(id)).map(({ names }) => names),
        ...mounts.daemons.filter(({ mountNamespace }) => !inodes.includes(mountNamespace ?? '')),
        ...mounts.pathPropagation.filter(({ namespace }) => !inodes.includes(namespace)),
        ...daemonsOf(seen).filter(({ pid, mountNamespace }) => {
          return !mounts.daemons.some((one) => one.pid === pid && one.mountNamespace === mountNamespace);
        }),
        ...(mounts.namespaces.filter(({ isHost }) => isHost).length === 1 ? [] : ['host']),
        ...repeated(mounts.namespaces.flatMap(({ layerMounts }) => read(layerMounts).map(({ id }) => id))),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test('a device-mapper layer is mounted from its thin device, and its file system is told', () => {
    for (const { inventory, name } of ALL) {
      const docker = (inventory.thin?.devices ?? []).filter((one) => one.docker !== null);
      const told = (inventory.layerSpaces ?? []).map(({ mountId, device }) => `${mountId} ${device}`);
      expect(told, name).toEqual(docker.map((one) => `${one.docker?.layerId} ${one.device}`).sort());
    }
  });
});

const moments = fc.integer({
  min: ANCHOR.getTime() - 80 * DAY_MILLISECONDS,
  max: ANCHOR.getTime() + 40 * DAY_MILLISECONDS,
});

test('an inventory is a function of the moment, in whatever order moments are asked', () => {
  const walked = simulatedFleet({ seed: 'a', anchorAt: ANCHOR });
  fc.assert(
    fc.property(fc.nat({ max: 39 }), fc.array(moments, { minLength: 2, maxLength: 3 }), (place, times) => {
      const host = walked[place] as SimulatedHost;
      for (const time of times) {
        const fresh = simulatedFleet({ seed: 'a', anchorAt: ANCHOR })[place] as SimulatedHost;
        expect(host.inventory(new Date(time))).toEqual(fresh.inventory(new Date(time)));
      }
    }),
    { numRuns: 25 },
  );
});
