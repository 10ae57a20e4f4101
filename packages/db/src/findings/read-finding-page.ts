import type { FindingListName } from '@silt/domain';
import { SEVERITIES, type Severity } from '@silt/domain/findings';
import type { PendingQuery, Row } from 'postgres';
import type { TransactionSql } from '../client.ts';
import { type FindingMatch, fromMatching, giveFindingsMemory, isListed } from './finding-match.ts';
import { type ListedFinding, type ListedFindingRow, listedColumns, listedFindingOf } from './listed-finding.ts';
import { countStandingFindings } from './read-finding.ts';

interface PageOf {
  list: FindingListName;
  offset: number;
  limit: number;
}

/** Of a list, worst first and then the longest standing; of the resolved ones the last resolved first. */
export async function readFindingPage(
  tx: TransactionSql,
  organisationId: string,
  match: FindingMatch,
  page: PageOf,
): Promise<{ findings: ListedFinding[]; total: number }> {
  await giveFindingsMemory(tx);
  const addresses = await tx<{ hostId: number; findingNo: number }[]>`
    SELECT host_id AS "hostId", finding_no AS "findingNo" FROM (${selectFirst(tx, organisationId, match, page)}) p
    ORDER BY place, at, host_id, finding_no LIMIT ${page.limit} OFFSET ${page.offset}`;
  const rows = await tx<ListedFindingRow[]>`
    SELECT ${listedColumns(tx)}
    FROM unnest(${addresses.map(({ hostId }) => hostId)}::bigint[], ${addresses.map(({ findingNo }) => findingNo)}::int[])
      WITH ORDINALITY AS p (host_id, finding_no, place)
    JOIN finding f ON f.host_id = p.host_id AND f.finding_no = p.finding_no AND f.organisation_id = ${organisationId}
    JOIN host h ON h.id = f.host_id AND h.organisation_id = f.organisation_id
    LEFT JOIN host_status s ON s.host_id = h.id AND s.organisation_id = h.organisation_id
    ORDER BY p.place`;
  // A page that is not full is the last one.
  const isLast = addresses.length < page.limit && (addresses.length > 0 || page.offset === 0);
  const total = isLast ? page.offset + addresses.length : await countListed(tx, organisationId, match, page.list);
  return { findings: rows.map(listedFindingOf), total };
}

/** As many as may be on the page and before it, each severity in the order of its index. */
function selectFirst(
  tx: TransactionSql,
  organisationId: string,
  match: FindingMatch,
  { list, offset, limit }: PageOf,
): PendingQuery<Row[]> {
  const from = tx`${fromMatching(tx, organisationId, match)} AND ${isListed(tx, match, list)}`;
  if (list === 'resolved') return tx`SELECT f.host_id, f.finding_no, 0 AS place, now() - f.resolved_at AS at ${from}`;
  const parts = askedSeverities(match).map(
    (severity, place) => tx`${place === 0 ? tx`` : tx`UNION ALL`} (
      SELECT f.host_id, f.finding_no, ${place}::integer AS place, f.stands_since AS at ${from}
        AND f.severity = ${severity} AND f.resolved_at IS NULL
      ORDER BY f.stands_since, f.host_id, f.finding_no LIMIT ${offset + limit})`,
  );
  return tx`${parts}`;
}

const askedSeverities = ({ severities }: FindingMatch): Severity[] =>
  SEVERITIES.filter((severity) => severities.length === 0 || severities.includes(severity));

/** What stands on all hosts is counted in their status already. */
async function countListed(
  tx: TransactionSql,
  organisationId: string,
  match: FindingMatch,
  list: FindingListName,
): Promise<number> {
  const { words, rule, hostId, storeKey } = match;
  if (list === 'standing' && words.length === 0 && rule === null && hostId === null && storeKey === null) {
    const counts = await countStandingFindings(tx, organisationId);
    return askedSeverities(match).reduce((sum, severity) => sum + counts[severity], 0);
  }
  const [{ total }] = await tx<[{ total: number }]>`
    SELECT count(*) AS total ${fromMatching(tx, organisationId, match)} AND ${isListed(tx, match, list)}`;
  return total;
}
