import type { GapReason } from '../../../host-event.ts';
import { COLLECTOR_PROGRAM, COLLECTOR_STATE, COLLECTOR_UNIT } from '../../collector-place.ts';
import type { RemedyStep } from '../../rule.ts';
import { expectAfter, look, precondition } from '../../steps.ts';
import { defineHealthRule, eventsOf } from '../health-rule.ts';
import { text } from './text.ts';

const WARN_DAYS = 1;

export type Gap = {
  hostName: string;
  gapCount: number;
  /** Records that will never come. */
  recordCount: number;
  /** Of the newest one. Times ISO 8601 UTC; null = not known. */
  reason: GapReason;
  firstTakenAt: string | null;
  lastTakenAt: string | null;
};

export const gap = defineHealthRule<Gap>({
  id: 'gap',
  basis: ['docs/protocol.md'],
  wasSeen: false,
  check(input) {
    const events = eventsOf(input, 'gap');
    const [newest] = events;
    if (newest === undefined) return { findings: [], cannotTell: [] };
    const { reason, firstTakenAt, lastTakenAt } = newest.detail;
    const evidence = {
      ...{ hostName: input.hostName, gapCount: events.length, reason, firstTakenAt, lastTakenAt },
      recordCount: events.reduce((sum, { detail: { from, to } }) => sum + (to - from + 1), 0),
    };
    const severity = eventsOf(input, 'gap', WARN_DAYS).length > 0 ? 'warning' : 'notice';
    return { findings: [{ subject: input.hostId, storeKey: null, severity, evidence }], cannotTell: [] };
  },
  remedy: ({ reason }) => [
    precondition(
      'What is lost stays lost: history has a hole there. This is about the next one.',
      '已丢失的无法找回，历史中会留下空缺；以下是为了避免再次发生。',
    ),
    ...LOOKS[reason],
    expectAfter(
      'No new gap comes; this finding goes away a week after the last one.',
      '不再出现新的缺口；最后一次缺口一周后，此项自动消失。',
      `${COLLECTOR_PROGRAM} status --state ${COLLECTOR_STATE}`,
    ),
  ],
  text,
  example: {
    ...{ hostName: 'ci-03', gapCount: 1, recordCount: 240, reason: 'spool-full' },
    ...{ firstTakenAt: '2026-11-20T22:10:00.000Z', lastTakenAt: '2026-11-20T22:50:00.000Z' },
  },
});

const LOG = `journalctl --unit=${COLLECTOR_UNIT} --lines=100 --no-pager`;
const LOOKS: Record<GapReason, RemedyStep[]> = {
  'spool-full': [
    look(
      LOG,
      'Why it could not send for so long: the way to the server, or the server.',
      '为什么这么久无法发送：网络，还是服务器。',
    ),
  ],
  'memory-full': [
    look(
      `df -h ${COLLECTOR_STATE} && df -i ${COLLECTOR_STATE}`,
      'The disk of its state folder took no more, while it could not send either. Make room there.',
      '状态目录所在的磁盘写不进去，同时又无法发送。请在那里腾出空间。',
    ),
  ],
  corrupt: [
    look(
      'journalctl --dmesg --priority=err --lines=100 --no-pager',
      'Errors of the disk that holds its state folder: what was written there could not be read back.',
      '查看状态目录所在磁盘的错误：写入的内容读不回来。',
    ),
  ],
  oversize: [
    look(
      `${COLLECTOR_PROGRAM} once --json | wc -c`,
      'This host has more than one record may hold (1 MiB a frame). Please report it with this size.',
      '该主机的一条记录超过了上限（每帧 1 MiB）。请带上这个大小反馈给我们。',
    ),
  ],
  'server-set-back': [
    look(
      LOG,
      'The server’s database was restored to an earlier state. What came in between is gone on the server; take a newer backup next time.',
      '服务器数据库被恢复到了更早的状态，其间的数据已不在服务器上；下次请使用更新的备份。',
    ),
  ],
};
