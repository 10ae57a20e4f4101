import { expect, test } from 'vitest';
import { type BtrfsInventory, containerBytesOf, type DataRoot, type Inventory, type ThinDevice } from '../src/index.ts';

const KEY = 'docker:/var/run/docker.sock';
const [FIRST, SECOND] = ['1'.repeat(64), '2'.repeat(64)];
const [FIRST_LAYER, SECOND_LAYER] = ['a'.repeat(64), 'b'.repeat(64)];
const KIB = 1024;

type Containers = Parameters<typeof containerBytesOf>[0]['containers'];
type Container = NonNullable<Containers>[number];
type Sources = Pick<Inventory, 'dataRoots' | 'btrfs' | 'thin'>;

/** Only what the join looks at. */
const container = (id: string, writableBytes: number | null = null, mountId: string | null = null) =>
  ({ id, writableBytes, details: { mountId } }) as Container;

const dataRoot = (daemonKeys: string[], mounts: Record<string, string | null>): DataRoot =>
  ({
    daemonKeys,
    layers: { mounts: Object.entries(mounts).map(([containerId, mountId]) => ({ containerId, mountId })) },
  }) as DataRoot;

const btrfs = (subvolumes: Record<string, number | null>, quota: BtrfsInventory['quota'] = QGROUP): BtrfsInventory =>
  ({
    quota,
    subvolumes: Object.entries(subvolumes).map(([path, exclusiveBytes]) => ({ path, exclusiveBytes })),
  }) as BtrfsInventory;
const QGROUP = { mode: 'qgroup', isInconsistent: false } as const;

const thin = (devices: Record<string, number | null>, isInit = false): Inventory['thin'] => ({
  ...{ pools: [], lvm: null },
  devices: Object.entries(devices).map(
    ([layerId, mappedBytes]) => ({ mappedBytes, docker: { layerId, isInit } }) as ThinDevice,
  ),
});

const ROOTS = [dataRoot([KEY], { [FIRST]: FIRST_LAYER, [SECOND]: SECOND_LAYER })];
const bytesOf = (containers: Containers, sources: Partial<Sources>) =>
  Object.fromEntries(
    containerBytesOf({ key: KEY, containers }, { dataRoots: ROOTS, btrfs: null, thin: null, ...sources }),
  );

test('the bytes of a container are what Docker counted, zero too, whatever else was read', () => {
  const sources = { btrfs: [btrfs({ [`docker/btrfs/subvolumes/${FIRST_LAYER}`]: 9 * KIB })] };
  expect(bytesOf([container(FIRST, 0), container(SECOND, 5)], sources)).toEqual({
    [FIRST]: { bytes: 0, kind: 'written' },
    [SECOND]: { bytes: 5, kind: 'written' },
  });
});

test.each([
  ['below the top level', `docker/btrfs/subvolumes/${FIRST_LAYER}`],
  ['in a data root that is the top level', `btrfs/subvolumes/${FIRST_LAYER}`],
  ['within a volume, of a nested daemon', `docker/volumes/v/_data/btrfs/subvolumes/${FIRST_LAYER}`],
])('uncounted, they are the exclusive bytes of its subvolume: %s', (_, path) => {
  expect(bytesOf([container(FIRST)], { btrfs: [btrfs({ [path]: 12 * KIB })] })).toEqual({
    [FIRST]: { bytes: 12 * KIB, kind: 'own' },
  });
});

test.each([
  ['its init layer', `docker/btrfs/subvolumes/${FIRST_LAYER}-init`],
  ['a subvolume within its own', `docker/btrfs/subvolumes/${FIRST_LAYER}/data`],
  ['a folder that ends alike', `docker/notbtrfs/subvolumes/${FIRST_LAYER}`],
])('%s is not its subvolume', (_, path) => {
  expect(bytesOf([container(FIRST)], { btrfs: [btrfs({ [path]: 12 * KIB })] })).toEqual({});
});

test.each([
  ['are off', { mode: 'off', isInconsistent: false } as const],
  ['await a rescan', { mode: 'qgroup', isInconsistent: true } as const],
  ['were not read', null],
])('quota groups that %s tell nothing', (_, quota) => {
  const path = `docker/btrfs/subvolumes/${FIRST_LAYER}`;
  expect(bytesOf([container(FIRST)], { btrfs: [btrfs({ [path]: 12 * KIB }, quota)] })).toEqual({});
});

test('a kernel that does not say whether a rescan is due is believed', () => {
  const path = `docker/btrfs/subvolumes/${FIRST_LAYER}`;
  const quota = { mode: 'qgroup', isInconsistent: null } as const;
  expect(bytesOf([container(FIRST)], { btrfs: [btrfs({ [path]: 0 }, quota)] })).toEqual({
    [FIRST]: { bytes: 0, kind: 'own' },
  });
});

test('a layer that is there twice, as in a copied data root, is told of neither', () => {
  const copies = { [`docker/btrfs/subvolumes/${FIRST_LAYER}`]: 1, [`copy/btrfs/subvolumes/${FIRST_LAYER}`]: 2 };
  expect(bytesOf([container(FIRST)], { btrfs: [btrfs(copies)] })).toEqual({});
  expect(
    bytesOf([container(FIRST)], { btrfs: Object.entries(copies).map((one) => btrfs({ [one[0]]: one[1] })) }),
  ).toEqual({});
});

test('on devicemapper they are what its thin device maps, and not what its init layer does', () => {
  expect(
    bytesOf([container(FIRST), container(SECOND)], { thin: thin({ [FIRST_LAYER]: 64 * KIB, [SECOND_LAYER]: null }) }),
  ).toEqual({
    [FIRST]: { bytes: 64 * KIB, kind: 'mapped' },
  });
  expect(bytesOf([container(FIRST)], { thin: thin({ [FIRST_LAYER]: 64 * KIB }, true) })).toEqual({});
});

test('the layer is known by the records of the daemon’s own data root, or as the daemon told', () => {
  const mapped = thin({ [FIRST_LAYER]: 1, [SECOND_LAYER]: 2 });
  const others = [dataRoot(['docker:/other'], { [FIRST]: FIRST_LAYER })];
  expect(bytesOf([container(FIRST)], { thin: mapped, dataRoots: others })).toEqual({});
  expect(bytesOf([container(FIRST, null, SECOND_LAYER)], { thin: mapped, dataRoots: [] })).toEqual({
    [FIRST]: { bytes: 2, kind: 'mapped' },
  });
  const unread = [dataRoot([KEY], { [FIRST]: null })];
  expect(bytesOf([container(FIRST)], { thin: mapped, dataRoots: unread })).toEqual({});
});

test('containers that were not read have none', () => {
  expect(bytesOf(null, { thin: thin({ [FIRST_LAYER]: 1 }) })).toEqual({});
});
