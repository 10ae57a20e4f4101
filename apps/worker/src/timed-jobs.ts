import type { JobContext } from './scheduled-jobs.ts';

/** What is done every few seconds: cron knows whole minutes only, and a new host should not wait that long. */
export interface TimedJob {
  queue: string;
  intervalMilliseconds: number;
  /** A worker that was killed holds its job no longer than this. */
  expireInSeconds: number;
  work(): Promise<void>;
}

const DERIVE_INTERVAL_MILLISECONDS = 20_000;
const DERIVE_EXPIRE_SECONDS = 120;
const JUDGE_INTERVAL_MILLISECONDS = 10_000;
const JUDGE_EXPIRE_SECONDS = 300;

export function timedJobs({ services, logger, signal }: JobContext): TimedJob[] {
  const derive = async (): Promise<void> => {
    const hosts = await services.deriveHostStatuses(signal);
    if (hosts > 0) logger.info({ hosts }, 'derived the status of hosts');
  };
  const judge = async (): Promise<void> => {
    const { hosts, faults, ended, failures } = await services.judgeHosts(signal);
    if (hosts > 0) logger.info({ hosts }, 'judged hosts');
    for (const fault of faults) logger.error(fault, 'a rule failed on hosts; its findings stay as they are');
    for (const one of ended) logger.warn(one, 'findings of a rule that there is no more have ended');
    for (const { hostId, error } of failures) logger.error({ err: error, hostId }, 'a host could not be judged');
  };
  return [
    {
      queue: 'derive-host-status',
      intervalMilliseconds: DERIVE_INTERVAL_MILLISECONDS,
      expireInSeconds: DERIVE_EXPIRE_SECONDS,
      work: derive,
    },
    {
      queue: 'judge-hosts',
      intervalMilliseconds: JUDGE_INTERVAL_MILLISECONDS,
      expireInSeconds: JUDGE_EXPIRE_SECONDS,
      work: judge,
    },
  ];
}
