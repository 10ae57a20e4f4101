import type { BtrfsDevice, BtrfsFacts } from '../../snapshot.ts';
import { nothingRuns } from '../btrfs-steps.ts';
import { btrfsStores } from '../btrfs-stores.ts';
import { standingOf } from '../hysteresis.ts';
import { defineRule, type RemedyStep, type RuleAnswer, type Severity, type StandingFinding } from '../rule.ts';
import { shellLine, shellQuote } from '../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../steps.ts';
import { text } from './text.ts';

const ID = 'btrfs-device-errors';
/** With these, what one device alone holds is gone with it (mkfs.btrfs(8), PROFILES). */
const LOST_WITH_A_DEVICE = ['single', 'dup', 'raid0'];

export type DeviceWithErrors = {
  id: number;
  path: string | null;
  write: number;
  read: number;
  flush: number;
  corruption: number;
  generation: number;
};

export type DeviceErrors = {
  mountPoint: string;
  /** Of all kinds and devices, since somebody set them to zero. */
  errorCount: number;
  /** By how many that is more than a day before it was found; null = nobody kept it. */
  newErrorCount: number | null;
  /** Those that have any. */
  devices: DeviceWithErrors[];
  /** Another device has all that one of them holds. */
  isRedundant: boolean;
};

export const btrfsDeviceErrors = defineRule<DeviceErrors>({
  id: ID,
  needsPast: false,
  basis: ['btrfs-device(8)', 'kernel, ABI/testing/sysfs-fs-btrfs'],
  wasSeen: false,
  check(input) {
    const answer: RuleAnswer<DeviceErrors> = { findings: [], cannotTell: [] };
    for (const { store, read } of btrfsStores(input)) {
      const errorCount = read('deviceErrors');
      if (errorCount === null) answer.cannotTell.push({ subject: store.key, missing: 'sysfs' });
      if (errorCount === null || errorCount === 0) continue;
      const before = input.past?.valueADayAgo(store.key, 'deviceErrors') ?? null;
      if (before === null) {
        const missing = input.past === null ? 'history' : 'second-look';
        answer.cannotTell.push({ subject: store.key, missing });
      }
      const devices = devicesWithErrors(store.btrfs?.devices ?? []);
      const standing = standingOf(input, ID, store.key);
      const newErrorCount = newErrorsOf({ errorCount, devices }, before, standing);
      if (newErrorCount === 0) continue;
      const isRedundant = hasRedundancy(store.btrfs);
      const evidence = { mountPoint: store.name, errorCount, newErrorCount, devices, isRedundant };
      const severity = severityOf(evidence);
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: ({ mountPoint, devices }) => [
    precondition('There is a backup that was tried.', '已有经过验证的备份。'),
    look(
      shellLine('btrfs', 'device', 'stats', mountPoint),
      'Counts since they were last set to zero: old ones stay. Look again in an hour to see whether they rise.',
      '这些是自上次清零以来的计数，旧的错误会一直保留。一小时后再看是否增长。',
    ),
    ...devices.flatMap(({ path }) => (path === null ? [] : [askDisk(path)])),
    nothingRuns(mountPoint),
    run(
      shellLine('btrfs', 'scrub', 'start', '-B', '-d', mountPoint),
      'Reads everything and mends what has a good copy. It takes hours and slows other work.',
      '读取全部数据，并用完好的副本修复。需要数小时，期间会拖慢其他操作。',
    ),
    look('dmesg --level=err,warn', 'Names the files that it could not mend.', '查看无法修复的文件名。'),
    ...replaceSteps(mountPoint, devices),
    run(
      shellLine('btrfs', 'device', 'stats', '-z', mountPoint),
      'Once the cause is gone: sets the counts to zero.',
      '原因消除后：将计数清零。',
    ),
    expectAfter(
      'No count rises, and a scrub finds no errors.',
      '计数不再增长，scrub 也未发现错误。',
      shellLine('btrfs', 'scrub', 'status', mountPoint),
    ),
  ],
  text,
  // probes/fixtures/btrfs/sysfs.json, with 3 in place of 0 in the line corruption_errs.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/dbtr', errorCount: 3, newErrorCount: 3, isRedundant: false },
    devices: [{ id: 1, path: '/dev/loop0', write: 0, read: 0, flush: 0, corruption: 3, generation: 0 }],
  },
});

type Counts = Pick<DeviceErrors, 'errorCount' | 'devices'>;

/**
 * While it stands, those that it was found for are counted on, until a count is lower than it was, which somebody did, or
 * the device is gone. Fewer than a day ago: somebody has set them to zero since, and all of them are new.
 */
function newErrorsOf(now: Counts, before: number | null, standing: StandingFinding | null): number | null {
  const { errorCount } = now;
  const sinceYesterday = before === null ? null : errorCount < before ? errorCount : errorCount - before;
  const then = standing === null ? null : (standing.evidence as DeviceErrors);
  if (then === null || then.newErrorCount === null || !hasAllOf(now, then)) return sinceYesterday;
  return Math.max(sinceYesterday ?? 0, then.newErrorCount + Math.max(0, errorCount - then.errorCount));
}

/** One of the devices that had errors has them still. Of each device nothing was read: all together. */
function hasAllOf(now: Counts, then: Counts): boolean {
  if (then.devices.length === 0 || now.devices.length === 0) return now.errorCount >= then.errorCount;
  const counts = new Map(now.devices.map((device) => [device.id, sumOf(device)]));
  return then.devices.some((device) => (counts.get(device.id) ?? -1) >= sumOf(device));
}

const sumOf = ({ write, read, flush, corruption, generation }: DeviceWithErrors): number =>
  write + read + flush + corruption + generation;

function severityOf({ newErrorCount, isRedundant }: DeviceErrors): Severity {
  if (newErrorCount === null) return 'notice';
  return isRedundant ? 'warning' : 'critical';
}

function hasRedundancy(facts: BtrfsFacts | null): boolean {
  const profiles = [...(facts?.profiles.data ?? []), ...(facts?.profiles.metadata ?? [])];
  return profiles.length > 0 && !profiles.some((profile) => LOST_WITH_A_DEVICE.includes(profile));
}

const devicesWithErrors = (devices: readonly BtrfsDevice[]): DeviceWithErrors[] =>
  devices.flatMap(({ id, path, errors }) =>
    errors === null || Object.values(errors).every((count) => count === 0) ? [] : [{ id, path, ...errors }],
  );

const askDisk = (path: string): RemedyStep =>
  look(
    shellLine('smartctl', '-a', path),
    'What the disk says of itself: reallocated or pending sectors, errors of the cable (CRC). Of a loop, LVM or md device, ask the disks beneath.',
    '磁盘自身的报告：重映射或待映射扇区、线缆错误（CRC）。若是 loop、LVM 或 md 设备，请查看其下层磁盘。',
  );

/** A name of the new disk is nothing that was read: unset, the line fails and changes nothing. */
const replaceSteps = (mountPoint: string, devices: readonly DeviceWithErrors[]): RemedyStep[] => [
  precondition(
    'If the counts rise on: connect a new disk, as large or larger, with nothing on it that is needed, and set NEW_DISK to its path.',
    '若计数继续增长：接入一块不小于原盘、没有所需数据的新盘，并将 NEW_DISK 设为它的路径。',
    'lsblk -o PATH,SIZE,TYPE,FSTYPE,MOUNTPOINTS',
  ),
  ...devices.map(({ id }) =>
    run(
      `btrfs replace start -r ${id} "$NEW_DISK" ${shellQuote(mountPoint)}`,
      `Copies device ${id} to the new disk while in use, from good copies where there are any. One disk for each device.`,
      `在线将设备 ${id} 复制到新盘，有完好副本时优先从副本读取。每个设备需要一块新盘。`,
    ),
  ),
  look(
    shellLine('btrfs', 'replace', 'status', '-1', mountPoint),
    'Finished, with no uncorrectable errors.',
    '已完成，且没有无法纠正的错误。',
  ),
];
