import { expect, test } from 'vitest';
import type { DataRoot, DockerDaemon, MountInventory } from '../src/index.ts';
import { findLeaks } from '../src/index.ts';

const STOPPED = 'aa'.repeat(32);
const [STOPPED_MOUNT, GONE_MOUNT] = ['1a'.repeat(32), '2b'.repeat(32)];
const ROOT = '/var/lib/docker';

/** Overlays of two containers, the one stopped and the other unknown to every record, held by one process. */
const mounts = {
  namespaces: [
    {
      ...{ inode: '4026532407', isHost: false, holderCount: 1, mountCount: 40 },
      holders: [{ pid: 835, name: 'sleep', owner: null }],
      layerMounts: [STOPPED_MOUNT, GONE_MOUNT].map((mountId, place) => ({
        ...{ kind: 'overlay', mountId, id: 70 + place, device: `0:${50 + place}`, lowerCount: 2 },
        upperDir: `${ROOT}/overlay2/${mountId}/diff`,
        mountPoint: `${ROOT}/overlay2/${mountId}/merged`,
        propagation: { sharedGroup: null, masterGroup: null, fromGroup: null, unbindable: false },
      })),
    },
  ],
} as unknown as MountInventory;

interface Edit {
  key?: string;
  nested?: boolean;
  silent?: boolean;
  inode?: string | null;
}

const daemon = ({ key = 'docker:/run/docker.sock', nested = false, silent = false, inode = '42' }: Edit = {}) =>
  ({
    key,
    nestedInContainerId: nested ? 'cc'.repeat(32) : null,
    dataRootIdentity: inode === null ? null : { device: 66, inode },
    containers: silent ? null : nested ? [] : [{ id: STOPPED, state: 'exited' }],
  }) as unknown as DockerDaemon;
const dataRoot = { path: ROOT, layers: { mounts: [{ containerId: STOPPED, mountId: STOPPED_MOUNT }] } } as DataRoot;

const leaked = (daemons: DockerDaemon[], dataRoots: DataRoot[] = [dataRoot]) =>
  findLeaks(mounts, daemons, dataRoots)?.map(({ containerId, reason }) => [containerId, reason]) ?? null;

const OF_STOPPED = [STOPPED, 'container not running'];
const OF_GONE = [null, 'container unknown'];

test('what a stopped container and one without any record have left is leaked', () => {
  expect(leaked([daemon()])).toEqual([OF_STOPPED, OF_GONE]);
});

test('while a daemon of the host does not answer, nobody can tell', () => {
  expect(leaked([daemon(), daemon({ key: 'docker:/run/other.sock', silent: true, inode: '43' })])).toBeNull();
});

test('one that does not answer since another has its data root changes nothing', () => {
  expect(leaked([daemon(), daemon({ key: 'docker:/run/second.sock', silent: true })])).toEqual([OF_STOPPED, OF_GONE]);
});

test('while a nested one does not answer, a layer without a record may be one of its', () => {
  expect(leaked([daemon(), daemon({ key: 'docker:cc', nested: true, silent: true, inode: '44' })])).toEqual([
    OF_STOPPED,
  ]);
});

test('with the daemon of the host down, its containers may run on: a nested one of the same path proves nothing', () => {
  const nested = daemon({ key: 'docker:cc', nested: true, inode: '44' });
  expect(leaked([nested], [{ ...dataRoot, layers: { ...dataRoot.layers, mounts: [] } }])).toEqual([]);
});

test('with records that were not read, a layer without one is not told', () => {
  const unread = { ...dataRoot, path: '/srv/docker', layers: { ...dataRoot.layers, mounts: null } };
  expect(leaked([daemon()], [dataRoot, unread])).toEqual([OF_STOPPED]);
});

test('a container whose removal the mount has stopped is leaked too, one that is paused is not', () => {
  const inState = (state: string) =>
    [{ ...daemon(), containers: [{ id: STOPPED, state }] }] as unknown as DockerDaemon[];
  expect(leaked(inState('removing'))).toContainEqual(OF_STOPPED);
  expect(leaked(inState('paused'))).toEqual([OF_GONE]);
});
