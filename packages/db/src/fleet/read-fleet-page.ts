import {
  CRITICAL_DAYS_LEFT,
  CRITICAL_FILL,
  CURRENT_FORECAST_HOURS,
  type DaysLeft,
  type FleetSort,
  HOUR_MILLISECONDS,
  MAX_TAG_GROUPS,
  SILENT_AFTER_BEATS,
  SILENT_GRACE_MILLISECONDS,
  STATES,
  type State,
  type TagCount,
  WARN_FILL,
} from '@silt/domain';
import type { TransactionSql } from '../client.ts';
import { type HostRecord, readHostsById } from './read-fleet.ts';

export interface FleetFilter {
  sort: FleetSort;
  descending: boolean;
  /** Lower case; each must be in a host's name, tags, back ends or name of its fullest store. */
  words: readonly string[];
  /** None = any. */
  states: readonly State[];
  tag: string | null;
  /** Hosts without a tag alone. */
  untagged: boolean;
  groupByTag: boolean;
  offset: number;
  limit: number;
}

export interface FleetPageRecord {
  hosts: HostRecord[];
  total: number;
  counts: Record<State, number>;
  tags: TagCount[] | null;
}

/** `host-9` before `host-10`; the names themselves settle which of two equals is first. */
const BY_NAME = 'name COLLATE natural_name';

/** What a sort compares; null stands last whichever way it is sorted. */
const SORT_COLUMNS = {
  'days-left': 'days_left_p50',
  fill: 'fill',
  name: BY_NAME,
  growth: 'growth',
  'last-seen': 'last_seen_at',
  coverage: 'coverage',
  state: 'state',
} as const satisfies Record<FleetSort, string>;

/** p50, p10, p90: `min` compares p50 first. */
type DaysLeftArray = [number, number, number | null];

interface Page {
  /** By place of the state in `STATES`. */
  counts: Record<string, number> | null;
  ids: number[] | null;
  tags: { tag: string | null; hosts: number; counts: number[]; soonest: DaysLeftArray | null }[] | null;
}

/**
 * A page of the hosts that are not retired, equals in order of fill and name, and the counts over all of them. The state
 * of a host is `fleetRow`'s: connected, by its fill and by its forecast (`stateOfRow`). In order of days left those whose
 * state is unknown are last.
 */
export async function readFleetPage(
  tx: TransactionSql,
  organisationId: string,
  filter: FleetFilter,
  now: Date,
): Promise<FleetPageRecord> {
  const { sort, descending, states, groupByTag, offset, limit } = filter;
  const asked: readonly State[] = states.length === 0 ? STATES : STATES.filter((state) => states.includes(state));
  const places = asked.map((state) => STATES.indexOf(state));
  const unknownLast = sort === 'days-left' ? `state = ${STATES.indexOf('unknown')}, ` : '';
  const order = `${unknownLast}${SORT_COLUMNS[sort]} ${descending ? 'DESC' : 'ASC'} NULLS LAST, fill DESC NULLS LAST, ${BY_NAME}, name, public_id`;
  const [page] = await tx<[Page]>`
    WITH host_row AS MATERIALIZED (${selectRows(tx, organisationId, filter, now)}),
    matching AS (SELECT * FROM host_row WHERE state = ANY(${places}::integer[])),
    tagged AS (
      SELECT tag, count(*) AS hosts, jsonb_build_array(count(*) FILTER (WHERE state = 0),
        count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3)) AS counts,
        min(ARRAY[days_left_p50, days_left_p10, days_left_p90])
          FILTER (WHERE days_left_p50 IS NOT NULL AND state <> ${STATES.indexOf('unknown')}) AS soonest
      FROM matching LEFT JOIN LATERAL unnest(tags) AS tag ON true
      WHERE ${groupByTag} GROUP BY tag ORDER BY count(*) DESC, tag LIMIT ${MAX_TAG_GROUPS}
    )
    SELECT
      (SELECT jsonb_object_agg(state, hosts) FROM (SELECT state, count(*) AS hosts FROM host_row GROUP BY state) c)
        AS counts,
      (SELECT jsonb_agg(id) FROM (
        SELECT id FROM matching ORDER BY ${tx.unsafe(order)} LIMIT ${limit} OFFSET ${offset}
      ) p) AS ids,
      (SELECT jsonb_agg(jsonb_build_object('tag', tag, 'hosts', hosts, 'counts', counts, 'soonest', soonest))
        FROM tagged) AS tags`;
  const counts = countsOf((index) => page.counts?.[index] ?? 0);
  return {
    hosts: await readHostsById(tx, organisationId, page.ids ?? []),
    total: asked.reduce((sum, state) => sum + counts[state], 0),
    counts,
    tags: groupByTag ? (page.tags ?? []).map(tagCount) : null,
  };
}

