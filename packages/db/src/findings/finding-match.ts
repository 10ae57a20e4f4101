import type { FindingListName } from '@silt/domain';
import { FINDING_STATES, type FindingState, type Severity } from '@silt/domain/findings';
import type { PendingQuery, Row } from 'postgres';
import type { TransactionSql } from '../client.ts';

/** Which findings of hosts that are not retired. */
export interface FindingMatch {
  /** Each must be in host name, tags, rule id, subject or store key (in lower case), or be of one of these rules. */
  words: readonly { text: string; rules: readonly string[] }[];
  /** None = any. */
  severities: readonly Severity[];
  rule: string | null;
  /** Public id. */
  hostId: string | null;
  storeKey: string | null;
}

const LIST_OF: Record<FindingState, FindingListName> = {
  ...{ new: 'standing', open: 'standing', reopened: 'standing', muted: 'muted', resolved: 'resolved' },
};

/** So that some 100,000 findings of an organisation are joined, sorted and grouped without temporary files. */
export const giveFindingsMemory = (tx: TransactionSql): PendingQuery<Row[]> =>
  tx`SELECT set_config('work_mem', '32MB', true)`;

/** Of `finding f` and `host h`: hosts that are not retired. */
export function fromMatching(tx: TransactionSql, organisationId: string, match: FindingMatch): PendingQuery<Row[]> {
  const { words, rule, hostId, storeKey } = match;
  const isNamed = words.map(
    ({ text, rules }) => tx`AND (position(${text} IN searched.text) > 0 OR f.rule = ANY(${[...rules]}::text[]))`,
  );
  return tx`
    FROM finding f JOIN host h ON h.id = f.host_id AND h.organisation_id = f.organisation_id
    ${words.length === 0 ? tx`` : selectText(tx)}
    WHERE f.organisation_id = ${organisationId} AND h.retired_at IS NULL
      ${rule === null ? tx`` : tx`AND f.rule = ${rule}`}
      ${hostId === null ? tx`` : tx`AND h.public_id = ${hostId}`}
      ${storeKey === null ? tx`` : tx`AND f.store_key = ${storeKey}`}
      ${words.length === 0 ? tx`` : isNamed}`;
}

/** Whether an `f` is in a list and of the severities that are asked for. */
export function isListed(
  tx: TransactionSql,
  { severities }: Pick<FindingMatch, 'severities'>,
  list: FindingListName,
): PendingQuery<Row[]> {
  const states = FINDING_STATES.filter((state) => LIST_OF[state] === list);
  const isAsked = severities.length === 0 ? tx`` : tx`AND f.severity = ANY(${[...severities]}::text[])`;
  return tx`f.state = ANY(${states}::text[]) ${isAsked}`;
}

/** OFFSET keeps it from being made anew for each word. */
const selectText = (tx: TransactionSql): PendingQuery<Row[]> => tx`
  CROSS JOIN LATERAL (
    SELECT lower(concat_ws(chr(10), h.name, array_to_string(h.tags, chr(10)), f.rule, f.subject, f.store_key)) AS text OFFSET 0
  ) searched`;
