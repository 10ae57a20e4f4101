import {
  type FindingRecord,
  type HostToJudge,
  type JudgedBeat,
  readHostsToJudge,
  readLastBeats,
  readLastForecasts,
  readStandingFindings,
  readSurveys,
  type Sql,
  type StoredSurvey,
  writeFailedJudgement,
  writeJudgements,
} from '@silt/db';
import type { Snapshot } from '@silt/domain';
import { ALL_RULES, type FindingInput, RULES, type Rule } from '@silt/domain/findings';
import { askHost, lookOfAsked, readingsOf, type Told } from './ask-host.ts';
import { type HostFailure, inBatches } from './in-batches.ts';
import type { Promises } from './judge-evidence.ts';
import { type HostLook, keepLooks } from './judge-keep.ts';
import { AskedPast, answerPasts, type PastOf } from './judge-past.ts';

/** A host that goes on telling is judged anew when its judgement is older than this. */
export const JUDGE_INTERVAL_MILLISECONDS = 300_000;
/** An inventory that is older than the last beat by more counts as none. */
export const MAX_SURVEY_AGE_MILLISECONDS = 2 * 3_600_000;
/** Of one run: new ones are not to wait for a whole fleet. */
const MAX_DUE_HOSTS = 1_000;
/** Their inventories are in memory at the same time. */
const BATCH_HOSTS = 20;
/** An answer may make a rule ask for more; beyond that what is not known stays so. */
const MAX_ROUNDS = 4;
/** In the place of a rule: what rules are asked of could not be read. */
export const LOOK_FAULT = 'look';

export interface Judged {
  hosts: number;
  /** Rules that failed, on how many hosts, and what the first of them said. */
  faults: { rule: string; hosts: number; message: string }[];
  /** Rules that there are no more, and how many findings of them ended. */
  ended: { rule: string; findings: number }[];
  failures: HostFailure[];
}

/**
 * Asks the rules of each host of which something new came, and keeps what becomes of its findings. Two at once do the work twice and
 * harm nothing.
 *
 * @param options.now asked at the begin of each batch, so that the later judgement is the one that read later.
 * @param options.signal ends it after the running batch.
 * @param options.rules all of them, unless a test has its own.
 */
export async function judgeHosts(
  sql: Sql,
  { now, signal, rules = RULES }: { now: () => Date; signal: AbortSignal; rules?: readonly Rule[] },
): Promise<Judged> {
  const begin = now();
  const before = new Date(begin.getTime() - JUDGE_INTERVAL_MILLISECONDS);
  const due = await readHostsToJudge(sql, { now: begin, before, limit: MAX_DUE_HOSTS });
  const judged: Pick<Judged, 'hosts' | 'faults' | 'ended'> = { hosts: 0, faults: [], ended: [] };
  const failures = await inBatches(due, { size: BATCH_HOSTS, signal }, async (batch) => {
    const judgedAt = now();
    const asked = await askHosts(sql, batch, { rules, judgedAt });
    const looks = asked.map((one) => one.look);
    const judgements = asked.map((one) => one.judgement);
    const kept = await keepLooks(sql, looks, {
      now: judgedAt,
      claim: (tx) => writeJudgements(tx, judgements, judgedAt),
    });
    judged.hosts += kept.hosts;
    for (const { rule, message } of judgements.flatMap(({ faults }) => faults)) addFault(judged.faults, rule, message);
    for (const { rule } of kept.ended) addEnded(judged.ended, rule);
  });
  for (const { hostId, error } of failures) {
    const host = due.find((one) => one.hostId === hostId) as HostToJudge;
    const fault = { rule: LOOK_FAULT, message: error instanceof Error ? error.message : String(error) };
    await writeFailedJudgement(sql, host, { judgedAt: now(), fault });
  }
  return { ...judged, failures };
}

function addFault(faults: Judged['faults'], rule: string, message: string): void {
  const fault = faults.find((one) => one.rule === rule);
  if (fault === undefined) faults.push({ rule, hosts: 1, message });
  else fault.hosts += 1;
}

