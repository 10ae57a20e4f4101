import type { ProbeReport } from '../../snapshot.ts';
import { COLLECTOR_PROGRAM, COLLECTOR_UNIT as UNIT } from '../collector-place.ts';
import { defineRule, type MissingFact, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellQuote } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { CONTAINER_WORDS, RIGHTS } from './rights.ts';
import { text } from './text.ts';

export type ProbeBlind = {
  probe: string;
  status: 'failed' | 'unavailable';
  /** Of its report; null = it gave none. */
  reason: string | null;
  missing: MissingFact;
  /** null = no right is known to help. */
  capability: string | null;
};

/** It is itself what says that others cannot tell, so that it always can. */
export const probeBlind = defineRule<ProbeBlind>({
  id: 'probe-blind',
  needsPast: false,
  basis: ['docs/collector.md', 'capabilities(7)'],
  wasSeen: true,
  check({ snapshot, inventory }) {
    const answer: RuleAnswer<ProbeBlind> = { findings: [], cannotTell: [] };
    // A snapshot has what the slow beat before it said; of a host's first beat, the inventory alone has it.
    const reports = new Map<string, ProbeReport>();
    for (const one of [...(inventory?.probes ?? []), ...snapshot.probes]) reports.set(one.probe, one);
    for (const { probe, status, reason } of reports.values()) {
      if (status === 'ok') continue;
      const rights = RIGHTS.get(probe);
      const isUnavailable = status === 'unavailable';
      const evidence = {
        ...{ probe, status, reason, missing: (isUnavailable ? rights?.missing : undefined) ?? 'probe-failed' },
        capability: (isUnavailable ? rights?.capability : undefined) ?? null,
      };
      const severity = isUnavailable ? 'notice' : 'warning';
      answer.findings.push({ subject: probe, storeKey: null, severity, evidence });
    }
    return answer;
  },
  remedy: ({ probe, capability, missing }): RemedyStep[] => [
    precondition(
      'What it cannot read is there: a host without thin pools needs no right for them.',
      '确认主机上确实有它读不到的东西：没有 thin pool 的主机不需要相应权限。',
    ),
    look(
      `${COLLECTOR_PROGRAM} once | grep -F -- ${shellQuote(probe)}`,
      'The same reason comes again, with your own rights: as root it shows whether a right is what is missing.',
      '以你自己的权限再读一次，原因应当相同；用 root 运行可以看出缺的是否是权限。',
    ),
    look(
      `systemctl show ${UNIT} --property=User,CapabilityBoundingSet && journalctl --unit=${UNIT} --lines=50 --no-pager`,
      'Which rights the collector has, and what it wrote last.',
      '查看采集器拥有的权限以及最近的日志。',
    ),
    ...(capability === null ? [] : grant(capability, missing)),
    expectAfter(`The line of ${probe} says ok.`, `${probe} 一行显示 ok。`, `${COLLECTOR_PROGRAM} once`),
  ],
  text,
  // fixtures/thin-pool/dm-thin-vm/B02-three-running, read by a user who is not root.
  example: {
    ...{ probe: 'thin-pools', status: 'unavailable', reason: 'docker-0:33-25-pool: dmsetup needs root.' },
    ...{ missing: 'administrator', capability: 'CAP_SYS_ADMIN' },
  },
});

const grant = (capability: string, missing: MissingFact): RemedyStep[] => [
  edit(
    `[Service]\nCapabilityBoundingSet=${capability}`,
    `/etc/systemd/system/${UNIT}.d/rights.conf. It adds to the rights that the unit has.`,
    `/etc/systemd/system/${UNIT}.d/rights.conf：在单元已有权限之上追加。`,
  ),
  run(
    `systemctl daemon-reload && systemctl restart ${UNIT}`,
    'Nothing is lost: what was not sent waits on disk.',
    '不会丢失数据：尚未发送的内容保存在磁盘上。',
  ),
  edit(
    [`--cap-add ${capability.replace(/^CAP_/, '')}`, ...(CONTAINER_WORDS[missing] ?? [])].join(' '),
    'Of a collector in a container instead: what its docker run has to have besides. In a pod the same under securityContext.',
    '若采集器运行在容器中：docker run 需要补充的参数。在 Pod 中则写入 securityContext。',
  ),
];
