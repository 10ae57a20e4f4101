import type { DockerDaemon, Inventory, Layout, ProbeReport } from '@silt/domain';
import { type SimulatedHost, simulatedFleet } from '../src/index.ts';
import { ANCHOR, DAY_MILLISECONDS, View } from './views.ts';

/** Days from the anchor, rising; one of them is a few minutes past 04:00, when the NAS boxes remove snapshots. */
const MOMENTS = [-89, -60.4, -20, -7.3, -1, -0.427, 0, 1.6, 11, 40];

export interface Seen {
  host: SimulatedHost;
  name: string;
  at: Date;
  inventory: Inventory;
  layout: Layout;
  /** Of the snapshot. */
  probes: ProbeReport[];
  view: View;
}

/** Every inventory of a fleet at several moments, where the host sends. */
export function seenOf(seed: string, days: readonly number[] = MOMENTS): Seen[] {
  return simulatedFleet({ seed, anchorAt: ANCHOR }).flatMap((host) => days.flatMap((day) => seenAt(host, day) ?? []));
}

/** `day`: from the anchor. null = it does not send. */
export function seenAt(host: SimulatedHost, day: number): Seen | null {
  const at = new Date(ANCHOR.getTime() + day * DAY_MILLISECONDS);
  const [snapshot, inventory] = [host.snapshot(at), host.inventory(at)];
  if (snapshot === null || inventory === null) return null;
  const name = `${host.facts.name} at ${at.toISOString()}`;
  const { layout, probes, readings } = snapshot;
  return { host, name, at, inventory, layout, probes, view: new View(layout, readings) };
}

export const daemonsOf = ({ inventory }: Pick<Seen, 'inventory'>): DockerDaemon[] => inventory.docker?.daemons ?? [];

/** An array that must have been read. */
export function read<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('it was not read');
  return value;
}
