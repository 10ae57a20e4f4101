import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlockDevice, BlockKind, DmFacts, LoopFacts, MdFacts } from '@silt/domain';
import { parseBackingFile } from '../loop/parse.ts';
import { errorCode, type Probed, type Problem, problemOf } from '../problem.ts';
import type { Roots } from '../roots.ts';
import { readTextIfThere } from '../text-file.ts';
import { parseDmName } from '../thin-pool/names.ts';
import { wholeOf } from '../whole-of.ts';
import { parseDeviceNumber, parseFlag, parseLine, parseRaidDisks, parseSizeBytes, partitionsOf } from './parse.ts';

const MAX_DEVICES = 4_096;
/** Read at a time, so that a host of thousands does not use up our open files. */
const DEVICES_AT_ONCE = 32;
/** Made in advance and empty until somebody sets them up. */
const OFTEN_EMPTY = /^(loop|zram|nbd|ram|sr|fd)\d+$/;

type Read = <Value>(file: string, parse: (text: string) => Value | null) => Promise<Value | null>;

/** Every block device and partition, sorted by name. What nobody has set up is left out: empty loops, zram, nbd. */
export async function readBlockDevices(roots: Roots): Promise<Probed<BlockDevice[]>> {
  const folder = join(roots.sysRoot, 'block');
  const problems: Problem[] = [];
  const names = await namesIn(folder, problems);
  const devices: BlockDevice[] = [];
  const unread: unknown[] = [];
  let done = 0;
  for (; done < names.length && devices.length < MAX_DEVICES; done += DEVICES_AT_ONCE) {
    const batch = names.slice(done, done + DEVICES_AT_ONCE);
    devices.push(...(await Promise.all(batch.map((name) => readDisk(folder, name, unread)))).flat());
  }
  const [first] = unread;
  if (first !== undefined) problems.push(unreadFiles(first, unread.length));
  // Of disks that were not come to, the partitions are not known.
  const left = Math.max(names.length - done, 0) + Math.max(devices.length - MAX_DEVICES, 0);
  if (left > 0) problems.push({ status: 'failed', text: `${left} block devices are more than are read` });
  return { value: withHolders(devices.slice(0, MAX_DEVICES)), problems };
}

function unreadFiles(first: unknown, count: number): Problem {
  const { status, text } = problemOf('/sys/block', first);
  return { status, text: count === 1 ? text : `${text} (${count} files)` };
}