function addEnded(ended: Judged['ended'], rule: string): void {
  const one = ended.find((other) => other.rule === rule);
  if (one === undefined) ended.push({ rule, findings: 1 });
  else one.findings += 1;
}

interface AskedHost {
  look: HostLook;
  judgement: Parameters<typeof writeJudgements>[1][number];
}

/** A host on its way to being judged. */
interface Candidate extends PastOf {
  host: HostToJudge;
  input: FindingInput;
  surveyedAt: Date | null;
  standing: readonly FindingRecord[];
  promises: Promises;
}

async function askHosts(
  sql: Sql,
  hosts: readonly HostToJudge[],
  { rules, judgedAt }: { rules: readonly Rule[]; judgedAt: Date },
): Promise<AskedHost[]> {
  const candidates = await readCandidates(sql, hosts, judgedAt);
  const told = new Map<Candidate, Told>();
  let asking: readonly Candidate[] = candidates;
  for (let round = 0; round < MAX_ROUNDS && asking.length > 0; round += 1) {
    for (const one of asking) told.set(one, askHost(one.input, { rules, promises: one.promises }));
    const learned = await answerPasts(sql, asking, judgedAt);
    asking = asking.filter(({ past }) => learned.has(past));
  }
  return candidates.map((one) => lookOf(one, told.get(one) as Told));
}

function lookOf({ host, input: { now }, readingOf, surveyedAt, standing, promises }: Candidate, told: Told): AskedHost {
  const { hostId, organisationId, publicId, judgedAt } = host;
  // Of a rule that there is no more nothing is found any more.
  const gone = standing.map(({ rule }) => rule).filter((rule) => !ALL_RULES.has(rule));
  const look = lookOfAsked(told, { now, readingOf, promises, gone });
  return {
    look: { hostId, organisationId, publicId, look, isFirst: judgedAt === null },
    judgement: { hostId, organisationId, surveyedAt, cannotTell: told.cannotTell, faults: told.faults },
  };
}

async function readCandidates(sql: Sql, hosts: readonly HostToJudge[], judgedAt: Date): Promise<Candidate[]> {
  const beats = await readLastBeats(sql, hosts);
  const surveys = await readSurveys(sql, hosts);
  const standing = Map.groupBy(await readStandingFindings(sql, hosts), ({ hostId }) => hostId);
  const forecasts = Map.groupBy(await readLastForecasts(sql, hosts, judgedAt), ({ hostId }) => hostId);
  return hosts.map((host) => {
    const { hostId, organisationId } = host;
    const beat = beats.get(hostId);
    if (beat === undefined) throw new Error(`the layout of the last beat of host ${hostId} is not there`);
    const survey = surveys.get(hostId) ?? null;
    const used = survey !== null && isUsable(survey, beat) ? survey : null;
    // Not the clock of now: a silent host is as it was.
    const now = Math.max(beat.observedAt.getTime(), used?.observedAt.getTime() ?? 0);
    const findings = standing.get(hostId) ?? [];
    const past = new AskedPast({ now, forecasts: forecasts.get(hostId) ?? [], findings });
    const snapshot = snapshotOf(beat);
    return {
      ...{ hostId, organisationId, host, now, past, standing: findings, promises: new WeakMap() },
      input: { now, facts: beat.facts, snapshot, inventory: used?.inventory ?? null, past },
      surveyedAt: survey?.receivedAt ?? null,
      hasItems: used !== null && beat.itemsAt !== null && beat.itemsAt >= used.observedAt,
      readingOf: readingsOf(snapshot),
    };
  });
}

const isUsable = ({ observedAt, inventory }: StoredSurvey, beat: JudgedBeat): boolean =>
  inventory !== null && beat.observedAt.getTime() - observedAt.getTime() <= MAX_SURVEY_AGE_MILLISECONDS;

function snapshotOf({
  observedAt,
  bootId,
  bootedAt,
  stores,
  daemons,
  entries,
  readings,
  probes,
}: JudgedBeat): Snapshot {
  return {
    ...{ takenAt: observedAt.toISOString(), bootId, layout: { stores, daemons, entries }, readings, probes },
    uptimeMilliseconds: Math.max(0, observedAt.getTime() - bootedAt.getTime()),
  };
}
