import { connectionOf } from '../../../connection.ts';
import type { HostEvent } from '../../../host-event.ts';
import { COLLECTOR_PROGRAM, COLLECTOR_STATE, COLLECTOR_UNIT } from '../../collector-place.ts';
import type { RemedyStep } from '../../rule.ts';
import { expectAfter, look, precondition, run } from '../../steps.ts';
import { defineFleetRule, eventsOf, type HealthInput, type SharedFinding } from '../health-rule.ts';
import { text } from './text.ts';

const ID = 'collector-silent';
/** Hosts that fell silent within this time of the first one did so for one cause. */
const TOGETHER_MILLISECONDS = 120_000;
/** Hosts that are named in a finding. */
const MAX_NAMED = 20;

/**
 * `refused`: the last event says why it is not let in. `together`: several at about one time. `all`: every host there is,
 * two or more, so that it is the way to the server or the server. `alone`: nothing is known but its silence.
 */
export const SILENCE_CAUSES = ['refused', 'together', 'all', 'alone'] as const;

export type CollectorSilent = {
  cause: (typeof SILENCE_CAUSES)[number];
  /** Of the refusal, `key-revoked`; null for other causes. */
  code: string | null;
  hostNames: string[];
  hostCount: number;
  /** When the first of them was heard last, ISO 8601 UTC. */
  lastSeenAt: string;
};

interface SilentHost {
  host: HealthInput;
  lastSeenAt: string;
  refusal: string | null;
}

export const collectorSilent = defineFleetRule<CollectorSilent>({
  id: ID,
  basis: ['docs/protocol.md'],
  wasSeen: false,
  check(hosts) {
    const silent = hosts.flatMap(silentHost).toSorted(byTime);
    const others = silent.filter(({ refusal }) => refusal === null);
    const isAll = others.length > 1 && others.length === hosts.length;
    return groupsOf(silent, isAll).flatMap(({ subject, hosts: ones }) => {
      const codes = [...new Set(ones.map(({ refusal }) => refusal))];
      return codes.map((code) => {
        const members = ones.filter(({ refusal }) => refusal === code);
        return findingOf(subject, members, isAll ? others : members, { code, isAll });
      });
    });
  },
  remedy: remedyOf,
  text,
  example: {
    ...{ cause: 'together', code: null, hostNames: ['ci-01', 'ci-02'], hostCount: 2 },
    lastSeenAt: '2026-11-21T02:53:16.000Z',
  },
});

/** Empty for a host that is heard, and for one that never was: that one waits for its first beat. */
function silentHost(host: HealthInput): SilentHost[] {
  const { lastSeenAt, beatSeconds, listeningSince, now } = host;
  if (lastSeenAt === null) return [];
  const seenAt = Date.parse(lastSeenAt);
  // Who was silent before the server began again is silent still.
  const since = host.standing.has(ID) ? seenAt : Math.max(seenAt, listeningSince);
  const status = { lastSeenAt: new Date(since), beatSeconds };
  if (connectionOf(status, new Date(now)) !== 'silent') return [];
  return [{ host, lastSeenAt, refusal: refusalAfter(host, lastSeenAt) }];
}

/** What the last word about its entry is; an enrolment after a refusal settled it. */
function refusalAfter(host: HealthInput, lastSeenAt: string): string | null {
  const told: HostEvent[] = [...eventsOf(host, 'collector-refused'), ...eventsOf(host, 'enrolled')];
  const [last] = told.filter(({ at }) => at >= lastSeenAt).toSorted((a, b) => b.eventNo - a.eventNo);
  return last?.kind === 'collector-refused' ? last.detail.code : null;
}

interface Group {
  subject: string;
  /** Sorted by time. */
  hosts: SilentHost[];
}

/**
 * One group for one cause. A host that has a finding stays in the group of that, for as long as it stands: who falls silent later, who
 * comes back and what is found out of the cause make no other finding of it.
 *
 * @param silent sorted by time.
 */
function groupsOf(silent: readonly SilentHost[], isAll: boolean): Group[] {
  const groups: Group[] = [];
  const subjectOf = ({ host }: SilentHost): string | undefined => host.standing.get(ID);
  for (const one of silent) {
    const subject = subjectOf(one);
    if (subject === undefined) continue;
    const group = groups.find((other) => other.subject === subject);
    if (group === undefined) groups.push({ subject, hosts: [one] });
    else group.hosts.push(one);
  }
  for (const one of silent.filter((host) => subjectOf(host) === undefined)) {
    const group = groups.find((other) => isOneCause(other, one, isAll));
    if (group === undefined) groups.push({ subject: newSubject(one, groups), hosts: [one] });
    else group.hosts = [...group.hosts, one].toSorted(byTime);
  }
  return groups;
}

