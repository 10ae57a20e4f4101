import { awaitsDate, HYSTERESIS_SHARE, roomFor, standingOf, untilForecast } from '../hysteresis.ts';
import { fallsBy } from '../promise.ts';
import { type StoreReadings, storeReadings } from '../readings.ts';
import { defineRule, type RuleAnswer, type Severity, type StandingFinding } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look } from '../steps.ts';
import { clockOf } from '../store-fill.ts';
import { daysLeftOf, type PoolNames, poolsOf, severityOfDays } from '../thin-pools.ts';
import { freeDockerSteps } from '../thin-steps.ts';
import { mountsIn, type PoolMounts, trimSteps } from '../thin-trim.ts';
import { text } from './text.ts';

const ID = 'dm-backing-fs';
/** Room that the file can still claim, of the pool's size. */
const WARNING_ROOM_SHARE = 0.1;
const CRITICAL_ROOM_SHARE = 0.03;

export type DmBackingFs = PoolNames &
  PoolMounts & {
    /** Mount point of the file system that holds the file; null = not among those read. */
    outerMountPoint: string | null;
    allocatedBytes: number;
    /** Of the pool; null = not read. */
    usedBytes: number | null;
    /** What the file can still take of the file system beneath. */
    roomBytes: number;
    /** What the pool was promised. */
    capacityBytes: number;
    /** null = no date. */
    daysLeft: number | null;
  };

export const dmBackingFs = defineRule<DmBackingFs>({
  id: ID,
  needsPast: false,
  basis: ['captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<DmBackingFs> = { findings: [], cannotTell: [] };
    const all = storeReadings(input.snapshot);
    for (const pool of poolsOf(input)) {
      const { store, names, read } = pool;
      if (store.loop === null) continue;
      const [allocatedBytes, reachableBytes] = [read('backingAllocatedBytes'), read('backingCapacityBytes')];
      const capacityBytes = read('poolDataCapacityBytes');
      if (allocatedBytes === null || reachableBytes === null || capacityBytes === null || capacityBytes === 0) {
        answer.cannotTell.push({ subject: store.key, missing: 'data-root' });
        continue;
      }
      const standing = standingOf(input, ID, store.key);
      const { outerStoreKey } = store.loop;
      const outer = all.find((one) => one.store.key === outerStoreKey) ?? null;
      if (reachableBytes >= capacityBytes && (standing === null || hasMargin(capacityBytes - allocatedBytes, outer))) {
        continue;
      }
      const roomBytes = Math.max(0, reachableBytes - allocatedBytes);
      const clock = clockOf(input.past, store.key, 'loopBacking');
      const daysLeft = daysLeftOf(clock);
      const severity = severityOf(roomBytes / capacityBytes, daysLeft, standing);
      if (awaitsDate(standing, severity, clock)) {
        answer.cannotTell.push(untilForecast(store.key));
        continue;
      }
      const evidence = {
        ...mountsIn(pool, input),
        ...{ ...names, outerMountPoint: outer?.store.name ?? null, usedBytes: read('poolDataUsedBytes') },
        ...{ allocatedBytes, roomBytes, capacityBytes, daysLeft },
      };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: (evidence) => {
    const { outerMountPoint, loopFile } = evidence;
    const df = outerMountPoint === null ? shellLine('df', '-h') : shellLine('df', '-h', outerMountPoint);
    return [
      look(df, 'What is available is less than what the file can still claim.', '可用空间少于该文件还可能占用的。'),
      ...(loopFile === null
        ? []
        : [
            look(
              shellLine('du', '-h', '--apparent-size', loopFile),
              'What it may grow to. Without --apparent-size: what it takes.',
              '该文件最多能长到的大小。去掉 --apparent-size 则为实际占用。',
            ),
          ]),
      ...(outerMountPoint === null
        ? []
        : [
            look(
              `${shellLine('du', '-xh', '-d', '2', outerMountPoint)} | sort -h | tail -n 20`,
              'What else fills this file system. Make room there.',
              '查看这个文件系统中还有什么占用空间，并在那里腾出空间。',
            ),
          ]),
      ...freeDockerSteps(evidence),
      ...trimSteps(evidence),
      expectAfter('More is available than the file can still claim.', '可用空间多于该文件还可能占用的。', df),
    ];
  },
  promise: ({ allocatedBytes, usedBytes, hostMounts, containerMounts }) =>
    usedBytes === null || hostMounts.length + containerMounts.length === 0
      ? null
      : fallsBy(allocatedBytes - usedBytes, 'backingAllocatedBytes'),
  text,
  // The pool of fixtures/thin-pool/dm-thin-vm, with figures of the row before the failure of incident/backing_fs_full.
  example: {
    ...{ poolName: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', groupName: null },
    isDocker: true,
    ...{ dockerSocket: '/var/run/docker.sock', dockerUnit: null },
    loopFile: '/var/lib/docker/devicemapper/devicemapper/data',
    ...{ outerMountPoint: null, usedBytes: 22_216_704, allocatedBytes: 357_716_992, roomBytes: 19_602_432 },
    ...{ capacityBytes: 4_294_967_296, daysLeft: null, daemonPid: 90, hostMounts: [] },
    containerMounts: [
      '/var/lib/docker/devicemapper/mnt/cc475be2b0bf0122fcb89eabff245ed56d6a4e44936fae28e3d8763ec9ac562e',
      '/var/lib/docker/devicemapper/mnt/d51bd3accae111bb7035f63b54a7720172858fa0ffff87c2396ff08b6d1f9bcf',
      '/var/lib/docker/devicemapper/mnt/e02105838a4ced7637bd9c82f683b6a4d5553458dfe8ff2f3662c772937c203e',
    ],
  },
});

function severityOf(roomShare: number, daysLeft: number | null, standing: StandingFinding | null): Severity {
  const byDate = severityOfDays(daysLeft, standing);
  if (byDate === 'critical' || roomShare < roomFor(standing, 'critical', CRITICAL_ROOM_SHARE)) return 'critical';
  return byDate ?? (roomShare < roomFor(standing, 'warning', WARNING_ROOM_SHARE) ? 'warning' : 'notice');
}

/** There is room for all that the file can claim, and somewhat more. Not read: what can be reached has to do. */
function hasMargin(claimBytes: number, outer: StoreReadings | null): boolean {
  const [used, capacity] = [outer?.read('usedBytes') ?? null, outer?.read('capacityBytes') ?? null];
  return used === null || capacity === null || capacity - used >= claimBytes + HYSTERESIS_SHARE * capacity;
}
