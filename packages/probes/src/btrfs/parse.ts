import type { BtrfsDevice, BtrfsFacts, Reading, SeriesName } from '@silt/domain';
import type { Problem } from '../problem.ts';
import { wholeOf } from '../whole-of.ts';
import { allocatableBytes, freeOfDevices, isProfile, profileOfNewChunks, rawBytes } from './capacity.ts';

/** Text of the files under /sys/fs/btrfs/<uuid>, by path; a device's own files as `devices/<name>/size`. */
export type BtrfsTree = ReadonlyMap<string, string>;

export interface BtrfsReading {
  uuid: string;
  facts: BtrfsFacts;
  /** Names that a mount's source may have: `/dev/loop0`, `/dev/mapper/vg-data`. */
  devicePaths: string[];
  series: Partial<Record<SeriesName, Reading>>;
  problems: Problem[];
}

export const ALLOCATION_KINDS = ['data', 'metadata', 'mixed', 'system'] as const;
type AllocationKind = (typeof ALLOCATION_KINDS)[number];
const SECTOR_BYTES = 512;

/** Sums of one kind; null = the file is not there or no number. */
interface Allocated {
  total: number | null;
  used: number | null;
  /** bytes_used + bytes_reserved + bytes_pinned + bytes_readonly. */
  committed: number | null;
  /** Bytes of devices: disk_total, with the parity of raid5 and raid6. */
  raw: number | null;
  profiles: string[];
}

/** Never throws: what is missing is null and told in `problems`. Formulas: `SERIES` of the domain. */
export function parseBtrfs(uuid: string, tree: BtrfsTree): BtrfsReading {
  const number = (path: string): number | null => wholeOf(tree.get(path));
  const names = childrenOf(tree, 'devices');
  const sizes = names.map((name) => scale(number(`devices/${name}/size`), SECTOR_BYTES));
  const kinds = ALLOCATION_KINDS.filter((kind) => tree.has(`allocation/${kind}/total_bytes`));
  const allocated = new Map(kinds.map((kind) => [kind, parseAllocated(tree, kind, names.length)]));
  const devices = parseDevices(tree, names, sizes);
  const errors = devices.map(({ errors }) => errors);
  const reserve = number('allocation/global_rsv_size');
  const deviceBytes = names.length === 0 ? null : sum(sizes);
  const allocatedRaw = kinds.length === 0 ? null : sum([...allocated.values()].map(({ raw }) => raw));
  const unallocated = deviceBytes === null || allocatedRaw === null ? null : Math.max(0, deviceBytes - allocatedRaw);
  const free = deviceBytes === null ? null : freeAfter(sizes, allocated);

  const data = allocated.get('mixed') ?? allocated.get('data');
  const metadata = allocated.get('metadata');
  const system = allocated.get('system');
  const series: BtrfsReading['series'] = {
    dataUsedBytes: data?.committed ?? null,
    dataAllocatedBytes: data?.total ?? null,
    dataCapacityBytes: capacityOf(data, free),
    ...(allocated.has('mixed')
      ? {}
      : {
          metadataUsedBytes: metadata?.used ?? null,
          metadataAllocatedBytes: metadata?.total ?? null,
          metadataCommittedBytes: sum([metadata?.committed ?? null, reserve]),
          metadataCapacityBytes: capacityOf(metadata, free),
        }),
    systemUsedBytes: system?.used ?? null,
    systemAllocatedBytes: system?.total ?? null,
    globalReserveBytes: reserve,
    unallocatedBytes: unallocated,
    deviceBytes,
    deviceErrors:
      devices.length === 0 ? null : sum(errors.map((one) => (one === null ? null : sum(Object.values(one))))),
  };
  return {
    uuid,
    facts: {
      label: tree.get('label')?.replace(/\n$/, '').replaceAll('\0', '\u{FFFD}') ?? '',
      profiles: {
        data: data?.profiles ?? [],
        metadata: metadata?.profiles ?? [],
        system: system?.profiles ?? [],
      },
      devices,
    },
    devicePaths: names.flatMap((name) => [`/dev/${name.replaceAll('!', '/')}`, ...mapperPath(tree, name)]),
    series,
    problems: problemsOf(uuid, tree, series),
  };
}

const NUMBER_FILES = /^(allocation\/(.*\/(total_bytes|bytes_\w+|disk_total)|global_rsv_size)|devices\/.*\/size)$/;

