import type { HostEvent, HostEventKind } from '../../host-event.ts';
import type { Evidence, Finding, Rule, RuleAnswer } from '../rule.ts';

/** What the server knows of one host's collector. Retired hosts are not asked about. */
export interface HealthInput {
  /** Milliseconds since the epoch. */
  now: number;
  /** Public id, unique in its organisation. */
  hostId: string;
  hostName: string;
  /** ISO 8601 UTC; null = nothing came yet. */
  lastSeenAt: string | null;
  beatSeconds: number;
  /** Since then the server is there for collectors; before it, that nothing came says nothing of them. Milliseconds since the epoch. */
  listeningSince: number;
  /** The host's clock minus the server's; null = not known. */
  clockSkewMilliseconds: number | null;
  /** null = it never said. */
  collectorVersion: string | null;
  serverVersion: string;
  /** Of the last `HEALTH_EVENT_DAYS` at least and of `HEALTH_EVENT_KINDS`, in any order. */
  events: readonly HostEvent[];
  /** Subjects of findings that stand on the host, by id of the fleet rule: what stays for the same cause keeps its subject. */
  standing: ReadonlyMap<string, string>;
}

/** Kinds of events that rules of health look at. */
export const HEALTH_EVENT_KINDS: readonly HostEventKind[] = [
  ...(['gap', 'clone-refused', 'collector-refused', 'enrolled', 'unpartitioned'] as const),
];

/** How long an event is a reason for a finding. */
export const HEALTH_EVENT_DAYS = 7;
const DAY_MILLISECONDS = 86_400_000;

/** A rule over one host's status; its texts and remedies are those of any other rule. */
export type HealthRule<E extends Evidence = Evidence> = Omit<Rule<E>, 'check' | 'needsPast'> & {
  check(input: HealthInput): RuleAnswer<E>;
};

/** One finding over several hosts: to be shown at each, and told once. */
export interface SharedFinding<E extends Evidence = Evidence> extends Omit<Finding<E>, 'rule' | 'storeKey'> {
  /** Public ids. */
  hostIds: string[];
}

/** A rule over all hosts of an organisation: one finding for one cause. */
export type FleetRule<E extends Evidence = Evidence> = Omit<Rule<E>, 'check' | 'needsPast'> & {
  check(hosts: readonly HealthInput[]): SharedFinding<E>[];
};

export const defineHealthRule = <E extends Evidence>(rule: HealthRule<E>): HealthRule => rule as unknown as HealthRule;
export const defineFleetRule = <E extends Evidence>(rule: FleetRule<E>): FleetRule => rule as unknown as FleetRule;

/** Events of a kind in the last `days`, the newest first. */
export function eventsOf<Kind extends HostEventKind>(
  { events, now }: Pick<HealthInput, 'events' | 'now'>,
  kind: Kind,
  days = HEALTH_EVENT_DAYS,
): Extract<HostEvent, { kind: Kind }>[] {
  const from = now - days * DAY_MILLISECONDS;
  return events
    .filter((event): event is Extract<HostEvent, { kind: Kind }> => event.kind === kind && Date.parse(event.at) >= from)
    .toSorted((a, b) => b.eventNo - a.eventNo);
}
