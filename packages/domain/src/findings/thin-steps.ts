import { MAX_POOL_METADATA_BYTES } from '../forecast/clocks/pool-room.ts';
import { clientWords } from './docker-client.ts';
import type { RemedyStep } from './rule.ts';
import { shellLine } from './shell-quote.ts';
import { dryRun, edit, expectAfter, look, precondition, run } from './steps.ts';
import type { PoolNames } from './thin-pools.ts';

const MIB = 1024 ** 2;
/** LVM's default step for data. */
const DATA_GROW_SHARE = 0.2;
/** At most so full it is to be afterwards. */
const GROWN_FILL = 0.75;
/** Metadata is small, and the other half of most outages: double it. */
const METADATA_GROW_SHARE = 1;
const LVS_FIELDS = 'lv_name,lv_size,lv_metadata_size,data_percent,metadata_percent';
const DEFAULT_UNIT = 'docker.service';

/** A name in the place of an operand, which getopt_long(3) would take for an option where it begins with `-`. */
export const operand = (name: string): string[] => (name.startsWith('-') ? ['--', name] : [name]);

/** Never without --noflush: it would commit the pool's metadata. */
export const statusLine = (dmName: string): string => shellLine('dmsetup', 'status', '--noflush', ...operand(dmName));
export const tableLine = (dmName: string): string => shellLine('dmsetup', 'table', ...operand(dmName));

/** The docker client, of the daemon that is meant. */
export const dockerLine = (socket: string | null, ...words: readonly string[]): string =>
  shellLine(...clientWords(socket), ...words);

export const unitLine = (verb: string, unit: string | null): string =>
  shellLine('systemctl', verb, ...operand(unit ?? DEFAULT_UNIT));

/** What the pool looks like to those who may ask it. */
export const poolLine = ({ groupName, dmName }: PoolNames): string =>
  groupName === null ? statusLine(dmName) : shellLine('lvs', '-a', '-o', LVS_FIELDS, ...operand(groupName));

export interface Growth {
  part: 'data' | 'metadata';
  /** Of the part; null = not read. */
  capacityBytes: number | null;
  usedBytes: number | null;
  /** Of the volume group; null = not read, or none. */
  groupFreeBytes: number | null;
}

/** How a pool is enlarged: LVM's online, Docker's loop file with a restart, another's by who made it. */
export function growSteps(names: PoolNames, growth: Growth): RemedyStep[] {
  if (names.groupName !== null) return growLvmSteps(names, names.groupName, growth);
  return names.isDocker && names.loopFile !== null ? growLoopSteps(names, growth) : [growOtherStep(growth.part)];
}

function growLvmSteps({ poolName }: PoolNames, groupName: string, growth: Growth): RemedyStep[] {
  const bytes = growBytesOf(growth);
  if (growth.part === 'metadata' && (bytes === null || bytes < MIB)) return [AT_MAXIMUM];
  const size = bytes === null ? null : `+${Math.ceil(bytes / MIB)}m`;
  const words = size === null ? ['-l', '+20%LV'] : growth.part === 'data' ? ['-L', size] : ['--poolmetadatasize', size];
  const isTight = growth.groupFreeBytes !== null && bytes !== null && growth.groupFreeBytes < bytes;
  const room = isTight
    ? [
        run(
          shellLine('pvs', '-o', 'pv_name,vg_name,pv_size,pv_free'),
          `The group ${groupName} has too little free. Add a disk to it with vgextend, or remove a volume that nobody needs, before the next line.`,
          `卷组 ${groupName} 的空闲空间不足。请先用 vgextend 加入一块磁盘，或删除无用的卷，再执行下一行。`,
        ),
      ]
    : [];
  const line = (...options: string[]) => shellLine('lvextend', ...options, ...words, ...operand(poolName));
  return [
    precondition(
      'The group has that much free.',
      '卷组有足够的空闲空间。',
      shellLine('vgs', '-o', 'vg_name,vg_size,vg_free', ...operand(groupName)),
    ),
    ...room,
    dryRun(line('--test'), 'Says what would be done, and does nothing.', '只说明将要做什么，不做任何改动。'),
    run(
      line(),
      growth.part === 'data' ? 'Enlarges the data, online.' : 'Enlarges the metadata, online.',
      growth.part === 'data' ? '在线扩大数据空间。' : '在线扩大元数据空间。',
    ),
  ];
}