function tagCount({ tag, hosts, counts, soonest }: NonNullable<Page['tags']>[number]): TagCount {
  return { tag, hosts, counts: countsOf((place) => counts[place] ?? 0), soonest: soonest && daysLeftOf(soonest) };
}

const daysLeftOf = ([p50, p10, p90]: DaysLeftArray): DaysLeft => ({ p10, p50, p90 });

function countsOf(count: (place: number) => number): Record<State, number> {
  return Object.fromEntries(STATES.map((state, place) => [state, count(place)])) as Record<State, number>;
}

function selectRows(tx: TransactionSql, organisationId: string, { words, tag, untagged }: FleetFilter, now: Date) {
  const text = tx`lower(concat_ws(chr(10), h.name, array_to_string(h.tags, chr(10)),
    array_to_string(s.back_ends, chr(10)), (
      SELECT store ->> 'name' FROM layout l CROSS JOIN jsonb_array_elements(l.stores) AS store
      WHERE l.host_id = h.id AND l.layout_no = s.layout_no AND store ->> 'key' = s.fullest_store_key LIMIT 1)))`;
  const matching =
    words.length === 0
      ? tx``
      : tx`AND (SELECT bool_and(position(word IN ${text}) > 0) FROM unnest(${words as string[]}::text[]) AS word)`;
  const currentSince = new Date(now.getTime() - CURRENT_FORECAST_HOURS * HOUR_MILLISECONDS);
  return tx`
    SELECT h.id, h.public_id, h.name, h.tags, s.fullest_fill AS fill, s.growth_per_day AS growth, s.last_seen_at,
      s.probes_read::double precision / nullif(s.probes_total, 0) AS coverage,
      CASE WHEN s.forecast_at >= ${currentSince} THEN s.days_left_p50 END AS days_left_p50,
      s.days_left_p10, s.days_left_p90, ${selectState(tx, now, currentSince)} AS state
    FROM host h
    LEFT JOIN host_status s ON s.host_id = h.id AND s.organisation_id = h.organisation_id
    WHERE h.organisation_id = ${organisationId} AND h.retired_at IS NULL
      AND (${tag}::text IS NULL OR h.tags @> ARRAY[${tag}::text]) AND (NOT ${untagged} OR h.tags = '{}') ${matching}`;
}

/** Place in `STATES`, as `connectionOf` and `stateOfRow` have it. A null is no condition that holds. */
function selectState(tx: TransactionSql, now: Date, currentSince: Date) {
  const place = (state: State) => tx`${STATES.indexOf(state)}::integer`;
  return tx`CASE
      WHEN s.last_seen_at IS NULL OR ${now}::timestamptz - s.last_seen_at > make_interval(
        secs => ${SILENT_AFTER_BEATS}::integer * s.beat_seconds + ${SILENT_GRACE_MILLISECONDS / 1_000}::double precision)
        THEN ${place('unknown')}
      WHEN s.fullest_fill >= ${CRITICAL_FILL}::double precision
        OR s.forecast_at >= ${currentSince} AND (s.forecast_verdict = 'full'
          OR s.forecast_alarm AND s.days_left_p50 <= ${CRITICAL_DAYS_LEFT}::double precision) THEN ${place('critical')}
      WHEN s.fullest_fill >= ${WARN_FILL}::double precision
        OR s.forecast_alarm AND s.days_left_p50 IS NOT NULL AND s.forecast_at >= ${currentSince} THEN ${place('warning')}
      WHEN s.fullest_fill IS NULL THEN ${place('unknown')}
      ELSE ${place('ok')}
    END`;
}
