import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBtrfsInventory } from '../src/btrfs/read-inventory.ts';
import type { CommandAnswer, CommandCall } from '../src/command.ts';
import { HangGuard } from '../src/hang-guard.ts';
import type { Problem } from '../src/problem.ts';
import { fixture, sysfsCapture } from './fixture.ts';

const UUID = '2634753e-f0b5-4c3f-93c2-1f2dfdc6c16a';
const SYSTEM = { uuid: UUID, storeKey: `btrfs:${UUID}`, mountPoint: '/mnt/btr' };
const ok = (stdout: string): CommandAnswer => ({ code: 0, stdout, stderr: '' });
const refused: CommandAnswer = {
  ...{ code: 1, stdout: '' },
  stderr: "ERROR: can't perform the search: Operation not permitted\n",
};
const LIST = 'btrfs-inventory/sub-list-R.txt';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silt-btrfs-inventory-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Of the capture, without quota groups. */
const QUOTA_OFF = new Map([...sysfsCapture('btrfs/sysfs.json')].filter(([path]) => !path.startsWith('qgroups/')));
const OLD_KERNEL = new Map<string, string>();
const NOT_TOLD: Problem = {
  status: 'partly',
  text: `btrfs ${UUID}: unavailable in this kernel's sysfs: commit_stats, exclusive_operation, quota state`,
};

interface Answers {
  list?: CommandAnswer | Problem;
  readOnly?: CommandAnswer | Problem;
  deleted?: CommandAnswer | Problem;
  devices?: CommandAnswer | Problem;
}

