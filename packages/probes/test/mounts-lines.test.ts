import { describe, expect, test } from 'vitest';
import { parseMountinfo } from '../src/filesystems/parse.ts';
import { daemonNamespaces } from '../src/mounts/daemons.ts';
import { mountIdOfUpper, parseMountLines } from '../src/mounts/parse-mount-lines.ts';
import type { HostProcess } from '../src/mounts/processes.ts';
import { fixture } from './fixture.ts';
import { capture } from './mounts-fake-proc.ts';

const HEX = '9ad426de8ec53482a1e8044107d7ea5bd8ea1111b9c24595471cdd8bc7c9f51e';

describe('lines of layers', () => {
  test("the number of mounts and the layers are the whole parser's", () => {
    const text = capture('overlay-leak/0-running.host.txt');
    const { ids, layers, badLines } = parseMountLines(text);
    const { mounts } = parseMountinfo(text);
    expect([ids, badLines]).toEqual([mounts.map(({ id }) => id), 0]);
    expect(layers.map(({ id }) => id)).toEqual(mounts.filter(({ type }) => type === 'overlay').map(({ id }) => id));
  });

  test("a nested daemon: its container's own layer, that of a container within, and none of the binds", () => {
    const { layers } = parseMountLines(fixture('mounts/nested-dockerd.txt'));
    expect(layers.map(({ mountPoint, device, propagation }) => [mountPoint, device, propagation.masterGroup])).toEqual([
      ['/', '0:843', 81],
      [expect.stringMatching(/^\/var\/lib\/docker\/overlay2\/5178dbda[0-9a-f]{56}\/merged$/), '0:852', null],
    ]);
    expect(layers.map(({ mountId }) => mountId?.slice(0, 8))).toEqual(['d5289dcc', '5178dbda']);
  });

  test.each([
    [`/d/overlay2/${HEX}/diff`, HEX],
    [`/d/overlay2/${HEX}-init/diff`, `${HEX}-init`],
    ['/d/overlay2/kx3ug1qsc7adlh1kivdxy5dqa/diff', 'kx3ug1qsc7adlh1kivdxy5dqa'],
    [`/var/lib/containers/storage/overlay/${HEX}/diff`, HEX],
    [`/d/overlay/${HEX}/upper`, HEX],
    ['/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/12/fs', '12'],
    [`/d/overlay2/${HEX.slice(1)}/diff`, null],
    [`/d/overlay2/${HEX}/work`, null],
    ['/home/me/upper', null],
  ])('%s is of %s', (upper, id) => {
    expect(mountIdOfUpper(upper)).toBe(id);
  });

  const overlay = (options: string) => parseMountLines(`9 1 0:5 / /m rw - overlay overlay ${options}\n`).layers[0];
  test.each([
    ['rw,lowerdir=/a:/b:/c,upperdir=/u', 3],
    ['rw,lowerdir=/a\\134:x:/b', 2],
    ['rw,lowerdir=/a:/b::/data1::/data2', 2],
    ['rw,lowerdir+=/a,lowerdir+=/b,datadir+=/c', 2],
    ['rw', 0],
  ])('%s has %d lower folders', (options, count) => {
    expect(overlay(options)?.lowerCount).toBe(count);
  });

  test('a comma and a space in a name are part of it; a read-only overlay has no upper folder', () => {
    expect(overlay('rw,lowerdir=/l,upperdir=/a\\054b\\040c')).toMatchObject({ upperDir: '/a,b c', mountId: null });
    expect(overlay('ro,lowerdir=/l:/m')).toMatchObject({ upperDir: null, mountId: null, lowerCount: 2 });
  });

  test('btrfs: the subvolume of a container is its id; a folder within it, and others, are not', () => {
    const line = (root: string) => `9 1 0:39 ${root} / rw master:3 - btrfs /dev/loop0 rw,subvolid=5,subvol=/\n`;
    const ids = [`/docker/btrfs/subvolumes/${HEX}`, `/docker/btrfs/subvolumes/${HEX}-init`];
    const other = [`/docker/btrfs/subvolumes/${HEX}/etc`, '/docker/btrfs', '/docker/btrfs/subvolumes/x'];
    const containerd = '/c/io.containerd.snapshotter.v1.btrfs/active/7';
    const { layers } = parseMountLines([...ids, ...other, containerd].map(line).join(''));
    expect(layers.map(({ kind, mountId, upperDir }) => [kind, mountId, upperDir])).toEqual([
      ['btrfs', HEX, null],
      ['btrfs', `${HEX}-init`, null],
      ['btrfs', '7', null],
    ]);
  });

  test('devicemapper: as captured, and as its container sees it', () => {
    const { layers } = parseMountLines(capture('devicemapper.txt'));
    expect(layers.map(({ kind, mountId, device }) => [kind, mountId?.slice(0, 8), device])).toEqual([
      ['devicemapper', 'cc475be2', '254:1'],
      ['devicemapper', 'd51bd3ac', '254:2'],
      ['devicemapper', 'e0210583', '254:3'],
    ]);
    const inside = `9 1 254:1 /rootfs / rw - ext4 /dev/mapper/docker-0:33-25-${HEX} rw\n`;
    expect(parseMountLines(inside).layers).toMatchObject([{ mountId: HEX, mountPoint: '/' }]);
    expect(parseMountLines(inside.replace('/rootfs', '/rootfs/etc')).layers).toEqual([]);
  });

  test('propagation: all four fields, and one that nobody knows yet', () => {
    const propagation = (fields: string) =>
      parseMountinfo(`9 1 0:5 / /m rw ${fields}- tmpfs t rw\n`).mounts[0]?.propagation;
    const none = { sharedGroup: null, masterGroup: null, fromGroup: null, unbindable: false };
    expect(propagation('')).toEqual(none);
    expect(propagation('shared:5 master:6 propagate_from:7 future:8 ')).toEqual({
      ...{ sharedGroup: 5, masterGroup: 6, fromGroup: 7, unbindable: false },
    });
    expect(propagation('unbindable ')).toEqual({ ...none, unbindable: true });
    expect(propagation('shared:x master: ')).toEqual(none);
  });
});

