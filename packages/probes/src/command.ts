import { execFile } from 'node:child_process';
import { errorCode, type Problem, problemOf } from './problem.ts';

export interface CommandRequest {
  /** What problems call it. */
  name: string;
  /** Absolute; the first that is there is started. */
  paths: readonly string[];
  /** Fixed but for names of this host, which stand after `--` where the program knows it. */
  args: readonly string[];
  deadlineMilliseconds: number;
  maxAnswerBytes: number;
}

/** A child that ended by itself. */
export interface CommandAnswer {
  /** null = a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts a program without a shell and with nothing but `LC_ALL=C` in its environment. */
export type CommandCall = (request: CommandRequest) => Promise<CommandAnswer | Problem>;

/** Settles when the child has ended, which one in uninterruptible sleep does not, killed or not: run it by HangGuard. */
export const runCommand: CommandCall = async (request) => {
  for (const path of request.paths) {
    const answer = await start(path, request);
    if (answer !== 'not there') return answer;
  }
  return { status: 'unavailable', text: `no ${request.name} at ${request.paths.join(', ')}` };
};

/** The first line that says something; `ended without a word` if none does. */
export function firstLine(stderr: string): string {
  return stderr.split('\n').find((line) => line.trim() !== '') ?? 'ended without a word';
}

function start(path: string, request: CommandRequest): Promise<CommandAnswer | Problem | 'not there'> {
  const { name, args, deadlineMilliseconds, maxAnswerBytes } = request;
  return new Promise((resolve, reject) => {
    const options = {
      cwd: '/',
      env: { LC_ALL: 'C' },
      timeout: deadlineMilliseconds,
      killSignal: 'SIGKILL',
      maxBuffer: maxAnswerBytes,
      shell: false,
    } as const;
    const child = execFile(path, args, options, (error, stdout, stderr) => {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') resolve('not there');
      else if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
        resolve({ status: 'failed', text: `${name} answered more than ${maxAnswerBytes} bytes` });
      } else if (code !== null) resolve(problemOf(name, error));
      else resolve({ code: child.exitCode, stdout, stderr });
    });
    child.on('error', reject);
    child.unref();
  });
}
