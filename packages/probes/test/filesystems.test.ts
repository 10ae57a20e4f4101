import { describe, expect, test } from 'vitest';
import { parseMountinfo, parseNodevTypes, spaceOf } from '../src/filesystems/parse.ts';
import { mountOfPath, mountsOfHost, selectFileSystems, visibleMounts } from '../src/filesystems/select.ts';
import { fixture } from './fixture.ts';

const nodev = parseNodevTypes(fixture('mounts/filesystems.txt'));

const select = (text: string, types: ReadonlySet<string> = nodev) =>
  selectFileSystems(visibleMounts(parseMountinfo(text).mounts), types).map(({ type, source, mounts }) => [
    type,
    source,
    ...mounts.map(({ mountPoint }) => mountPoint),
  ]);

describe('which file systems are real', () => {
  const onOverlay2 = [
    ['ext4', '/dev/vda', '/'],
    ['btrfs', '/dev/loop0', '/srv/lab/mnt/dbtr', '/srv/lab/mnt/dbtr/docker'],
    ['ext4', '/dev/loop1', '/srv/lab/mnt/ext'],
    ['xfs', '/dev/loop2', '/srv/lab/mnt/xfs'],
  ];

  test('on a Docker host: one entry a real one, bind mounts with it, overlays and pseudo ones left out', () => {
    expect(select(fixture('mounts/docker-overlay2.txt'))).toEqual(onOverlay2);
  });

  test('the named list says the same where /proc/filesystems cannot be read', () => {
    expect(select(fixture('mounts/docker-overlay2.txt'), new Set())).toEqual(onOverlay2);
  });

  test('binds of a subfolder of btrfs stay with the one file system', () => {
    expect(select(fixture('mounts/docker-btrfs.txt'))[1]).toEqual([
      'btrfs',
      '/dev/loop0',
      '/srv/lab/mnt/dbtr',
      '/srv/lab/mnt/dbtr/docker',
      '/srv/lab/mnt/dbtr/docker/btrfs',
    ]);
  });

  test('in a container a folder names the file system, and not /etc/hosts', () => {
    const [system, ...others] = select(fixture('mounts/nested-dockerd.txt'));
    expect(system?.slice(0, 3)).toEqual(['ext4', '/dev/loop1', '/var/lib/docker']);
    expect(system?.slice(3).sort()).toEqual(['/etc/hostname', '/etc/hosts', '/etc/resolv.conf']);
    expect(others).toEqual([]);
  });

  const line = (type: string, source = '/dev/sdb1', point = '/mnt/x') =>
    `90 46 8:17 / ${point} rw - ${type} ${source} rw\n`;
  test.each(['nfs4', 'cifs', 'fuseblk', 'xfs', 'vfat', 'zfs', 'bcachefs'])('%s is real', (type) => {
    expect(select(line(type))).toHaveLength(1);
  });
  test.each(['squashfs', 'erofs', 'iso9660', 'fuse.portal', 'fuse.lxcfs', 'fuse', 'tmpfs', 'autofs'])(
    '%s is not',
    (type) => {
      expect(select(line(type))).toEqual([]);
    },
  );
});

describe('the name of a file system', () => {
  const named = (...rows: [root: string, point: string][]) =>
    select(
      rows.map(([root, point], place) => `${90 + place} 46 8:17 ${root} ${point} rw - ext4 /dev/sdb1 rw`).join('\n'),
    )[0]?.[2];

  test.each([
    [
      'the whole tree before a part of it',
      [
        ['/a', '/b'],
        ['/', '/mnt/data'],
      ],
      '/mnt/data',
    ],
    [
      'the shortest path among equals',
      [
        ['/', '/mnt/data'],
        ['/', '/data'],
      ],
      '/data',
    ],
    [
      '/ before everything, as with nested subvolumes',
      [
        ['/@/home', '/home'],
        ['/@/.snapshots/1/snapshot', '/'],
      ],
      '/',
    ],
  ] as [string, [string, string][], string][])('%s', (_, rows, name) => {
    expect(named(...rows)).toBe(name);
  });
});

