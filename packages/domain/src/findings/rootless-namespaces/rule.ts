import { daemonName, storeKeyOf } from '../docker-client.ts';
import { defineRule, type RuleAnswer } from '../rule.ts';
import { edit, expectAfter, look, run } from '../steps.ts';
import { text } from './text.ts';

/** What Docker's documentation of rootless mode tells to set. */
const RECOMMENDED = 28_633;
/** The daemon takes one, and builds and containers may take one each; fewer than this are soon gone. Our own choice. */
const FEW = 100;

export type FewNamespaces = {
  daemon: string;
  maxUserNamespaces: number;
  recommended: number;
};

export const rootlessNamespaces = defineRule<FewNamespaces>({
  id: 'rootless-namespaces',
  needsPast: false,
  basis: ['docs.docker.com/engine/security/rootless', 'user_namespaces(7)'],
  wasSeen: false,
  check({ inventory, snapshot }) {
    const answer: RuleAnswer<FewNamespaces> = { findings: [], cannotTell: [] };
    if (inventory?.docker == null) return { ...answer, cannotTell: [{ subject: null, missing: 'docker-socket' }] };
    const { maxUserNamespaces } = inventory;
    for (const daemon of inventory.docker.daemons) {
      if (daemon.rootless === false) continue;
      if (maxUserNamespaces !== null && maxUserNamespaces >= FEW) continue;
      if (daemon.rootless === null || maxUserNamespaces === null) {
        const missing = daemon.rootless === null ? 'docker-socket' : 'probe-failed';
        answer.cannotTell.push({ subject: daemon.key, missing });
        continue;
      }
      const evidence = { daemon: daemonName(daemon), maxUserNamespaces, recommended: RECOMMENDED };
      const storeKey = storeKeyOf(snapshot, daemon);
      answer.findings.push({ subject: daemon.key, storeKey, severity: 'warning', evidence });
    }
    return answer;
  },
  remedy: ({ recommended }) => [
    look('sysctl user.max_user_namespaces', 'Prints the small number.', '输出这个过小的数值。'),
    edit(
      `user.max_user_namespaces = ${recommended}\n`,
      'In /etc/sysctl.d/99-rootless.conf. If another file there says less, take that line out: whoever hardened the host may have put it there.',
      '写入 /etc/sysctl.d/99-rootless.conf。若其中其他文件设置了更小的值，请去掉该行：可能是安全加固时设置的，请先确认。',
    ),
    run('sysctl --system', 'Reads all of these files; nothing restarts.', '重新读取所有这些文件，不会重启任何服务。'),
    expectAfter(
      'Prints "ok" as the user of the daemon: a user namespace can be made.',
      '以守护进程的用户运行时输出 “ok”：可以创建用户命名空间。',
      'unshare --user echo ok',
    ),
  ],
  text,
  // fixtures incident2-overlay-leak with rootless and user.max_user_namespaces edited, as of a hardened RHEL 7.
  example: { daemon: '/srv/lab/run/e/docker.sock', maxUserNamespaces: 0, recommended: RECOMMENDED },
});
