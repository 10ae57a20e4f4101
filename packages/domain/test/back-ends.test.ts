import { expect, test } from 'vitest';
import { backEndsOf } from '../src/back-ends.ts';
import type { Daemon, Store } from '../src/snapshot.ts';

const store = (change: Partial<Store>): Store => ({
  ...{ key: 'k', kind: 'filesystem', name: '/', fileSystemType: 'ext4', device: null, uuid: null, mountPoints: ['/'] },
  ...{ options: [], readOnly: false, loop: null, btrfs: null, thinPool: null },
  ...change,
});
const daemon = (storageDriver: string): Daemon => ({
  ...{ key: 'd', kind: 'docker', socket: '/s', version: '1', apiVersion: '1', dataRoot: '/d', liveRestore: null },
  ...{ storeKey: null, storageDriver },
});

test('back ends are the file systems, loop, thin and the drivers of daemons, each once and sorted', () => {
  const loop = { device: 'loop0', backingFile: '/f', deleted: false, outerStoreKey: null };
  const stores = [
    store({}),
    store({ fileSystemType: 'btrfs', loop }),
    store({ kind: 'thin-pool', fileSystemType: null }),
    store({}),
  ];
  expect(backEndsOf({ stores, daemons: [daemon('overlay2'), daemon('')] })).toEqual([
    'btrfs',
    'ext4',
    'loop',
    'overlay2',
    'thin',
  ]);
});

test('of nothing read there is no back end', () => {
  expect(backEndsOf({ stores: [], daemons: [] })).toEqual([]);
});
