import type { BlockDevice, LvmView } from '@silt/domain';
import { type CommandAnswer, type CommandCall, firstLine } from '../command.ts';
import type { HangGuard } from '../hang-guard.ts';
import { type Problem, problemOf } from '../problem.ts';
import { parseAutoextend, parseLvs, parseVgs } from './parse-lvm.ts';

/** A third of a second where all is well: LVM reads the label of every device. */
const LVM_DEADLINE_MILLISECONDS = 5_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin'];

/**
 * Fields of volumes and groups alone: those of a segment start dmeventd and ask the kernel, which stalls with a pool.
 * No locks are taken.
 */
const REPORT = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '--nolocking', '-o'];
const COMMANDS = {
  lvs: [...REPORT, 'vg_name,lv_name,lv_uuid,lv_layout,lv_size,lv_metadata_size,lv_when_full,pool_lv,origin,lv_profile'],
  vgs: [...REPORT, 'vg_name,vg_size,vg_free,vg_extent_size'],
  lvmconfig: ['--type', 'full', 'activation/thin_pool_autoextend_threshold', 'activation/thin_pool_autoextend_percent'],
} as const;

export interface LvmTools {
  guard: HangGuard;
  command: CommandCall;
  /** Tell which volumes are active. */
  devices: readonly BlockDevice[];
}

/**
 * What LVM says of its thin pools; null = it did not answer. One program after another; none after one that hangs, is not
 * there or may not ask.
 */
export async function readLvm({ guard, command, devices }: LvmTools, problems: Problem[]): Promise<LvmView | null> {
  let stopped = false;
  const ask = async <Value>(name: keyof typeof COMMANDS, parse: (text: string) => Value | string | null) => {
    if (stopped) return null;
    try {
      const call = () =>
        command({
          ...{ name, paths: FOLDERS.map((folder) => `${folder}/${name}`), args: COMMANDS[name] },
          ...{ deadlineMilliseconds: LVM_DEADLINE_MILLISECONDS, maxAnswerBytes: MAX_ANSWER_BYTES },
        });
      const answer = await guard.run('command', name, LVM_DEADLINE_MILLISECONDS, call);
      const problem = 'text' in answer ? answer : answer.code === 0 ? null : problemOfRun(name, answer);
      const value = problem === null && 'stdout' in answer ? parse(answer.stdout) : null;
      if (problem?.status === 'unavailable') stopped = true;
      if (problem !== null) problems.push(problem);
      else if (typeof value === 'string') problems.push({ status: 'failed', text: `${name}: ${value}` });
      return typeof value === 'string' ? null : value;
    } catch (error) {
      stopped = true;
      problems.push(problemOf(name, error));
      return null;
    }
  };
  const volumes = await ask('lvs', parseLvs);
  const groups = await ask('vgs', parseVgs);
  const autoextend = await ask('lvmconfig', (text) => parseAutoextend(text) ?? 'its answer has no autoextend setting');
  if (volumes === null && groups === null && autoextend === null) return null;
  const active = new Set(devices.flatMap(({ dm }) => (dm?.uuid.startsWith('LVM-') ? [dm.uuid.slice(36, 68)] : [])));
  return {
    groups: groups ?? [],
    pools: volumes?.pools ?? [],
    volumes: (volumes?.volumes ?? []).map(({ uuid, ...volume }) => ({ ...volume, isActive: active.has(uuid) })),
    autoextend,
  };
}

function problemOfRun(name: string, { stderr }: CommandAnswer): Problem {
  if (/failed: (Permission denied|Operation not permitted)|non-root user/.test(stderr)) {
    return { status: 'unavailable', text: `${name} needs root` };
  }
  return { status: 'failed', text: `${name}: ${firstLine(stderr).trim()}` };
}
