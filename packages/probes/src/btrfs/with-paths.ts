import type { BtrfsInventory } from '@silt/domain';
import type { BtrfsReading } from './parse.ts';

/** Paths and sizes of devices where sysfs has none, by what the last slow beat was told of the same ids. */
export function withPaths(reading: BtrfsReading, known: readonly BtrfsInventory[]): BtrfsReading {
  const told = known.find(({ uuid }) => uuid === reading.uuid)?.devices ?? [];
  const devices = reading.facts.devices.map((device) => {
    const same = device.missing ? undefined : told.find(({ id }) => id === device.id);
    const [path, sizeBytes] = [device.path ?? same?.path ?? null, device.sizeBytes ?? same?.sizeBytes ?? null];
    return { ...device, path, sizeBytes };
  });
  return { ...reading, facts: { ...reading.facts, devices } };
}
