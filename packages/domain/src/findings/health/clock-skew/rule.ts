import { MAX_AHEAD_MILLISECONDS } from '../../../corrected-time.ts';
import { MAX_SKEW_MILLISECONDS } from '../../../host-event.ts';
import { expectAfter, look, precondition, run } from '../../steps.ts';
import { defineHealthRule } from '../health-rule.ts';
import { text } from './text.ts';

export type ClockSkew = {
  hostName: string;
  /** The host's clock minus the server's. */
  skewMilliseconds: number;
};

export const clockSkew = defineHealthRule<ClockSkew>({
  id: 'clock-skew',
  basis: ['docs/protocol.md', 'timedatectl(1)'],
  wasSeen: false,
  check({ hostId, hostName, clockSkewMilliseconds }) {
    if (clockSkewMilliseconds === null) {
      return { findings: [], cannotTell: [{ subject: hostId, missing: 'history' }] };
    }
    const off = Math.abs(clockSkewMilliseconds);
    if (off <= MAX_SKEW_MILLISECONDS) return { findings: [], cannotTell: [] };
    const evidence = { hostName, skewMilliseconds: clockSkewMilliseconds };
    const severity = off > MAX_AHEAD_MILLISECONDS ? 'warning' : 'notice';
    return { findings: [{ subject: hostId, storeKey: null, severity, evidence }], cannotTell: [] };
  },
  remedy: () => [
    precondition(
      'The server’s own clock is right: if many hosts are off by the same, it is the server’s.',
      '先确认服务器自己的时钟正确：若许多主机偏差相同，问题在服务器。',
      'timedatectl status',
    ),
    look(
      'timedatectl status',
      'On the host: "System clock synchronized" and "NTP service" say whether anything keeps it right.',
      '在主机上：“System clock synchronized” 和 “NTP service” 表明时钟是否有人校准。',
    ),
    run(
      'timedatectl set-ntp true',
      'Lets the host’s own time service keep it. In a virtual machine look at its host’s clock too.',
      '启用主机自带的时间同步服务。虚拟机还应检查宿主机的时钟。',
    ),
    expectAfter(
      '"System clock synchronized: yes"; the server tells at the next connection that the clock is right.',
      '显示 “System clock synchronized: yes”；下次连接时服务器会记录时钟已恢复。',
      'timedatectl status',
    ),
  ],
  text,
  example: { hostName: 'nas-02', skewMilliseconds: -372_000 },
});
