import { expectAfter, look, precondition } from '../../steps.ts';
import { defineHealthRule, eventsOf } from '../health-rule.ts';
import { text } from './text.ts';

/** The event comes once a day while it lasts. */
const EVENT_DAYS = 1;

export type PartitionMissing = {
  hostName: string;
  rowCount: number;
  /** ISO 8601 UTC. */
  lastAt: string;
};

export const partitionMissing = defineHealthRule<PartitionMissing>({
  id: 'partition-missing',
  basis: ['docs/architecture.md'],
  wasSeen: false,
  check(input) {
    const [newest] = eventsOf(input, 'unpartitioned', EVENT_DAYS);
    if (newest === undefined) return { findings: [], cannotTell: [] };
    const evidence = { hostName: input.hostName, rowCount: newest.detail.rows, lastAt: newest.at };
    return { findings: [{ subject: input.hostId, storeKey: null, severity: 'notice', evidence }], cannotTell: [] };
  },
  remedy: () => [
    precondition(
      'Nothing is lost: the rows are in the default partition and move by themselves. It is Silt’s worker that is to be looked at, not the host.',
      '没有丢失数据：这些行在默认分区中，会自动移走。需要检查的是 Silt 的 worker，而不是这台主机。',
    ),
    look(
      'ps -eo pid,lstart,args | grep -F -- worker',
      'On the server: the worker runs, and since when. It makes the partitions a week ahead, so it was away for days.',
      '在服务器上：worker 是否在运行、从何时开始。它会提前一周建好分区，因此它应当已停了好几天。',
    ),
    look('date -u', 'The server’s clock is right: partitions are made by it.', '服务器时钟应当正确：分区按它来建立。'),
    expectAfter(
      'The worker makes what is missing just after midnight (UTC), and a restart of Silt at once; the finding goes away a day later.',
      'worker 会在 UTC 零点过后补齐分区，重启 Silt 则立即补齐；一天后此项消失。',
    ),
  ],
  text,
  example: { hostName: 'ci-01', rowCount: 2, lastAt: '2026-11-21T02:53:16.000Z' },
});
