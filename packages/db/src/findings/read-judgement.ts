import type { CannotTell } from '@silt/domain/findings';
import type { TransactionSql } from '../client.ts';

/** How the rules were last asked of a host. */
export interface JudgementRecord {
  judgedAt: Date;
  /** When the inventory that they were asked of was read; null = there was none. */
  surveyedAt: Date | null;
  cannotTell: CannotTell[];
  /** Rules that failed. */
  faults: { rule: string; message: string }[];
}

/** Null = they were not asked yet. */
export async function readJudgement(
  tx: TransactionSql,
  { hostId, organisationId }: { hostId: number; organisationId: string },
): Promise<JudgementRecord | null> {
  const [judgement] = await tx<JudgementRecord[]>`
    SELECT judged_at AS "judgedAt", surveyed_at AS "surveyedAt", cannot_tell AS "cannotTell", faults
    FROM judgement WHERE host_id = ${hostId} AND organisation_id = ${organisationId}`;
  return judgement ?? null;
}
