import { RESOURCE_NAMES, RESOURCES, type ResourceName, type SeriesName } from './series.ts';
import type { LayoutEntry, Reading } from './snapshot.ts';

export const WARN_FILL = 0.85;
export const CRITICAL_FILL = 0.95;

export const STATES = ['critical', 'warning', 'ok', 'unknown'] as const;
/** Worst first; unknown is no degree of the others. */
export type State = (typeof STATES)[number];

export interface ResourceFill {
  storeKey: string;
  resource: ResourceName;
  used: number;
  capacity: number;
  /** used ÷ capacity, 0 … 1 (above 1 where the host itself says so). */
  fill: number;
}

/**
 * The fill of every resource whose two series were read. A capacity of 0 gives no fill: nothing can be said of it.
 * `readings` must be as long as `layout.entries`.
 */
export function resourceFills(
  layout: { entries: readonly LayoutEntry[] },
  readings: readonly Reading[],
): ResourceFill[] {
  const places = new Map<string, Map<SeriesName, number>>();
  layout.entries.forEach((entry, place) => {
    const store = places.get(entry.storeKey) ?? new Map<SeriesName, number>();
    store.set(entry.series, place);
    places.set(entry.storeKey, store);
  });
  const read = (place: number | undefined): Reading => (place === undefined ? null : (readings[place] ?? null));
  const fills: ResourceFill[] = [];
  for (const [storeKey, series] of places) {
    for (const resource of RESOURCE_NAMES) {
      const used = read(series.get(RESOURCES[resource].used));
      const capacity = read(series.get(RESOURCES[resource].capacity));
      if (used === null || capacity === null || capacity === 0) continue;
      fills.push({ storeKey, resource, used, capacity, fill: used / capacity });
    }
  }
  return fills;
}

/** The resource nearest to its end; null when none was read. */
export function fullest(fills: readonly ResourceFill[]): ResourceFill | null {
  return fills.reduce<ResourceFill | null>(
    (best, next) => (best === null || next.fill > best.fill ? next : best),
    null,
  );
}

/** State by fill alone; null (nothing read) is unknown, never ok. */
export function stateOfFill(fill: number | null): State {
  if (fill === null) return 'unknown';
  if (fill >= CRITICAL_FILL) return 'critical';
  return fill >= WARN_FILL ? 'warning' : 'ok';
}
