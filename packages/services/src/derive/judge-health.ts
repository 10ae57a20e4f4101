import {
  type HostHealth,
  lockJudgements,
  readHealth,
  readStandingSubjects,
  readWatchedOrganisations,
  type Sql,
  type StandingSubject,
} from '@silt/db';
import {
  type CannotTell,
  type Finding,
  FLEET_RULES,
  HEALTH_EVENT_DAYS,
  HEALTH_EVENT_KINDS,
  HEALTH_RULES,
  type HealthInput,
  type RuleFault,
} from '@silt/domain/findings';
import { type HostFailure, inBatches } from './in-batches.ts';
import { keepable } from './judge-evidence.ts';
import { type HostLook, keepLooks } from './judge-keep.ts';

const DAY_MILLISECONDS = 86_400_000;
/** A transaction: some rows of each. */
const BATCH_HOSTS = 200;

interface HealthOptions {
  now: Date;
  /** Since when the server is there for collectors. */
  listeningSince: Date;
  serverVersion: string;
  signal: AbortSignal;
}

export interface HealthJudged {
  /** Hosts that have something of it, or had. */
  hosts: number;
  faults: RuleFault[];
  failures: HostFailure[];
}

/**
 * Asks the rules of Silt's own health of all hosts, an organisation at a time, and keeps what becomes of these findings. It needs no
 * beat: that none comes is what it finds. A host that was never judged waits for that. Two at once harm nothing.
 *
 * @param options.serverVersion what older collectors are told by.
 * @param options.signal ends it after the running batch.
 */
export async function judgeHealth(sql: Sql, { signal, ...options }: HealthOptions): Promise<HealthJudged> {
  const judged: HealthJudged = { hosts: 0, faults: [], failures: [] };
  for (const organisationId of await readWatchedOrganisations(sql)) {
    if (signal.aborted) break;
    await judgeOrganisation(sql, organisationId, { ...options, signal }, judged);
  }
  return judged;
}

async function judgeOrganisation(
  sql: Sql,
  organisationId: string,
  { now, listeningSince, serverVersion, signal }: HealthOptions,
  judged: HealthJudged,
): Promise<void> {
  const since = new Date(now.getTime() - HEALTH_EVENT_DAYS * DAY_MILLISECONDS);
  const hosts = await readHealth(sql, organisationId, { kinds: HEALTH_EVENT_KINDS, since });
  const rules = [...HEALTH_RULES, ...FLEET_RULES].map(({ id }) => id);
  const standing = await readStandingSubjects(sql, organisationId, rules);
  const standingOf = Map.groupBy(standing, ({ hostId }) => hostId);
  const asked = askHealth(
    hosts.map((host) => inputOf(host, standingOf.get(host.hostId) ?? [], { now, listeningSince, serverVersion })),
    judged.faults,
  );
  const looks = hosts.flatMap((host): HostLook[] => {
    const said = asked.get(host.publicId);
    if (said === undefined || (said.findings.length === 0 && !standingOf.has(host.hostId))) return [];
    const { hostId, publicId } = host;
    const look = { ...said, now: now.getTime(), promiseOf: () => null, readingOf: () => null };
    return [{ hostId, organisationId, publicId, look, isFirst: false }];
  });
  const failures = await inBatches(looks, { size: BATCH_HOSTS, signal }, async (batch) => {
    const kept = await keepLooks(sql, batch, { now, claim: (tx) => lockJudgements(tx, batch) });
    judged.hosts += kept.hosts;
  });
  judged.failures.push(...failures);
}

function inputOf(
  host: HostHealth,
  standing: readonly StandingSubject[],
  { now, listeningSince, serverVersion }: Omit<HealthOptions, 'signal'>,
): HealthInput {
  const { publicId, name, lastSeenAt, beatSeconds, clockSkewMilliseconds, collectorVersion, events } = host;
  return {
    ...{ now: now.getTime(), hostId: publicId, hostName: name, lastSeenAt: lastSeenAt?.toISOString() ?? null },
    // Without a beat there is nothing to miss.
    ...{ beatSeconds: beatSeconds ?? 0, listeningSince: listeningSince.getTime() },
    ...{ clockSkewMilliseconds, collectorVersion, serverVersion },
    ...{ events, standing: new Map(standing.map(({ rule, subject }) => [rule, subject])) },
  };
}

interface AskedHealth {
  /** Ids of those that answered. */
  rules: Set<string>;
  findings: Finding[];
  cannotTell: CannotTell[];
}

/** By public id. A rule that throws has not answered: of the host, or of any where it is one of the fleet. */
function askHealth(inputs: readonly HealthInput[], faults: RuleFault[]): Map<string, AskedHealth> {
  const asked = new Map(
    inputs.map((input): [string, AskedHealth] => [input.hostId, { rules: new Set(), findings: [], cannotTell: [] }]),
  );
  for (const { id, check } of HEALTH_RULES) {
    for (const input of inputs) {
      const said = asked.get(input.hostId) as AskedHealth;
      tryRule(id, faults, () => {
        const { findings, cannotTell } = check(input);
        said.findings.push(...findings.map((one) => keepable({ rule: id, ...one })));
        said.cannotTell.push(...cannotTell.map((one) => ({ rule: id, ...one })));
        said.rules.add(id);
      });
    }
  }
  for (const { id, check } of FLEET_RULES) {
    tryRule(id, faults, () => {
      const found = check(inputs).map(({ hostIds, ...shared }) => ({
        hostIds,
        finding: keepable({ rule: id, storeKey: null, ...shared }),
      }));
      for (const { hostIds, finding } of found) {
        for (const hostId of hostIds) asked.get(hostId)?.findings.push(finding);
      }
      for (const { rules } of asked.values()) rules.add(id);
    });
  }
  return asked;
}

function tryRule(rule: string, faults: RuleFault[], ask: () => void): void {
  try {
    ask();
  } catch (error) {
    if (faults.some((fault) => fault.rule === rule)) return;
    faults.push({ rule, message: error instanceof Error ? error.message : String(error) });
  }
}
