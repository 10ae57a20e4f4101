import { execFile } from 'node:child_process';
import { errorCode, type Problem, problemOf } from '../problem.ts';

/** A few milliseconds where all is well. */
export const DMSETUP_DEADLINE_MILLISECONDS = 2_000;
/** A pool answers with one line. */
const MAX_ANSWER_BYTES = 64 * 1024;
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

/** The first of `paths` that is there is started, with nothing but `LC_ALL=C` in its environment. */
export function dmsetupAt(paths: readonly string[]): DmsetupCall {
  return async (command, dmName) => {
    for (const path of paths) {
      const answer = await start(path, [...COMMANDS[command], dmName]);
      if (answer !== 'not there') return answer;
    }
    return { status: 'unavailable', text: `no dmsetup at ${paths.join(', ')}` };
  };
}

/** Settles when the child has ended, which one in uninterruptible sleep does not, killed or not. */
function start(path: string, args: readonly string[]): Promise<string | Problem | 'not there'> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      path,
      args,
      {
        cwd: '/',
        env: { LC_ALL: 'C' },
        timeout: DMSETUP_DEADLINE_MILLISECONDS,
        killSignal: 'SIGKILL',
        maxBuffer: MAX_ANSWER_BYTES,
        shell: false,
      },
      (error, stdout, stderr) => resolve(error === null ? stdout : problemOfRun(error, stderr)),
    );
    child.on('error', reject);
    child.unref();
  });
}

function problemOfRun(error: Error, stderr: string): Problem | 'not there' {
  const code = errorCode(error);
  if (code === 'ENOENT') return 'not there';
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return { status: 'failed', text: `dmsetup answered more than ${MAX_ANSWER_BYTES} bytes` };
  }
  if (code !== null) return problemOf('dmsetup', error);
  if (/failed: (Permission denied|Operation not permitted)/.test(stderr)) {
    return { status: 'unavailable', text: 'dmsetup needs root' };
  }
  if (/\/dev\/mapper\/control: open failed/.test(stderr)) {
    return { status: 'unavailable', text: 'dmsetup reaches no device mapper at /dev/mapper/control' };
  }
  const said = stderr.split('\n').find((line) => line.trim() !== '');
  return { status: 'failed', text: `dmsetup: ${said ?? 'ended without a word'}` };
}
