import type { TagCount } from '@silt/domain';

/** Hosts that are read at once. A list of so many places is in the page as a whole. */
export const PAGE_HOSTS = 100;
/** Rows beyond those in the page whose hosts are read as well, so that scrolling meets them there. */
const ROWS_AHEAD = 40;

/** Hosts in a row that come from pages of one question to the server. */
export interface Section {
  /** What is asked for; null = hosts without a tag where there are groups, else those of any tag. */
  tag: string | null;
  hosts: number;
  /** The row that stands above them; null = none. */
  group: TagCount | null;
  /** Whether the hosts are shown. */
  open: boolean;
}

/** A place of the list. `offset` counts hosts of the section. */
export type Place =
  | { kind: 'group'; group: TagCount; open: boolean }
  | { kind: 'host'; tag: string | null; offset: number };

export interface FleetPlaces {
  length: number;
  /** null = there is no such place. */
  at(index: number): Place | null;
  /** Index of the first host of each tag that is open. */
  firstOf(tag: string | null): number | null;
  /** Index of a group's row. */
  groupIndex(tag: string | null): number;
}

export interface PageOfTag {
  tag: string | null;
  page: number;
}

/** Sections one below the other, as one list. */
export function fleetPlaces(sections: readonly Section[]): FleetPlaces {
  const starts: number[] = [];
  let length = 0;
  for (const { group, open, hosts } of sections) {
    starts.push(length);
    length += (group ? 1 : 0) + (open ? hosts : 0);
  }
  return {
    length,
    at(index) {
      if (index < 0 || index >= length) return null;
      const at = starts.findLastIndex((start) => start <= index);
      const section = sections[at];
      if (!section) return null;
      const within = index - (starts[at] ?? 0) - (section.group ? 1 : 0);
      if (section.group && within < 0) return { kind: 'group', group: section.group, open: section.open };
      return { kind: 'host', tag: section.tag, offset: within };
    },
    firstOf(tag) {
      const at = sections.findIndex((section) => section.tag === tag && section.open);
      return at < 0 ? null : (starts[at] ?? 0) + (sections[at]?.group ? 1 : 0);
    },
    groupIndex: (tag) => starts[sections.findIndex(({ group }) => group !== null && group.tag === tag)] ?? -1,
  };
}

/** The pages that hold the hosts of these places; a range beyond the end is read as the end. */
export function wantedPages(places: FleetPlaces, { first, last }: { first: number; last: number }): PageOfTag[] {
  const end = Math.min(last + ROWS_AHEAD, places.length - 1);
  const wanted = new Map<string, PageOfTag>();
  for (let index = Math.max(0, Math.min(first - ROWS_AHEAD, end - ROWS_AHEAD)); index <= end; index++) {
    const place = places.at(index);
    if (place?.kind !== 'host') continue;
    const page = Math.floor(place.offset / PAGE_HOSTS);
    wanted.set(JSON.stringify([page, place.tag]), { tag: place.tag, page });
  }
  return [...wanted.values()];
}
