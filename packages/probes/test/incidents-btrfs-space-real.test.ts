import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Lab } from '../../../lab/src/lab.ts';
import { run } from '../../../lab/src/programs.ts';
import { commandsOf, FindingLife, type Ran, remedyOf, rulesOf, runAll, shell, theFinding } from './real-incident.ts';
import { describeReal } from './real-machine.ts';

const MIB = 1024 ** 2;
const BLOCK = Buffer.alloc(4 * MIB, 'x');
/** Metadata holds such a file whole. */
const SMALL_FILE_BYTES = 2_000;
const SMALL_FILES = 2_000;
const MAX_SNAPSHOTS = 20;
const TEST_MILLISECONDS = 120_000;
/** Chunks that are fuller than 80 % stay as they are, and with so small a device each is a tenth of it. */
const FREED_SHARE = { least: 0.5, most: 1.05 };
const PROGRAMS = ['mkfs.btrfs', 'btrfs', 'mount', 'umount', 'losetup', 'lsblk', 'bash'];

/** `write` until there is no space left. */
function untilFull(write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
    throw error;
  }
  throw new Error('it did not get full');
}

/** Incident 5, and what btrfs itself says of it. */
describeReal('a btrfs of this machine', { loopDevices: true, fileSystem: 'btrfs', programs: PROGRAMS }, () => {
  let lab: Lab;
  let mountPoint = '';
  beforeEach(() => {
    lab = new Lab();
  });
  afterEach(() => lab.close());

  /** All of the device given out in chunks, and of each of data one part of so many empty again. */
  async function exhaust(bytes: number, parts: number): Promise<void> {
    mountPoint = await lab.mountLoopFile({ name: 'the store', type: 'btrfs', bytes });
    await run('btrfs', 'subvolume', 'create', join(mountPoint, 'app'));
    let count = 0;
    untilFull(() => {
      for (; count * BLOCK.length < 2 * bytes; count += 1) writeFileSync(join(mountPoint, `app/block-${count}`), BLOCK);
    });
    await run('btrfs', 'filesystem', 'sync', mountPoint);
    for (let place = 0; place <= count; place += parts) rmSync(join(mountPoint, `app/block-${place}`), { force: true });
    await run('btrfs', 'filesystem', 'sync', mountPoint);
  }

  /** Snapshots of small files that change, until nothing can be written. */
  async function fillMetadata(): Promise<void> {
    mkdirSync(join(mountPoint, 'app/files'));
    const write = (letter: number) => {
      for (let place = 0; place < SMALL_FILES; place += 1) {
        writeFileSync(join(mountPoint, `app/files/${place}`), Buffer.alloc(SMALL_FILE_BYTES, letter));
      }
    };
    write(0);
    for (let hour = 1; hour <= MAX_SNAPSHOTS; hour += 1) {
      try {
        await run('btrfs', 'subvolume', 'snapshot', '-r', join(mountPoint, 'app'), join(mountPoint, `hour-${hour}`));
        write(hour);
        await run('btrfs', 'filesystem', 'sync', mountPoint);
      } catch (error) {
        if (/ENOSPC|No space left/.test(String(error))) return;
        throw error;
      }
    }
    throw new Error('it did not get full');
  }

  const canWrite = () => writeFileSync(join(mountPoint, 'app/proof'), Buffer.alloc(SMALL_FILE_BYTES, 'p'));
  const isBalance = (line: string) => line.startsWith('btrfs balance start');

  test.each([
    ['half empty', 2],
    ['by a quarter empty', 4],
  ])(
    'that has no unallocated space gets it back from chunks that are %s by its own commands',
    async (_, parts) => {
      await exhaust(1024 * MIB, parts);
      const life = new FindingLife(lab.folder, [mountPoint]);
      const found = await life.begin();
      expect(rulesOf(found)).toEqual(['warning btrfs-unallocated-low']);
      runAll(remedyOf(theFinding(found, 'btrfs-unallocated-low', mountPoint)));
      await life.end();
      life.expectFreed('btrfs-unallocated-low', FREED_SHARE);
    },
    TEST_MILLISECONDS,
  );

  test(
    'full of metadata that snapshots keep is cured by deleting them, and its own commands',
    async () => {
      await exhaust(512 * MIB, 2);
      await fillMetadata();
      const life = new FindingLife(lab.folder, [mountPoint]);
      const found = await life.begin();
      expect(rulesOf(found)).toEqual(['critical btrfs-metadata-headroom', 'warning btrfs-unallocated-low']);
      const finding = theFinding(found, 'btrfs-metadata-headroom', mountPoint);
      for (const { kind, line } of commandsOf(remedyOf(finding))) {
        const ran = shell(line);
        // No disk was lent: these lines fail and change nothing.
        expect(ran, line).toMatchObject({ status: line.includes('$EMPTY_DISK') ? 1 : 0 });
        // What the step before it tells people to do.
        if (kind === 'look' && line.includes('subvolume list')) {
          const paths = ran.stdout
            .trim()
            .split('\n')
            .map((row) => join(mountPoint, row.replace(/^.* path /, '')));
          await run('btrfs', 'subvolume', 'delete', ...paths);
        }
      }
      await life.end();
      life.expectNoPromise('btrfs-metadata-headroom');
      life.expectFreed('btrfs-unallocated-low', FREED_SHARE);
      canWrite();
    },
    TEST_MILLISECONDS,
  );

  test(
    'full of metadata, whose snapshots must stay, is cured with a disk that is lent for a while',
    async () => {
      await exhaust(512 * MIB, 2);
      await fillMetadata();
      expect(canWrite).toThrow('ENOSPC');
      const life = new FindingLife(lab.folder, [mountPoint]);
      const finding = theFinding(await life.begin(), 'btrfs-metadata-headroom', mountPoint);
      writeFileSync(lab.path('disk.img'), '');
      truncateSync(lab.path('disk.img'), 1024 * MIB);
      const disk = (await run('losetup', '--find', '--show', lab.path('disk.img'))).trim();
      lab.onClose(() => run('losetup', '--detach', disk));
      const failed: Ran[] = [];
      let isLent = false;
      for (const { line } of commandsOf(remedyOf(finding))) {
        const ran = shell(line, { EMPTY_DISK: disk });
        if (isBalance(line) && !isLent && ran.status !== 0) failed.push(ran);
        else expect(ran, line).toMatchObject({ status: 0 });
        isLent ||= line.includes('device add');
      }
      expect(failed.length).toBeGreaterThan(0);
      for (const { stderr } of failed) expect(stderr).toContain('No space left on device');
      expect(await run('btrfs', 'filesystem', 'show', mountPoint)).not.toContain(disk);
      // What the snapshots keep may leave room for no other chunk: that stands.
      await life.endOf('btrfs-metadata-headroom');
      life.expectNoPromise('btrfs-metadata-headroom');
      canWrite();
    },
    TEST_MILLISECONDS,
  );
});
