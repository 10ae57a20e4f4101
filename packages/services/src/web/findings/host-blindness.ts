import { readJudgement, readLayout, withOrganisation } from '@silt/db';
import type { HostBlindness } from '@silt/domain';
import { ALL_RULES, blindRulesOf, type Language } from '@silt/domain/findings';
import { findHost } from '../read-host.ts';
import type { FindingContext } from './read-findings.ts';

/** Errors: `not-found`. */
export async function hostBlindness(
  { sql }: FindingContext,
  organisationId: string,
  { hostId, language }: { hostId: string; language: Language },
): Promise<HostBlindness> {
  return withOrganisation(sql, organisationId, async (tx) => {
    const host = await findHost(tx, organisationId, hostId);
    const judgement = await readJudgement(tx, { hostId: host.id, organisationId });
    if (judgement === null) return { judgedAt: null, surveyedAt: null, rules: 0, blind: [], faults: [] };
    const { judgedAt, surveyedAt, cannotTell, faults } = judgement;
    const layoutNo = host.status?.layoutNo;
    const layout = layoutNo === undefined ? null : await readLayout(tx, organisationId, { hostId: host.id, layoutNo });
    const storeNames = new Map(layout?.stores.map(({ key, name }) => [key, name]));
    return {
      judgedAt: judgedAt.toISOString(),
      surveyedAt: surveyedAt?.toISOString() ?? null,
      rules: ALL_RULES.size,
      blind: blindRulesOf(cannotTell, { language, storeNames }),
      faults,
    };
  });
}
