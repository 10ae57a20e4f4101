import type { FleetPage } from '@silt/domain';
import { PAGE_HOSTS, type Section } from './fleet-places.ts';
import type { FleetQuery } from './fleet-query.ts';

/** Up to so many groups, of a page of hosts, are open at first. */
const OPEN_GROUPS = 10;

/** A section for each tag, and one for the hosts without a tag. */
export function groupSections(groups: FleetPage | undefined, { turned }: Pick<FleetQuery, 'turned'>): Section[] {
  const tags = groups?.tags ?? [];
  const openAtFirst = tags.length <= OPEN_GROUPS && (groups?.total ?? 0) <= PAGE_HOSTS;
  return tags.map((group) => ({
    tag: group.tag,
    hosts: group.hosts,
    group,
    open: turned.includes(group.tag) !== openAtFirst,
  }));
}
