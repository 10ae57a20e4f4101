import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HangGuard } from '../src/hang-guard.ts';
import { type DescriptorCalls, type DescriptorStat, deviceText, parseMountId } from '../src/mounts/file-pins.ts';
import { readProcesses } from '../src/mounts/processes.ts';
import { readMountNamespaces } from '../src/mounts/read-mount-namespaces.ts';
import { capture, captureBytes, FakeProc } from './mounts-fake-proc.ts';

const pinned = capture('overlay-leak/deleted-fd-pin.txt');
/** `fd7 dev=69(45) ino=567 nlink=0 size=104857600 blocks=204800` */
const [, dev, ino, nlink, size, blocks] =
  /^fd7 dev=(\d+)\(\d+\) ino=(\d+) nlink=(\d+) size=(\d+) blocks=(\d+)$/m.exec(pinned) ?? [];
const captured: DescriptorStat = {
  ...{ dev: BigInt(dev ?? -1), ino: BigInt(ino ?? -1), nlink: BigInt(nlink ?? -1) },
  ...{ size: BigInt(size ?? -1), blocks: BigInt(blocks ?? -1) },
};
const HOLDER = {
  ...{ name: 'sleep', mountNamespace: '1003', cgroup: '0::/system.slice/backup.service\n' },
  mountinfo: captureBytes('overlay-leak/3-o3-removed.private_fd.txt'),
};

let proc: FakeProc;
let stats: string[];
beforeEach(() => {
  proc = new FakeProc();
  stats = [];
});
afterEach(() => proc.remove());

async function pinsOf(edit: Partial<DescriptorStat> = {}, calls: Partial<DescriptorCalls> = {}) {
  const descriptors: DescriptorCalls = {
    stat: async (path) => {
      stats.push(path.slice(proc.folder.length));
      return { ...captured, ...edit };
    },
    isOverlay: async () => true,
    ...calls,
  };
  const { value: processes } = await readProcesses(proc.roots);
  const guard = new HangGuard();
  const { value, problems } = await readMountNamespaces(proc.roots, { guard, processes, dataRoots: [], descriptors });
  return { pins: value.pins, problems: problems.map(({ text }) => text) };
}