describe('mounts that are covered', () => {
  const root = '46 1 254:0 / / rw - ext4 /dev/vda rw\n';
  const points = (text: string) => visibleMounts(parseMountinfo(root + text).mounts).map(({ id }) => id);

  test('the captured double mounts of /dev/shm and /dev/pts show the upper one', () => {
    const ids = visibleMounts(parseMountinfo(fixture('mounts/docker-overlay2.txt')).mounts).map(({ id }) => id);
    expect(ids).not.toContain(62);
    expect(ids).toContain(63);
  });

  test('a mount below a folder that was mounted over cannot be reached', () => {
    const rows = '50 46 8:1 / /mnt/a rw - ext4 /dev/sda rw\n51 46 8:2 / /mnt rw - ext4 /dev/sdb rw\n';
    expect(points(rows)).toEqual([46, 51]);
  });

  test('a mount on another one covers it, and what hangs below stays', () => {
    const rows =
      '50 46 8:1 / /mnt rw - ext4 /dev/sda rw\n51 50 8:2 / /mnt rw - xfs /dev/sdb rw\n52 51 8:3 / /mnt/c rw - xfs /dev/sdc rw\n';
    expect(points(rows)).toEqual([46, 51, 52]);
  });

  test('parents in a circle end', () => {
    expect(points('50 51 8:1 / /a rw - ext4 /dev/a rw\n51 50 8:2 / /b rw - ext4 /dev/b rw\n')).toEqual([46, 50, 51]);
  });
});

describe('mountinfo', () => {
  test('octal escapes are names again (one-field edit)', () => {
    const text = fixture('mounts/docker-overlay2.txt').replace('/srv/lab/mnt/xfs', '/srv/a\\040b\\011c\\134d');
    expect(select(text)[1]?.[2]).toBe('/srv/a b\tc\\d');
  });

  test('options of the mount and of the superblock are two things, and a source may be called -', () => {
    const { mounts } = parseMountinfo('90 46 0:41 /sub /mnt/x rw,noatime - fuse.s3 - ro,user_id=0\n');
    expect(mounts).toMatchObject([
      {
        root: '/sub',
        mountPoint: '/mnt/x',
        mountOptions: ['rw', 'noatime'],
        source: '-',
        superOptions: ['ro', 'user_id=0'],
      },
    ]);
  });

  test('a truncated file keeps its whole lines and counts the broken one', () => {
    const text = fixture('mounts/docker-overlay2.txt');
    const cut = text.slice(0, text.indexOf(' - xfs'));
    const { mounts, badLines } = parseMountinfo(cut);
    expect([mounts.length, badLines]).toEqual([23, 1]);
  });

  test.each([
    ['no separator', '46 1 254:0 / / rw ext4 /dev/vda rw'],
    ['no number', 'x 1 254:0 / / rw - ext4 /dev/vda rw'],
    ['no device', '46 1 254 / / rw - ext4 /dev/vda rw'],
    ['a relative mount point', '46 1 254:0 / mnt rw - ext4 /dev/vda rw'],
    ['a NUL', '46 1 254:0 / /a\\000b rw - ext4 /dev/vda rw'],
    ['nothing else', '-'],
  ])('a line with %s is none', (_, text) => {
    expect(parseMountinfo(text)).toEqual({ mounts: [], badLines: 1 });
  });

  test('in a container only mounts under the root of the host count, by their names there', () => {
    const { mounts } = parseMountinfo(fixture('mounts/docker-overlay2.txt'));
    const seen = mountsOfHost(mounts, '/srv/lab/mnt').map(({ mountPoint }) => mountPoint);
    expect(seen.slice(0, 4)).toEqual(['/dbtr', '/dbtr/docker', '/ext', '/xfs']);
    expect(mountsOfHost(mounts, '/srv/lab/mnt/xfs').map(({ mountPoint }) => mountPoint)).toEqual(['/']);
  });

  test('a path belongs to the mount that is nearest above it', () => {
    const { mounts } = parseMountinfo(fixture('mounts/docker-overlay2.txt'));
    expect(mountOfPath('/srv/lab/mnt/ext/docker', mounts)?.source).toBe('/dev/loop1');
    expect(mountOfPath('/srv/lab/mnt/extra', mounts)?.source).toBe('/dev/vda');
  });
});

describe('statfs', () => {
  // The ext4 on a loop file, first sample of the captured series.
  const answer = { bsize: 4096n, blocks: 249_195n, bfree: 249_189n, bavail: 231_986n, files: 65_536n, ffree: 65_525n };

  test('capacity is used and available, as df counts', () => {
    expect(spaceOf(answer)).toEqual({
      usedBytes: 6 * 4_096,
      capacityBytes: (6 + 231_986) * 4_096,
      inodes: { used: 11, capacity: 65_536 },
    });
  });

  test('blocks count fragments where the answer has their size', () => {
    expect(spaceOf({ ...answer, frsize: 512n })).toMatchObject({ usedBytes: 6 * 512 });
  });

  test('btrfs has no number of inodes, which is not none used', () => {
    expect(spaceOf({ ...answer, files: 0n, ffree: 0n })).toMatchObject({ inodes: null });
  });

  test.each([
    ['more free than there are', { bfree: 249_196n }],
    ['2^63 blocks', { blocks: 2n ** 63n }],
    ['more free inodes than there are', { ffree: 70_000n }],
  ])('%s is told and not taken', (_, edit) => {
    expect(spaceOf({ ...answer, ...edit })).toContain('impossible');
  });
});
