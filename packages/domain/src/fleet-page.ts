import type { State } from './fill.ts';
import type { DaysLeft } from './forecast/forecast.ts';
import type { FleetRow } from './views.ts';

/** `days-left` is the order of the fleet: the soonest date first, hosts whose state is unknown last. */
export const FLEET_SORTS = ['days-left', 'fill', 'name', 'growth', 'last-seen', 'coverage', 'state'] as const;
export type FleetSort = (typeof FLEET_SORTS)[number];

/** Hosts of one page. */
export const MAX_FLEET_PAGE = 200;
/** Hosts before the page. */
export const MAX_FLEET_OFFSET = 1_000_000;
/** Tags that are counted, those with most hosts first. */
export const MAX_TAG_GROUPS = 200;

/** Growth of a fleet is told over one of these; the exact history of a day is no more than what its hosts show. */
export const GROWER_RANGES = { '7d': 7, '30d': 30, '90d': 90, '365d': 365 } as const;
/** Days a range. */
export type GrowerRange = keyof typeof GROWER_RANGES;
export const MAX_GROWERS = 200;

/** A part of the hosts that are not retired. */
export interface FleetPage {
  hosts: FleetRow[];
  /** Hosts that match, on this page or not. */
  total: number;
  /** Of the hosts that match text and tag, whichever states were asked for. */
  counts: Record<State, number>;
  /** Of the hosts that match; a host counts at each of its tags. null = not asked for. */
  tags: TagCount[] | null;
}

export interface TagCount {
  /** null = hosts without a tag. */
  tag: string | null;
  hosts: number;
  counts: Record<State, number>;
  /** Of the host that is to be full first; null = none of them has a date that counts. */
  soonest: DaysLeft | null;
}
