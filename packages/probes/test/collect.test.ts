import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { PROBE_NAMES, type SeriesName, type Snapshot } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CollectOptions, collect } from '../src/collect.ts';
import { collectInventory } from '../src/collect-inventory.ts';
import { BTRFS_UUID, FakeHost } from './fake-host.ts';
import { fixture } from './fixture.ts';

let host: FakeHost;
const closing: (() => void)[] = [];
beforeEach(() => {
  host = new FakeHost();
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  host.remove();
});

const BTRFS = `btrfs:${BTRFS_UUID}`;
const EXT = 'mount:/srv/lab/mnt/ext';

function readingsOf({ layout, readings }: Snapshot, key: string): Partial<Record<SeriesName, number | null>> {
  return Object.fromEntries(
    layout.entries.flatMap(({ storeKey, series }, place) => (storeKey === key ? [[series, readings[place]]] : [])),
  );
}
const reportOf = (snapshot: Snapshot, probe: string) => snapshot.probes.find((one) => one.probe === probe);

describe('a captured host', () => {
  test('has each real file system once, with its device, mount points and options', async () => {
    const snapshot = await collect(host.options);
    expect(snapshot).toMatchObject({ bootId: '7a1c9b14-496f-4145-9f83-6a050b91ced0', uptimeMilliseconds: 7_817_760 });
    expect(snapshot.layout.stores.map(({ key }) => key)).toEqual([BTRFS, 'mount:/', EXT, 'mount:/srv/lab/mnt/xfs']);
    expect(snapshot.layout.stores[0]).toEqual({
      key: BTRFS,
      kind: 'btrfs',
      name: '/srv/lab/mnt/dbtr',
      fileSystemType: 'btrfs',
      device: '/dev/loop0',
      uuid: BTRFS_UUID,
      mountPoints: ['/srv/lab/mnt/dbtr', '/srv/lab/mnt/dbtr/docker'],
      options: ['discard=async', 'relatime', 'rw', 'space_cache=v2', 'subvol=/', 'subvolid=5'],
      readOnly: false,
      loop: { device: 'loop0', backingFile: '/srv/lab/img/dbtr.img', deleted: false, outerStoreKey: 'mount:/' },
      btrfs: expect.objectContaining({ label: 'lab' }),
      thinPool: null,
    });
    expect(snapshot.probes.map(({ probe, status }) => [probe, status])).toEqual([
      ['host', 'ok'],
      ['filesystems', 'ok'],
      ['btrfs', 'ok'],
      ['loop', 'ok'],
      ['thin-pools', 'ok'],
    ]);
  });

  test('gives the numbers of each, one reading an entry', async () => {
    host.answers.set('/srv/lab/mnt/dbtr', async () => ({
      ...{ bsize: 4096n, blocks: 786_432n, bfree: 784_952n, bavail: 651_008n, files: 0n, ffree: 0n },
    }));
    const snapshot = await collect(host.options);
    expect(snapshot.readings).toHaveLength(snapshot.layout.entries.length);
    expect(readingsOf(snapshot, 'mount:/srv/lab/mnt/xfs')).toEqual({
      usedBytes: 2_048_000,
      capacityBytes: 4_096_000,
      usedInodes: 40,
      capacityInodes: 100,
      backingAllocatedBytes: 0,
      // The file may grow to 1 GiB, but the file system beneath has 2,048,000 bytes left.
      backingCapacityBytes: 2_048_000,
    });
    const btrfs = readingsOf(snapshot, BTRFS);
    expect(btrfs).toMatchObject({ usedBytes: 6_062_080, unallocatedBytes: 2_323_644_416, backingAllocatedBytes: 0 });
    expect(btrfs).not.toHaveProperty('usedInodes');
  });

  test('has the same layout at the next beat', async () => {
    const [first, second] = [await collect(host.options), await collect(host.options)];
    expect(JSON.stringify(second.layout)).toBe(JSON.stringify(first.layout));
  });

  test('that mounts a file system shows it, and one that unmounts it no longer does', async () => {
    const mounts = fixture('mounts/docker-overlay2.txt');
    host.putMounts(mounts.replace(/^70 .*\n/m, ''));
    expect((await collect(host.options)).layout.stores).toHaveLength(3);
    host.putMounts(mounts);
    expect((await collect(host.options)).layout.stores).toHaveLength(4);
  });
});

