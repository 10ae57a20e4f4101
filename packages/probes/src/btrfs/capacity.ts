/**
 * How btrfs' chunk allocator uses devices, from `btrfs_raid_array` and `gather_device_info` of fs/btrfs/volumes.c (Linux
 * 5.15 and later): each chunk takes the devices with the most room left.
 *
 * - mirror: `copies` copies, each on another device. dup: both on one device.
 * - stripe: across every device that has room, `least` at the least, in steps of `step`; `parity` of them hold no data.
 */
type Rule =
  | { kind: 'mirror'; copies: number }
  | { kind: 'dup' }
  | { kind: 'stripe'; least: number; step: number; copies: number; parity: number };

const RULES: Record<string, Rule> = {
  single: { kind: 'mirror', copies: 1 },
  dup: { kind: 'dup' },
  raid1: { kind: 'mirror', copies: 2 },
  raid1c3: { kind: 'mirror', copies: 3 },
  raid1c4: { kind: 'mirror', copies: 4 },
  raid0: { kind: 'stripe', least: 1, step: 1, copies: 1, parity: 0 },
  raid10: { kind: 'stripe', least: 2, step: 2, copies: 2, parity: 0 },
  raid5: { kind: 'stripe', least: 2, step: 1, copies: 1, parity: 1 },
  raid6: { kind: 'stripe', least: 3, step: 1, copies: 1, parity: 2 },
};

export const isProfile = (name: string): boolean => Object.hasOwn(RULES, name);

/** While a balance converts there are two profiles; new chunks get the first of these (`btrfs_reduce_alloc_profile`). */
const PRECEDENCE = ['raid1c4', 'raid6', 'raid1c3', 'raid5', 'raid10', 'raid1', 'dup', 'raid0', 'single'];

export function profileOfNewChunks(profiles: readonly string[]): string | null {
  return PRECEDENCE.find((profile) => profiles.includes(profile)) ?? null;
}

/** Bytes on devices that `totalBytes` of chunks take; sysfs' `disk_total` leaves the parity out. */
export function rawBytes(profile: string, totalBytes: number, devices: number): number {
  const rule = RULES[profile];
  if (rule === undefined) return totalBytes;
  if (rule.kind === 'dup') return totalBytes * 2;
  if (rule.kind === 'mirror' || rule.parity === 0) return totalBytes * rule.copies;
  return devices > rule.parity ? Math.round((totalBytes * devices) / (devices - rule.parity)) : totalBytes;
}

export interface Allocation {
  profile: string;
  rawBytes: number;
}

/**
 * Room left on each device. sysfs tells what is allocated in all and not where, so this puts it where the allocator
 * would have; with one device that is exact.
 */
export function freeOfDevices(sizes: readonly number[], allocations: readonly Allocation[]): number[] {
  let free = [...sizes];
  for (const { profile, rawBytes: amount } of allocations) {
    const rule = RULES[profile];
    const most = rule?.kind === 'mirror' && rule.copies > 1 ? amount / rule.copies : amount;
    const takes =
      rule?.kind === 'stripe'
        ? (room: number, level: number) => Math.min(room, level)
        : (room: number, level: number) => Math.min(most, Math.max(0, room - level));
    free = take(free, amount, takes, rule?.kind === 'stripe');
  }
  return free;
}

const LEVEL_STEPS = 64;

/** Finds by halving the level at which all devices together give `amount`, and takes it from them. */
function take(
  free: readonly number[],
  amount: number,
  takes: (room: number, level: number) => number,
  rises: boolean,
): number[] {
  if (free.length === 1) return [Math.max(0, (free[0] ?? 0) - amount)];
  let low = 0;
  let high = Math.max(0, ...free);
  for (let step = 0; step < LEVEL_STEPS; step += 1) {
    const level = (low + high) / 2;
    const taken = free.reduce((sum, room) => sum + takes(room, level), 0);
    if (taken > amount === rises) high = level;
    else low = level;
  }
  return free.map((room) => Math.max(0, Math.round(room - takes(room, (low + high) / 2))));
}

/** Bytes of data that new chunks of this profile can hold, given the room on each device. */
export function allocatableBytes(profile: string, free: readonly number[]): number {
  const rule = RULES[profile];
  if (rule === undefined) return 0;
  if (rule.kind === 'dup') return free.reduce((sum, room) => sum + Math.floor(room / 2), 0);
  return Math.floor(rule.kind === 'mirror' ? mirrored(rule.copies, free) : striped(rule, free));
}

/**
 * The greatest T with Σ min(room, T) ≥ copies × T, since no device holds two copies of a chunk; that is the least of
 * "all but the m roomiest devices, shared by the copies − m that are left".
 */
function mirrored(copies: number, free: readonly number[]): number {
  const falling = [...free].sort((a, b) => b - a);
  let rest = falling.reduce((sum, room) => sum + room, 0);
  let least = rest / copies;
  for (let m = 1; m < copies; m += 1) {
    rest -= falling[m - 1] ?? 0;
    least = Math.min(least, rest / (copies - m));
  }
  return Math.max(0, least);
}

/**
 * Takes stripes from all devices with room until too few are left. Where an odd number of devices meets a profile that
 * takes pairs, the device with the least room sits out, and devices that are level with it take turns.
 */
function striped(rule: Extract<Rule, { kind: 'stripe' }>, free: readonly number[]): number {
  let rooms = free.filter((room) => room >= 1).sort((a, b) => b - a);
  let data = 0;
  while (rooms.length >= rule.least) {
    const width = rooms.length - (rooms.length % rule.step);
    const lowest = rooms.at(-1) ?? 0;
    const level = rooms.filter((room) => room - lowest < 1).length;
    const rate = (level - (rooms.length - width)) / level;
    const above = rooms[rooms.length - level - 1];
    const untilEmpty = rate > 0 ? lowest / rate : Number.POSITIVE_INFINITY;
    const untilLevel = above === undefined || rate === 1 ? Number.POSITIVE_INFINITY : (above - lowest) / (1 - rate);
    const depth = Math.min(untilEmpty, untilLevel);
    data += (depth * (width - rule.parity)) / rule.copies;
    const places = rooms.length - level;
    rooms = rooms.map((room, place) => room - depth * (place < places ? 1 : rate)).filter((room) => room >= 1);
  }
  return data;
}
