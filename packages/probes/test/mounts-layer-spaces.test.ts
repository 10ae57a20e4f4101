import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MountInventory } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Statfs } from '../src/filesystems/parse.ts';
import { HangGuard } from '../src/hang-guard.ts';
import { readProcesses } from '../src/mounts/processes.ts';
import { readLayerSpaces } from '../src/mounts/read-layer-spaces.ts';
import { readMountNamespaces } from '../src/mounts/read-mount-namespaces.ts';
import { dfOf } from './incident-host.ts';
import { capture, FakeProc } from './mounts-fake-proc.ts';

const MNT = '/var/lib/docker/devicemapper/mnt';
const [D1, D2, D3] = [
  'cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e',
  'd51bd3accae111bb7035f63b54a7720172858fa0ffff87c2396ff08b6d1f9bcf',
  'e02105838a4ced7637bd9c82f683b6a4d5553458dfe8ff2f3662c772937c203e',
];
const LAYERS = [D1, D2, D3];
const MOUNTINFO = capture('devicemapper-B02.txt');
const KIB = 1024;
const DOCKERD = 40;

let proc: FakeProc;
const asked: string[] = [];
const guard = () => new HangGuard();
beforeEach(() => {
  proc = new FakeProc();
  asked.length = 0;
});
afterEach(() => proc.remove());

const putDockerd = (mountinfo = MOUNTINFO) =>
  proc.put(DOCKERD, { name: 'dockerd', mountNamespace: '4026532177', mountinfo, arguments: ['dockerd'] });
/** What a container of the devicemapper driver has at its root, by the capture's first line of a layer. */
const putContainer = (pid: number, mountNamespace: string) => {
  const [line = ''] = MOUNTINFO.split('\n').filter((one) => one.includes(D1));
  const mountinfo = `${line.replace(` / ${MNT}/${D1} `, ' /rootfs / ').replace('37 36 ', '237 236 ')}\n`;
  proc.put(pid, { name: 'sleep', mountNamespace, mountinfo });
};
const mounts = async (): Promise<MountInventory> => {
  const { value: processes } = await readProcesses(proc.roots);
  return (await readMountNamespaces(proc.roots, { guard: guard(), processes, dataRoots: [] })).value;
};
/** As the host has it: `40 /var/lib/docker/…`. */
const ownPath = (path: string): string => path.slice(proc.folder.length + 1).replace('/root/', ' /');

type Answer = (path: string) => Promise<Statfs>;
const space: Answer = async (path) => dfOf('B02-three-running', path.replace(/^\d+ /, ''));
const refuse = (code: string): Answer => {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
};
const read = async (answer: Answer = space, inventory?: MountInventory, own = guard()) => {
  const statfs = (path: string) => {
    asked.push(ownPath(path));
    return answer(ownPath(path));
  };
  return readLayerSpaces(inventory ?? (await mounts()), { roots: proc.roots, guard: own, statfs });
};

describe("Docker's devicemapper driver with three running containers", () => {
  test('each has its own file system, asked for through the root of dockerd', async () => {
    putDockerd();
    const { value, problems } = await read();
    expect(problems).toEqual([]);
    expect(asked).toEqual(LAYERS.map((id) => `${DOCKERD} ${MNT}/${id}`));
    expect(value).toEqual(
      LAYERS.map((mountId, place) => ({
        ...{ mountId, mountPoint: `${MNT}/${mountId}`, device: `254:${place + 1}` },
        // df: 1976 used, 169987 available. Its inodes were not captured.
        ...{ usedBytes: 1_976 * KIB, capacityBytes: (1_976 + 169_987) * KIB, inodes: null },
      })),
    );
  });

  test('one that is full has as much used as it has capacity, though df divides by more', async () => {
    putDockerd();
    // One-field edit of the capture: ext4 keeps 14,336 of its 186,299 KiB for root, which nobody else can use.
    const full: Answer = async (path) => ({ ...(await space(path)), bfree: 14_336n, bavail: 0n, files: 51_200n });
    const { value } = await read(full);
    const usedBytes = (186_299 - 14_336) * KIB;
    expect(value[0]).toMatchObject({ usedBytes, capacityBytes: usedBytes, inodes: { used: 51_200, capacity: 51_200 } });
  });

  test("a layer that is mounted in its container too is asked for once, at the daemon's mount point", async () => {
    putContainer(30, '4026531999');
    putDockerd();
    const { value } = await read();
    expect(value.map(({ mountPoint }) => mountPoint)).toEqual(LAYERS.map((id) => `${MNT}/${id}`));
  });

  test('a host of another driver is asked nothing', async () => {
    proc.put(DOCKERD, {
      name: 'dockerd',
      mountNamespace: '1',
      mountinfo: capture('overlay-leak/0-running.dockerd.txt'),
    });
    expect(await read()).toEqual({ value: [], problems: [] });
    expect(asked).toEqual([]);
  });
});

