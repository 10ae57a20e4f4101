import { type BlockChain, type BlockDevice, chainOf, findBlockDevice } from '@silt/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBlockDevices } from '../src/block/read.ts';
import { BlockHost } from './block-capture.ts';
import { fixture } from './fixture.ts';

let host: BlockHost;
let devices: BlockDevice[];
beforeEach(async () => {
  host = new BlockHost(fixture('thin-pool/lvm/sysfs.txt'));
  host.putCapture(fixture('block/docker-loop-loops.txt'));
  devices = (await readBlockDevices(host.roots)).value;
});
afterEach(() => host.remove());

const lines = ({ device, below, isCut }: BlockChain, depth = 0): string[] => [
  `${' '.repeat(depth)}${device.dm?.name ?? device.loop?.backingFile ?? device.name}${isCut ? ' …' : ''}`,
  ...below.flatMap((one) => lines(one, depth + 1)),
];
const chain = (name: string, of = devices): string[] | null => {
  const found = chainOf(of, name);
  return found === null ? null : lines(found);
};

test('a thin volume lies on its pool, that on data and metadata, and those on disks that were not captured', () => {
  expect(chain('/dev/docker/vol1')).toEqual([
    'docker-vol1',
    ' docker-thinpool-tpool',
    '  docker-thinpool_tmeta …',
    '  docker-thinpool_tdata …',
  ]);
});

test('a thin device of Docker lies on its pool, and that on two loop files', () => {
  expect(chain('253:4')).toEqual([
    'docker-253:2-8388736-a6ec328a0487e5c73c839bc0df24f217c7b2ab608caa369c789f778e7c4c1ed9',
    ' docker-253:2-8388736-pool',
    '  /home/docker/devicemapper/devicemapper/metadata',
    '  /home/docker/devicemapper/devicemapper/data',
  ]);
});

test.each([
  ['253:10', 'dm-10'],
  ['dm-10', 'dm-10'],
  ['/dev/dm-10', 'dm-10'],
  ['/dev/mapper/docker-thinpool-tpool', 'dm-10'],
  ['/dev/docker/vol2', 'dm-13'],
  ['/dev/mapper/cl-root', 'dm-0'],
  ['/dev/loop1', 'loop1'],
  ['7:0', 'loop0'],
  ['10', null],
  ['253:1000', null],
  ['/dev/disk/by-id/dm-name-cl-root', null],
  ['/dev/mapper/', null],
  ['UUID=2634753e', null],
  ['', null],
])('%j is %j', (name, wanted) => {
  expect(findBlockDevice(devices, name)?.name ?? null).toBe(wanted);
  if (wanted === null) expect(chainOf(devices, name)).toBeNull();
});

describe('one field of the capture changed', () => {
  const edit = (name: string, change: Partial<BlockDevice>): BlockDevice[] =>
    devices.map((one) => (one.name === name ? { ...one, ...change } : one));

  test('hyphens of group and volume are doubled in the name of the device mapper', () => {
    const dm = { name: 'my--vg-my--lv', uuid: '', suspended: false };
    expect(findBlockDevice(edit('dm-0', { dm }), '/dev/my-vg/my-lv')?.name).toBe('dm-0');
  });

  test('a controller whose nodes lie in a folder', () => {
    expect(findBlockDevice(edit('dm-0', { name: 'cciss!c0d0p1' }), '/dev/cciss/c0d0p1')?.name).toBe('cciss!c0d0p1');
  });

  test('a circle is cut where it closes', () => {
    expect(chain('dm-9', edit('dm-9', { below: ['dm-10'] }))).toEqual([
      'docker-thinpool_tdata',
      ' docker-thinpool-tpool …',
      '  docker-thinpool_tmeta …',
    ]);
  });

  test('a device on itself', () => {
    expect(chain('dm-0', edit('dm-0', { below: ['dm-0'] }))).toEqual(['cl-root …']);
  });
});

describe('bad input', () => {
  const [sample] = [0].map(() => ({}) as BlockDevice);
  const device = (name: string, below: string[]): BlockDevice =>
    ({ ...sample, name, below, holders: [] }) as BlockDevice;

  test('a chain of 1000 ends at a depth of 16', () => {
    const long = Array.from({ length: 1_000 }, (_, place) => device(`d${place}`, [`d${place + 1}`]));
    let [link, depth] = [chainOf(long, 'd0'), 0];
    while (link?.below[0] !== undefined) [link, depth] = [link.below[0], depth + 1];
    expect([depth, link?.isCut]).toEqual([15, true]);
  });

  test('layers that each lie on all of the next end at 256 devices', () => {
    const wide = Array.from({ length: 12 }, (_, layer) =>
      Array.from({ length: 10 }, (_, place) =>
        device(
          `${layer}.${place}`,
          Array.from({ length: 10 }, (_, lower) => `${layer + 1}.${lower}`),
        ),
      ),
    ).flat();
    const count = (link: BlockChain): number => 1 + link.below.reduce((sum, one) => sum + count(one), 0);
    const found = chainOf(wide, '0.0');
    expect(found === null ? null : count(found)).toBe(256);
  });
});
