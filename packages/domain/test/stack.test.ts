import { describe, expect, it } from 'vitest';
import type { Item, ItemKind } from '../src/items/item.ts';
import type { Daemon, Store } from '../src/snapshot.ts';
import { MAX_STACK_STORES, pathThrough, type Stack, type StackNode, stackOf, storeNodeId } from '../src/stack/index.ts';

const CONTAINER = 'ab'.repeat(32);

const store = (key: string, fields: Partial<Store> = {}): Store => ({
  key,
  kind: 'filesystem',
  name: key.replace(/^mount:/, ''),
  fileSystemType: 'ext4',
  device: null,
  uuid: null,
  mountPoints: [],
  options: [],
  readOnly: false,
  loop: null,
  btrfs: null,
  thinPool: null,
  ...fields,
});
const item = (kind: ItemKind, key: string, fields: Partial<Item> = {}): Item => ({
  key,
  kind,
  name: key,
  scope: 'docker',
  storeKey: null,
  parentKey: null,
  ownerKey: null,
  sizeBytes: null,
  counted: false,
  leastBytes: null,
  mostBytes: null,
  state: null,
  attributes: {},
  ...fields,
});
const device = (name: string, below: string, fields: Partial<Item> = {}): Item =>
  item('device', `device:${name}`, { name, attributes: { below }, ...fields });
const daemon = (fields: Partial<Daemon> = {}): Daemon => ({
  key: 'docker:/run/docker.sock',
  kind: 'docker',
  socket: '/run/docker.sock',
  version: '20.10.24',
  apiVersion: '1.41',
  storageDriver: 'overlay2',
  dataRoot: '/var/lib/docker',
  liveRestore: false,
  storeKey: 'mount:/',
  ...fields,
});
const container = (id: string, fields: Partial<Item> = {}): Item =>
  item('container', `container:${id}`, { parentKey: 'daemon:docker:/run/docker.sock', storeKey: 'mount:/', ...fields });

const all = (nodes: readonly StackNode[]): StackNode[] => nodes.flatMap((node) => [node, ...all(node.inside)]);
const kindsOf = ({ nodes }: Stack): string[] => nodes.map(({ kind, name }) => `${kind} ${name}`.trim());
const edgesOf = ({ edges }: Stack): string[] => edges.map(({ from, to }) => `${from} → ${to}`);
const named = (stack: Stack, kind: string): StackNode[] => all(stack.nodes).filter((node) => node.kind === kind);

describe('the devices beneath a store', () => {
  it('are the one it lies on and the disks of that, with what is between named', () => {
    const items = [device('dm-0', 'md0', { name: 'vg0-root' }), device('md0', 'sda1, sdb1'), device('sda1', 'sda')];
    items.push(device('sdb1', 'sdb'), device('sda', ''), device('sdb', ''));
    const stack = stackOf({ stores: [store('mount:/', { device: '/dev/mapper/vg0-root' })], daemons: [], items });
    expect(kindsOf(stack)).toEqual(['device vg0-root', 'device sda', 'device sdb', 'store /']);
    expect(stack.nodes[0]).toMatchObject({ column: 'device', through: ['md0', 'sda1', 'sdb1'] });
    expect(stack.nodes[1]).toMatchObject({ column: 'disk', through: [] });
    expect(edgesOf(stack)).toContain('device device:sdb → device device:dm-0');
  });

  it('are a path alone while no inventory was read', () => {
    const stack = stackOf({ stores: [store('mount:/', { device: '/dev/sda1' })], daemons: [], items: [] });
    expect(kindsOf(stack)).toEqual(['device sda1', 'store /']);
    expect(stack.nodes[0]?.item).toBeNull();
  });

  it('end where devices lie on each other in a circle', () => {
    const items = [device('dm-0', 'dm-1'), device('dm-1', 'dm-0')];
    const stack = stackOf({ stores: [store('mount:/', { device: '/dev/dm-0' })], daemons: [], items });
    expect(named(stack, 'device').map(({ name }) => name)).toEqual(['dm-0']);
  });

  it('of a volume group are found under the name that its maker gives, hyphens doubled', () => {
    const items = [device('dm-4', 'sda', { name: 'my--vg-a--b' }), device('sda', '')];
    const stack = stackOf({ stores: [store('mount:/', { device: '/dev/my-vg/a-b' })], daemons: [], items });
    expect(kindsOf(stack)).toEqual(['device my--vg-a--b', 'device sda', 'store /']);
  });
});

describe('a store within a store', () => {
  const loop = (outerStoreKey: string | null) => ({
    loop: { device: 'loop0', backingFile: '/img', deleted: false, outerStoreKey },
  });

  it('is drawn inside: on a loop file, which is then no item of the rest', () => {
    const stores = [store('mount:/'), store('mount:/inner', loop('mount:/'))];
    const file = item('loop-file', 'loop-file:/img', {
      storeKey: 'mount:/',
      ownerKey: 'store:mount:/inner',
      counted: true,
    });
    const stack = stackOf({ stores, daemons: [], items: [file] });
    expect(stack.nodes.map(({ id }) => id)).toEqual([storeNodeId('mount:/')]);
    expect(stack.nodes[0]?.inside.map(({ name }) => name)).toEqual(['/inner']);
  });

  it('is drawn inside: on a thin volume of a pool', () => {
    const thinPool = { dataDevice: '253:1' } as Store['thinPool'];
    const items = [
      device('dm-1', 'sda', { attributes: { below: 'sda', device: '253:1' } }),
      device('dm-2', 'dm-1'),
      device('dm-3', 'dm-2'),
      device('sda', ''),
    ];
    const stores = [
      store('thin-pool:vg/p', { kind: 'thin-pool', thinPool }),
      store('mount:/w', { device: '/dev/dm-3' }),
    ];
    const stack = stackOf({ stores, daemons: [], items });
    expect(named(stack, 'store').map(({ name, inside }) => [name, inside.length])).toEqual([
      ['thin-pool:vg/p', 1],
      ['/w', 0],
    ]);
  });

  it('stands on the top level where it claims to lie within itself', () => {
    const stores = [store('mount:/a', loop('mount:/b')), store('mount:/b', loop('mount:/a'))];
    const stack = stackOf({ stores, daemons: [], items: [] });
    expect(stack.nodes.map(({ name }) => name)).toEqual(['/a', '/b']);
  });
});

