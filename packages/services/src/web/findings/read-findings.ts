import {
  countStandingFindings,
  memberNames,
  readFinding,
  readFindingGroups,
  readFindingPage,
  type SignInClient,
  type Sql,
  withOrganisation,
} from '@silt/db';
import {
  type FindingGroups,
  type FindingList,
  type FindingView,
  MAX_FINDING_GROUPS,
  MAX_LISTED_FINDINGS,
} from '@silt/domain';
import { ALL_RULES, type Severity } from '@silt/domain/findings';
import { isId } from '../../collectors/collector-context.ts';
import { ServiceError } from '../../service-error.ts';
import type { Actor, FindingGroupsQuery, FindingQuery, FindingsQuery } from '../../web-services.ts';
import { longRead } from '../long-read.ts';
import { checkPage, findingMatchOf } from './finding-match-of.ts';
import { findingRow } from './finding-row.ts';
import { findingTexts, ruleName } from './finding-texts.ts';

export interface FindingContext {
  /** As silt_web. */
  sql: Sql;
  /** As silt_auth: names of those who muted. */
  client: SignInClient;
  now: Date;
}

/** Of the column, which is an int4. */
const MAX_FINDING_NO = 2 ** 31 - 1;

export const findingNotFound = (): ServiceError =>
  new ServiceError('not-found', 'There is no such finding. Look for it among the findings of its host.');

/** Whether a host may have one of that number. */
export const isFindingNo = (no: number): boolean => Number.isInteger(no) && no >= 0 && no <= MAX_FINDING_NO;

/** Errors: `bad-input`, `unavailable` when it takes too long. */
export async function findingGroups(
  context: FindingContext,
  organisationId: string,
  query: FindingGroupsQuery,
): Promise<FindingGroups> {
  checkPage(query, MAX_FINDING_GROUPS);
  const match = findingMatchOf(query);
  const { groups, ...rest } = await longRead({ ...context, organisationId }, (tx) =>
    readFindingGroups(tx, organisationId, match, query),
  );
  return {
    groups: groups.map(({ hostName, oldestAt, ...group }) => ({
      ...group,
      name: hostName ?? ruleName(group.key, query.language),
      oldestAt: oldestAt.toISOString(),
    })),
    ...rest,
  };
}

/** Errors: `bad-input`, `unavailable` when it takes too long. */
export async function listFindings(
  context: FindingContext,
  organisationId: string,
  query: FindingsQuery,
): Promise<FindingList> {
  checkPage(query, MAX_LISTED_FINDINGS);
  const match = findingMatchOf(query);
  const { findings, total } = await longRead({ ...context, organisationId }, (tx) =>
    readFindingPage(tx, organisationId, match, query),
  );
  const names = await muterNames(context, organisationId, findings);
  const { now } = context;
  return { findings: findings.map((one) => findingRow(one, { language: query.language, now, names })), total };
}

/** Errors: `not-found`. */
export async function getFinding(
  context: FindingContext,
  { organisationId, role }: Actor,
  { hostId, findingNo, language }: FindingQuery,
): Promise<FindingView> {
  if (!isId(hostId) || !isFindingNo(findingNo)) throw findingNotFound();
  const found = await withOrganisation(context.sql, organisationId, (tx) =>
    readFinding(tx, organisationId, { hostId, findingNo }),
  );
  if (found === null) throw findingNotFound();
  const { finding, storeName } = found;
  const names = await muterNames(context, organisationId, [finding]);
  const { why, remedy } = findingTexts(finding, language);
  return {
    ...findingRow(finding, { language, now: context.now, names }),
    ruleName: ruleName(finding.rule, language),
    basis: ALL_RULES.get(finding.rule)?.basis ?? [],
    ...{ why, remedy, evidence: finding.evidence, storeName },
    mayMute: role !== 'member',
  };
}

export const standingCounts = ({ sql }: FindingContext, organisationId: string): Promise<Record<Severity, number>> =>
  withOrganisation(sql, organisationId, (tx) => countStandingFindings(tx, organisationId));

async function muterNames(
  { client }: FindingContext,
  organisationId: string,
  findings: readonly { mute: { by: string } | null }[],
): Promise<ReadonlyMap<string, string>> {
  const muters = [...new Set(findings.flatMap(({ mute }) => mute?.by ?? []))].filter(isId);
  return muters.length === 0 ? new Map() : memberNames(client, organisationId, muters);
}
