import type { Severity } from '@silt/domain/findings';
import type { TransactionSql } from '../client.ts';
import { type ListedFinding, type ListedFindingRow, listedColumns, listedFindingOf } from './listed-finding.ts';

/** With the name of its store, null where its host has none of that key now. Null when no live host has such a finding. */
export async function readFinding(
  tx: TransactionSql,
  organisationId: string,
  { hostId, findingNo }: { hostId: string; findingNo: number },
): Promise<{ finding: ListedFinding; storeName: string | null } | null> {
  const [found] = await tx<(ListedFindingRow & { storeName: string | null })[]>`
    SELECT ${listedColumns(tx)}, (
        SELECT store ->> 'name' FROM layout l CROSS JOIN jsonb_array_elements(l.stores) AS store
        WHERE l.host_id = h.id AND l.layout_no = s.layout_no AND l.organisation_id = h.organisation_id
          AND store ->> 'key' = f.store_key LIMIT 1) AS "storeName"
    FROM finding f
    JOIN host h ON h.id = f.host_id AND h.organisation_id = f.organisation_id
    LEFT JOIN host_status s ON s.host_id = h.id AND s.organisation_id = h.organisation_id
    WHERE h.organisation_id = ${organisationId} AND h.public_id = ${hostId} AND h.retired_at IS NULL
      AND f.finding_no = ${findingNo}`;
  if (found === undefined) return null;
  const { storeName, ...row } = found;
  return { finding: listedFindingOf(row), storeName };
}

/** Of those that stand and are not muted, over all hosts that are not retired; as the status of each host counts them. */
export async function countStandingFindings(
  tx: TransactionSql,
  organisationId: string,
): Promise<Record<Severity, number>> {
  const [counts] = await tx<[Record<Severity, number>]>`
    SELECT coalesce(sum(s.findings_critical), 0)::integer AS critical,
      coalesce(sum(s.findings_warning), 0)::integer AS warning, coalesce(sum(s.findings_notice), 0)::integer AS notice
    FROM host_status s JOIN host h ON h.id = s.host_id AND h.organisation_id = s.organisation_id
    WHERE s.organisation_id = ${organisationId} AND h.retired_at IS NULL`;
  return counts;
}