describe('whose shim it is', () => {
  const process = (pid: number, name: string, words: string[], edit: Partial<HostProcess> = {}): HostProcess => ({
    ...{ pid, parentPid: 1, startTicks: 1, name, mountNamespace: '1', networkNamespace: null, owner: null },
    ...{ arguments: words, ...edit },
  });
  const shim = (pid: number, socket: string, namespace: string, edit: Partial<HostProcess> = {}) =>
    process(pid, 'containerd-shim', ['shim', '-namespace', namespace, '-id', HEX, '-address', socket], edit);
  const shimsOf = (...processes: HostProcess[]) =>
    Object.fromEntries(daemonNamespaces(processes).map(({ pid, shims }) => [pid, shims.map((one) => one.pid)]));

  test("a system's containerd has all of them, dockerd those of its own namespace", () => {
    const daemons = [process(1, 'dockerd', ['dockerd', '--containerd=/run/containerd/containerd.sock'])];
    daemons.push(process(2, 'containerd', ['/usr/bin/containerd']));
    const socket = '/run/containerd/containerd.sock';
    expect(shimsOf(...daemons, shim(3, socket, 'moby'), shim(4, socket, 'k8s.io'))).toEqual({ 1: [3], 2: [3, 4] });
    expect(shimsOf(...daemons.slice(1), shim(4, '/other.sock', 'k8s.io'))).toEqual({ 2: [] });
  });

  test('a containerd that dockerd started is found by its parent, as /run and /var/run are one', () => {
    const daemons = [process(1, 'dockerd', ['dockerd'])];
    const configuration = '/var/run/docker/containerd/containerd.toml';
    daemons.push(process(2, 'containerd', ['containerd', '--config', configuration], { parentPid: 1 }));
    expect(shimsOf(...daemons, shim(3, '/run/docker/containerd/containerd.sock', 'moby'))).toEqual({ 1: [3], 2: [3] });
  });

  test("a nested daemon's sockets have the host's names, and its container tells", () => {
    const owner = { unit: null, containerId: HEX, podUid: null };
    const socket = '/run/containerd/containerd.sock';
    const daemons = [process(1, 'containerd', ['containerd']), process(2, 'containerd', ['containerd'], { owner })];
    expect(shimsOf(...daemons, shim(3, socket, 'moby'), shim(4, socket, 'moby', { owner }))).toEqual({
      1: [3],
      2: [4],
    });
  });

  test('the shim of an old Docker, by its program and its parent; what is not read is not equal and not other', () => {
    const old = 'docker-containe';
    const daemon = process(2, old, ['docker-containerd', '--address', 'unix:///var/run/d.sock'], { parentPid: 1 });
    const its = process(3, old, ['docker-containerd-shim'], { parentPid: 2, mountNamespace: null });
    expect(daemonNamespaces([process(1, 'dockerd', ['dockerd']), daemon, its])).toMatchObject([
      { pid: 1, shims: [{ pid: 3, id: null, sameAsDaemon: null }] },
      { pid: 2, shims: [{ pid: 3 }] },
    ]);
    expect(shimsOf(process(2, 'containerd', ['containerd']), process(3, 'containerd-shim', ['shim']))).toEqual({
      2: [3],
    });
  });
});
