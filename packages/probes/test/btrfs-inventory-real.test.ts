import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BtrfsInventory, Subvolume } from '@silt/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBtrfsInventory } from '../src/btrfs/read-inventory.ts';
import { type CommandCall, runCommand } from '../src/command.ts';
import { HangGuard } from '../src/hang-guard.ts';
import type { Problem } from '../src/problem.ts';
import { DEFAULT_ROOTS } from '../src/roots.ts';
import { describeReal, PATH, programPath } from './real-machine.ts';

const IMAGE_BYTES = 256 * 1024 ** 2;
const WRITTEN_BYTES = 1024 ** 2;
/** Metadata of an empty subvolume: one node. */
const NODE_BYTES = 16_384;
const PROGRAMS = ['mkfs.btrfs', 'btrfs', 'findmnt', 'setpriv'];

/** As the host's program is started, but by a process with fewer rights. */
const withRights =
  (...options: string[]): CommandCall =>
  (request) =>
    runCommand({
      ...request,
      paths: [programPath('setpriv') ?? ''],
      args: [...options, programPath('btrfs') ?? '', ...request.args],
    });
const asNobody = withRights('--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all');
const asRootOfContainer = withRights('--bounding-set=-sys_admin', '--inh-caps=-sys_admin');

describeReal(
  'subvolumes of a btrfs on a loop file of this machine',
  { loopDevices: true, fileSystem: 'btrfs', programs: PROGRAMS },
  () => {
    let [folder, top, inner, uuid] = ['', '', '', ''];
    let heldFile: number | null = null;
    const mounted: string[] = [];
    const run = (program: string, ...parameters: string[]): string =>
      execFileSync(program, parameters, { env: { ...process.env, PATH }, encoding: 'utf8' }).trim();
    const mount = (options: string, source: string, mountPoint: string): void => {
      run('mount', '-o', options, source, mountPoint);
      mounted.push(mountPoint);
    };
    const subvolume = (...parameters: string[]) => run('btrfs', 'subvolume', ...parameters);

    const read = async (
      mountPoint: string,
      command: CommandCall = runCommand,
    ): Promise<{ own: BtrfsInventory; problems: Problem[] }> => {
      const fileSystems = [{ uuid, storeKey: `btrfs:${uuid}`, mountPoint }];
      const tools = { guard: new HangGuard(), command, fileSystems };
      const { value, problems } = await readBtrfsInventory(DEFAULT_ROOTS, tools);
      if (value[0] === undefined) throw new Error('one file system was asked for');
      return { own: value[0], problems };
    };
    const at = (own: BtrfsInventory, path: string): Subvolume | undefined =>
      own.subvolumes?.find((one) => one.path === path);

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'silt-subvolumes-'));
      chmodSync(folder, 0o755);
      [top, inner] = [join(folder, 'the top'), join(folder, 'inner')];
      for (const mountPoint of [top, inner]) mkdirSync(mountPoint);
      const image = join(folder, 'btrfs.img');
      writeFileSync(image, '');
      truncateSync(image, IMAGE_BYTES);
      run('mkfs.btrfs', '--quiet', image);
      mount('loop', image, top);
      uuid = run('findmnt', '-no', 'UUID', top);
      run('btrfs', 'quota', 'enable', top);
      subvolume('create', join(top, '@'));
      subvolume('create', join(top, '@/with a blank'));
      mkdirSync(join(top, '@/with a blank/folder'));
      subvolume('create', join(top, '@/with a blank/folder/x path y uuid - z'));
      subvolume('create', join(top, '@/line\nbreak'));
      mkdirSync(join(top, '<FS_TREE>'));
      subvolume('create', join(top, '<FS_TREE>/marked'));
      writeFileSync(join(top, '@/with a blank/file'), Buffer.alloc(WRITTEN_BYTES, 'x'));
      run('sync', '-f', top);
      subvolume('snapshot', '-r', join(top, '@/with a blank'), join(top, 'kept'));
      subvolume('create', join(top, 'gone'));
      writeFileSync(join(top, 'gone/file'), 'x');
      // The cleaner waits for the last open file.
      heldFile = openSync(join(top, 'gone/file'), 'r');
      subvolume('delete', '--commit-after', join(top, 'gone'));
      run('sync', '-f', top);
      mount('subvol=@', run('findmnt', '-no', 'SOURCE', top), inner);
    });
    afterAll(() => {
      if (heldFile !== null) closeSync(heldFile);
      for (const mountPoint of mounted.toReversed()) run('umount', mountPoint);
      rmSync(folder, { recursive: true, force: true });
    });

    const PATHS = [
      '@',
      '@/with a blank',
      '@/with a blank/folder/x path y uuid - z',
      '@/line\nbreak',
      '<FS_TREE>/marked',
      'kept',
    ];

    test('each is listed with its place, whichever characters its name holds', async () => {
      const { own, problems } = await read(top);
      expect(problems).toEqual([]);
      expect(own.subvolumes?.map(({ path }) => path)).toEqual(PATHS);
      const [outer, blank, nested] = own.subvolumes ?? [];
      expect([outer?.parentId, blank?.parentId, nested?.parentId]).toEqual([5, outer?.id, blank?.id]);
    });

    test('each has the facts that `subvolume show` and `qgroup show` tell of it', async () => {
      const { own } = await read(top);
      const groups = JSON.parse(run('btrfs', '--format', 'json', 'qgroup', 'show', top))['qgroup-show'];
      for (const one of own.subvolumes ?? []) {
        const shown = subvolume('show', join(top, one.path));
        const field = (name: string): string => new RegExp(`^\t${name}:\\s+(.*)$`, 'm').exec(shown)?.[1] ?? '';
        const group = groups.find(({ qgroupid }: { qgroupid: string }) => qgroupid === `0/${one.id}`);
        expect([one.id, one.parentId, one.generation, one.createdGeneration]).toEqual(
          ['Subvolume ID', 'Parent ID', 'Generation', 'Gen at creation'].map((name) => Number(field(name))),
        );
        expect([one.uuid, one.parentUuid ?? '-', one.receivedUuid ?? '-']).toEqual(
          ['UUID', 'Parent UUID', 'Received UUID'].map(field),
        );
        expect(one.readOnly).toBe(field('Flags') === 'readonly');
        expect([one.referencedBytes, one.exclusiveBytes]).toEqual([
          Number(group?.referenced),
          Number(group?.exclusive),
        ]);
      }
    });

    test('a snapshot names its origin and shares its bytes', async () => {
      const { own } = await read(top);
      const [origin, snapshot] = [at(own, '@/with a blank'), at(own, 'kept')];
      expect(snapshot).toMatchObject({ parentUuid: origin?.uuid, receivedUuid: null, readOnly: true });
      expect(snapshot).toMatchObject({ referencedBytes: WRITTEN_BYTES + NODE_BYTES, exclusiveBytes: NODE_BYTES });
      expect(origin?.readOnly).toBe(false);
    });

    test('quota, commits, what waits for the cleaner are told, and its group is not stale', async () => {
      const { own } = await read(top);
      expect(own).toMatchObject({ quota: { mode: 'qgroup', isInconsistent: false }, exclusiveOperation: 'none' });
      expect(own.commits?.count).toBeGreaterThan(0);
      expect(own.uncleaned).toEqual([{ id: expect.any(Number), generation: expect.any(Number) }]);
      expect(own.subvolumes?.map(({ id }) => id)).not.toContain(own.uncleaned?.[0]?.id);
      expect(own.staleQgroups).toEqual([]);
    });

    test('a mount of one subvolume tells the same of all, with paths from the top level', async () => {
      const [ofTop, ofInner] = [await read(top), await read(inner)];
      expect(ofInner.problems).toEqual([]);
      expect(ofInner.own.subvolumes).toEqual(ofTop.own.subvolumes);
    });

    test.each([
      ['nobody', asNobody],
      ['root without CAP_SYS_ADMIN', asRootOfContainer],
    ])('%s is told once what is missing, and gets what sysfs gives', async (_, command) => {
      const { own, problems } = await read(top, command);
      expect(problems).toEqual([{ status: 'unavailable', text: `subvolumes of ${top}: needs CAP_SYS_ADMIN` }]);
      expect([own.subvolumes, own.uncleaned, own.staleQgroups]).toEqual([null, null, null]);
      expect([own.quota?.mode, own.exclusiveOperation]).toEqual(['qgroup', 'none']);
    });

    test('where a folder above is closed, that is told and no capability', async () => {
      chmodSync(folder, 0o700);
      try {
        const { problems } = await read(top, asNobody);
        expect(problems).toEqual([
          { status: 'unavailable', text: `subvolumes of ${top}: no permission to reach ${top}` },
        ]);
      } finally {
        chmodSync(folder, 0o755);
      }
    });
  },
);
