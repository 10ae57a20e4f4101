import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MountInventory, MountNamespace } from '@silt/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseMountinfo } from '../src/filesystems/parse.ts';
import { statfsOfNode } from '../src/filesystems/read.ts';
import { HangGuard } from '../src/hang-guard.ts';
import { readLayerSpaces } from '../src/mounts/read-layer-spaces.ts';
import { DEFAULT_ROOTS } from '../src/roots.ts';
import { describeReal } from './real-machine.ts';

const MOUNT_ID = '5a'.repeat(32);
const MIB = 1024 ** 2;

describeReal('a file system in a namespace of its own', { programs: ['unshare'] }, () => {
  let folder = '';
  let child: ChildProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'silt-layer-space-'));
    const script =
      'mount -t tmpfs -o size=1m,nr_inodes=7 silt "$0" && head -c 262144 /dev/zero > "$0/a" && exec sleep 1000';
    child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, folder], { stdio: 'ignore' });
    for (let tries = 0; tries < 500; tries += 1) {
      if (readFileSync(`/proc/${child.pid}/comm`, 'utf8') === 'sleep\n') return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('it did not come to be mounted');
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  /** As if it were a container's: a thin pool cannot be made here. */
  const inventory = (): Pick<MountInventory, 'namespaces'> => {
    const { mounts } = parseMountinfo(readFileSync(`/proc/${child.pid}/mountinfo`, 'utf8'));
    const mount = mounts.find(({ mountPoint }) => mountPoint === folder);
    if (mount === undefined) throw new Error('not mounted');
    const { id, device, mountPoint, propagation } = mount;
    const layer = { kind: 'devicemapper', mountId: MOUNT_ID, upperDir: null, lowerCount: null } as const;
    const namespace: MountNamespace = {
      ...{ inode: '1', isHost: false, holderCount: 1, mountCount: mounts.length },
      holders: [{ pid: child.pid ?? 0, name: 'sleep', owner: null }],
      layerMounts: [{ ...layer, id, device, mountPoint, propagation }],
    };
    return { namespaces: [namespace] };
  };

  test('is read through its process, though the same path answers here for another one', async () => {
    const tools = { roots: DEFAULT_ROOTS, guard: new HangGuard(), statfs: statfsOfNode };
    const { value, problems } = await readLayerSpaces(inventory(), tools);
    expect(problems).toEqual([]);
    expect(value).toMatchObject([
      {
        mountId: MOUNT_ID,
        mountPoint: folder,
        usedBytes: MIB / 4,
        capacityBytes: MIB,
        inodes: { used: 2, capacity: 7 },
      },
    ]);
    const { blocks, bsize } = await statfsOfNode(folder);
    expect(Number(blocks * bsize)).not.toBe(MIB);
  });
});