describe('what goes meanwhile is left out, without a problem', () => {
  test('a process that has ended', async () => {
    putDockerd();
    const inventory = await mounts();
    proc.end(DOCKERD);
    expect(await read(refuse('ENOENT'), inventory)).toEqual({ value: [], problems: [] });
  });

  test('its place is taken by the container itself, where the layer is at /', async () => {
    putDockerd();
    putContainer(30, '4026531999');
    const inventory = await mounts();
    proc.end(DOCKERD);
    const { value, problems } = await read(async (path) => {
      if (path.startsWith(`${DOCKERD} `)) return refuse('ENOENT')(path);
      return dfOf('B02-three-running', `${MNT}/${D1}`);
    }, inventory);
    expect(problems).toEqual([]);
    expect(value).toMatchObject([{ mountId: D1, mountPoint: '/', usedBytes: 1_976 * KIB }]);
  });

  test('a layer that was unmounted: the data root would have answered for it', async () => {
    putDockerd();
    const inventory = await mounts();
    const { value } = await read(async (path) => {
      const left = MOUNTINFO.split('\n').filter((line) => !line.includes(D2));
      writeFileSync(join(proc.folder, `${DOCKERD}/mountinfo`), left.join('\n'));
      return space(path);
    }, inventory);
    expect(value.map(({ mountId }) => mountId)).toEqual([D1, D3]);
  });

  test('a layer that is mounted over', async () => {
    const over = `300 37 0:33 / ${MNT}/${D1} rw,relatime shared:9 - tmpfs t rw\n`;
    putDockerd(`${MOUNTINFO}${over}`);
    expect((await read()).value.map(({ mountId }) => mountId)).toEqual([D2, D3]);
  });

  test('a process that ends before its mounts can be looked at again', async () => {
    putDockerd();
    const inventory = await mounts();
    const { value, problems } = await read(async (path) => {
      rmSync(join(proc.folder, `${DOCKERD}/mountinfo`), { force: true });
      return space(path);
    }, inventory);
    expect({ value, problems }).toEqual({ value: [], problems: [] });
  });
});

describe('what cannot be read is null, and told', () => {
  const NOTHING = { usedBytes: null, capacityBytes: null, inodes: null };

  test('the right that is missing, once, with a count', async () => {
    putDockerd();
    const { value, problems } = await read(refuse('EACCES'));
    expect(value).toMatchObject([NOTHING, NOTHING, NOTHING]);
    const text = 'the file systems of 3 containers: /proc/<pid>/root needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH';
    expect(problems).toEqual([{ status: 'unavailable', text }]);
  });

  test('one of a failed pool', async () => {
    putDockerd();
    const { value, problems } = await read((path) => (path.endsWith(D2 ?? '') ? refuse('EIO')(path) : space(path)));
    expect(value[1]).toMatchObject({ mountId: D2, ...NOTHING });
    expect(value[2]?.usedBytes).toBe(1_976 * KIB);
    expect(problems).toEqual([{ status: 'failed', text: `${MNT}/${D2}: input/output error` }]);
  });

  test('numbers that cannot be are no space', async () => {
    putDockerd();
    const { value, problems } = await read(async (path) => ({ ...(await space(path)), bfree: 999_999n }));
    expect(value[0]).toMatchObject(NOTHING);
    expect(problems).toEqual([
      { status: 'failed', text: expect.stringMatching(/^\/var.*impossible numbers \(.*\) \(3 layers\)$/) },
    ]);
  });

  test('one that hangs keeps none of the others from being read, and is not asked again', async () => {
    putDockerd();
    const own = guard();
    const answer: Answer = (path) => (path.endsWith(D1 ?? '') ? new Promise<never>(() => undefined) : space(path));
    const first = await read(answer, undefined, own);
    expect(first.value.map(({ usedBytes }) => usedBytes)).toEqual([null, 1_976 * KIB, 1_976 * KIB]);
    expect(first.problems).toEqual([{ status: 'failed', text: `${MNT}/${D1}: no answer within 2 s` }]);
    const second = await read(answer, undefined, own);
    expect(second.problems).toEqual([{ status: 'failed', text: `${MNT}/${D1}: an earlier call still hangs` }]);
    expect(asked.filter((path) => path.endsWith(D1 ?? ''))).toHaveLength(1);
  });

  test('after two that hang no other is asked', async () => {
    putDockerd();
    const { value, problems } = await read(() => new Promise<never>(() => undefined));
    expect(value).toMatchObject([NOTHING, NOTHING, NOTHING]);
    expect(asked).toHaveLength(2);
    expect(problems.map(({ text }) => text)).toEqual([
      `${MNT}/${D1}: no answer within 2 s (2 layers)`,
      '1 file systems of containers were not asked, since others hang',
    ]);
  });

  test('more layers than are asked', async () => {
    const [line = ''] = MOUNTINFO.split('\n').filter((one) => one.includes(D1 ?? ''));
    const many = Array.from({ length: 1_030 }, (_, place) => {
      const id = place.toString(16).padStart(64, '0');
      return line.replaceAll(D1 ?? '', id).replace('37 ', `${1_000 + place} `);
    });
    putDockerd(`${many.join('\n')}\n`);
    const { value, problems } = await read(async () => dfOf('B02-three-running', `${MNT}/${D1}`));
    expect(value).toHaveLength(1_024);
    expect(problems).toEqual([{ status: 'failed', text: '6 file systems of containers are more than are asked' }]);
  });
});
