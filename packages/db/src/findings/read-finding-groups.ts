import { FINDING_LISTS, type FindingGrouping, type FindingListName } from '@silt/domain';
import { SEVERITIES, type Severity } from '@silt/domain/findings';
import type { PendingQuery, Row } from 'postgres';
import type { TransactionSql } from '../client.ts';
import { type FindingMatch, fromMatching, giveFindingsMemory, isListed } from './finding-match.ts';

export interface FindingGroupRecord {
  /** Rule id, or public id of the host. */
  key: string;
  /** Null = it is of a rule. */
  hostName: string | null;
  counts: Record<Severity, number>;
  hosts: number;
  oldestAt: Date;
  /** What two rules promise of one subject counts once; null = none promises any. */
  promisedBytes: number | null;
}

export interface FindingGroupsRecord {
  groups: FindingGroupRecord[];
  total: number;
  lists: Record<FindingListName, number>;
  /** Of the standing ones, of any severity. */
  counts: Record<Severity, number>;
}

interface Groups {
  total: number;
  groups: (Omit<FindingGroupRecord, 'counts' | 'oldestAt'> & { counts: number[]; oldestAt: string })[] | null;
  /** By place in `FINDING_LISTS`, of the severities that are asked for. */
  lists: number[];
  /** By place in `SEVERITIES`. */
  counts: number[];
}

/** Those with most of the worst first, then the longest standing. */
export async function readFindingGroups(
  tx: TransactionSql,
  organisationId: string,
  match: FindingMatch,
  page: { list: FindingListName; by: FindingGrouping; offset: number; limit: number },
): Promise<FindingGroupsRecord> {
  const { by } = page;
  const asked = isListed(tx, match, page.list);
  const lists = FINDING_LISTS.map((list) => sumWhere(tx, isListed(tx, match, list)));
  const standing = isListed(tx, { severities: [] }, 'standing');
  const counts = SEVERITIES.map((severity) => sumWhere(tx, tx`${standing} AND f.severity = ${severity}`));
  await giveFindingsMemory(tx);
  const [read] = await tx<[Groups]>`
    WITH matching AS MATERIALIZED (
      SELECT ${by === 'rule' ? tx`f.rule` : tx`f.host_id`} AS key, f.host_id, f.state, f.severity, f.stands_since,
        f.promised_bytes ${by === 'rule' ? tx`` : subjectColumns(tx)}
      ${fromMatching(tx, organisationId, match)}
    ),
    ${by === 'rule' ? countByRule(tx, asked) : countByHost(tx, asked)},
    paged AS MATERIALIZED (
      SELECT *, row_number() OVER (ORDER BY counts DESC, oldest_at, key) AS place FROM grouped
      ORDER BY place LIMIT ${page.limit} OFFSET ${page.offset}
    )
    SELECT (SELECT count(*) FROM grouped) AS total,
      (SELECT jsonb_build_array(${commaed(tx, lists)}) FROM counted f) AS lists,
      (SELECT jsonb_build_array(${commaed(tx, counts)}) FROM counted f) AS counts,
      ${by === 'rule' ? selectRuleGroups(tx, asked) : selectHostGroups(tx, asked, organisationId)} AS groups`;
  return {
    total: read.total,
    lists: named(FINDING_LISTS, read.lists),
    counts: named(SEVERITIES, read.counts),
    groups: (read.groups ?? []).map((group) => ({
      ...group,
      counts: named(SEVERITIES, group.counts),
      oldestAt: new Date(group.oldestAt),
    })),
  };
}

/** Few of them, so that all counts are sums of theirs. A rule has one finding of a subject, so that its bytes are a sum. */
const countByRule = (tx: TransactionSql, asked: PendingQuery<Row[]>): PendingQuery<Row[]> => tx`
    counted AS MATERIALIZED (
      SELECT key, state, severity, count(*) AS findings, min(stands_since) AS oldest_at, sum(promised_bytes) AS bytes
      FROM matching GROUP BY key, state, severity
    ),
    grouped AS (
      SELECT key, ARRAY[${commaed(
        tx,
        SEVERITIES.map((severity) => sumWhere(tx, tx`f.severity = ${severity}`)),
      )}] AS counts, min(oldest_at) AS oldest_at, sum(bytes) AS bytes
      FROM counted f WHERE ${asked} GROUP BY key
    )`;

/** Almost as many of them as findings. */
const countByHost = (tx: TransactionSql, asked: PendingQuery<Row[]>): PendingQuery<Row[]> => tx`
    counted AS MATERIALIZED (SELECT state, severity, count(*) AS findings FROM matching GROUP BY state, severity),
    grouped AS (
      SELECT key, ARRAY[${commaed(
        tx,
        SEVERITIES.map((severity) => tx`count(*) FILTER (WHERE f.severity = ${severity})`),
      )}] AS counts, min(stands_since) AS oldest_at
      FROM matching f WHERE ${asked} GROUP BY key
    )`;

const selectRuleGroups = (tx: TransactionSql, asked: PendingQuery<Row[]>): PendingQuery<Row[]> => tx`(
  SELECT jsonb_agg(jsonb_build_object('key', key, 'hostName', NULL, 'counts', counts, 'oldestAt', oldest_at,
    'hosts', hosts, 'promisedBytes', bytes) ORDER BY place)
  FROM paged JOIN (
    SELECT key, count(*) AS hosts FROM (SELECT key, host_id FROM matching f WHERE ${asked} GROUP BY key, host_id) s
    GROUP BY key
  ) spread USING (key))`;

const selectHostGroups = (
  tx: TransactionSql,
  asked: PendingQuery<Row[]>,
  organisationId: string,
): PendingQuery<Row[]> => tx`(
  SELECT jsonb_agg(jsonb_build_object('key', h.public_id, 'hostName', h.name, 'counts', counts, 'oldestAt', oldest_at,
    'hosts', 1, 'promisedBytes', promised.bytes) ORDER BY place)
  FROM paged JOIN host h ON h.id = key AND h.organisation_id = ${organisationId}
  LEFT JOIN (
    SELECT key, sum(bytes) AS bytes FROM (
      SELECT key, max(promised_bytes) AS bytes FROM matching f
      WHERE promised_bytes IS NOT NULL AND ${asked} AND key IN (SELECT key FROM paged) GROUP BY key, store_key, subject_hash
    ) s GROUP BY key
  ) promised USING (key))`;

/** Of those that promise something: the others need not be told apart. */
const subjectColumns = (tx: TransactionSql): PendingQuery<Row[]> => tx`,
  CASE WHEN f.promised_bytes IS NOT NULL THEN f.store_key END AS store_key,
  CASE WHEN f.promised_bytes IS NOT NULL THEN f.subject_hash END AS subject_hash`;

/** Findings of rows of `counted`. */
const sumWhere = (tx: TransactionSql, condition: PendingQuery<Row[]>): PendingQuery<Row[]> =>
  tx`coalesce(sum(findings) FILTER (WHERE ${condition}), 0)`;

const commaed = (tx: TransactionSql, parts: readonly PendingQuery<Row[]>[]): PendingQuery<Row[]>[] =>
  parts.map((part, place) => (place === 0 ? part : tx`, ${part}`));

const named = <Name extends string>(names: readonly Name[], counts: readonly number[]): Record<Name, number> =>
  Object.fromEntries(names.map((name, place) => [name, counts[place] ?? 0])) as Record<Name, number>;