describe('what cannot be read', () => {
  test('a file system that hangs is null and told, is not asked again, and the beat goes on', async () => {
    host.answers.set('/srv/lab/mnt/xfs', () => new Promise(() => {}));
    const before = await collect({ ...host.options, statfs: async () => ({ ...(await half()) }) });
    const first = await collect(host.options);
    expect(readingsOf(first, 'mount:/srv/lab/mnt/xfs')).toMatchObject({ usedBytes: null, usedInodes: null });
    expect(readingsOf(first, EXT)).toMatchObject({ usedBytes: 2_048_000 });
    expect(first.layout).toEqual(before.layout);
    expect(reportOf(first, 'filesystems')).toMatchObject({
      status: 'failed',
      reason: '/srv/lab/mnt/xfs: no answer within 2 s.',
    });
    const second = await collect(host.options);
    expect(reportOf(second, 'filesystems')?.reason).toBe('/srv/lab/mnt/xfs: an earlier call still hangs.');
    expect(host.asked.filter((point) => point === '/srv/lab/mnt/xfs')).toHaveLength(1);
  });

  test('a mount point that may not be entered is passed over for another one of the same file system', async () => {
    host.answers.set('/srv/lab/mnt/dbtr', () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' })));
    const snapshot = await collect(host.options);
    expect(readingsOf(snapshot, BTRFS)).toMatchObject({ usedBytes: 2_048_000 });
    expect(reportOf(snapshot, 'filesystems')?.status).toBe('ok');
  });

  test('where every mount point is closed, the store is there without numbers, and unavailable', async () => {
    host.answers.set('/srv/lab/mnt/ext', () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' })));
    const snapshot = await collect(host.options);
    expect(readingsOf(snapshot, EXT)).toMatchObject({ usedBytes: null, capacityBytes: null });
    expect(reportOf(snapshot, 'filesystems')).toMatchObject({
      status: 'unavailable',
      reason: '/srv/lab/mnt/ext: permission denied.',
    });
  });

  test('a host without btrfs has none, which is fine; a btrfs unknown to sysfs keeps its place without allocation', async () => {
    rmSync(join(host.folder, 'sys/fs'), { recursive: true });
    const snapshot = await collect(host.options);
    expect(reportOf(snapshot, 'btrfs')).toMatchObject({
      status: 'unavailable',
      reason: '/srv/lab/mnt/dbtr: sysfs names no btrfs on /dev/loop0.',
    });
    expect(snapshot.layout.stores.find(({ name }) => name === '/srv/lab/mnt/dbtr')).toMatchObject({
      kind: 'btrfs',
      btrfs: null,
    });
    host.putMounts(fixture('mounts/docker-overlay2.txt').replace(/^6[67] .*\n/gm, ''));
    expect(reportOf(await collect(host.options), 'btrfs')).toMatchObject({ status: 'ok', reason: null });
  });

  test('a backing file that is gone leaves its size unread', async () => {
    rmSync(join(host.folder, 'srv/lab/img/x.img'));
    host.put('sys/block/loop1/loop/backing_file', '/srv/lab/img/ext.img (deleted)\n');
    const snapshot = await collect(host.options);
    expect(readingsOf(snapshot, 'mount:/srv/lab/mnt/xfs')).toMatchObject({ backingAllocatedBytes: null });
    expect(reportOf(snapshot, 'loop')).toMatchObject({
      status: 'unavailable',
      reason: '/srv/lab/img/ext.img: the backing file is deleted, and 1 more.',
    });
    expect(snapshot.layout.stores.find(({ key }) => key === EXT)?.loop).toMatchObject({
      deleted: true,
      outerStoreKey: null,
    });
  });

  test('without /proc and /sys there is an inventory all the same, with a reason from what it needs', async () => {
    const { layout } = await collect(host.options);
    for (const folder of ['proc', 'sys']) rmSync(join(host.folder, folder), { recursive: true });
    const inventory = await collectInventory(host.options, layout);
    expect(inventory).toMatchObject({ dataRoots: [], containerdRoots: [], maxUserNamespaces: null });
    expect(inventory.probes.map(({ probe }) => probe)).toEqual(PROBE_NAMES.slice(5));
    const reasons = Object.fromEntries(inventory.probes.map(({ probe, reason }) => [probe, reason]));
    expect(reasons.devices).toContain('/sys/block');
    expect(reasons.mounts).toContain('/proc: not there');
  });

  test('without /proc there is a snapshot all the same, with a reason from each probe', async () => {
    rmSync(join(host.folder, 'proc'), { recursive: true });
    const snapshot = await collect(host.options);
    expect(snapshot.layout.stores).toEqual([]);
    expect(reportOf(snapshot, 'filesystems')).toMatchObject({ status: 'unavailable', reason: 'mountinfo: not there.' });
    expect(reportOf(snapshot, 'host')?.status).toBe('failed');
    expect(snapshot.bootId).toBe('not-read');
  });
});

const half = async () => ({ bsize: 4096n, blocks: 1_000n, bfree: 500n, bavail: 500n, files: 100n, ffree: 60n });

describe('Docker daemons', () => {
  async function serve(path: string, answer: RequestListener): Promise<void> {
    host.put(path, '');
    rmSync(join(host.folder, path));
    const server = createServer(answer).listen(join(host.folder, path));
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
  }
  const captured: RequestListener = (request, response) => {
    if (request.method !== 'GET') response.writeHead(405);
    const known: Record<string, string> = {
      '/info': fixture('docker/info.json'),
      '/version': fixture('docker/version.json'),
      '/containers/json?all=1': '[]',
      '/images/json': '[]',
      '/volumes': '{"Volumes":[]}',
    };
    response.end(known[request.url ?? ''] ?? '');
  };

  const collectBoth = async (options: CollectOptions) => {
    await collectInventory(options, (await collect(options)).layout);
    return await collect(options);
  };

  test('a daemon is told with the store that holds its data', async () => {
    await serve('run/docker.sock', captured);
    const snapshot = await collectBoth(host.options);
    expect(snapshot.layout.daemons).toMatchObject([
      { key: 'docker:/run/docker.sock', storageDriver: 'overlay2', dataRoot: '/srv/lab/mnt/ext/docker', storeKey: EXT },
    ]);
    expect(reportOf(snapshot, 'docker')).toMatchObject({ status: 'ok', reason: null });
  });

  test('a second socket by option is asked too', async () => {
    await serve('run/docker.sock', captured);
    await serve('run/b.sock', captured);
    const { layout } = await collectBoth({ ...host.options, dockerSockets: ['/run/b.sock', '/run/docker.sock'] });
    expect(layout.daemons.map(({ socket }) => socket)).toEqual(['/run/b.sock', '/run/docker.sock']);
  });

  test.each<[string, RequestListener, string]>([
    ['an error', (_, response) => response.writeHead(500).end('{}'), 'answered 500'],
    ['something else', (_, response) => response.end('<html>'), 'no JSON object'],
    ['too much', (_, response) => response.end('x'.repeat(5 * 1024 * 1024)), 'more than 4194304 bytes'],
    ['half an answer', (_, response) => response.writeHead(200, { 'Content-Length': 9 }).end('{}'), '/run/docker.sock'],
    ['nothing', () => {}, 'no answer within 3 s'],
  ])('a daemon that answers with %s fails alone', async (_, answer, part) => {
    await serve('run/docker.sock', answer);
    const snapshot = await collectBoth(host.options);
    expect(reportOf(snapshot, 'docker')).toMatchObject({ status: 'failed', reason: expect.stringContaining(part) });
    expect(snapshot.layout.daemons).toEqual([]);
    expect(snapshot.layout.stores).toHaveLength(4);
  });

  test('a host without any has nothing to read, which is fine', async () => {
    const snapshot = await collectBoth(host.options);
    expect(reportOf(snapshot, 'docker')).toMatchObject({ status: 'ok', reason: null });
    expect(snapshot.layout.daemons).toEqual([]);
  });

  test('the fast beat asks no daemon: it tells what the slow beat found', async () => {
    let asked = 0;
    await serve('run/docker.sock', (request, response) => {
      asked += 1;
      captured(request, response);
    });
    expect((await collect(host.options)).layout.daemons).toEqual([]);
    expect(asked).toBe(0);
    await collectInventory(host.options, (await collect(host.options)).layout);
    const before = asked;
    expect((await collect(host.options)).layout.daemons).toHaveLength(1);
    expect(asked).toBe(before);
  });

  test('a socket by option that is not there is unavailable, a file that is none fails', async () => {
    writeFileSync(join(host.folder, 'plain'), '');
    const snapshot = await collectBoth({ ...host.options, dockerSockets: ['/run/none.sock'] });
    expect(reportOf(snapshot, 'docker')).toMatchObject({ status: 'unavailable', reason: '/run/none.sock: not there.' });
    const other = await collectBoth({ ...host.options, dockerSockets: ['/plain'] });
    expect(reportOf(other, 'docker')).toMatchObject({ status: 'failed', reason: '/plain: no socket.' });
  });
});
