import { isDeepStrictEqual } from 'node:util';
import {
  countFindings,
  type FindingRecord,
  type HostAddress,
  lockFindings,
  notifyChanges,
  readLastFindingNos,
  recordEvent,
  type Sql,
  type TransactionSql,
  touchFindings,
  transaction,
  writeFindings,
} from '@silt/db';
import type { FindingChange } from '@silt/domain';
import {
  ALL_RULES,
  advanceFindings,
  FREED_AFTER_MILLISECONDS,
  type KeptFinding,
  type Language,
  type Look,
} from '@silt/domain/findings';
import { storableText } from './judge-evidence.ts';

/** When a finding was last seen is written that coarsely, where nothing else is new. */
export const TOUCH_MILLISECONDS = 240_000;

/** What rules say of a host. */
export interface HostLook extends HostAddress {
  publicId: string;
  look: Look;
  /** People are told though nothing is found: it was never judged. */
  isFirst: boolean;
}

export interface KeptLooks {
  /** Hosts whose findings are kept now; the others were judged by somebody else meanwhile. */
  hosts: number;
  /** Findings of rules that there are no more, which ended. */
  ended: { hostId: number; rule: string }[];
}

/**
 * Advances the kept findings of some hosts by what was seen, in one transaction: rows, events and counts; then tells who changed.
 *
 * @param options.now by the server's clock.
 * @param options.claim locks the judgements of the hosts; those that it does not return are left as they are.
 */
export async function keepLooks(
  sql: Sql,
  looks: readonly HostLook[],
  { now, claim }: { now: Date; claim: (tx: TransactionSql) => Promise<Set<number>> },
): Promise<KeptLooks> {
  const kept = await transaction(sql, async (tx) => {
    const claimed = await claim(tx);
    const mine = looks.filter(({ hostId }) => claimed.has(hostId));
    const advanced = await advanceAll(tx, mine);
    await writeFindings(
      tx,
      advanced.filter(({ isMoved }) => isMoved).map(({ finding }) => finding),
    );
    await touchFindings(
      tx,
      advanced.filter(({ isMoved, isTouched }) => !isMoved && isTouched).map(({ finding }) => finding),
    );
    await tellChanges(tx, advanced, now);
    const moved = new Set(advanced.filter(({ isMoved }) => isMoved).map(({ finding }) => finding.hostId));
    await countFindings(
      tx,
      [...moved].map((hostId) => ({ hostId })),
    );
    const ended = advanced.flatMap(({ finding: { hostId, rule }, changes }) =>
      changes.includes('resolved') && !ALL_RULES.has(rule) ? [{ hostId, rule }] : [],
    );
    return { hosts: mine.length, ended, told: mine.filter(({ hostId, isFirst }) => isFirst || moved.has(hostId)) };
  });
  const byOrganisation = Map.groupBy(kept.told, ({ organisationId }) => organisationId);
  await notifyChanges(
    sql,
    new Map([...byOrganisation].map(([id, hosts]) => [id, hosts.map(({ publicId }) => publicId)])),
  );
  return { hosts: kept.hosts, ended: kept.ended };
}

export interface Advanced {
  finding: FindingRecord & HostAddress;
  changes: FindingChange['change'][];
  /** In more than when it was last seen. */
  isMoved: boolean;
  isTouched: boolean;
}

async function advanceAll(tx: TransactionSql, looks: readonly HostLook[]): Promise<Advanced[]> {
  if (looks.length === 0) return [];
  const kept = await lockFindings(
    tx,
    looks.map(({ hostId, look: { now, findings } }) => ({
      ...{ hostId, resolvedSince: now - FREED_AFTER_MILLISECONDS },
      found: findings,
    })),
  );
  const keptOf = Map.groupBy(kept, ({ hostId }) => hostId);
  const lastNos = await readLastFindingNos(tx, looks);
  return looks.flatMap((host) => advanceHost(host, keptOf.get(host.hostId) ?? [], lastNos.get(host.hostId) ?? 0));
}

/**
 * What becomes of the findings of a host by one look; those that stay exactly as they are are left out.
 *
 * @param kept all that stand and those that the look has again, with their numbers.
 * @param lastNo the last number that was given to a finding of the host.
 */
export function advanceHost(
  { hostId, organisationId, look }: HostLook,
  kept: readonly FindingRecord[],
  lastNo: number,
): Advanced[] {
  const before = new Map(kept.map((one) => [keyOf(one), one]));
  let newNo = lastNo;
  return advanceFindings(kept, look).map(({ finding, changes }) => {
    const known = before.get(keyOf(finding));
    if (known === undefined) newNo += 1;
    const row = { ...finding, hostId, organisationId, findingNo: known?.findingNo ?? newNo };
    const isMoved =
      known === undefined || !isDeepStrictEqual({ ...known, lastSeenAt: 0 }, { ...known, ...finding, lastSeenAt: 0 });
    const isTouched = known !== undefined && finding.lastSeenAt - known.lastSeenAt >= TOUCH_MILLISECONDS;
    return { finding: row, changes, isMoved, isTouched };
  });
}

export const keyOf = ({ rule, subject }: Pick<KeptFinding, 'rule' | 'subject'>): string => `${rule}\n${subject}`;

/** Of a rule that there is no more nothing is told: nobody looked whether what it found is over. */
async function tellChanges(tx: TransactionSql, advanced: readonly Advanced[], at: Date): Promise<void> {
  for (const { finding, changes } of advanced) {
    if (!ALL_RULES.has(finding.rule)) continue;
    const { hostId, organisationId } = finding;
    for (const change of changes) {
      await recordEvent(tx, { hostId, organisationId, at, kind: 'finding', detail: changeOf(finding, change) });
    }
  }
}

/** What people are told of it. */
export function changeOf(finding: FindingRecord, change: FindingChange['change']): FindingChange {
  const { findingNo, rule, storeKey, severity } = finding;
  const isOver = change === 'resolved';
  return {
    ...{ change, findingNo, rule, storeKey, severity },
    title: { en: titleOf(finding, 'en'), 'zh-CN': titleOf(finding, 'zh-CN') },
    promisedBytes: isOver ? (finding.promise?.bytes ?? null) : null,
    freedBytes: isOver ? finding.freedBytes : null,
  };
}

/** Evidence of an older version may not do for the words of this one. */
function titleOf({ rule, evidence }: FindingRecord, language: Language): string {
  try {
    return storableText(ALL_RULES.get(rule)?.text[language].title(evidence) ?? rule);
  } catch {
    return rule;
  }
}
