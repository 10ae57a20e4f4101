import type { TransactionSql } from '../client.ts';
import { type FindingRecord, type FindingRow, findingColumns, findingRecordOf } from './finding-record.ts';
import { countFindings } from './keep-findings.ts';

interface FindingKey {
  /** Inner id of the host. */
  hostId: number;
  organisationId: string;
  findingNo: number;
}

/** Locked until the end of the transaction; null when the host has none of that number. */
export async function lockFinding(
  tx: TransactionSql,
  { hostId, organisationId, findingNo }: FindingKey,
): Promise<FindingRecord | null> {
  const [row] = await tx<FindingRow[]>`
    SELECT ${findingColumns(tx)} FROM finding f
    WHERE f.host_id = ${hostId} AND f.finding_no = ${findingNo} AND f.organisation_id = ${organisationId}
    FOR NO KEY UPDATE`;
  return row === undefined ? null : findingRecordOf(row);
}

/** Writes whether a finding is muted, and counts those of its host anew. It must be locked. */
export async function writeMute(
  tx: TransactionSql,
  organisationId: string,
  { hostId, findingNo, state, stateSince, mute }: FindingRecord,
): Promise<void> {
  const until = mute?.until ?? null;
  await tx`
    UPDATE finding SET state = ${state}, state_since = ${new Date(stateSince)}, mute_reason = ${mute?.reason ?? null},
      mute_until = ${until === null ? null : new Date(until)}, muted_at = ${mute === null ? null : new Date(mute.at)},
      muted_by = ${mute?.by ?? null}, mute_severity = ${mute?.severity ?? null}
    WHERE host_id = ${hostId} AND finding_no = ${findingNo} AND organisation_id = ${organisationId}`;
  await countFindings(tx, [{ hostId }]);
}
