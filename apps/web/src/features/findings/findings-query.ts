import { FINDING_GROUPINGS, FINDING_LISTS, type FindingGrouping, type FindingListName } from '@silt/domain';
import type { Severity } from '@silt/domain/findings';
import { type FindingAddress, readFindingAddress, writeFindingAddress } from '../../shared/findings/finding-path.ts';
import { SEVERITY_ORDER } from '../../shared/findings/severity-order.ts';

/** What the page of findings shows; all of it stands in the address. */
export interface FindingsPageQuery {
  list: FindingListName;
  by: FindingGrouping;
  text: string;
  /** Worst first; none = all. */
  severities: readonly Severity[];
  /** null = any. */
  rule: string | null;
  hostId: string | null;
  /** Of that host; null = any. */
  storeKey: string | null;
  /** Keys of the groups that are open; null = as it is at first. */
  open: readonly string[] | null;
  /** The one whose detail is shown. */
  finding: FindingAddress | null;
}

/** What becomes other in the address; a function is told what stands there at that time. */
export type QueryChange = Partial<FindingsPageQuery> | ((now: FindingsPageQuery) => Partial<FindingsPageQuery>);

/** The server takes no more of a text, a rule's id, a store's key. */
const MAX_TEXT_LENGTH = 200;
const MAX_RULE_LENGTH = 100;
const MAX_STORE_KEY_LENGTH = 4_096;
const MAX_OPEN = 50;
const MAX_NAMED_SEVERITIES = 20;
const HOST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What narrows the list, as it is without any. */
export const NO_FILTER = {
  ...{ text: '', severities: [], rule: null, hostId: null, storeKey: null },
} as const satisfies Partial<FindingsPageQuery>;

export const isFiltered = ({ text, severities, rule, hostId, storeKey }: FindingsPageQuery): boolean =>
  text.trim() !== '' || severities.length > 0 || rule !== null || hostId !== null || storeKey !== null;

const shortText = (text: string | null, max: number): string | null =>
  text !== null && text !== '' && text.length <= max ? text : null;

/** What the address says; what it says wrongly is left out. */
export function readFindingsQuery(parameters: URLSearchParams): FindingsPageQuery {
  const named = (parameters.get('severity') ?? '').split(',', MAX_NAMED_SEVERITIES);
  const hostId = parameters.get('host');
  const host = hostId !== null && HOST_ID.test(hostId) ? hostId : null;
  return {
    list: FINDING_LISTS.find((name) => name === parameters.get('list')) ?? 'standing',
    by: FINDING_GROUPINGS.find((name) => name === parameters.get('by')) ?? 'rule',
    text: (parameters.get('q') ?? '').slice(0, MAX_TEXT_LENGTH),
    severities: SEVERITY_ORDER.filter((severity) => named.includes(severity)),
    rule: shortText(parameters.get('rule'), MAX_RULE_LENGTH),
    hostId: host,
    storeKey: host === null ? null : shortText(parameters.get('store'), MAX_STORE_KEY_LENGTH),
    open: parameters.has('open')
      ? [...new Set(parameters.getAll('open'))].filter((key) => key !== '').slice(0, MAX_OPEN)
      : null,
    finding: readFindingAddress(parameters.get('finding')),
  };
}

/** The address of a query, without what is as it is by default: `?by=host&severity=critical,warning`. */
export function writeFindingsQuery(query: FindingsPageQuery): string {
  const { list, by, text, severities, rule, hostId, storeKey, open, finding } = query;
  const parts: [string, string][] = [];
  if (list !== 'standing') parts.push(['list', list]);
  if (by !== 'rule') parts.push(['by', by]);
  if (text) parts.push(['q', text.slice(0, MAX_TEXT_LENGTH)]);
  if (severities.length > 0) parts.push(['severity', severities.join(',')]);
  if (rule !== null) parts.push(['rule', rule]);
  if (hostId !== null) parts.push(['host', hostId]);
  if (storeKey !== null) parts.push(['store', storeKey]);
  if (open !== null)
    parts.push(...(open.length > 0 ? open.slice(-MAX_OPEN) : ['']).map((key): [string, string] => ['open', key]));
  if (finding !== null) parts.push(['finding', writeFindingAddress(finding)]);
  return parts.length > 0
    ? `?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%2C/g, ',').replace(/%2F/g, '/')}`).join('&')}`
    : '';
}
