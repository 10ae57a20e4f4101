import type { ProbeReport } from '../../snapshot.ts';
import { COLLECTOR_PROGRAM, COLLECTOR_UNIT as UNIT } from '../collector-place.ts';
import { firstWithin } from '../evidence-size.ts';
import { defineRule, type MissingFact, type RemedyStep } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { edit, expectAfter, look, precondition, run } from '../steps.ts';
import { CONTAINER_WORDS, RIGHTS } from './rights.ts';
import { text } from './text.ts';

/** There is one for a host. */
const SUBJECT = 'probes';
/** More than there are; the bound in bytes is below `MAX_EVIDENCE_BYTES`. */
const MAX_PROBES = 64;
const MAX_PROBES_BYTES = 57_344;

export type BlindProbe = {
  probe: string;
  status: 'failed' | 'unavailable';
  /** Of its report; null = it gave none. */
  reason: string | null;
  missing: MissingFact;
  /** null = no right is known to help. */
  capability: string | null;
};

export type ProbeBlind = {
  failedCount: number;
  unavailableCount: number;
  /** Those that fail first, then by name. */
  probes: BlindProbe[];
  leftOutCount: number;
};

/** It is itself what says that others cannot tell, so that it always can. */
export const probeBlind = defineRule<ProbeBlind>({
  id: 'probe-blind',
  needsPast: false,
  basis: ['docs/collector.md', 'capabilities(7)'],
  wasSeen: true,
  check({ snapshot, inventory }) {
    // A snapshot has what the slow beat before it said; of a host's first beat, the inventory alone has it.
    const reports = new Map<string, ProbeReport>();
    for (const one of [...(inventory?.probes ?? []), ...snapshot.probes]) reports.set(one.probe, one);
    const blind = [...reports.values()].flatMap((one) => blindOf(one) ?? []).toSorted(failedFirst);
    if (blind.length === 0) return { findings: [], cannotTell: [] };
    const { shown, leftOutCount } = firstWithin(blind, { most: MAX_PROBES, maxBytes: MAX_PROBES_BYTES });
    const failedCount = blind.filter(({ status }) => status === 'failed').length;
    const evidence = { failedCount, unavailableCount: blind.length - failedCount, probes: shown, leftOutCount };
    const severity = failedCount > 0 ? 'warning' : 'notice';
    return { findings: [{ subject: SUBJECT, storeKey: null, severity, evidence }], cannotTell: [] };
  },
  remedy: ({ probes }): RemedyStep[] => [
    precondition(
      'What they cannot read is there: a host without thin pools needs no right for them.',
      '确认主机上确实有它们读不到的东西：没有 thin pool 的主机不需要相应权限。',
    ),
    look(
      `${COLLECTOR_PROGRAM} once | ${shellLine('grep', '-F', ...probes.flatMap(({ probe }) => ['-e', probe]))}`,
      'The same reasons come again, with your own rights: as root it shows whether a right is what is missing.',
      '以你自己的权限再读一次，原因应当相同；用 root 运行可以看出缺的是否是权限。',
    ),
    look(
      `systemctl show ${UNIT} --property=User,CapabilityBoundingSet && journalctl --unit=${UNIT} --lines=50 --no-pager`,
      'Which rights the collector has, and what it wrote last.',
      '查看采集器拥有的权限以及最近的日志。',
    ),
    ...grantOf(probes),
    expectAfter('Each of these probes says ok.', '这些探针各自显示 ok。', `${COLLECTOR_PROGRAM} once`),
  ],
  text,
  // fixtures/thin-pool/dm-thin-vm/B02-three-running, read by a user who is not root.
  example: {
    ...{ failedCount: 0, unavailableCount: 1, leftOutCount: 0 },
    probes: [
      {
        ...{ probe: 'thin-pools', status: 'unavailable', reason: 'docker-0:33-25-pool: dmsetup needs root.' },
        ...{ missing: 'administrator', capability: 'CAP_SYS_ADMIN' },
      },
    ],
  },
});

/** null = it reads what there is. */
function blindOf({ probe, status, reason }: ProbeReport): BlindProbe | null {
  if (status === 'ok') return null;
  const rights = status === 'unavailable' ? RIGHTS.get(probe) : undefined;
  return { probe, status, reason, missing: rights?.missing ?? 'probe-failed', capability: rights?.capability ?? null };
}

function failedFirst(a: BlindProbe, b: BlindProbe): number {
  if (a.status !== b.status) return a.status === 'failed' ? -1 : 1;
  return a.probe < b.probe ? -1 : 1;
}

/** All the rights that they take, in one change. */
function grantOf(probes: readonly BlindProbe[]): RemedyStep[] {
  const helped = probes.filter(({ capability }) => capability !== null);
  const capabilities = [...new Set(helped.flatMap(({ capability }) => capability ?? []))].sort();
  if (capabilities.length === 0) return [];
  const words = [
    ...capabilities.map((one) => `--cap-add ${one.replace(/^CAP_/, '')}`),
    ...new Set(helped.flatMap(({ missing }) => CONTAINER_WORDS[missing] ?? [])),
  ];
  return [
    edit(
      `[Service]\nCapabilityBoundingSet=${capabilities.join(' ')}`,
      `/etc/systemd/system/${UNIT}.d/rights.conf. It adds to the rights that the unit has.`,
      `/etc/systemd/system/${UNIT}.d/rights.conf：在单元已有权限之上追加。`,
    ),
    run(
      `systemctl daemon-reload && systemctl restart ${UNIT}`,
      'Nothing is lost: what was not sent waits on disk.',
      '不会丢失数据：尚未发送的内容保存在磁盘上。',
    ),
    edit(
      words.join(' '),
      'Of a collector in a container instead: what its docker run has to have besides. In a pod the same under securityContext.',
      '若采集器运行在容器中：docker run 需要补充的参数。在 Pod 中则写入 securityContext。',
    ),
  ];
}
