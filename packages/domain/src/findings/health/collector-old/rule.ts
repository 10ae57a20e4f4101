import { COLLECTOR_PROGRAM, COLLECTOR_UNIT } from '../../collector-place.ts';
import { expectAfter, look, precondition, run } from '../../steps.ts';
import { defineHealthRule } from '../health-rule.ts';
import { text } from './text.ts';

export type CollectorOld = { hostName: string; collectorVersion: string; serverVersion: string };

/** Older in its major or minor number; patches read the same. */
export const collectorOld = defineHealthRule<CollectorOld>({
  id: 'collector-old',
  basis: ['docs/operations.md'],
  wasSeen: false,
  check({ hostId, hostName, collectorVersion, serverVersion }) {
    const order = collectorVersion === null ? null : compareMinor(collectorVersion, serverVersion);
    if (collectorVersion === null || order === null) {
      return { findings: [], cannotTell: [{ subject: hostId, missing: 'history' }] };
    }
    if (order >= 0) return { findings: [], cannotTell: [] };
    const evidence = { hostName, collectorVersion, serverVersion };
    return { findings: [{ subject: hostId, storeKey: null, severity: 'notice', evidence }], cannotTell: [] };
  },
  remedy: () => [
    precondition(
      'Settings → Add a collector gives a line for this host. It keeps the host’s identity and history.',
      '“设置 → 添加采集器” 会给出用于该主机的命令，主机身份和历史都会保留。',
    ),
    look(`${COLLECTOR_PROGRAM} --version`, 'On the host: the version that is installed.', '在主机上查看已安装的版本。'),
    run(
      `systemctl restart ${COLLECTOR_UNIT}`,
      'After the line was run. A container is made anew from the new image instead.',
      '执行上述命令后重启。若为容器，请用新镜像重建。',
    ),
    expectAfter('The server shows its own version for the host.', '服务器显示该主机的版本与自己一致。'),
  ],
  text,
  example: { hostName: 'ci-07', collectorVersion: '0.1.0', serverVersion: '0.2.0' },
});

/** Negative: `one` is older. null = one of them is no version. */
function compareMinor(one: string, other: string): number | null {
  const [a, b] = [one, other].map((version) => /^v?(\d{1,6})\.(\d{1,6})\.\d{1,6}(?:[-+]|$)/.exec(version));
  if (a == null || b == null) return null;
  return Number(a[1]) - Number(b[1]) || Number(a[2]) - Number(b[2]);
}
