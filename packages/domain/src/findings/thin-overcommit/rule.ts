import { devicemapperMap } from '../../inventory/layers.ts';
import { overcommitOf } from '../../inventory/thin-pools.ts';
import { awaitsDate, daysFor, fillFor, standingOf } from '../hysteresis.ts';
import { defineRule, type FindingInput, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { look } from '../steps.ts';
import { clockOf } from '../store-fill.ts';
import {
  daysLeftOf,
  isOutOfSpace,
  isSilent,
  POOL_NOTICE_FILL,
  type Pool,
  type PoolNames,
  poolsOf,
  severityOfDays,
  untoldOfSilent,
} from '../thin-pools.ts';
import { expectPool, freeDockerSteps, growSteps, operand } from '../thin-steps.ts';
import { text } from './text.ts';

const ID = 'thin-overcommit';
/** A date further away is no reason to act. */
const MAX_DAYS = 30;

export type ThinOvercommit = PoolNames & {
  /** Promised ÷ there; above 1. */
  ratio: number;
  usedBytes: number;
  capacityBytes: number;
  groupFreeBytes: number | null;
  /** null = no date. */
  daysLeft: number | null;
};

export const thinOvercommit = defineRule<ThinOvercommit>({
  id: ID,
  needsPast: false,
  basis: ['lvmthin(7)', 'captured'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<ThinOvercommit> = { findings: [], cannotTell: [] };
    for (const pool of poolsOf(input)) {
      const { store, names, read } = pool;
      const standing = standingOf(input, ID, store.key);
      if (isSilent(pool)) answer.cannotTell.push(...untoldOfSilent(standing, store.key));
      if (isSilent(pool) || (isOutOfSpace(pool) && standing === null)) continue;
      const [usedBytes, capacityBytes] = [read('poolDataUsedBytes'), read('poolDataCapacityBytes')];
      const ratio = ratioOf(pool, input);
      if (ratio === null || usedBytes === null || capacityBytes === null || capacityBytes === 0) {
        answer.cannotTell.push({ subject: store.key, missing: 'administrator' });
        continue;
      }
      if (ratio <= fillFor(standing, 'notice', 1)) continue;
      const clock = clockOf(input.past, store.key, 'poolData');
      const daysLeft = daysLeftOf(clock);
      const isSoon = daysLeft !== null && daysLeft <= daysFor(standing, 'notice', MAX_DAYS);
      const isFull = usedBytes / capacityBytes >= fillFor(standing, 'notice', POOL_NOTICE_FILL);
      const severity = severityOfDays(daysLeft, standing) ?? (isSoon || isFull ? 'notice' : null);
      if (severity === null || awaitsDate(standing, severity, clock)) {
        const isUntold = input.past === null || awaitsDate(standing, severity, clock);
        if (isUntold) answer.cannotTell.push({ subject: store.key, missing: 'history' });
        continue;
      }
      const groupFreeBytes = read('poolGroupFreeBytes');
      const evidence = { ...names, ratio, usedBytes, capacityBytes, groupFreeBytes, daysLeft };
      answer.findings.push({ subject: store.key, storeKey: store.key, severity, evidence });
    }
    return answer;
  },
  remedy: (evidence) => [
    evidence.groupName === null
      ? look(
          shellLine('dmsetup', 'status', '--noflush', '--target', 'thin'),
          'The number behind "thin" is what each device has taken, in sectors of 512 bytes.',
          '“thin” 之后的数字是各设备已占用的扇区数（每扇区 512 字节）。',
        )
      : look(
          shellLine('lvs', '-o', 'lv_name,lv_size,data_percent,origin', ...operand(evidence.groupName)),
          'What each volume was promised, and what it has taken.',
          '查看各卷被许诺的大小和实际占用。',
        ),
    ...freeDockerSteps(evidence),
    ...growSteps(evidence, { part: 'data', ...evidence }),
    expectPool(evidence, 'The pool is larger, or less of it is used.', '池变大了，或已用的变少了。'),
  ],
  text,
  // Docker's pool of fixtures/thin-pool/dm-thin-vm, step B02; the date is given by a test.
  example: {
    ...{ poolName: 'docker-0:33-25-pool', dmName: 'docker-0:33-25-pool', groupName: null },
    isDocker: true,
    ...{ dockerSocket: '/var/run/docker.sock', dockerUnit: null },
    loopFile: '/var/lib/docker/devicemapper/devicemapper/data',
    ...{ ratio: 2, usedBytes: 22_216_704, capacityBytes: 314_572_800, groupFreeBytes: null, daysLeft: 5 },
  },
});

/** null = a size was not read. Sizes of Docker's containers that do not run are counted where its records were read. */
function ratioOf({ item, daemon }: Pool, { inventory }: FindingInput): number | null {
  const thin = inventory?.thin ?? null;
  if (thin === null || item === null) return null;
  if (item.maker === 'lvm' && thin.lvm === null) return null;
  // Nobody may read the tables: of which pool a device is, is not known.
  if (thin.devices.some(({ poolDmName, state }) => poolDmName === null && state === null)) return null;
  const active = new Set(thin.devices.flatMap(({ docker }) => (docker === null ? [] : [docker.layerId])));
  const roots = daemon === null ? [] : (inventory?.dataRoots ?? []);
  const layers = roots.find(({ daemonKeys }) => daemon !== null && daemonKeys.includes(daemon.key))?.layers;
  const inactive = (layers === undefined ? [] : (devicemapperMap(layers) ?? []))
    .filter(({ mountId, sizeBytes }) => mountId !== null && !active.has(mountId) && sizeBytes !== null)
    .map(({ sizeBytes }) => sizeBytes);
  return overcommitOf(thin, item, inactive);
}
