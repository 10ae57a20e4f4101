import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDoubleUpperDirs, findMountLeaks } from '@silt/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HangGuard } from '../src/hang-guard.ts';
import { readProcesses } from '../src/mounts/processes.ts';
import { readMountNamespaces } from '../src/mounts/read-mount-namespaces.ts';
import { DEFAULT_ROOTS } from '../src/roots.ts';
import { describeReal } from './real-machine.ts';

const MOUNT_ID = '5a'.repeat(32);
const CONTAINER = 'c0'.repeat(32);
const FILE_BYTES = 1024 ** 2;

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    try {
      if (isSo()) return;
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come to be so');
}

async function inventory() {
  const { value: processes } = await readProcesses(DEFAULT_ROOTS);
  const { value } = await readMountNamespaces(DEFAULT_ROOTS, { guard: new HangGuard(), processes, dataRoots: ['/'] });
  return value;
}

describeReal('overlays of this machine', { fileSystem: 'overlay', programs: ['mount', 'umount', 'unshare'] }, () => {
  let [folder, layer, merged] = ['', '', ''];
  const children: ChildProcess[] = [];
  const start = (...words: [string, ...string[]]): number => {
    const child = spawn(words[0], words.slice(1), { stdio: 'ignore' });
    children.push(child);
    return child.pid ?? -1;
  };
  const mount = () => {
    const options = `lowerdir=${folder}/lower,upperdir=${layer}/diff,workdir=${layer}/work`;
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, merged]);
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'silt-mounts-'));
    execFileSync('mount', ['-t', 'tmpfs', 'silt-mounts', folder]);
    layer = join(folder, 'overlay2', MOUNT_ID);
    merged = join(layer, 'merged');
    for (const name of ['lower', 'a']) mkdirSync(join(folder, name));
    for (const name of ['diff', 'work', 'merged']) mkdirSync(join(layer, name), { recursive: true });
  });
  afterAll(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    execFileSync('umount', ['-R', '-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('one that a private namespace keeps after its unmount is a leak of that process', async () => {
    mount();
    const pid = start('unshare', '--mount', '--propagation', 'private', 'sleep', '1000');
    await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
    execFileSync('umount', [merged]);
    const found = await inventory();
    const owners = { mountOwners: new Map([[MOUNT_ID, CONTAINER]]), wholeRoots: [] };
    const leaks = findMountLeaks(found, { ...owners, running: new Set() });
    expect(leaks).toEqual([
      {
        ...{ kind: 'overlay', mountId: MOUNT_ID, upperDir: `${layer}/diff`, containerId: CONTAINER },
        ...{ reason: 'container not running', reachedByUnmount: false },
        places: [
          {
            ...{ namespace: /\d+/.exec(readlinkSync(`/proc/${pid}/ns/mnt`))?.[0], mountPoint: merged },
            ...{ device: expect.stringMatching(/^0:\d+$/), reachedByUnmount: false, isHost: false, holderCount: 1 },
            holders: [{ pid, name: 'sleep', owner: expect.objectContaining({ containerId: null }) }],
          },
        ],
      },
    ]);
    expect(findMountLeaks(found, { ...owners, running: new Set([CONTAINER]) })).toEqual([]);
    expect(found.pathPropagation).toMatchObject([{ path: '/', isHost: true, mountPoint: '/' }]);
  });

  test('mounted again meanwhile, its upper folder is under two devices', async () => {
    mount();
    try {
      const doubles = findDoubleUpperDirs(await inventory());
      expect(doubles).toMatchObject([{ upperDir: `${layer}/diff`, mountId: MOUNT_ID, places: { length: 2 } }]);
      expect(doubles[0]?.places[0]?.device).not.toBe(doubles[0]?.places[1]?.device);
    } finally {
      execFileSync('umount', [merged]);
    }
  });

  test('a descriptor of a deleted file on a detached overlay pins its space', async () => {
    mount();
    const file = join(merged, 'a file');
    writeFileSync(file, Buffer.alloc(FILE_BYTES, 'x'));
    const pid = start('sh', '-c', 'exec 7<"$0"; exec sleep 1000', file);
    await until(() => readlinkSync(`/proc/${pid}/fd/7`) === file);
    await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
    expect((await inventory()).pins?.filter(({ path }) => path.includes('a file'))).toEqual([]);
    execFileSync('umount', ['-l', merged]);
    rmSync(join(layer, 'diff/a file'));
    const { pins } = await inventory();
    expect(pins?.filter(({ path }) => path.startsWith('/a file'))).toMatchObject([
      {
        ...{ sizeBytes: FILE_BYTES, allocatedBytes: FILE_BYTES, holderCount: 1 },
        holders: [{ pid, name: 'sleep', descriptor: 7 }],
      },
    ]);
  });
});
