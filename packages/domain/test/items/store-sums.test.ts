import { describe, expect, it } from 'vitest';
import { type Item, type Layout, type Scope, type Store, storeSumsOf } from '../../src/index.ts';
import { item, scope, sized } from './make.ts';

const DOCKER = 'docker:/run/docker.sock';
const CONTAINERS = `docker containers ${DOCKER}`;

const store = (key: string, kind: Store['kind']): Store => ({
  ...{ key, kind, name: key, fileSystemType: null, device: null, uuid: null, mountPoints: [], options: [] },
  ...{ readOnly: false, loop: null, btrfs: null, thinPool: null },
});
const snapshotOf = (stores: Store[], used: (number | null)[]): { layout: Layout; readings: (number | null)[] } => {
  const series = { filesystem: 'usedBytes', btrfs: 'dataUsedBytes', 'thin-pool': 'poolDataUsedBytes' } as const;
  const entries = stores.map(({ key, kind }) => ({ storeKey: key, series: series[kind] }));
  return { layout: { stores, daemons: [], entries }, readings: used };
};
const dataRoot = (storeKey: string, over: Item['attributes'] = {}): Item =>
  item({ key: `data-root:${DOCKER}`, kind: 'data-root', storeKey, counted: false, attributes: over });
const volume = (bytes: number | null, over: Partial<Item> = {}): Item =>
  item({ key: `volume:${bytes}`, kind: 'volume', ...sized(bytes), ...over });

const root = store('mount:/', 'filesystem');
const complete = [scope('docker'), scope(CONTAINERS)];
const sumOf = (items: Item[], scopes: Scope[] = complete, used: number | null = 100) =>
  storeSumsOf({ scopes, items: [dataRoot('mount:/'), ...items] }, snapshotOf([root], [used]))[0];

describe('the sum of a store', () => {
  it('is of its counted items, and the rest is unattributed', () => {
    const items = [
      volume(30),
      volume(20, { leastBytes: 0 }),
      volume(7, { counted: false }),
      volume(9, { storeKey: 'mount:/x' }),
    ];
    // 30 + 0 … 30 + 20; 100 − 50.
    expect(sumOf(items)).toEqual({
      ...{ storeKey: 'mount:/', itemsBytes: 30, itemsMostBytes: 50, unattributedBytes: 50, unknownItems: 0 },
    });
  });

  it('leaves an item of unknown size in the unattributed, and tells how many', () => {
    expect(sumOf([volume(30), volume(null)])).toMatchObject({ itemsBytes: 30, unattributedBytes: 70, unknownItems: 1 });
  });

  it('has no negative unattributed', () => {
    expect(sumOf([volume(130)])).toMatchObject({ itemsBytes: 130, unattributedBytes: 0 });
  });

  it.each<[string, Scope[], number | null]>([
    ['used was not read', complete, null],
    ['a list of its data root was not read', [scope('docker'), scope(CONTAINERS, 'not-read')], 100],
    ['a list of it has gaps', [scope('docker'), scope(CONTAINERS, 'partial')], 100],
    ['Docker as a whole was not read', [scope('docker', 'not-read')], 100],
    ['deleted files were not looked for', [...complete, scope('mounts pins host', 'not-read')], 100],
  ])('has an unattributed that is not known where %s', (_, scopes, used) => {
    expect(sumOf([volume(30)], scopes, used)).toMatchObject({ itemsBytes: 30, unattributedBytes: null });
  });

  it.each<[string, Scope[]]>([
    ['another data root', [...complete, scope('docker containers docker:/other.sock', 'not-read')]],
    ['another store', [...complete, scope('subvolumes list btrfs:1', 'not-read'), scope('subvolumes', 'not-read')]],
    ['a probe that has read all but some', [scope('docker', 'partial'), scope(CONTAINERS)]],
  ])('is not touched by %s', (_, scopes) => {
    expect(sumOf([volume(30)], scopes)).toMatchObject({ unattributedBytes: 70 });
  });

  it('does not wait for a daemon whose bytes are in a volume of another', () => {
    const items = [dataRoot('mount:/', { isWithinOther: true }), volume(30)];
    const scopes = [scope('docker'), scope(CONTAINERS, 'not-read')];
    const [sum] = storeSumsOf({ scopes, items }, snapshotOf([root], [100]));
    expect(sum).toMatchObject({ unattributedBytes: 70 });
  });
});

describe('stores that have a sum', () => {
  const btrfs = store('btrfs:1', 'btrfs');
  const pool = store('thin-pool:vg/p', 'thin-pool');
  const kinds = snapshotOf([root, btrfs, pool], [10, 20, 30]);

  it('every btrfs and thin pool, and of the others those that something was looked for on', () => {
    expect(storeSumsOf({ scopes: complete, items: [] }, kinds)).toMatchObject([
      { storeKey: 'btrfs:1', unattributedBytes: 20 },
      { storeKey: 'thin-pool:vg/p', unattributedBytes: 30 },
    ]);
    const bearing = item({ key: 'store:mount:/', kind: 'store', counted: false });
    expect(storeSumsOf({ scopes: complete, items: [bearing] }, kinds).length).toBe(2);
    expect(storeSumsOf({ scopes: complete, items: [volume(1)] }, kinds).length).toBe(3);
  });

  it('a pool of a devicemapper daemon by the data root that names it', () => {
    const items = [dataRoot('mount:/', { layersStoreKey: pool.key })];
    const scopes = [scope('docker'), scope(CONTAINERS, 'not-read')];
    const [, , sum] = storeSumsOf({ scopes, items }, kinds);
    expect(sum).toMatchObject({ storeKey: pool.key, unattributedBytes: null });
  });
});
