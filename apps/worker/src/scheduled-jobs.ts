import type { Logger } from '@silt/runtime';
import type { WorkerServices } from '@silt/services';
import { VERSION } from './version.ts';

/** What is done again and again. */
export interface ScheduledJob {
  queue: string;
  /** UTC. */
  cron: string;
  /** Whether it is done at the start too. */
  atStart: boolean;
  /** A worker that was killed holds its job no longer than this. */
  expireInSeconds?: number;
  work(): Promise<void>;
}

/** Just after midnight UTC: the day that came into reach gets its partition. */
const PARTITIONS_CRON = '5 0 * * *';
/** Rules count in hours; a minute is soon enough. */
const RETIRE_CRON = '* * * * *';
/** A day is closed once a day; what comes late for one is seen within the hour. */
const ROLL_UP_CRON = '20 * * * *';
const EXPIRE_CRON = '40 3 * * *';
/** Each host once an hour; one that fills within hours is seen within a minute or two. */
const FORECAST_CRON = '* * * * *';
const SCORE_CRON = '50 * * * *';
/** A host is silent after some beats; a minute more is soon enough. */
const HEALTH_CRON = '* * * * *';

/** The first days after a long outage are many; a job that is given out twice meanwhile harms nothing. */
const HISTORY_EXPIRE_SECONDS = 4 * 3_600;
/** A run does so many hosts at the most as take it a minute. */
const FORECAST_EXPIRE_SECONDS = 600;
const HEALTH_EXPIRE_SECONDS = 300;

export interface JobContext {
  services: WorkerServices;
  logger: Logger;
  /** Ends a running job early. */
  signal: AbortSignal;
}

export const scheduledJobs = (context: JobContext): ScheduledJob[] => [
  ...fleetJobs(context),
  ...historyJobs(context),
  ...forecastJobs(context),
  healthJob(context),
];

function fleetJobs({ services, logger }: JobContext): ScheduledJob[] {
  const partitions = async (): Promise<void> => {
    logger.info({ made: await services.ensurePartitions() }, 'partitions are there');
  };
  const retire = async (): Promise<void> => {
    const hosts = await services.retireSilentHosts();
    if (hosts > 0) logger.info({ hosts }, 'retired hosts that were silent for too long');
  };
  return [
    { queue: 'ensure-partitions', cron: PARTITIONS_CRON, atStart: false, work: partitions },
    { queue: 'retire-silent-hosts', cron: RETIRE_CRON, atStart: true, work: retire },
  ];
}

function historyJobs({ services, logger, signal }: JobContext): ScheduledJob[] {
  const rollUp = async (): Promise<void> => {
    const { samples, days, failures } = await services.rollUpHistory(signal);
    if (samples > 0 || days > 0) logger.info({ samples, days }, 'rolled up the history of closed days');
    for (const { hostId, day, error } of failures) {
      logger.error({ err: error, hostId, day }, 'a day of a host could not be rolled up; its samples stay as they are');
    }
  };
  const expire = async (): Promise<void> => {
    const { partitions, itemVersions, forecasts, findings } = await services.expireHistory(signal);
    if (partitions.length + itemVersions + forecasts + findings > 0) {
      logger.info({ partitions, itemVersions, forecasts, findings }, 'dropped old history');
    }
  };
  const expireInSeconds = HISTORY_EXPIRE_SECONDS;
  return [
    { queue: 'roll-up-history', cron: ROLL_UP_CRON, atStart: true, expireInSeconds, work: rollUp },
    { queue: 'expire-history', cron: EXPIRE_CRON, atStart: false, expireInSeconds, work: expire },
  ];
}

function forecastJobs({ services, logger, signal }: JobContext): ScheduledJob[] {
  const forecast = async (): Promise<void> => {
    const { hosts, moved, failures } = await services.forecastHosts(signal);
    if (hosts > 0) logger.info({ hosts, moved }, 'forecast the stores of hosts');
    for (const { hostId, error } of failures) logger.error({ err: error, hostId }, 'a host could not be forecast');
  };
  const score = async (): Promise<void> => {
    const { forecasts, failures } = await services.scoreForecasts(signal);
    if (forecasts > 0) logger.info({ forecasts }, 'scored forecasts whose time has come');
    for (const { hostId, error } of failures) {
      logger.error({ err: error, hostId }, 'forecasts of a host could not be scored; the next run tries again');
    }
  };
  return [
    {
      queue: 'forecast-hosts',
      cron: FORECAST_CRON,
      atStart: true,
      expireInSeconds: FORECAST_EXPIRE_SECONDS,
      work: forecast,
    },
    { queue: 'score-forecasts', cron: SCORE_CRON, atStart: true, expireInSeconds: HISTORY_EXPIRE_SECONDS, work: score },
  ];
}

function healthJob({ services, logger, signal }: JobContext): ScheduledJob {
  const judge = async (): Promise<void> => {
    const { hosts, faults, failures } = await services.judgeHealth(VERSION, signal);
    if (hosts > 0) logger.debug({ hosts }, 'judged the health of collectors');
    for (const fault of faults) logger.error(fault, 'a rule of health failed; its findings stay as they are');
    for (const { hostId, error } of failures) {
      logger.error({ err: error, hostId }, 'findings of health of a host could not be kept');
    }
  };
  return {
    queue: 'judge-health',
    cron: HEALTH_CRON,
    atStart: true,
    expireInSeconds: HEALTH_EXPIRE_SECONDS,
    work: judge,
  };
}
