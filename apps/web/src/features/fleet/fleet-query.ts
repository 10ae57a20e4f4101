import { FLEET_SORTS, type FleetSort, STATES, type State } from '@silt/domain';

export const FLEET_TABS = ['table', 'growers'] as const;
export type FleetTab = (typeof FLEET_TABS)[number];
/** Of `GROWER_RANGES`, those that are offered. */
export const OFFERED_GROWER_RANGES = ['7d', '30d', '90d'] as const;
export type OfferedGrowerRange = (typeof OFFERED_GROWER_RANGES)[number];

/** What the fleet page shows; all of it stands in the address. */
export interface FleetQuery {
  tab: FleetTab;
  text: string;
  /** Worst first; none = all. */
  states: readonly State[];
  /** null = all; never with groups, which are of one tag each. */
  tag: string | null;
  groupByTag: boolean;
  /**
   * Tags whose group is not as it is at first: opened where groups are folded, folded where they are open. null = the
   * group of hosts without a tag, which the address calls by an empty name.
   */
  turned: readonly (string | null)[];
  sort: { column: FleetSort; descending: boolean };
  growerRange: OfferedGrowerRange;
}

/** What becomes other in the address; a function is told what stands there at that time. */
export type QueryChange = Partial<FleetQuery> | ((now: FleetQuery) => Partial<FleetQuery>);

/** The soonest to be full first, unknown last. */
export const DEFAULT_SORT: FleetQuery['sort'] = { column: 'days-left', descending: false };
const DEFAULT_GROWER_RANGE: OfferedGrowerRange = '30d';
/** The server takes no more of a text or a tag. */
const MAX_TEXT_LENGTH = 200;
const MAX_TURNED = 50;
/** Of an address; a state may be named twice. */
const MAX_NAMED_STATES = 20;

/** What the address says; what it says wrongly is left out. */
export function readFleetQuery(parameters: URLSearchParams): FleetQuery {
  const sort = parameters.get('sort') ?? '';
  const named = (parameters.get('state') ?? '').split(',', MAX_NAMED_STATES);
  const column = FLEET_SORTS.find((name) => name === sort.replace(/^-/, ''));
  const tag = parameters.get('tag') ?? '';
  const groupByTag = parameters.get('group') === 'tag';
  return {
    tab: FLEET_TABS.find((tab) => tab === parameters.get('tab')) ?? 'table',
    text: (parameters.get('q') ?? '').slice(0, MAX_TEXT_LENGTH),
    states: STATES.filter((state) => named.includes(state)),
    tag: tag !== '' && tag.length <= MAX_TEXT_LENGTH && !groupByTag ? tag : null,
    groupByTag,
    turned: [...new Set(parameters.getAll('turned'))].slice(0, MAX_TURNED).map((name) => name || null),
    sort: column ? { column, descending: sort.startsWith('-') } : DEFAULT_SORT,
    growerRange: OFFERED_GROWER_RANGES.find((range) => range === parameters.get('range')) ?? DEFAULT_GROWER_RANGE,
  };
}

/** The address of a query, without what is as it is by default: `?q=ci&state=critical,warning`. */
export function writeFleetQuery(query: FleetQuery): string {
  const { tab, text, states, tag, groupByTag, turned, sort, growerRange } = query;
  const parts: [string, string][] = [];
  if (tab !== 'table') parts.push(['tab', tab]);
  if (text) parts.push(['q', text.slice(0, MAX_TEXT_LENGTH)]);
  if (states.length > 0) parts.push(['state', states.join(',')]);
  if (tag !== null) parts.push(['tag', tag]);
  if (groupByTag)
    parts.push(['group', 'tag'], ...turned.slice(-MAX_TURNED).map((name): [string, string] => ['turned', name ?? '']));
  if (sort.column !== DEFAULT_SORT.column || sort.descending)
    parts.push(['sort', `${sort.descending ? '-' : ''}${sort.column}`]);
  if (growerRange !== DEFAULT_GROWER_RANGE) parts.push(['range', growerRange]);
  return parts.length > 0
    ? `?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`).join('&')}`
    : '';
}

/** The hosts of a tag. */
export const tagPath = (tag: string): string => `/?tag=${encodeURIComponent(tag)}`;
