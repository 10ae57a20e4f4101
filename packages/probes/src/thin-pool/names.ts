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

/** `slaves`: how many devices it lies on. A pool lies on two, its metadata's and its data's. */
export function guessPool({ dmName, uuid }: PoolDevice, slaves: number): PoolGuess {
  if (uuid.startsWith('LVM-')) return uuid.endsWith('-tpool') ? 'pool' : uuid.endsWith('-pool') ? maybe(slaves) : 'no';
  if (DOCKER_POOL.test(dmName)) return 'pool';
  return OTHER_MAKERS.test(uuid) ? 'no' : maybe(slaves);
}

const maybe = (slaves: number): PoolGuess => (slaves === 2 ? 'maybe' : 'no');

/** `my--vg-pool-tpool` → `my-vg/pool`: LVM doubles the hyphens of a name (lvm(8)). Others keep their name. */
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