async function read(
  { list = ok(fixture(LIST)), readOnly = ok(''), deleted = ok(''), devices = ok('') }: Answers = {},
  capture = QUOTA_OFF,
) {
  for (const [path, text] of capture) {
    const file = join(folder, 'fs/btrfs', UUID, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const asked: string[][] = [];
  const command: CommandCall = async ({ args }) => {
    asked.push([...args]);
    if (args[0] === 'filesystem') return devices;
    return args.includes('-r') ? readOnly : args.includes('-d') ? deleted : list;
  };
  const roots = { procRoot: '/proc', sysRoot: folder, hostRoot: '/host' };
  const { value, problems } = await readBtrfsInventory(roots, {
    guard: new HangGuard(),
    command,
    fileSystems: [SYSTEM],
  });
  return { own: value[0], problems, asked };
}

const whole = () => sysfsCapture('btrfs/sysfs.json');

describe('a captured file system', () => {
  test('has its subvolumes with origin, generations and the bytes that quota groups know', async () => {
    const { own, problems } = await read({ readOnly: ok('ID 260 gen 8 top level 5 path a-ro\n') }, whole());
    expect(problems).toEqual([]);
    expect(own?.subvolumes?.map(({ id, path, readOnly }) => [id, path, readOnly])).toEqual([
      [256, 'a', false],
      [257, 'b', false],
      [258, 'd/nested', false],
      [259, 'a-snap', false],
      [260, 'a-ro', true],
    ]);
    expect(own?.subvolumes?.[3]).toEqual({
      ...{ id: 259, parentId: 5, path: 'a-snap', readOnly: false, generation: 13, createdGeneration: 7 },
      uuid: '07ccba6d-0f94-254f-8e69-7599fa522f71',
      parentUuid: 'be128645-2645-9d45-96e2-11ae7f4959e5',
      receivedUuid: null,
      ...{ referencedBytes: 41_959_424, exclusiveBytes: 16_384 },
    });
  });

  test('has its commits, what goes on, and its quota state', async () => {
    const { own } = await read({}, whole());
    expect(own).toMatchObject({
      storeKey: `btrfs:${UUID}`,
      commits: { count: 7, lastMilliseconds: 1, maxMilliseconds: 28, totalMilliseconds: 39 },
      exclusiveOperation: 'none',
      quota: { mode: 'qgroup', isInconsistent: false },
      uncleaned: [],
      staleQgroups: [],
    });
  });

  test('with simple quotas says so, and names groups whose subvolume is gone', async () => {
    const { own } = await read({}, sysfsCapture('btrfs-inventory/sysfs-squota.json'));
    expect(own?.quota).toEqual({ mode: 'squota', isInconsistent: false });
    expect(own?.subvolumes?.[1]).toMatchObject({ path: 'b', exclusiveBytes: 12_599_296 });
    // The list is of an earlier moment of the same lab, when 264 was not yet there.
    expect(own?.staleQgroups).toEqual([264]);
  });

  test('a group is not stale while its deleted subvolume is being cleaned', async () => {
    const deleted = ok('ID 264 gen 45 top level 0 path DELETED\n');
    const { own } = await read({ deleted }, sysfsCapture('btrfs-inventory/sysfs-squota.json'));
    expect(own?.uncleaned).toEqual([{ id: 264, generation: 45 }]);
    expect(own?.staleQgroups).toEqual([]);
  });

  test('of 494 subvolumes has each one, also below volumes', async () => {
    const list = fixture('btrfs-inventory/subvolume-list-500.txt').replaceAll(' uuid ', ' received_uuid - uuid ');
    const { own, problems } = await read({ list: ok(list) });
    expect([own?.subvolumes?.length, problems]).toEqual([494, []]);
    expect(own?.subvolumes?.find(({ id }) => id === 297)).toMatchObject({
      path: 'docker/volumes/651048c646f037307e9d96c9ef5bc190652f197eef9c35b75f84e67fefa92a1e/_data/btrfs/ro-backup',
      parentUuid: 'f6570a16-4f3e-b647-a9e3-e693e240ebb2',
    });
  });

  test('is asked with fixed arguments and the path as the host has it', async () => {
    const { asked } = await read();
    expect(asked).toEqual([
      ['subvolume', 'list', '-a', '-p', '-c', '-g', '-u', '-q', '-R', '--', '/host/mnt/btr'],
      ['subvolume', 'list', '-r', '--', '/host/mnt/btr'],
      ['subvolume', 'list', '-d', '--', '/host/mnt/btr'],
      ['filesystem', 'show', '--raw', '--', '/host/mnt/btr'],
    ]);
  });
});

describe('devices', () => {
  const asked = async (capture: string) => {
    const { own, problems } = await read({ devices: ok(fixture(`btrfs-inventory/${capture}.txt`)) });
    expect(problems).toEqual([]);
    return own?.devices;
  };

  test('are told by id with path, size and what chunks have of it', async () => {
    expect(await asked('fi-show-raw-2-devices')).toEqual([
      { id: 1, path: '/dev/loop0', sizeBytes: 314_572_800, allocatedBytes: 109_051_904 },
      { id: 2, path: '/dev/loop1', sizeBytes: 314_572_800, allocatedBytes: 109_051_904 },
    ]);
  });

  test('of one device are that one', async () => {
    expect(await asked('fi-show-raw')).toEqual([
      { id: 1, path: '/dev/loop0', sizeBytes: 3_221_225_472, allocatedBytes: 897_581_056 },
    ]);
  });

  test('that are missing have no path, and no size of zero', async () => {
    expect(await asked('fi-show-raw-1-of-2-missing')).toEqual([
      { id: 1, path: null, sizeBytes: null, allocatedBytes: null },
      { id: 2, path: '/dev/loop1', sizeBytes: 314_572_800, allocatedBytes: 109_051_904 },
    ]);
  });

  test.each([
    '\tdevid    1 size many used 0 path /dev/sda\n',
    '\tdevid    1 size 1 used',
    '\tdevid 1 size 1 used 1 path /dev/a\0b\n',
  ])('a line like %j is counted, and no device', async (line) => {
    const { own, problems } = await read({ devices: ok(line) });
    expect(own?.devices).toEqual([]);
    expect(problems).toEqual([
      { status: 'failed', text: 'devices of /mnt/btr: 1 lines of btrfs cannot be understood' },
    ]);
  });

  test('that were not told leave those of sysfs as they are', async () => {
    const { own, problems } = await read({ devices: refused });
    expect([own?.devices, problems]).toEqual([
      null,
      [{ status: 'unavailable', text: 'devices of /mnt/btr: needs CAP_SYS_ADMIN' }],
    ]);
  });
});

describe('what cannot be read', () => {
  test('without CAP_SYS_ADMIN the lists are unavailable, told once, and sysfs is read all the same', async () => {
    const { own, problems, asked } = await read({ list: refused }, whole());
    expect(problems).toEqual([{ status: 'unavailable', text: 'subvolumes of /mnt/btr: needs CAP_SYS_ADMIN' }]);
    expect([own?.subvolumes, own?.uncleaned, own?.staleQgroups]).toEqual([null, null, null]);
    expect([own?.quota?.mode, own?.commits?.count, asked.length]).toEqual(['qgroup', 7, 1]);
  });

  test.each<[string, CommandAnswer | Problem, Problem]>([
    [
      'the program is not there',
      { status: 'unavailable', text: 'no btrfs at /usr/bin/btrfs' },
      { status: 'unavailable', text: 'subvolumes of /mnt/btr: no btrfs at /usr/bin/btrfs' },
    ],
    [
      'it fails',
      { code: 1, stdout: '', stderr: '\nERROR: not a btrfs filesystem: /mnt/btr\n' },
      { status: 'failed', text: 'subvolumes of /mnt/btr: btrfs: ERROR: not a btrfs filesystem: /mnt/btr' },
    ],
    [
      'a signal ends it',
      { code: null, stdout: 'ID 1', stderr: '' },
      { status: 'failed', text: 'subvolumes of /mnt/btr: btrfs: ended without a word' },
    ],
  ])('when %s, that is told', async (_, list, problem) => {
    const { own, problems } = await read({ list });
    expect(problems).toEqual([problem]);
    expect(own?.subvolumes).toBeNull();
  });

  test('a list of read-only ones that fails leaves that unread, and not false', async () => {
    const { own, problems } = await read({ readOnly: refused });
    expect(own?.subvolumes?.[0]?.readOnly).toBeNull();
    expect(problems).toHaveLength(1);
  });

  test('a list of deleted ones that fails leaves it open whether a group is stale', async () => {
    const { own } = await read({ deleted: refused }, whole());
    expect([own?.uncleaned, own?.staleQgroups]).toEqual([null, null]);
  });

  test('an old kernel, without commit_stats, exclusive_operation and qgroups, leaves them unread', async () => {
    const { own, problems } = await read({}, OLD_KERNEL);
    expect([own?.commits, own?.exclusiveOperation, own?.quota, own?.staleQgroups]).toEqual([null, null, null, null]);
    expect([problems, own?.subvolumes?.length]).toEqual([[NOT_TOLD], 5]);
  });

  test('a kernel that knows quotas and has no folder for them has them off', async () => {
    const { own } = await read({}, new Map([['exclusive_operation', 'balance\n']]));
    expect([own?.quota, own?.exclusiveOperation]).toEqual([{ mode: 'off', isInconsistent: false }, 'balance']);
  });

  test('kernels from 5.9 to 6.0 have quota groups without saying that they are on, or in order', async () => {
    const tree = whole();
    for (const file of ['enabled', 'mode', 'inconsistent']) tree.delete(`qgroups/${file}`);
    const { own } = await read({}, tree);
    expect(own?.quota).toEqual({ mode: 'qgroup', isInconsistent: null });
    expect(own?.subvolumes?.[0]?.exclusiveBytes).toBe(16_384);
  });

  // Kernel, fs/btrfs/qgroup.c: BTRFS_QGROUP_STATUS_FLAG_INCONSISTENT. Not seen in a capture.
  test('quota groups that wait for a rescan are told (one-field edit)', async () => {
    const { own } = await read({}, whole().set('qgroups/inconsistent', '1\n'));
    expect(own?.quota).toEqual({ mode: 'qgroup', isInconsistent: true });
  });

  test('bytes below zero, which the kernel prints as 2^64 and less, are not read', async () => {
    const { own } = await read({}, whole().set('qgroups/0_256/exclusive', '18446744073709535232\n'));
    expect(own?.subvolumes?.[0]).toMatchObject({ referencedBytes: 41_959_424, exclusiveBytes: null });
  });
});

describe('hostile names and answers', () => {
  const row = (id: number, path: string) =>
    `ID ${id} gen 8 cgen 7 parent 5 top level 5 parent_uuid - received_uuid - uuid be128645-2645-9d45-96e2-11ae7f4959e5 path ${path}\n`;

  test.each(['a b', ' path b', 'x uuid - path y', 'line\nbreak', 'a\n\nb', 'tab\there', '\u{FFFD}(', 'ID 9'])(
    'a subvolume named %j keeps its name and its neighbours',
    async (name) => {
      const { own, problems } = await read({ list: ok(row(300, name) + row(301, 'after')) });
      expect(own?.subvolumes?.map(({ id, path }) => [id, path])).toEqual([
        [300, name],
        [301, 'after'],
      ]);
      expect(problems).toEqual([]);
    },
  );

  test.each([
    ['garbage', 'what\n'],
    ['a cut row', 'ID 256 gen 8 cgen 7 par\n'],
    ['a NUL', row(256, 'a\0b')],
    ['an id beyond 2^53', row(256, 'a').replace('256', '99999999999999999999')],
  ])('%s is counted, and what else there is is kept', async (_, text) => {
    const { own, problems } = await read({ list: ok(text + row(300, 'good')) }, whole());
    expect(own?.subvolumes?.map(({ path }) => path)).toEqual(['good']);
    expect(problems).toEqual([
      { status: 'failed', text: 'subvolumes of /mnt/btr: 1 lines of btrfs cannot be understood' },
    ]);
    // Of a list with gaps nothing is said to be gone.
    expect(own?.staleQgroups).toBeNull();
  });

  test('of more than 20,000 the rest is counted', async () => {
    const list = Array.from({ length: 20_003 }, (_, place) => row(256 + place, `s${place}`)).join('');
    const { own, problems } = await read({ list: ok(list) });
    expect(own?.subvolumes).toHaveLength(20_000);
    expect(problems).toEqual([{ status: 'failed', text: 'subvolumes of /mnt/btr: 3 are more than are read' }]);
  });
});
