import type { PendingQuery, Row } from 'postgres';
import type { TransactionSql } from '../client.ts';
import { type FindingRecord, type FindingRow, findingColumns, findingRecordOf } from './finding-record.ts';

/** A finding and what its line says of its host. */
export interface ListedFinding extends FindingRecord {
  host: FindingHost;
}

export interface FindingHost {
  publicId: string;
  name: string;
  simulated: boolean;
  /** Null = nothing came from it yet. */
  status: { lastSeenAt: Date; beatSeconds: number } | null;
}

/** A row of `listedColumns`. */
export interface ListedFindingRow extends FindingRow {
  publicId: string;
  hostName: string;
  simulated: boolean;
  hostSeenAt: Date | null;
  beatSeconds: number | null;
}

/** Of `finding f`, `host h` and `host_status s`. */
export const listedColumns = (tx: TransactionSql): PendingQuery<Row[]> => tx`
  ${findingColumns(tx)}, h.public_id AS "publicId", h.name AS "hostName", h.simulated, s.last_seen_at AS "hostSeenAt",
  s.beat_seconds AS "beatSeconds"`;

export function listedFindingOf(row: ListedFindingRow): ListedFinding {
  const { publicId, hostName, simulated, hostSeenAt, beatSeconds, ...finding } = row;
  const status = hostSeenAt === null || beatSeconds === null ? null : { lastSeenAt: hostSeenAt, beatSeconds };
  return { ...findingRecordOf(finding), host: { publicId, name: hostName, simulated, status } };
}
