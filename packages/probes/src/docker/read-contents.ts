import { Agent } from 'node:http';
import type { DockerContainer, DockerContainerDetails, DockerDaemon } from '@silt/domain';
import { problemOf } from '../problem.ts';
import { type AskLimits, ask, askAnything, type DockerEndpoint, type DockerPath } from './ask.ts';
import { parseContainers, parseDetails, type Rows } from './parse-containers.ts';
import {
  countContainersOfImages,
  countReferencesOfVolumes,
  parseDiskUsage,
  parseImages,
  parseVolumes,
} from './parse-contents.ts';
import { inPool } from './pool.ts';
import type { ProblemLog } from './problem-log.ts';

/** 155 containers take 20 ms and 140 kB. */
const LIST_LIMITS: AskLimits = { deadlineMilliseconds: 10_000, maxAnswerBytes: 16 * 1024 * 1024 };
const DETAILS_LIMITS: AskLimits = { deadlineMilliseconds: 3_000, maxAnswerBytes: 1024 * 1024 };
/** On btrfs it walks every layer: minutes, all of it the daemon's CPU. */
export const SIZES_LIMITS: AskLimits = { deadlineMilliseconds: 60_000, maxAnswerBytes: 32 * 1024 * 1024 };
const INSPECTIONS_AT_ONCE = 4;
const MAX_INSPECTIONS = 500;
const MAX_INSPECTION_MILLISECONDS = 10_000;

export type DaemonContents = Pick<DockerDaemon, 'containers' | 'images' | 'volumes' | 'buildCache'>;

/** Details by container id, and the state that they were read in. */
export type KnownDetails = Map<string, { state: string; details: DockerContainerDetails }>;

export interface ContentsOptions {
  /** What problems call the daemon. */
  name: string;
  endpoint: DockerEndpoint;
  /** Of the last beat; becomes that of this one. */
  known: KnownDetails;
  log: ProblemLog;
}

/** Lists and details; sizes are `addSizes`. A list that was not read is null and has its problem. */
export async function readContents(options: ContentsOptions): Promise<DaemonContents> {
  const { known } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: INSPECTIONS_AT_ONCE });
  try {
    const [containers, images, volumes] = await Promise.all([
      readRows(options, agent, '/containers/json?all=1', parseContainers),
      readRows(options, agent, '/images/json', parseImages),
      readRows(options, agent, '/volumes', parseVolumes),
    ]);
    // A count from a list with gaps would take a used volume for an unused one.
    const countable = containers?.isWhole === true ? containers.rows : null;
    const details = await readDetails(options, agent, containers?.rows ?? []);
    known.clear();
    for (const [id, entry] of details) known.set(id, entry);
    return {
      containers: containers?.rows.map((row) => ({ ...row, details: details.get(row.id)?.details ?? null })) ?? null,
      images: images && (countable === null ? images.rows : countContainersOfImages(images.rows, countable)),
      volumes: volumes && (countable === null ? volumes.rows : countReferencesOfVolumes(volumes.rows, countable)),
      buildCache: null,
    };
  } finally {
    agent.destroy();
  }
}

async function readRows<Row>(
  { name, endpoint, log }: ContentsOptions,
  agent: Agent,
  path: DockerPath,
  parse: (text: string) => Rows<Row> | null,
): Promise<{ rows: Row[]; isWhole: boolean } | null> {
  try {
    const answer = parse(await ask(endpoint, path, LIST_LIMITS, agent));
    if (answer === null) throw new Error(`the answer to ${path} is not what Docker answers`);
    tellGaps(log, `${name}: ${path}`, answer);
    return { rows: answer.rows, isWhole: answer.left === 0 && answer.bad === 0 };
  } catch (error) {
    log.add(problemOf(name, error));
    return null;
  }
}

function tellGaps(log: ProblemLog, subject: string, { rows, left, bad }: Rows<unknown>): void {
  if (left > 0) log.add({ status: 'failed', text: `${subject}: ${left} beyond ${rows.length + bad} were left out` });
  if (bad > 0) log.add({ status: 'failed', text: `${subject}: ${bad} rows are not what Docker answers` });
}

/** Within its first hour a container may have been restarted between two beats, with the state unchanged. */
const isYoung = ({ status }: DockerContainer): boolean => /second|minute/.test(status);

async function readDetails(
  { name, endpoint, known, log }: ContentsOptions,
  agent: Agent,
  containers: readonly DockerContainer[],
): Promise<KnownDetails> {
  const details: KnownDetails = new Map();
  const toInspect = containers.filter((container) => {
    const before = known.get(container.id);
    if (before === undefined || before.state !== container.state || isYoung(container)) return true;
    details.set(container.id, before);
    return false;
  });
  const stopAt = performance.now() + MAX_INSPECTION_MILLISECONDS;
  let failed: unknown = null;
  let notInspected = Math.max(0, toInspect.length - MAX_INSPECTIONS);
  await inPool(toInspect.slice(0, MAX_INSPECTIONS), INSPECTIONS_AT_ONCE, async ({ id, state }) => {
    if (failed !== null || performance.now() > stopAt) {
      notInspected += 1;
      return;
    }
    try {
      const { status, body } = await askAnything(endpoint, `/containers/${id}/json`, DETAILS_LIMITS, agent);
      if (status === 404) return;
      const parsed = status === 200 ? parseDetails(body) : null;
      if (parsed === null) throw new Error(`/containers/<id>/json answered ${status} and no container`);
      details.set(id, { state, details: parsed });
    } catch (error) {
      failed ??= error;
      notInspected += 1;
    }
  });
  if (failed !== null) log.add(problemOf(name, failed));
  if (notInspected > 0) {
    log.add({
      status: 'failed',
      text: `${name}: ${notInspected} of ${containers.length} containers were not inspected`,
    });
  }
  return details;
}

/** What a walk of the daemon's adds: never more than hourly, and never two at a time on a host. */
export async function addSizes(
  { name, endpoint, log }: Pick<ContentsOptions, 'name' | 'endpoint' | 'log'>,
  contents: DaemonContents,
): Promise<DaemonContents> {
  try {
    const usage = parseDiskUsage(await ask(endpoint, '/system/df?verbose=1', SIZES_LIMITS));
    if (usage === null) throw new Error('the answer to /system/df is not what Docker answers');
    if (usage.buildCache === null) log.add({ status: 'failed', text: `${name}: /system/df told no build cache` });
    else tellGaps(log, `${name}: build cache of /system/df`, usage.buildCache);
    return {
      containers: contents.containers?.map((row) => ({ ...row, ...usage.containers.get(row.id) })) ?? null,
      images:
        contents.images?.map((row) => ({
          ...row,
          sharedBytes: usage.imageSharedBytes.get(row.id) ?? row.sharedBytes,
        })) ?? null,
      volumes: contents.volumes?.map((row) => ({ ...row, sizeBytes: usage.volumeBytes.get(row.name) ?? null })) ?? null,
      buildCache: usage.buildCache?.rows ?? null,
    };
  } catch (error) {
    log.add(problemOf(name, error));
    return contents;
  }
}