/** Holders are the other end of what lies below, so that no folder is read for them. */
function withHolders(devices: BlockDevice[]): BlockDevice[] {
  const byName = new Map(devices.map((one) => [one.name, one]));
  for (const { name, below } of devices) for (const lower of below) byName.get(lower)?.holders.push(name);
  for (const { holders } of devices) holders.sort();
  return devices.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A device and its partitions; none if it is empty, hidden, or went meanwhile. */
async function readDisk(folder: string, name: string, unread: unknown[]): Promise<BlockDevice[]> {
  const path = join(folder, name);
  const read = readerOf(path, unread);
  const named = kindOf(name);
  const loop = named === 'loop' ? await readLoop(read) : null;
  if (named === 'loop' && loop === null) return [];
  const dm = named === 'dm' ? await readDm(read) : null;
  // A device of the device mapper has no partitions of the kernel's, so that its folder need not be read.
  const files = dm === null ? await filesIn(path, unread) : [];
  if (dm === null && files.length === 0) return [];
  const md = files.includes('md') ? await readMd(read) : null;
  const kind = md === null ? named : 'md';
  const [base, below, disk] = await Promise.all([
    readBase(read, ''),
    filesIn(join(path, 'slaves'), unread),
    kind === 'disk' ? readDiskFacts(read) : NO_DISK,
  ]);
  if (base.sizeBytes === 0 && loop === null && OFTEN_EMPTY.test(name)) return [];
  // The kernel hides the single paths of a multipath nvme: they have no number.
  if (base.device === null && (await read('hidden', parseFlag)) === true) return [];
  const partitions = await Promise.all(
    partitionsOf(name, files).map(async (partition): Promise<BlockDevice> => {
      const part = await readBase(read, partition);
      const other = { ...NO_DISK, dm: null, md: null, loop: null };
      return { name: partition, kind: 'partition', ...part, below: [name], holders: [], ...other };
    }),
  );
  return [{ name, kind, ...base, below: below.sort(), holders: [], ...disk, dm, md, loop }, ...partitions];
}

const NO_DISK = { rotational: null, removable: null, model: null };

function readerOf(folder: string, unread: unknown[]): Read {
  return async (file, parse) => {
    try {
      const text = await readTextIfThere(join(folder, file));
      return text === null ? null : parse(text);
    } catch (error) {
      // ENXIO: a loop device that is given up meanwhile.
      if (errorCode(error) !== 'ENXIO') unread.push(error);
      return null;
    }
  };
}

function kindOf(name: string): BlockKind {
  const [, kind] = /^(dm-|loop|zram)\d+$/.exec(name) ?? [];
  return kind === 'dm-' ? 'dm' : kind === 'loop' || kind === 'zram' ? kind : 'disk';
}

async function readBase(read: Read, below: string): Promise<Pick<BlockDevice, 'device' | 'sizeBytes' | 'readOnly'>> {
  const [device, sizeBytes, readOnly] = await Promise.all([
    read(join(below, 'dev'), parseDeviceNumber),
    read(join(below, 'size'), parseSizeBytes),
    read(join(below, 'ro'), parseFlag),
  ]);
  return { device, sizeBytes, readOnly };
}

async function readDiskFacts(read: Read): Promise<Pick<BlockDevice, 'rotational' | 'removable' | 'model'>> {
  const [rotational, removable, model] = await Promise.all([
    read('queue/rotational', parseFlag),
    read('removable', parseFlag),
    read('device/model', parseLine),
  ]);
  // A memory card has a name where a disk has a model (kernel, driver-api/mmc/mmc-dev-attrs.rst).
  return { rotational, removable, model: model ?? (await read('device/name', parseLine)) };
}

/** null = it went, or has no name. */
async function readDm(read: Read): Promise<DmFacts | null> {
  const [name, uuid, suspended] = await Promise.all([
    read('dm/name', parseDmName),
    read('dm/uuid', (text) => text.trim()),
    read('dm/suspended', parseFlag),
  ]);
  return name === null ? null : { name, uuid: uuid ?? '', suspended };
}

async function readMd(read: Read): Promise<MdFacts> {
  const [level, state, degradedDevices, raidDevices] = await Promise.all([
    read('md/level', parseLine),
    read('md/array_state', parseLine),
    read('md/degraded', wholeOf),
    read('md/raid_disks', parseRaidDisks),
  ]);
  return { level, state, degradedDevices, raidDevices };
}

/** null = not set up. */
async function readLoop(read: Read): Promise<LoopFacts | null> {
  const backing = await read('loop/backing_file', parseBackingFile);
  if (backing === null) return null;
  const [offsetBytes, sizeLimitBytes, autoclear, partscan, directIo] = await Promise.all([
    read('loop/offset', wholeOf),
    read('loop/sizelimit', wholeOf),
    read('loop/autoclear', parseFlag),
    read('loop/partscan', parseFlag),
    read('loop/dio', parseFlag),
  ]);
  const { path: backingFile, deleted } = backing;
  return { backingFile, deleted, offsetBytes, sizeLimitBytes, autoclear, partscan, directIo };
}

async function namesIn(folder: string, problems: Problem[]): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    problems.push(problemOf('/sys/block', error));
    return [];
  }
}

/** Names in the folder of one device; none when it is not there. */
async function filesIn(folder: string, unread: unknown[]): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') unread.push(error);
    return [];
  }
}
