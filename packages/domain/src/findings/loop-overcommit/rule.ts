import type { ClockForecast } from '../../forecast/clocks/clock.ts';
import type { Inventory } from '../../inventory/index.ts';
import type { LoopBacking } from '../../snapshot.ts';
import { awaitsDate, HYSTERESIS_PART, HYSTERESIS_SHARE, standingOf, stoodAt, untilForecast } from '../hysteresis.ts';
import { type StoreReadings, storeReadings } from '../readings.ts';
import { defineRule, type RemedyStep, type RuleAnswer, type Severity, type StandingFinding } from '../rule.ts';
import { shellLine, shellQuote } from '../shell-quote.ts';
import { dryRun, expectAfter, look, precondition, run } from '../steps.ts';
import { clockOf, missingOf, severityOfClock, severityOfFill } from '../store-fill.ts';
import { text } from './text.ts';

const ID = 'loop-overcommit';
/** With less room than df promises within, one image that is pulled there may lose data. */
const LITTLE_BYTES = 10 * 1024 ** 3;

export type LoopOvercommit = {
  mountPoint: string;
  /** `loop4`. */
  device: string;
  backingFile: string;
  outerMountPoint: string;
  /** What the file takes now, and what the file system around it has left for it. */
  allocatedBytes: number;
  roomBytes: number;
  /** Size that the file has by name; null = not read. */
  imageBytes: number | null;
  /** What df shows as free within. */
  insideFreeBytes: number;
  /** Until that room is gone, by the forecast; null = no date. */
  daysLeft: number | null;
};

export const loopOvercommit = defineRule<LoopOvercommit>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'fallocate(1)', 'fstrim(8)'],
  wasSeen: true,
  check(input) {
    const answer: RuleAnswer<LoopOvercommit> = { findings: [], cannotTell: [] };
    const all = storeReadings(input.snapshot);
    for (const one of all) {
      const { store } = one;
      // What lies on a pool of loop files is a rule of its own.
      if (store.loop === null || store.kind === 'thin-pool') continue;
      const { loop, key } = store;
      const outer = all.find((other) => other.store.key === loop.outerStoreKey) ?? null;
      const standing = standingOf(input, ID, key);
      const sizes = sizesOf(one, outer, { imageBytes: imageBytesOf(loop, input.inventory), standing });
      if (sizes === 'not read' || outer === null) {
        const missing = loop.deleted ? 'probe-failed' : missingOf(input.snapshot.probes, 'loop', 'administrator');
        answer.cannotTell.push({ subject: key, missing });
      } else if (sizes === 'size not known') {
        answer.cannotTell.push({ subject: key, missing: 'sysfs' });
      } else if (sizes !== 'backed') {
        const clock = clockOf(input.past, key, 'loopBacking');
        const evidence = {
          ...{ mountPoint: store.name, device: loop.device, backingFile: loop.backingFile },
          ...{ outerMountPoint: outer.store.name, ...sizes, daysLeft: clock?.daysLeft?.p50 ?? null },
        };
        const severity = severityOf(evidence, clock, standing);
        if (awaitsDate(standing, severity, clock)) answer.cannotTell.push(untilForecast(key));
        else answer.findings.push({ subject: key, storeKey: key, severity, evidence });
      }
    }
    return answer;
  },
  remedy: remedyOf,
  text,
  // fixtures/loop/sparse-overcommit-series.jsonl, sample 9: where writes failed.
  example: {
    ...{ mountPoint: '/srv/lab/mnt/pseudo', device: 'loop4', backingFile: '/srv/lab/mnt/outer/docker-volume.img' },
    ...{ outerMountPoint: '/srv/lab/mnt/outer', allocatedBytes: 378_109_952, roomBytes: 0 },
    ...{ imageBytes: null, insideFreeBytes: 572_723_200, daysLeft: null },
  },
});

type Sizes = Pick<LoopOvercommit, 'allocatedBytes' | 'roomBytes' | 'imageBytes' | 'insideFreeBytes'>;

/**
 * The file's own size is not in a snapshot: it is the device's, where that was read. Else `backingCapacityBytes`, the lesser
 * of it and of what there is room for, tells; where the two may be equal, what the file system within has does.
 */