describe('what lies on a daemon', () => {
  it('has few containers by name, and more of them as one group with its sum', () => {
    const few = ['1', '2', '3'].map((id) => container(id));
    const many = ['1', '2', '3', '4'].map((id) => container(id, { counted: true, leastBytes: 2, mostBytes: 3 }));
    const stores = [store('mount:/')];
    expect(named(stackOf({ stores, daemons: [daemon()], items: few }), 'container')).toHaveLength(3);
    const grouped = stackOf({ stores, daemons: [daemon()], items: many });
    expect(named(grouped, 'container')).toHaveLength(0);
    expect(named(grouped, 'containers')[0]?.parts).toEqual([
      { kind: 'container', items: 4, leastBytes: 8, mostBytes: 12, unknownItems: 0 },
    ]);
  });

  it('counts an item of unknown size as such, and one that is not counted only by number', () => {
    const items = [
      item('volume', 'volume:1', { storeKey: 'mount:/', counted: true }),
      item('volume', 'volume:2', { storeKey: 'mount:/', sizeBytes: 9 }),
    ];
    const [rest] = named(stackOf({ stores: [store('mount:/')], daemons: [daemon()], items }), 'rest');
    expect(rest?.parts).toEqual([{ kind: 'volume', items: 2, leastBytes: 0, mostBytes: 0, unknownItems: 1 }]);
  });

  it('hangs on the daemon of its data root where two daemons share a store', () => {
    const second = daemon({ key: 'docker:/run/b.sock', dataRoot: '/b' });
    const items = [
      item('data-root', 'data-root:docker:/run/b.sock', { name: '/b', ownerKey: 'daemon:docker:/run/b.sock' }),
      item('daemon', 'daemon:docker:/run/b.sock'),
      item('volume', 'volume:1', { storeKey: 'mount:/', parentKey: 'data-root:docker:/run/b.sock' }),
      item('subvolume', 'subvolume:1', { storeKey: 'mount:/' }),
    ];
    const stack = stackOf({ stores: [store('mount:/')], daemons: [daemon(), second], items });
    expect(edgesOf(stack)).toContain('daemon docker:/run/b.sock → rest of daemon docker:/run/b.sock');
    expect(edgesOf(stack)).toContain('store mount:/ → rest of store mount:/');
  });

  it('has a nested daemon within its container, with what that one holds', () => {
    const key = `docker:${CONTAINER}:/run/docker.sock`;
    const items = [
      container(CONTAINER, { name: 'ci-dind' }),
      item('daemon', `daemon:${key}`, { parentKey: `container:${CONTAINER}` }),
      container('inner', { parentKey: `daemon:${key}` }),
    ];
    const stack = stackOf({
      stores: [store('mount:/')],
      daemons: [daemon(), daemon({ key, containerId: CONTAINER })],
      items,
    });
    const [nesting] = named(stack, 'container');
    expect(nesting?.name).toBe('ci-dind');
    expect(nesting?.inside.map(({ kind }) => kind)).toEqual(['daemon', 'containers']);
    expect(named(stack, 'daemon')).toHaveLength(2);
  });

  it('is told by the snapshot alone while no inventory was read, nested daemons too', () => {
    const nested = daemon({ key: `docker:${CONTAINER}:/run/docker.sock`, containerId: CONTAINER });
    const stack = stackOf({ stores: [store('mount:/')], daemons: [daemon(), nested], items: [] });
    expect(kindsOf(stack)).toEqual([
      'store /',
      'daemon docker:/run/docker.sock',
      'data-root /var/lib/docker',
      `container ${CONTAINER}`,
    ]);
  });
});

describe('a stack', () => {
  it('has no more stores than its limit, and says how many it left out', () => {
    const stores = Array.from({ length: MAX_STACK_STORES + 5 }, (_, index) => store(`mount:/${index}`));
    const stack = stackOf({ stores, daemons: [], items: [] });
    expect([named(stack, 'store').length, stack.hiddenStores]).toEqual([MAX_STACK_STORES, 5]);
  });

  it('has ids that are unique, and edges between nodes that it has', () => {
    const items = ['1', '2', '3', '4', '5'].map((id) => container(id));
    const stack = stackOf({ stores: [store('mount:/', { device: '/dev/sda1' })], daemons: [daemon()], items });
    const ids = all(stack.nodes).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { from, to } of stack.edges) expect([ids.includes(from), ids.includes(to)]).toEqual([true, true]);
  });

  it('has a path through each node: what it lies on and what lies on it, and nothing beside', () => {
    const stores = [store('mount:/', { device: '/dev/sda1' }), store('mount:/other', { device: '/dev/sdb1' })];
    const stack = stackOf({ stores, daemons: [daemon()], items: [container('1')] });
    const path = pathThrough(stack, storeNodeId('mount:/'));
    expect(path).toContain('device /dev/sda1');
    expect(path).toContain('container container:1');
    expect(path).not.toContain(storeNodeId('mount:/other'));
    expect(path).not.toContain('device /dev/sdb1');
  });
});
