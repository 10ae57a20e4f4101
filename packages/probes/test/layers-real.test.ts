import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { LayerStore } from '@silt/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HangGuard } from '../src/hang-guard.ts';
import type { LayersMemory } from '../src/layers/memory.ts';
import { readLayers } from '../src/layers/read-layers.ts';
import { describeReal, PATH } from './real-machine.ts';

const IMAGE_BYTES = 512 * 1024 ** 2;
const PROGRAMS = ['mkfs.btrfs', 'btrfs', 'dockerd', 'docker', 'containerd', 'runc', 'busybox', 'tar'];

const [ORPHAN, VOLUME, NESTED] = ['0f'.repeat(32), 'e1'.repeat(32), 'd2'.repeat(32)];
describeReal(
  'layers of a Docker daemon on a btrfs of this machine',
  { loopDevices: true, fileSystem: 'btrfs', programs: PROGRAMS },
  () => {
    let [folder, mountPoint, dataRoot, socket] = ['', '', '', ''];
    let daemon: ChildProcess | null = null;
    const memory: LayersMemory = new Map();
    const guard = new HangGuard();
    const run = (program: string, ...parameters: string[]): string =>
      execFileSync(program, parameters, {
        ...{ env: { ...process.env, PATH }, encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] },
      }).trim();
    const docker = (...parameters: string[]): string => run('docker', '-H', `unix://${socket}`, ...parameters);
    const isUp = (): boolean => {
      try {
        docker('version');
        return true;
      } catch {
        return false;
      }
    };
    const read = async (): Promise<LayerStore> => {
      const { value, problems } = await readLayers({ guard, memory, dataRoot, driver: 'btrfs' });
      expect(problems).toEqual([]);
      return value;
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'silt-docker-'));
      mountPoint = join(folder, 'btrfs');
      [dataRoot, socket] = [join(mountPoint, 'docker'), join(folder, 'docker.sock')];
      mkdirSync(mountPoint);
      writeFileSync(join(folder, 'btrfs.img'), '');
      truncateSync(join(folder, 'btrfs.img'), IMAGE_BYTES);
      run('mkfs.btrfs', '--quiet', join(folder, 'btrfs.img'));
      run('mount', '-o', 'loop', join(folder, 'btrfs.img'), mountPoint);
      const parameters = ['--data-root', dataRoot, '--exec-root', join(folder, 'exec'), '-H', `unix://${socket}`];
      parameters.push('--pidfile', join(folder, 'docker.pid'), '--storage-driver', 'btrfs', '--bridge=none');
      parameters.push('--iptables=false', '--ip6tables=false', '--log-level=error');
      daemon = spawn('dockerd', parameters, { env: { ...process.env, PATH }, stdio: 'ignore' });
      for (let tries = 0; tries < 120 && !isUp(); tries += 1) await wait(250);
      mkdirSync(join(folder, 'root/bin'), { recursive: true });
      writeFileSync(join(folder, 'root/bin/busybox'), readFileSync(run('which', 'busybox')), { mode: 0o755 });
      symlinkSync('busybox', join(folder, 'root/bin/sleep'));
      run('tar', '-C', join(folder, 'root'), '-cf', join(folder, 'busybox.tar'), '.');
      docker('import', join(folder, 'busybox.tar'), 'silt:test');
    }, 60_000);

    afterAll(async () => {
      if (daemon !== null && daemon.exitCode === null) {
        const ended = new Promise((resolve) => daemon?.once('exit', resolve));
        daemon.kill('SIGTERM');
        await Promise.race([ended, wait(30_000)]);
      }
      try {
        run('umount', '--recursive', mountPoint);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }, 60_000);

    test('every one has its record, before, while and after there is a container', async () => {
      expect(await read()).toMatchObject({
        ...{ hasAllRecords: true, mounts: [], writeSets: [], zombies: [], dangling: [], leftovers: [] },
        entries: [{ class: 'layer', isSubvolume: true }],
        layers: [{ parentChainId: 'none', isBeingRemoved: false, sizeBytes: expect.any(Number) }],
      });
      const id = docker('run', '--detach', '--network', 'none', 'silt:test', '/bin/sleep', '100');
      const store = await read();
      expect(store.mounts).toEqual([
        expect.objectContaining({ containerId: id, parentChainId: store.layers?.[0]?.chainId }),
      ]);
      expect(store.entryCounts).toMatchObject({ layer: 1, container: 1, init: 1, 'candidate-orphan': 0, unknown: 0 });
      expect(store.entries?.every(({ isSubvolume, modifiedAt }) => isSubvolume && modifiedAt !== null)).toBe(true);
      expect(store).toMatchObject({ zombies: [], dangling: [], leftovers: [] });
      docker('rm', '--force', id);
      expect(await read()).toMatchObject({ mounts: [], entries: [{ class: 'layer' }], dangling: [], zombies: [] });
    });

    test('a subvolume that no record names is a candidate for an orphan', async () => {
      run('btrfs', 'subvolume', 'create', join(dataRoot, 'btrfs/subvolumes', ORPHAN));
      try {
        const { entries, entryCounts } = await read();
        expect(entryCounts).toMatchObject({ layer: 1, 'candidate-orphan': 1 });
        expect(entries?.find(({ name }) => name === ORPHAN)).toMatchObject({
          ...{ class: 'candidate-orphan', ownerId: null, isSubvolume: true },
        });
      } finally {
        run('btrfs', 'subvolume', 'delete', join(dataRoot, 'btrfs/subvolumes', ORPHAN));
      }
      mkdirSync(join(dataRoot, 'btrfs/subvolumes', ORPHAN));
      expect((await read()).entries?.find(({ name }) => name === ORPHAN)).toMatchObject({ isSubvolume: false });
    });

    test('nested subvolumes in a volume are the leftover of a nested daemon, read-only ones beside them too', async () => {
      docker('volume', 'create', VOLUME);
      docker('volume', 'create', 'ordinary');
      const data = join(dataRoot, 'volumes', VOLUME, '_data');
      for (const name of ['image', 'containers', 'btrfs/subvolumes']) mkdirSync(join(data, name), { recursive: true });
      run('btrfs', 'subvolume', 'create', join(data, 'btrfs/subvolumes', NESTED));
      run(
        'btrfs',
        'subvolume',
        'snapshot',
        '-r',
        join(data, 'btrfs/subvolumes', NESTED),
        join(data, 'btrfs/ro-backup'),
      );
      const { leftovers } = await read();
      expect(leftovers).toEqual([
        {
          ...{ volume: VOLUME, isAnonymous: true, driverFolders: ['btrfs'], companions: ['image', 'containers'] },
          ...{ entryCount: 1, paths: [`btrfs/subvolumes/${NESTED}`], isInUse: null },
          nestedSubvolumes: ['btrfs/ro-backup', `btrfs/subvolumes/${NESTED}`],
        },
      ]);
    });

    test('a record whose container was taken away is a zombie that holds its subvolumes, one without them dangles', async () => {
      const id = docker('create', '--network', 'none', 'silt:test', '/bin/sleep');
      const before = await read();
      const mountId = before.mounts?.[0]?.mountId ?? '';
      rmSync(join(dataRoot, 'containers', id), { recursive: true });
      run('btrfs', 'subvolume', 'delete', join(dataRoot, 'btrfs/subvolumes', mountId));
      const { zombies, dangling } = await read();
      expect(zombies).toEqual([expect.objectContaining({ containerId: id, mountId, holds: [`${mountId}-init`] })]);
      expect(dangling).toEqual([{ name: mountId, kind: 'container', ownerId: id, isOfZombie: true }]);
    });
  },
);
