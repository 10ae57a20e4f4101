import { COLLECTOR_STATE, COLLECTOR_UNIT } from '../../collector-place.ts';
import { shellQuote } from '../../shell-quote.ts';
import { expectAfter, look, precondition, run } from '../../steps.ts';
import { defineHealthRule, eventsOf } from '../health-rule.ts';
import { text } from './text.ts';

/** A clone that still runs is refused again within a minute; one that was refused yesterday may be gone. */
const CLONE_DAYS = 1;

export type ClonedHost = {
  hostName: string;
  /** Where the second one connects from; null = not known. */
  address: string | null;
  refusedCount: number;
  /** ISO 8601 UTC. */
  lastRefusedAt: string;
};

export const clonedHost = defineHealthRule<ClonedHost>({
  id: 'cloned-host',
  basis: ['docs/protocol.md', 'machine-id(5)', 'systemd-machine-id-setup(1)'],
  wasSeen: false,
  check(input) {
    const events = eventsOf(input, 'clone-refused', CLONE_DAYS);
    const [newest] = events;
    if (newest === undefined) return { findings: [], cannotTell: [] };
    const evidence = {
      ...{ hostName: input.hostName, address: newest.detail.address, lastRefusedAt: newest.at },
      refusedCount: events.reduce((sum, { detail }) => sum + detail.count, 0),
    };
    return { findings: [{ subject: input.hostId, storeKey: null, severity: 'warning', evidence }], cannotTell: [] };
  },
  remedy: ({ address }) => [
    precondition(
      'You are on the clone and not on the original: compare the machine ids and the addresses of both.',
      '确认你在克隆机上，而不是原机：比较两台机器的 machine-id 和地址。',
      'cat /etc/machine-id; hostname; ip -brief address',
    ),
    ...(address === null
      ? []
      : [
          look(
            `ip -brief address | grep -F -- ${shellQuote(address)}`,
            'The address that was refused is one of this machine. Behind NAT it may be the router’s.',
            '被拒绝的地址属于这台机器；若经过 NAT，可能是路由器的地址。',
          ),
        ]),
    run(
      `systemctl stop ${COLLECTOR_UNIT}`,
      'On the clone. Then nobody sends in the original’s name.',
      '在克隆机上执行，之后不再有人冒用原机的身份。',
    ),
    run(
      `mv ${COLLECTOR_STATE} ${COLLECTOR_STATE}.of-the-original && mkdir -m 0700 ${COLLECTOR_STATE}`,
      'Puts the original’s key and spool aside; nothing is deleted.',
      '把原机的密钥和暂存区移到一边，不删除任何东西。',
    ),
    run(
      'mv /etc/machine-id /etc/machine-id.of-the-original && systemd-machine-id-setup',
      'The clone gets an id of its own. Restart it afterwards: other programs keep the old one until then.',
      '为克隆机生成自己的 machine-id。之后请重启：在此之前其他程序仍使用旧值。',
    ),
    expectAfter(
      'After a new line from Settings → Add a collector was run on the clone, both hosts are there, each with its own beats.',
      '在克隆机上执行 “设置 → 添加采集器” 给出的新命令后，两台主机都会出现，数据各自独立。',
    ),
  ],
  text,
  example: {
    ...{ hostName: 'ci-01', address: '10.0.0.17', refusedCount: 3 },
    lastRefusedAt: '2026-11-21T02:53:16.000Z',
  },
});
