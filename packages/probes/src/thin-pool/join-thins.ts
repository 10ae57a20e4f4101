import type { BlockDevice, ThinDevice, ThinDeviceState, ThinPoolItem } from '@silt/domain';
import { makerOf, type PoolDevice, parseDockerThinName, poolNameOf, unmangleDmName } from './names.ts';
import { parseThinStatus, parseThinTable, type Target, type ThinTable } from './parse.ts';

const SECTOR_BYTES = 512;

export interface ThinSources {
  /** Those of the device mapper are looked at. */
  devices: readonly BlockDevice[];
  pools: readonly ThinPoolItem[];
  /** Lines of every thin device; null = not read. */
  tables: readonly Target[] | null;
  statuses: readonly Target[] | null;
}

export interface JoinedThins {
  devices: ThinDevice[];
  /** Sentence parts on lines that could not be understood. */
  mistakes: string[];
}

/** Every active thin device: from the tables where they were read, otherwise those that sysfs shows on a pool. */
export function joinThins({ devices, pools, tables, statuses }: ThinSources): JoinedThins {
  const mistakes: string[] = [];
  const bySysfs = new Map(devices.flatMap((one) => (one.dm === null ? [] : [[unmangleDmName(one.dm.name), one]])));
  const byNumber = new Map(pools.map(({ device, dmName }) => [device, dmName]));
  const pooled = new Set(pools.map(({ dmName }) => dmName));
  const byNode = new Map(devices.map(({ name, dm }) => [name, dm !== null && pooled.has(dm.name) ? dm.name : null]));
  const poolOf = (table: ThinTable | null, device: BlockDevice | null): string | null => {
    const nodes = (device?.below ?? []).map((lower) => byNode.get(lower) ?? null);
    return (table === null ? undefined : byNumber.get(table.pool)) ?? nodes.find((node) => node !== null) ?? null;
  };
  if (tables === null) return { devices: fromSysfs(devices, poolOf), mistakes };
  const statusOf = new Map((statuses ?? []).map((target) => [keyOf(target), target]));
  const thins = tables.flatMap((target): ThinDevice[] => {
    const table = target.type === 'thin' ? parseThinTable(target.words) : 'a line is of no thin device';
    if (target.name === null || typeof table === 'string') {
      mistakes.push(typeof table === 'string' ? table : 'a line names no device');
      return [];
    }
    const device = bySysfs.get(target.name) ?? null;
    const own = 'broken' in table ? null : table;
    const read = readStatus(statusOf.get(keyOf(target)) ?? null, mistakes);
    return [
      {
        ...identityOf({ dmName: device?.dm?.name ?? target.name, uuid: device?.dm?.uuid ?? '' }, device),
        poolDmName: poolOf(own, device),
        deviceId: own?.deviceId ?? null,
        externalOrigin: own?.externalOrigin ?? null,
        startBytes: bytesOf(target.startSectors) ?? 0,
        virtualBytes: bytesOf(target.lengthSectors),
        mappedBytes: read.mappedBytes,
        state: read.state ?? ('broken' in table ? table.broken : null),
      },
    ];
  });
  const seen = new Set(tables.map(({ name }) => name));
  const withoutTable = devices.filter(
    ({ dm, below }) =>
      dm !== null && below.length === 0 && !seen.has(unmangleDmName(dm.name)) && parseDockerThinName(dm.name) !== null,
  );
  return {
    devices: [...thins, ...withoutTable.map((one) => ({ ...bare(one, null), state: 'no-table' as const }))],
    mistakes,
  };
}

/** A name with a colon and blank in it, and a device of several segments, are told apart by both. */
const keyOf = ({ name, startSectors }: Target): string => `${startSectors} ${name}`;

interface ReadStatus {
  mappedBytes: number | null;
  state: ThinDeviceState | null;
}

function readStatus(target: Target | null, mistakes: string[]): ReadStatus {
  const status = target === null ? 'none' : parseThinStatus(target.words);
  if (status === null) return { mappedBytes: null, state: 'no-device' };
  if (typeof status === 'string') {
    if (target !== null) mistakes.push(status);
    return { mappedBytes: null, state: null };
  }
  if ('broken' in status) return { mappedBytes: null, state: status.broken };
  return { mappedBytes: bytesOf(status.mappedSectors), state: 'ok' };
}

/** LVM puts a device over its pool that is no thin volume, for locking: `-pool`. */
const LVM_POOL_LAYER = /^LVM-.*-pool$/;

function fromSysfs(
  devices: readonly BlockDevice[],
  poolOf: (table: null, device: BlockDevice) => string | null,
): ThinDevice[] {
  return devices.flatMap((device) => {
    const pool = poolOf(null, device);
    return device.dm === null || pool === null || LVM_POOL_LAYER.test(device.dm.uuid) ? [] : [bare(device, pool)];
  });
}

/** What sysfs alone says. */
function bare(device: BlockDevice, poolDmName: string | null): ThinDevice {
  return {
    ...identityOf({ dmName: device.dm?.name ?? device.name, uuid: device.dm?.uuid ?? '' }, device),
    poolDmName,
    deviceId: null,
    externalOrigin: null,
    startBytes: 0,
    virtualBytes: device.sizeBytes,
    mappedBytes: null,
    state: null,
  };
}

function identityOf(
  own: PoolDevice,
  device: BlockDevice | null,
): Pick<ThinDevice, 'name' | 'dmName' | 'uuid' | 'maker' | 'device' | 'suspended' | 'docker'> {
  return {
    ...{ name: poolNameOf(own), dmName: own.dmName, uuid: own.uuid, maker: makerOf(own) },
    ...{ device: device?.device ?? null, suspended: device?.dm?.suspended ?? null },
    docker: parseDockerThinName(own.dmName),
  };
}

function bytesOf(sectors: number | null): number | null {
  const bytes = sectors === null ? null : sectors * SECTOR_BYTES;
  return bytes === null || Number.isSafeInteger(bytes) ? bytes : null;
}