function isOneCause({ hosts }: Group, one: SilentHost, isAll: boolean): boolean {
  if (one.refusal !== null) return hosts.some(({ refusal }) => refusal === one.refusal);
  const first = hosts.find(({ refusal }) => refusal === null);
  if (first === undefined) return false;
  return isAll || Math.abs(Date.parse(first.lastSeenAt) - Date.parse(one.lastSeenAt)) <= TOGETHER_MILLISECONDS;
}

/** By the host that it begins with, so that the same one next month is the same finding again. */
function newSubject({ host: { hostId }, lastSeenAt, refusal }: SilentHost, groups: readonly Group[]): string {
  if (refusal !== null) return `refused ${refusal}`;
  const isTaken = groups.some(({ subject }) => subject === `host ${hostId}`);
  return isTaken ? `host ${hostId} since ${lastSeenAt}` : `host ${hostId}`;
}

const byTime = (one: SilentHost, other: SilentHost): number => (one.lastSeenAt < other.lastSeenAt ? -1 : 1);

/** @param named all that have the cause; those of the group among them. */
function findingOf(
  subject: string,
  group: readonly SilentHost[],
  named: readonly SilentHost[],
  { code, isAll }: { code: string | null; isAll: boolean },
): SharedFinding<CollectorSilent> {
  const cause = code !== null ? 'refused' : isAll ? 'all' : group.length > 1 ? 'together' : 'alone';
  const hostNames = named.map(({ host }) => host.hostName).slice(0, MAX_NAMED);
  const lastSeenAt = named[0]?.lastSeenAt ?? '';
  return {
    ...{ subject, severity: 'warning', hostIds: group.map(({ host }) => host.hostId) },
    evidence: { cause, code, hostNames, hostCount: named.length, lastSeenAt },
  };
}

const STATUS = look(
  `systemctl status ${COLLECTOR_UNIT} --no-pager; journalctl --unit=${COLLECTOR_UNIT} --lines=50 --no-pager`,
  'On the host: whether it runs, and what it says of its connection.',
  '在主机上查看：采集器是否在运行，它如何描述自己的连接。',
);
const WAITING = look(
  `${COLLECTOR_PROGRAM} status --state ${COLLECTOR_STATE}`,
  'What waits to be sent. It comes in order once there is a way: nothing is lost until the spool is full.',
  '有多少内容等待发送。连接恢复后会按顺序补发；在暂存区写满之前不会丢失。',
);
const HEARD = expectAfter('The host is heard within a beat or two.', '一两个周期内即可重新收到该主机的数据。');

function remedyOf({ cause, code }: CollectorSilent): RemedyStep[] {
  if (cause === 'refused') {
    return [
      precondition(
        `The refusal is no mistake of yours: ${code} may be what somebody decided. The audit log says who.`,
        `先确认拒绝不是有人有意为之（${code}）；审计日志里有记录。`,
      ),
      STATUS,
      run(
        `systemctl restart ${COLLECTOR_UNIT}`,
        'After a new line from Settings → Add a collector was run on the host, which enrols it again and keeps its history.',
        '先在主机上重新执行 “设置 → 添加采集器” 给出的命令（重新注册并保留历史），然后重启。',
      ),
      HEARD,
    ];
  }
  if (cause === 'alone') {
    return [
      precondition('The host is up, and is meant to be.', '主机处于开机状态，且应当在线。'),
      STATUS,
      WAITING,
      run(`systemctl restart ${COLLECTOR_UNIT}`, 'If it does not run or hangs.', '如果它没有运行或已卡住。'),
      HEARD,
    ];
  }
  return [
    precondition(
      'What they share: a network, a proxy, a rack, an upgrade at that time. Begin there and not at each host.',
      '先找共同点：同一网络、代理、机架，或那个时间点的升级。不要逐台排查。',
    ),
    look(
      'ss -ltn',
      'On the server: something listens on the port of the collectors (4301, if nothing else was set).',
      '在服务器上：采集器端口（默认 4301）应处于监听状态。',
    ),
    STATUS,
    WAITING,
    HEARD,
  ];
}
