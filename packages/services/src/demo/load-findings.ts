import {
  type FindingRecord,
  type HostAddress,
  insertFindings,
  insertJudgement,
  type NewEvent,
  packSurvey,
  readForecastsOf,
  readItemPasts,
  recordEvents,
  storeSurveys,
  type TransactionSql,
} from '@silt/db';
import type { Inventory } from '@silt/domain';
import { RULES } from '@silt/domain/findings';
import { askHost, lookOfAsked, readingsOf, type Told } from '../derive/ask-host.ts';
import type { Promises } from '../derive/judge-evidence.ts';
import { advanceHost, changeOf, keyOf } from '../derive/judge-keep.ts';
import type { RegisteredHost } from './demo-host.ts';
import { type HostPast, type PastBeat, pastAt } from './replayed-past.ts';

/** A moment of a host's past. */
export interface DemoLook extends PastBeat {
  /** null = the rules are not asked then. */
  inventory: Inventory | null;
}

interface LoadFindingsOptions {
  /** In order of time; their items and forecasts are stored. */
  looks: readonly DemoLook[];
  judgedAt: Date;
}

/**
 * Asks the rules of a host at moments of its past, each with the past of then, and keeps what the worker would have kept: findings,
 * what was told of them, and the last survey, from which the worker goes on. A host that was ever judged is left to the worker.
 *
 * @param tx as silt_ingest.
 * @returns findings, resolved ones too.
 */
export async function loadFindings(
  tx: TransactionSql,
  registered: RegisteredHost,
  { looks, judgedAt }: LoadFindingsOptions,
): Promise<number> {
  const judged = looks.filter((look): look is JudgedLook => look.inventory !== null);
  const [first, last] = [judged[0], judged.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const past: HostPast = {
    items: await readItemPasts(tx, registered),
    forecasts: await readForecastsOf(tx, registered),
    beats: looks,
  };
  const replay = replayLooks(registered, judged, past);
  const { hostId, organisationId } = registered;
  const { cannotTell, faults } = replay.told;
  const observedAt = new Date(last.at);
  const judgement = { hostId, organisationId, surveyedAt: observedAt, cannotTell, faults };
  if (!(await insertJudgement(tx, judgement, judgedAt))) return 0;
  const body = await packSurvey(Buffer.from(JSON.stringify(last.inventory)));
  await storeSurveys(tx, [{ hostId, organisationId, observedAt, receivedAt: observedAt, body }]);
  await insertFindings(tx, registered, replay.findings);
  await recordEvents(tx, replay.events);
  return replay.findings.length;
}

type JudgedLook = DemoLook & { inventory: Inventory };

interface Replay {
  findings: (FindingRecord & HostAddress)[];
  events: NewEvent<'finding'>[];
  /** Of the last look. */
  told: Told;
}

function replayLooks(registered: RegisteredHost, looks: readonly JudgedLook[], past: HostPast): Replay {
  const { hostId, organisationId, hostPublicId: publicId, host } = registered;
  const kept = new Map<string, FindingRecord & HostAddress>();
  const events: Replay['events'] = [];
  let told: Told = { answered: new Set(), findings: [], cannotTell: [], faults: [] };
  for (const { at: now, snapshot, inventory } of looks) {
    const promises: Promises = new WeakMap();
    const findings = [...kept.values()];
    const input = { now, facts: host.facts, snapshot, inventory, past: pastAt(past, { now, findings }) };
    told = askHost(input, { rules: RULES, promises });
    const look = lookOfAsked(told, { now, readingOf: readingsOf(snapshot), promises, gone: [] });
    const looked = { hostId, organisationId, publicId, look, isFirst: false };
    for (const { finding, changes } of advanceHost(looked, findings, kept.size)) {
      kept.set(keyOf(finding), finding);
      for (const change of changes) {
        const detail = changeOf(finding, change);
        events.push({ hostId, organisationId, at: new Date(now), kind: 'finding', detail });
      }
    }
  }
  return { findings: [...kept.values()], events, told };
}