function sizesOf(
  { read }: StoreReadings,
  outer: StoreReadings | null,
  { imageBytes, standing }: { imageBytes: number | null; standing: StandingFinding | null },
): Sizes | 'not read' | 'size not known' | 'backed' {
  const [allocatedBytes, capacity] = [read('backingAllocatedBytes'), read('backingCapacityBytes')];
  const [used, insideBytes] = [read('usedBytes'), read('capacityBytes')];
  const [outerUsed, outerCapacity] = [outer?.read('usedBytes') ?? null, outer?.read('capacityBytes') ?? null];
  if (allocatedBytes === null || capacity === null || used === null || insideBytes === null) return 'not read';
  if (outerUsed === null || outerCapacity === null) return 'not read';
  const roomBytes = outerCapacity - outerUsed;
  const sizes = { allocatedBytes, roomBytes, imageBytes, insideFreeBytes: insideBytes - used };
  const marginShare = standing === null ? 0 : HYSTERESIS_SHARE;
  if (imageBytes !== null) return imageBytes * (1 + marginShare) - allocatedBytes > roomBytes ? sizes : 'backed';
  if (capacity * (1 + marginShare) < allocatedBytes + roomBytes) return 'backed';
  return insideBytes * (1 + marginShare) - allocatedBytes > roomBytes ? sizes : 'size not known';
}

/** null = not read. */
function imageBytesOf({ device }: LoopBacking, inventory: Inventory | null): number | null {
  const found = inventory?.devices?.find(({ name }) => name === device) ?? null;
  if (found === null || found.sizeBytes === null || found.sizeBytes === 0) return null;
  return found.sizeBytes + (found.loop?.offsetBytes ?? 0);
}

/** Many images are larger than their room on purpose; it becomes serious as the room is used up. */
function severityOf(
  { allocatedBytes, roomBytes, insideFreeBytes }: LoopOvercommit,
  clock: ClockForecast | null,
  standing: StandingFinding | null,
): Severity {
  const byDate = severityOfClock(clock, standing);
  const whole = allocatedBytes + roomBytes;
  const marginShare = stoodAt(standing, 'warning') ? HYSTERESIS_SHARE : 0;
  const isPromised = insideFreeBytes + marginShare * whole > roomBytes;
  const byFill = isPromised && whole > 0 ? severityOfFill(allocatedBytes / whole, standing) : null;
  if (byDate === 'critical' || byFill === 'critical') return 'critical';
  const littleBytes = LITTLE_BYTES * (stoodAt(standing, 'warning') ? 1 + HYSTERESIS_PART : 1);
  return byDate ?? byFill ?? (isPromised && roomBytes < littleBytes ? 'warning' : 'notice');
}

function remedyOf({ mountPoint, device, backingFile, outerMountPoint }: LoopOvercommit): RemedyStep[] {
  const file = shellQuote(backingFile);
  const outer = shellQuote(outerMountPoint);
  const room = `$(df -B1 --output=avail -- ${outer} | tail -n 1)`;
  return [
    precondition(
      `Whatever writes much into ${mountPoint} is stopped: what it writes beyond the room around the file is lost.`,
      `已停止向 ${mountPoint} 大量写入的程序：超出外层剩余空间的写入会丢失。`,
    ),
    look(
      `stat -c '%n: %s bytes, %b blocks of %B bytes' -- ${file} && df -B1 -- ${outer}`,
      'The size less what the blocks come to is what the file may still claim. It is more than what df has available.',
      '文件大小减去已分配的块，就是它还可能占用的空间；这个数大于 df 显示的可用空间。',
    ),
    look(
      `dmesg --level=err,warn | grep -F -- ${shellQuote(device)}`,
      '"potential data loss" or I/O errors: some writes are lost already. Then check the file system unmounted before you trust it.',
      '若出现 “potential data loss” 或 I/O 错误，说明已有写入丢失；请先卸载并检查文件系统，再继续使用。',
    ),
    dryRun(
      shellLine('fstrim', '--dry-run', '--verbose', '--', mountPoint),
      'It can trim there, if this ends without an error.',
      '若没有报错，说明可以执行 trim。',
    ),
    run(
      shellLine('fstrim', '--verbose', '--', mountPoint),
      'Gives back to the outer file system what was deleted within. Nothing that is in use is touched.',
      '把内部已删除的空间还给外层文件系统，不会影响正在使用的数据。',
    ),
    look(
      `${shellLine('du', '-x', '-h', '-d', '2', '--', outerMountPoint)} | sort -h | tail -n 20`,
      'What else holds room around the file. Move or delete it, or enlarge that file system, until there is room for the whole file.',
      '外层文件系统里还有什么占用空间。请移走或删除，或扩容，直到放得下整个文件。',
    ),
    run(
      `test "$(( $(stat -c '%s - %b * %B' -- ${file}) ))" -lt "${room}" && fallocate -l "$(stat -c %s -- ${file})" -- ${file}`,
      'Claims all of the file for good, once there is room; without room it does nothing. What is in it stays. A later fstrim makes holes again.',
      '空间足够时一次性为整个文件分配空间；不足时什么也不做。文件内容不变。之后若再执行 fstrim，又会出现空洞。',
    ),
    expectAfter(
      'The blocks come to the size of the file: it can claim no more.',
      '已分配的块等于文件大小：它不会再占用更多空间。',
      `stat -c '%n: %s bytes, %b blocks of %B bytes' -- ${file}`,
    ),
  ];
}
