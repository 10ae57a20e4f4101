import type { BlockDevice, Store, ThinInventory } from '@silt/domain';
import { GIB, MIB } from '../stores/store-model.ts';
import type { Moment } from './moment.ts';
import { partitionBytesOf } from './partition-bytes.ts';

const PARTITION = /^(nvme(\d+)n1|sd([a-z]))p?(\d+)$/;
const DISK = /^(?:nvme(\d+)n1|sd([a-z]))$/;
const NVME_MINORS = 16;
const SCSI_MINORS = 16;
const PARTITION_TABLE_BYTES = 2 * MIB;
/** Volume groups lie on disks of their own: that of a pool on one, others on a mirror of two. */
const POOL_DISK = 'nvme1n1';
const MIRROR = { name: 'md0', disks: ['nvme1n1', 'nvme2n1'] } as const;

const NOTHING = {
  ...{ below: [], holders: [], readOnly: false, rotational: null, removable: null, model: null },
  ...{ dm: null, md: null, loop: null },
} as const;

type Facts = Pick<BlockDevice, 'name' | 'kind' | 'device' | 'sizeBytes'> & Partial<BlockDevice>;

/** Devices by name, as they are added from the top down. */
class Devices {
  readonly byName = new Map<string, BlockDevice>();

  add(facts: Facts): void {
    if (this.byName.has(facts.name)) return;
    this.byName.set(facts.name, { ...NOTHING, below: [], holders: [], ...facts });
  }

  disk(name: string, sizeBytes: number): void {
    const [, nvme, letter] = DISK.exec(name) ?? [];
    const place = nvme === undefined ? (letter ?? 'a').charCodeAt(0) - 'a'.charCodeAt(0) : Number(nvme);
    const device = nvme === undefined ? `8:${place * SCSI_MINORS}` : `259:${place * NVME_MINORS}`;
    const model = `${nvme === undefined ? 'HDD' : 'NVMe SSD'} ${Math.ceil(sizeBytes / GIB)}G`;
    this.add({ name, kind: 'disk', device, sizeBytes, rotational: nvme === undefined, removable: false, model });
  }

  partition(name: string, sizeBytes: number): void {
    const [, disk = '', nvme, letter, number] = PARTITION.exec(name) ?? [];
    const place = nvme === undefined ? (letter ?? 'a').charCodeAt(0) - 'a'.charCodeAt(0) : Number(nvme);
    const minor = place * (nvme === undefined ? SCSI_MINORS : NVME_MINORS) + Number(number);
    const device = `${nvme === undefined ? 8 : 259}:${minor}`;
    this.add({ name, kind: 'partition', device, sizeBytes, below: [disk] });
  }

  mapped(facts: { minor: number; name: string; uuid: string; sizeBytes: number | null; below: string[] }): void {
    const { minor, name, uuid, sizeBytes, below } = facts;
    const dm = { name, uuid, suspended: false };
    this.add({ name: `dm-${minor}`, kind: 'dm', device: `253:${minor}`, sizeBytes, below, dm });
  }

  /** Disks of partitions that have none yet, then who holds what. */
  finished(): BlockDevice[] {
    const partitions = [...this.byName.values()].filter(({ kind }) => kind === 'partition');
    for (const disk of new Set(partitions.flatMap(({ below }) => below))) {
      const own = partitions.filter(({ below }) => below.includes(disk));
      this.disk(
        disk,
        own.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), PARTITION_TABLE_BYTES),
      );
    }
    const all = [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, below } of all) {
      for (const lower of below) this.byName.get(lower)?.holders.push(name);
    }
    return all;
  }
}

