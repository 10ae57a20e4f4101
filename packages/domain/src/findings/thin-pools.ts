import type { ClockForecast } from '../forecast/clocks/clock.ts';
import type { DockerDaemon } from '../inventory/docker.ts';
import type { ThinPoolItem } from '../inventory/thin-pools.ts';
import type { ThinPoolFacts, ThinPoolState } from '../snapshot.ts';
import { daysFor, fillFor } from './hysteresis.ts';
import { type StoreReadings, storeReadings } from './readings.ts';
import type { CannotTell, FindingInput, Severity, StandingFinding } from './rule.ts';

/** Steps at which LVM itself warns (domain facts of thin pools; dmeventd's thin plugin, WARNING_THRESH). */
export const POOL_NOTICE_FILL = 0.8;
export const POOL_WARNING_FILL = 0.9;
export const POOL_CRITICAL_FILL = 0.95;
export const CRITICAL_DAYS = 2;
const WARNING_DAYS = 7;
/** LVM's default of activation/thin_pool_autoextend_percent (lvm.conf(5)). */
const DEFAULT_GROW_PERCENT = 20;

/** moby, daemon/graphdriver/devmapper: of the data root's device and inode. */
const DOCKER_POOL = /^docker-\d+:\d+-\d+-pool$/;

/** What commands about a pool are made of. */
export type PoolNames = {
  /** `vg/pool`, or the device mapper's name. */
  poolName: string;
  dmName: string;
  /** null = LVM did not make it. */
  groupName: string | null;
  /** Docker made it, or keeps its layers in it. */
  isDocker: boolean;
  /** Socket on the host; null = no daemon is known to use the pool. */
  dockerSocket: string | null;
  /** systemd's; null = not known. */
  dockerUnit: string | null;
  /** File that the data lies in; null = no loop file. */
  loopFile: string | null;
};

export interface Pool extends StoreReadings {
  names: PoolNames;
  facts: ThinPoolFacts;
  /** null = the slow beat did not tell of it. */
  item: ThinPoolItem | null;
  /** Docker that keeps its layers in it; null = none is known. */
  daemon: DockerDaemon | null;
}

/** The thin pools of a snapshot with all that is known of each. */
export function poolsOf({ snapshot, inventory }: Pick<FindingInput, 'snapshot' | 'inventory'>): Pool[] {
  return storeReadings(snapshot).flatMap(({ store, read }) => {
    if (store.kind !== 'thin-pool' || store.thinPool === null) return [];
    const item = inventory?.thin?.pools.find(({ name }) => name === store.name) ?? null;
    const dmName = item?.dmName ?? dmNameOf(store.name);
    const daemon = inventory?.docker?.daemons.find((one) => isPoolOf(one, dmName)) ?? null;
    const isDocker = daemon !== null || item?.maker === 'docker' || DOCKER_POOL.test(dmName);
    const names = {
      ...{ poolName: store.name, dmName, groupName: groupOf(store.name), isDocker },
      ...{ dockerSocket: daemon?.socket ?? null, dockerUnit: daemon?.unit ?? null },
      loopFile: store.loop?.backingFile ?? null,
    };
    return [{ store, read, names, facts: store.thinPool, item, daemon }];
  });
}

/** LVM alone has a slash in the name; the device mapper's names have none. */
function groupOf(poolName: string): string | null {
  const place = poolName.indexOf('/');
  return place < 0 ? null : poolName.slice(0, place);
}

/** LVM doubles the hyphens of a name (lvm(8)). */
function dmNameOf(poolName: string): string {
  const [group = '', pool] = poolName.split('/');
  return pool === undefined ? poolName : `${group.replaceAll('-', '--')}-${pool.replaceAll('-', '--')}-tpool`;
}

/** `Pool Name` of /info is the device mapper's, of LVM without `-tpool`. A nested daemon's socket is not the host's. */
function isPoolOf({ driverStatus, nestedInContainerId }: DockerDaemon, dmName: string): boolean {
  const name = driverStatus?.find((one) => one.name === 'Pool Name')?.value;
  return nestedInContainerId === null && name !== undefined && (name === dmName || `${name}-tpool` === dmName);
}

/** Nothing can be read of it, which has a rule of its own. */
const SILENT_STATES: readonly (ThinPoolState | null)[] = ['failed', 'error', 'stalled', 'no-table'];
export const isSilent = ({ facts }: Pool): boolean => SILENT_STATES.includes(facts.state);
export const isOutOfSpace = ({ facts }: Pool): boolean => facts.state?.startsWith('out-of-data-space') ?? false;

/** Half of the cases are full by then; null = no date, or nobody keeps a history. */
export const daysLeftOf = (clock: ClockForecast | null): number | null =>
  clock?.verdict === 'filling' || clock?.verdict === 'full' ? (clock.daysLeft?.p50 ?? null) : null;

/** null = the date is not worth a word. */
export function severityOfDays(daysLeft: number | null, standing: StandingFinding | null): Severity | null {
  const days = daysLeft ?? Number.POSITIVE_INFINITY;
  if (days <= daysFor(standing, 'critical', CRITICAL_DAYS)) return 'critical';
  return days <= daysFor(standing, 'warning', WARNING_DAYS) ? 'warning' : null;
}

/** null = its fill is not worth a word. `fill`: 0 … 1. */
export function severityOfFill(fill: number, standing: StandingFinding | null): Severity | null {
  if (fill >= fillFor(standing, 'critical', POOL_CRITICAL_FILL)) return 'critical';
  if (fill >= fillFor(standing, 'warning', POOL_WARNING_FILL)) return 'warning';
  return fill >= fillFor(standing, 'notice', POOL_NOTICE_FILL) ? 'notice' : null;
}

/** Nothing can be read of the pool, and what stands of it is no better for that. */
export const untoldOfSilent = (standing: StandingFinding | null, subject: string): Omit<CannotTell, 'rule'>[] =>
  standing === null ? [] : [{ subject, missing: 'probe-failed' }];

/** By what LVM enlarges a pool; its default where it did not say. */
export function autoextendStepBytes({ inventory }: FindingInput, capacityBytes: number): number {
  const percent = inventory?.thin?.lvm?.autoextend?.growPercent ?? DEFAULT_GROW_PERCENT;
  return Math.ceil((capacityBytes * percent) / 100);
}

/**
 * LVM enlarges it by itself: its low-water mark is set and the next step has room. null = not read. false also for a pool
 * that LVM did not make: Docker sets a mark that enlarges nothing.
 */
export function hasRoomToExtend(pool: Pool, input: FindingInput): boolean | null {
  const { names, facts, read } = pool;
  if (names.groupName === null || facts.lowWaterBlocks === 0) return false;
  const [capacity, free] = [read('poolDataCapacityBytes'), read('poolGroupFreeBytes')];
  if (facts.lowWaterBlocks === null || capacity === null || free === null) return null;
  return free >= autoextendStepBytes(input, capacity);
}

/** `87.3 %`, rounded down so that nothing is full before it is. */
export const percentText = (used: number, capacity: number): string => `${percentOf(used, capacity)} %`;
export const percentTextZh = (used: number, capacity: number): string => `${percentOf(used, capacity)}%`;
const percentOf = (used: number, capacity: number): number => Math.floor((1000 * used) / capacity) / 10;

/** `3.4`, `12`. */
export const daysText = (days: number): string => (days < 10 ? days.toFixed(1) : days.toFixed(0));
