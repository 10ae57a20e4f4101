import type { Reading, ThinInventory } from '@silt/domain';
import type { ThinPoolReading } from './read.ts';

/** What a pool's volume group had free while the pool had a size; null = not read. */
interface GroupRoom {
  freeBytes: number | null;
  poolBytes: number | null;
}

/** By the pool's name. null = the last slow beat told nothing of its group, and the one before did. */
export type GroupRooms = ReadonlyMap<string, GroupRoom | null>;

/** Of the pools whose group LVM told. One that is missing once is kept, so that a layout does not change to and fro. */
export function groupRoomsAfter(known: GroupRooms, thin: ThinInventory | null): GroupRooms {
  const groups = new Map(thin?.lvm?.groups.map(({ name, freeBytes }) => [name, freeBytes]));
  const next = new Map<string, GroupRoom | null>();
  for (const { name, maker, dataCapacityBytes } of thin?.pools ?? []) {
    const freeBytes = groups.get(name.split('/', 1)[0] ?? '');
    if (maker === 'lvm' && freeBytes !== undefined) next.set(name, { freeBytes, poolBytes: dataCapacityBytes });
  }
  for (const [name, room] of known) if (room !== null && !next.has(name)) next.set(name, null);
  return next;
}

/**
 * What the group of a pool has free, as far as it is known at a fast beat; undefined = the pool has no such series.
 * null once the pool has another size than then: what it grew by was taken from the group.
 */
export function groupFreeBytes(
  rooms: GroupRooms,
  { name, facts, series }: Pick<ThinPoolReading, 'name' | 'facts' | 'series'>,
): Reading | undefined {
  const room = rooms.get(name);
  if (room == null) return room;
  // The device may end in a part of a block, which the pool cannot use.
  const rest = (room.poolBytes ?? Number.NaN) - (series.poolDataCapacityBytes ?? Number.NaN);
  return rest >= 0 && rest < Math.max(1, facts.dataBlockBytes ?? 1) ? room.freeBytes : null;
}