describe('a file that only a descriptor holds', () => {
  const fd = { target: '/leak', mountId: 318 };

  test('as captured: no link, a mount id that no mountinfo has, its space and its holder', async () => {
    expect(parseMountId(pinned)).toBe(318);
    proc.put(837, { ...HOLDER, descriptors: { 7: fd } });
    expect(await pinsOf()).toEqual({
      pins: [
        {
          ...{ device: '0:69', inode: '567', path: '/leak', mountId: 318 },
          ...{ sizeBytes: 104_857_600, allocatedBytes: 104_857_600, holderCount: 1 },
          holders: [
            {
              ...{ pid: 837, name: 'sleep', descriptor: 7 },
              owner: { unit: 'backup.service', containerId: null, podUid: null },
            },
          ],
        },
      ],
      problems: [],
    });
  });

  test('held twice and by two is one file', async () => {
    proc.put(837, { ...HOLDER, descriptors: { 7: fd, 8: fd } });
    proc.put(838, { ...HOLDER, descriptors: { 3: fd } });
    const { pins } = await pinsOf();
    expect(pins).toMatchObject([{ holderCount: 3, holders: { length: 3 } }]);
  });

  test.each([
    ['a file with a name', { nlink: 1n }, {}],
    ['a deleted file of another file system', {}, { isOverlay: async () => false }],
  ] as [string, Partial<DescriptorStat>, Partial<DescriptorCalls>][])('%s is none', async (_, edit, calls) => {
    proc.put(837, { ...HOLDER, descriptors: { 7: fd } });
    expect((await pinsOf(edit, calls)).pins).toEqual([]);
  });

  test('a mount that any namespace has is left alone, and its file is not asked, since it may hang', async () => {
    proc.put(837, { ...HOLDER, descriptors: { 7: { target: '/etc/passwd', mountId: 46 } } });
    proc.put(1, { name: 'init', mountNamespace: '1', mountinfo: capture('overlay-leak/leaked.host.txt') });
    expect(await pinsOf()).toEqual({ pins: [], problems: [] });
    expect(stats).toEqual([]);
  });

  test('sockets, pipes, devices and memory are not asked either', async () => {
    const targets = ['socket:[1]', 'pipe:[2]', 'anon_inode:[eventpoll]', '/dev/null', '/memfd:x (deleted)', '/proc/1'];
    const descriptors = Object.fromEntries(targets.map((target, place) => [place, { target, mountId: 9 }]));
    proc.put(837, { ...HOLDER, descriptors });
    expect((await pinsOf()).pins).toEqual([]);
    expect(stats).toEqual([]);
  });

  test('a kernel without mount ids in fdinfo has none', async () => {
    proc.put(837, { ...HOLDER, descriptors: { 7: { target: '/leak', mountId: null } } });
    expect(await pinsOf()).toEqual({ pins: [], problems: [] });
  });

  test('a mount that came after the namespaces were read is none', async () => {
    proc.put(837, { ...HOLDER, descriptors: { 7: fd } });
    const isOverlay = async () => {
      proc.end(837);
      proc.put(837, { ...HOLDER, mountinfo: `${HOLDER.mountinfo}318 224 0:69 / /m rw - overlay overlay rw\n` });
      return true;
    };
    expect(await pinsOf({}, { isOverlay })).toEqual({ pins: [], problems: [] });
  });

  test('a call that fails is told once, and one for a file that was closed not at all', async () => {
    const failing = (code: string) => async () => {
      throw Object.assign(new Error(code), { code });
    };
    proc.put(837, { ...HOLDER, descriptors: { 7: fd, 8: fd } });
    expect(await pinsOf({}, { stat: failing('ENOENT') })).toEqual({ pins: [], problems: [] });
    expect(await pinsOf({}, { stat: failing('EIO') })).toEqual({
      pins: [],
      problems: ['open files: input/output error (2 files)'],
    });
  });

  test('more descriptors than are looked at are counted', async () => {
    const descriptors = Object.fromEntries(
      Array.from({ length: 1_030 }, (_, number) => [number, { target: 'socket:[1]', mountId: 9 }]),
    );
    proc.put(837, { ...HOLDER, descriptors });
    expect((await pinsOf()).problems).toEqual(['6 open files are more than are looked at']);
  });

  test('more files than are kept are counted', async () => {
    const descriptors = () => Object.fromEntries(Array.from({ length: 600 }, (_, number) => [number, fd]));
    proc.put(837, { ...HOLDER, descriptors: descriptors() });
    proc.put(838, { ...HOLDER, descriptors: descriptors() });
    let next = 0n;
    const { pins, problems } = await pinsOf({}, { stat: async () => ({ ...captured, ino: next++ }) });
    expect(pins).toHaveLength(1_024);
    expect(problems).toEqual(['176 open files are more than are looked at']);
  });
});

test('a device number of stat(2) in the form of mountinfo', () => {
  // makedev(3): 7:1 is 0x701; 259:65537 takes bits beyond the 8 and 12 of old.
  expect([69n, 1_793n, 0x701n, 0x1001_0301n].map(deviceText)).toEqual(['0:69', '7:1', '7:1', '259:65537']);
});

describe.skipIf(process.getuid?.() !== 0)('without privilege (skipped unless root, who can give it up)', () => {
  test('no descriptor that could be read is not the same as none', async () => {
    proc.put(837, HOLDER);
    chmodSync(proc.folder, 0o755);
    chmodSync(`${proc.folder}/837/fd`, 0);
    process.seteuid?.(65_534);
    try {
      expect(await pinsOf()).toEqual({
        pins: null,
        problems: ['open files of 1 of 1 processes: permission denied (needs CAP_SYS_PTRACE)'],
      });
    } finally {
      process.seteuid?.(0);
    }
  });
});