/** A file that an old kernel lacks makes its series unavailable; one that cannot be understood is a failure. */
function problemsOf(uuid: string, tree: BtrfsTree, series: BtrfsReading['series']): Problem[] {
  const garbled = [...tree].flatMap(([path, text]) => {
    const isBad = NUMBER_FILES.test(path)
      ? wholeOf(text) === null
      : path.endsWith('/error_stats') && parseErrorStats(text) === null;
    return isBad ? [path] : [];
  });
  if (garbled.length > 0) {
    return [{ status: 'failed', text: `btrfs ${uuid}: sysfs answers with no number in ${garbled.join(', ')}` }];
  }
  const unread = Object.entries(series).flatMap(([name, value]) => (value === null ? [name] : []));
  if (unread.length === 0) return [];
  const status = unread.length === Object.keys(series).length ? 'unavailable' : 'partly';
  return [{ status, text: `btrfs ${uuid}: unavailable in this kernel's sysfs: ${unread.join(', ')}` }];
}

function parseAllocated(tree: BtrfsTree, kind: AllocationKind, devices: number): Allocated {
  const number = (name: string): number | null => wholeOf(tree.get(`allocation/${kind}/${name}`));
  const profiles = childrenOf(tree, `allocation/${kind}`).filter(isProfile);
  const used = number('bytes_used');
  const total = number('total_bytes');
  const parity = sum(
    profiles.map((profile) => {
      const bytes = number(`${profile}/total_bytes`);
      return bytes === null || !/^raid[56]$/.test(profile) ? 0 : rawBytes(profile, bytes, devices) - bytes;
    }),
  );
  return {
    total,
    used,
    committed: sum([used, number('bytes_reserved'), number('bytes_pinned'), number('bytes_readonly')]),
    raw: sum([number('disk_total'), parity]),
    profiles,
  };
}

/** Room on each device, after what mkfs and the allocator made in this order. */
function freeAfter(sizes: readonly (number | null)[], allocated: ReadonlyMap<AllocationKind, Allocated>): number[] {
  const order: AllocationKind[] = ['system', 'metadata', 'mixed', 'data'];
  const allocations = order.flatMap((kind) => {
    const one = allocated.get(kind);
    const profile = profileOfNewChunks(one?.profiles ?? []);
    return one?.raw == null || profile === null ? [] : [{ profile, rawBytes: one.raw }];
  });
  return freeOfDevices(
    sizes.map((size) => size ?? 0),
    allocations,
  );
}

function capacityOf(allocated: Allocated | undefined, free: readonly number[] | null): number | null {
  const profile = profileOfNewChunks(allocated?.profiles ?? []);
  if (allocated?.total == null || profile === null || free === null) return null;
  return allocated.total + allocatableBytes(profile, free);
}

/**
 * By device id. sysfs has ids in `devinfo` and block devices in `devices`, and nothing that joins them: with more than
 * one device paths and sizes are told by the slow beat alone (with-paths.ts). Kernels before 5.6 have no `devinfo`, so
 * that no device is told.
 */
function parseDevices(tree: BtrfsTree, names: readonly string[], sizes: readonly (number | null)[]): BtrfsDevice[] {
  const ids = childrenOf(tree, 'devinfo')
    .filter((id) => /^\d{1,9}$/.test(id))
    .map(Number)
    .sort((a, b) => a - b);
  const only = ids.length === 1 && names.length === 1 ? names[0] : undefined;
  return ids.map((id) => ({
    id,
    path: only === undefined ? null : (mapperPath(tree, only)[0] ?? `/dev/${only.replaceAll('!', '/')}`),
    sizeBytes: only === undefined ? null : (sizes[0] ?? null),
    missing: tree.get(`devinfo/${id}/missing`)?.trim() === '1',
    errors: parseErrorStats(tree.get(`devinfo/${id}/error_stats`)),
  }));
}

function parseErrorStats(text: string | undefined): BtrfsDevice['errors'] {
  const count = (name: string): number | null =>
    wholeOf(new RegExp(`^${name}_errs (\\d+)$`, 'm').exec(text ?? '')?.[1]);
  const [write, read, flush] = [count('write'), count('read'), count('flush')];
  const [corruption, generation] = [count('corruption'), count('generation')];
  if (write === null || read === null || flush === null || corruption === null || generation === null) return null;
  return { write, read, flush, corruption, generation };
}

function mapperPath(tree: BtrfsTree, name: string): string[] {
  const mapped = tree.get(`devices/${name}/dm/name`)?.trim();
  return mapped === undefined || mapped === '' ? [] : [`/dev/mapper/${mapped}`];
}

/** Names directly beneath a folder of the tree, sorted. */
function childrenOf(tree: BtrfsTree, folder: string): string[] {
  const prefix = `${folder}/`;
  const names = [...tree.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  return [
    ...new Set(names.filter((name) => name.includes('/')).map((name) => name.slice(0, name.indexOf('/')))),
  ].sort();
}

const scale = (value: number | null, factor: number): number | null => (value === null ? null : value * factor);

/** null as soon as one part was not read. */
function sum(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((total, part) => (total === null || part === null ? null : total + part), 0);
}