function growBytesOf({ part, capacityBytes, usedBytes }: Growth): number | null {
  if (capacityBytes === null) return null;
  if (part === 'data') {
    return Math.max(capacityBytes * DATA_GROW_SHARE, (usedBytes ?? capacityBytes) / GROWN_FILL - capacityBytes);
  }
  return Math.min(capacityBytes * METADATA_GROW_SHARE, Math.max(0, MAX_POOL_METADATA_BYTES - capacityBytes));
}

/** Docker grows the file when it starts (moby, daemon/graphdriver/devmapper, ensureImage; dockerd(8), dm.min_free_space). */
function growLoopSteps({ dockerUnit }: PoolNames, growth: Growth): RemedyStep[] {
  const size = `${Math.ceil(((growth.capacityBytes ?? 0) + (growBytesOf(growth) ?? 0)) / MIB)}m`;
  const option = growth.part === 'data' ? 'dm.loopdatasize' : 'dm.loopmetadatasize';
  const restart = run(
    unitLine('restart', dockerUnit),
    'In a window: containers stop. With live-restore on, stop them first: Docker makes the pool anew, with the larger file, only when nothing uses it.',
    '请在维护窗口执行：容器会停止。若启用了 live-restore，请先停止容器：只有无人使用时，Docker 才会用更大的文件重建存储池。',
  );
  if (growth.capacityBytes === null) return [growOtherStep(growth.part)];
  return [
    edit(
      `"storage-opts": ["${option}=${size}"]`,
      'In /etc/docker/daemon.json, beside what storage-opts has already. The file system beneath must have room for it.',
      '写入 /etc/docker/daemon.json，保留 storage-opts 中已有的内容。下层文件系统必须有相应的空间。',
    ),
    restart,
  ];
}

const AT_MAXIMUM: RemedyStep = {
  ...{ kind: 'run', command: null, isDestructive: false },
  note: {
    en: 'The metadata cannot be made larger than its 15.8 GiB, or its size was not read. Remove snapshots that nobody needs, or split the pool.',
    'zh-CN': '元数据已无法再扩大（上限 15.8 GiB），或其大小未能读到。请删除无用的快照，或拆分存储池。',
  },
};

const growOtherStep = (part: Growth['part']): RemedyStep => ({
  ...{ kind: 'run', command: null, isDestructive: false },
  note: {
    en: `Enlarge the ${part} device beneath, then load the pool's table again with the new size, as whoever made the pool does it.`,
    'zh-CN': `请按创建该存储池的方式，先扩大下层${part === 'data' ? '数据' : '元数据'}设备，再以新的大小重新加载存储池的表。`,
  },
});

/** Room without a disk: what Docker holds that nobody needs. */
export function freeDockerSteps({ dockerSocket, dmName }: PoolNames): RemedyStep[] {
  if (dockerSocket === null) return [];
  return [
    look(
      dockerLine(dockerSocket, 'system', 'df', '-v'),
      'Which images, containers and volumes hold the most. Remove those that nobody needs with docker rm and docker image rm.',
      '查看哪些镜像、容器和卷占用最多。用 docker rm 和 docker image rm 删除不再需要的。',
    ),
    look(statusLine(dmName), 'The used blocks fall as they are removed.', '删除后，已用块数会下降。'),
  ];
}

/** The kernel says there why a pool changed its state. */
export const kernelLogStep = (en: string, zh: string): RemedyStep =>
  look("dmesg -T | grep -E 'device-mapper|I/O error|EXT4-fs|XFS'", en, zh);

export const expectPool = (names: PoolNames, en: string, zh: string): RemedyStep =>
  expectAfter(en, zh, poolLine(names));
