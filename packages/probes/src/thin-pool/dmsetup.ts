import { type CommandAnswer, type CommandCall, firstLine, runCommand } from '../command.ts';
import type { Problem } from '../problem.ts';

/** A few milliseconds where all is well. */
export const DMSETUP_DEADLINE_MILLISECONDS = 2_000;
/** A pool answers with one line. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Some 120 bytes a thin device. */
const MAX_THINS_ANSWER_BYTES = 1024 * 1024;
const DMSETUP_PATHS = ['/usr/sbin/dmsetup', '/sbin/dmsetup', '/usr/bin/dmsetup'];

/**
 * Everything that is ever asked. `--noflush`: without it, `status` commits the pool's metadata. `--`: a name may begin
 * with a hyphen.
 */
const COMMANDS = { status: ['status', '--noflush', '--'], table: ['table', '--'] } as const;
export type DmsetupCommand = keyof typeof COMMANDS;

/** The answer about one device, or why there is none. Does not return while the child is stuck in the kernel. */
export type DmsetupCall = (command: DmsetupCommand, dmName: string) => Promise<string | Problem>;

export const dmsetupOfHost: DmsetupCall = dmsetupAt(DMSETUP_PATHS);

/** The first of `paths` that is there is started. */
export function dmsetupAt(paths: readonly string[]): DmsetupCall {
  return async (command, dmName) => {
    const answer = await runCommand({
      ...{ name: 'dmsetup', paths, args: [...COMMANDS[command], dmName] },
      ...{ deadlineMilliseconds: DMSETUP_DEADLINE_MILLISECONDS, maxAnswerBytes: MAX_ANSWER_BYTES },
    });
    if ('text' in answer) return answer;
    return answer.code === 0 ? answer.stdout : problemOfRun(answer);
  };
}

/** Of all thin devices at once: one start however many there are, and `name: ` before each line. */
const THIN_COMMANDS = {
  status: ['status', '--noflush', '--target', 'thin'],
  table: ['table', '--target', 'thin'],
} as const;

/** Lines of every thin device, empty where there is none; or why they were not read. May not return, as DmsetupCall. */
export async function askThins(run: CommandCall, command: DmsetupCommand): Promise<string | Problem> {
  const answer = await run({
    ...{ name: 'dmsetup', paths: DMSETUP_PATHS, args: THIN_COMMANDS[command] },
    ...{ deadlineMilliseconds: DMSETUP_DEADLINE_MILLISECONDS, maxAnswerBytes: MAX_THINS_ANSWER_BYTES },
  });
  if ('text' in answer) return answer;
  if (answer.code !== 0) return problemOfRun(answer);
  // What dmsetup prints where the kernel has no device at all (dmsetup.c).
  return answer.stdout === 'No devices found\n' ? '' : answer.stdout;
}

function problemOfRun({ stderr }: CommandAnswer): Problem {
  if (/failed: (Permission denied|Operation not permitted)/.test(stderr)) {
    return { status: 'unavailable', text: 'dmsetup needs root' };
  }
  if (/\/dev\/mapper\/control: open failed/.test(stderr)) {
    return { status: 'unavailable', text: 'dmsetup reaches no device mapper at /dev/mapper/control' };
  }
  return { status: 'failed', text: `dmsetup: ${firstLine(stderr)}` };
}
