import type { DockerThinName, ThinMaker } from '@silt/domain';

/** A device of the device mapper as sysfs names it. */
export interface PoolDevice {
  /** Of the device mapper: `docker-thinpool-tpool`. */
  dmName: string;
  /** Empty where the maker gave none. */
  uuid: string;
}

/** `pool`: LVM's or Docker's by its name. `maybe`: the table tells. */
export type PoolGuess = 'pool' | 'maybe' | 'no';

/** Makers whose devices are no thin pools, as their uuid begins. */
const OTHER_MAKERS = /^(CRYPT|mpath|DMRAID|part\d+)-/;
/** moby, daemon/graphdriver/devmapper: of the data root's device and inode. */
const DOCKER_POOL = /^docker-\d+:\d+-\d+-pool$/;
const DOCKER_THIN = /^docker-(\d+:\d+)-(\d+)-(base|[0-9a-f]{64})(-init)?$/;

/** `slaves`: how many devices it lies on. A pool lies on two, its metadata's and its data's. */
export function guessPool({ dmName, uuid }: PoolDevice, slaves: number): PoolGuess {
  if (uuid.startsWith('LVM-')) return uuid.endsWith('-tpool') ? 'pool' : uuid.endsWith('-pool') ? maybe(slaves) : 'no';
  if (DOCKER_POOL.test(dmName)) return 'pool';
  return OTHER_MAKERS.test(uuid) ? 'no' : maybe(slaves);
}

const maybe = (slaves: number): PoolGuess => (slaves === 2 ? 'maybe' : 'no');

/** A thin device of Docker's; null = none, or its pool. */
export function parseDockerThinName(dmName: string): DockerThinName | null {
  const [, rootDevice, rootInode, layerId, init] = DOCKER_THIN.exec(dmName) ?? [];
  if (rootDevice === undefined || rootInode === undefined || layerId === undefined) return null;
  return { layerId, isInit: init !== undefined, rootDevice, rootInode };
}

export function makerOf({ dmName, uuid }: PoolDevice): ThinMaker {
  if (uuid.startsWith('LVM-')) return 'lvm';
  return DOCKER_POOL.test(dmName) || parseDockerThinName(dmName) !== null ? 'docker' : 'other';
}

/** dmsetup prints a name as it was given; the kernel holds a blank in it as `\x20` (dmsetup(8), --manglename). */
export function unmangleDmName(name: string): string {
  if (!name.includes('\\x')) return name;
  const bytes = Buffer.from(name).toString('latin1');
  const given = bytes.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(given, 'latin1').toString();
}

/** `my--vg-pool-tpool` → `my-vg/pool`, since LVM doubles the hyphens of a name (lvm(8)); `vg-lv` too. Others keep theirs. */
export function poolNameOf({ dmName, uuid }: PoolDevice): string {
  if (!uuid.startsWith('LVM-')) return dmName;
  const parts = dmName.match(/(?:--|[^-])+/g) ?? [];
  const [group, pool, layer] = parts;
  const isWhole = parts.join('-') === dmName && parts.length === (layer === 'tpool' ? 3 : 2);
  if (!isWhole || group === undefined || pool === undefined) return dmName;
  return `${group.replaceAll('--', '-')}/${pool.replaceAll('--', '-')}`;
}

/** A name as sysfs gives it; null = none that could be shown or asked for. */
export function parseDmName(text: string): string | null {
  const name = text.replace(/\n$/, '');
  return name === '' || name.length > MAX_NAME_CHARACTERS || /[\p{Cc}/]/u.test(name) ? null : name;
}

/** DM_NAME_LEN of the kernel, with its closing NUL, is 128. */
const MAX_NAME_CHARACTERS = 127;
