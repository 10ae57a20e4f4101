import { connectionOf } from '../../../connection.ts';
import type { HostEvent } from '../../../host-event.ts';
import { COLLECTOR_PROGRAM, COLLECTOR_STATE, COLLECTOR_UNIT } from '../../collector-place.ts';
import type { RemedyStep } from '../../rule.ts';
import { expectAfter, look, precondition, run } from '../../steps.ts';
import { defineFleetRule, eventsOf, type HealthInput, type SharedFinding } from '../health-rule.ts';
import { text } from './text.ts';

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
  id: 'collector-silent',
  basis: ['docs/protocol.md'],
  wasSeen: false,
  check(hosts) {
    const silent = hosts.flatMap(silentHost).toSorted((a, b) => (a.lastSeenAt < b.lastSeenAt ? -1 : 1));
    const others = silent.filter(({ refusal }) => refusal === null);
    const codes = [...new Set(silent.flatMap(({ refusal }) => (refusal === null ? [] : [refusal])))];
    const found = codes.map((code) => {
      const ones = silent.filter(({ refusal }) => refusal === code);
      return findingOf('refused', code, `refused ${code}`, ones);
    });
    if (others.length > 1 && others.length === hosts.length) {
      return [...found, findingOf('all', null, 'all hosts', others)];
    }
    const rest = groupsByTime(others).map(({ first, hosts: ones }) =>
      ones.length > 1
        ? findingOf('together', null, `together ${first.lastSeenAt}`, ones)
        : findingOf('alone', null, `host ${first.host.hostId}`, ones),
    );
    return [...found, ...rest];
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
  const { lastSeenAt, beatSeconds, now } = host;
  if (lastSeenAt === null) return [];
  const status = { lastSeenAt: new Date(lastSeenAt), beatSeconds };
  if (connectionOf(status, new Date(now)) !== 'silent') return [];
  return [{ host, lastSeenAt, refusal: refusalAfter(host, lastSeenAt) }];
}

/** What the last word about its entry is; an enrolment after a refusal settled it. */
function refusalAfter(host: HealthInput, lastSeenAt: string): string | null {
  const told: HostEvent[] = [...eventsOf(host, 'collector-refused'), ...eventsOf(host, 'enrolled')];
  const [last] = told.filter(({ at }) => at >= lastSeenAt).toSorted((a, b) => b.eventNo - a.eventNo);
  return last?.kind === 'collector-refused' ? last.detail.code : null;
}

/** @param silent sorted by time. */
function groupsByTime(silent: readonly SilentHost[]): { first: SilentHost; hosts: SilentHost[] }[] {
  const groups: { first: SilentHost; hosts: SilentHost[] }[] = [];
  for (const one of silent) {
    const group = groups.at(-1);
    const since = group === undefined ? 0 : Date.parse(one.lastSeenAt) - Date.parse(group.first.lastSeenAt);
    if (group !== undefined && since <= TOGETHER_MILLISECONDS) group.hosts.push(one);
    else groups.push({ first: one, hosts: [one] });
  }
  return groups;
}

function findingOf(
  cause: CollectorSilent['cause'],
  code: string | null,
  subject: string,
  ones: readonly SilentHost[],
): SharedFinding<CollectorSilent> {
  const hostNames = ones.map(({ host }) => host.hostName).slice(0, MAX_NAMED);
  const lastSeenAt = ones[0]?.lastSeenAt ?? '';
  return {
    ...{ subject, severity: 'warning', hostIds: ones.map(({ host }) => host.hostId) },
    evidence: { cause, code, hostNames, hostCount: ones.length, lastSeenAt },
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