/** What the stores of the layout lie on, down to the disks. Sorted by name. */
export function blockDevicesOf(moment: Moment, thin: ThinInventory): BlockDevice[] {
  const devices = new Devices();
  for (const store of moment.layout.stores) {
    if (store.kind === 'thin-pool') addPool(devices, moment, store);
    else addStore(devices, moment, store, thin);
  }
  const poolNames = new Map([...devices.byName.values()].map(({ name, dm }) => [dm?.name ?? '', name]));
  for (const { dmName, uuid, device, virtualBytes, poolDmName } of thin.devices) {
    const below = poolNames.get(poolDmName ?? '');
    const minor = Number(device?.split(':')[1]);
    devices.mapped({ minor, name: dmName, uuid, sizeBytes: virtualBytes, below: below === undefined ? [] : [below] });
  }
  return devices.finished();
}

function addStore(devices: Devices, moment: Moment, store: Store, thin: ThinInventory): void {
  const bytes = partitionBytesOf(moment, store);
  const paths = store.btrfs?.devices.length === 2 ? NAS_DISKS : [store.device ?? ''];
  for (const path of paths) {
    const name = path.replace('/dev/', '');
    if (PARTITION.test(name)) devices.partition(name, bytes);
    else if (DISK.test(name)) devices.disk(name, bytes);
    else if (store.loop !== null) addLoop(devices, store, bytes);
    else if (name.startsWith('mapper/')) addLinear(devices, moment, name.slice('mapper/'.length), bytes, thin);
  }
}

/** The layout names the first disk of the NAS boxes' mirrors alone. */
const NAS_DISKS = ['/dev/sda', '/dev/sdb'];

function addLoop(devices: Devices, { loop }: Store, sizeBytes: number): void {
  if (loop === null) return;
  const { device, backingFile, deleted } = loop;
  const flags = { offsetBytes: 0, sizeLimitBytes: 0, autoclear: true, partscan: false, directIo: false };
  const number = device.replace('loop', '');
  devices.add({
    name: device,
    kind: 'loop',
    device: `7:${number}`,
    sizeBytes,
    loop: { backingFile, deleted, ...flags },
  });
}

function addLinear(devices: Devices, moment: Moment, name: string, sizeBytes: number, thin: ThinInventory): void {
  if (thin.devices.some(({ dmName }) => dmName === name)) return;
  for (const disk of MIRROR.disks) devices.disk(disk, sizeBytes + GIB);
  devices.add({
    ...{ name: MIRROR.name, kind: 'md', device: '9:0', sizeBytes: sizeBytes + GIB - MIB, below: [...MIRROR.disks] },
    md: { level: 'raid1', state: 'clean', degradedDevices: 0, raidDevices: MIRROR.disks.length },
  });
  devices.mapped({ minor: 0, name, uuid: `LVM-${moment.hex(`lvm ${name}`)}`, sizeBytes, below: [MIRROR.name] });
}

/** A pool lies on its metadata's device and its data's, whose numbers its facts tell. */
function addPool(devices: Devices, moment: Moment, { key, device, uuid, thinPool }: Store): void {
  const dataBytes = moment.reading(key, 'poolDataCapacityBytes');
  const metadataBytes = moment.reading(key, 'poolMetadataCapacityBytes');
  const name = (device ?? '').replace('/dev/mapper/', '');
  const base = name.replace(/-tpool$/, '');
  const id = (uuid ?? '').replace(/-tpool$/, '');
  const minorOf = (number: string | null | undefined): number => Number((number ?? '253:0').split(':')[1]);
  const [metadata, data] = [minorOf(thinPool?.metadataDevice), minorOf(thinPool?.dataDevice)];
  devices.disk(POOL_DISK, dataBytes + 2 * metadataBytes + 40 * GIB);
  const parts = { below: [POOL_DISK] };
  devices.mapped({ minor: metadata, name: `${base}_tmeta`, uuid: `${id}-tmeta`, sizeBytes: metadataBytes, ...parts });
  devices.mapped({ minor: data, name: `${base}_tdata`, uuid: `${id}-tdata`, sizeBytes: dataBytes, ...parts });
  const below = [data, metadata].map((minor) => `dm-${minor}`).sort();
  devices.mapped({ minor: data + 1, name, uuid: uuid ?? '', sizeBytes: dataBytes, below });
}
