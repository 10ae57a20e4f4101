import type { Sql } from '../src/index.ts';

export const PLAN_HOSTS = 1_000;
export const PLAN_STORE = 'mount:/';
/** Midnight UTC of the last day. */
export const PLAN_DAY = new Date('2026-03-10T00:00:00Z');
/** Days that are rolled up, up to the last one. */
const DAYS = 30;
const SERIES = ['usedBytes', 'capacityBytes', 'usedInodes', 'capacityInodes'];
/** Of the host that is looked at; others have a few each. */
const ITEMS = 2_000;
const VERSIONS_AN_ITEM = 10;
const ITEMS_OF_OTHERS = 20;

/** An organisation of 1,000 hosts with days, samples and versions, analysed; and one host of it with many items. */
export async function fillFleet(
  owner: Sql,
): Promise<{ organisationId: string; host: { hostId: number; organisationId: string } }> {
  const [organisation] = await owner<[{ id: string }]>`
    INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  const organisationId = organisation.id;
  await owner`
    INSERT INTO host (organisation_id, name, tags)
    SELECT ${organisationId}, 'host-' || n, ARRAY['tag-' || n % 7] FROM generate_series(1, ${PLAN_HOSTS}) n`;
  await fillSeries(owner, organisationId);
  const [host] = await owner<[{ id: number }]>`SELECT min(id) AS id FROM host`;
  await fillItems(owner, organisationId, host.id);
  await owner`ANALYZE`;
  return { organisationId, host: { hostId: host.id, organisationId } };
}

async function fillSeries(owner: Sql, organisationId: string): Promise<void> {
  const nos = SERIES.map((_, place) => place + 1);
  await owner`
    INSERT INTO resource (host_id, resource_no, organisation_id, store_key, series, unit)
    SELECT h.id, s.no, ${organisationId}, ${PLAN_STORE}, s.name, 'bytes'
    FROM host h CROSS JOIN unnest(${SERIES}::text[]) WITH ORDINALITY AS s (name, no)`;
  await owner`
    INSERT INTO layout (host_id, layout_no, organisation_id, hash, stores, daemons, resource_nos)
    SELECT id, 1, ${organisationId}, 'x', '[]', '[]', ${nos}::int[] FROM host`;
  await owner`
    INSERT INTO host_status (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
      clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total, fullest_fill)
    SELECT id, ${organisationId}, ${PLAN_DAY}, ${PLAN_DAY}, 'boot', ${PLAN_DAY}, 0, 10, 1,
      ARRAY[id * 1000, 1000000, 5, 10], '[]', 3, 4, (id % 100) / 100.0
    FROM host`;
  await owner`
    INSERT INTO series_day (host_id, resource_no, day, organisation_id, min_value, max_value, last_value, mean_value, samples)
    SELECT h.id, no, ${PLAN_DAY}::date - d, ${organisationId}, d, d, d, d, 1440
    FROM host h CROSS JOIN generate_series(1, ${SERIES.length}) no CROSS JOIN generate_series(1, ${DAYS}) d
    ORDER BY d DESC, h.id, no`;
  await owner`
    INSERT INTO snapshot
      (host_id, organisation_id, observed_at, taken_at, received_at, stream_no, sequence, layout_no, readings)
    SELECT h.id, ${organisationId}, at, at, at, 1, n, 1, ARRAY[n, 1000000, 5, 10]
    FROM generate_series(0, 47) n CROSS JOIN host h,
      LATERAL (SELECT ${PLAN_DAY}::timestamptz - make_interval(hours => n) AS at) t`;
}

async function fillItems(owner: Sql, organisationId: string, host: number): Promise<void> {
  await owner`
    INSERT INTO item (host_id, item_no, organisation_id, key, kind, scope, first_seen_at)
    SELECT h.id, n, ${organisationId}, CASE WHEN n = 1 THEN 'store:' || ${PLAN_STORE} ELSE 'volume:' || n END,
      CASE WHEN n = 1 THEN 'store' ELSE 'volume' END, 'docker', ${PLAN_DAY}::timestamptz - interval '30 days'
    FROM host h
    CROSS JOIN LATERAL generate_series(1, CASE WHEN h.id = ${host} THEN ${ITEMS}::int ELSE ${ITEMS_OF_OTHERS}::int END) n`;
  await owner`
    INSERT INTO item_version (host_id, item_no, valid_from, valid_to, organisation_id, name, store_no, size_bytes, counted,
      least_bytes, most_bytes, attributes)
    SELECT host_id, item_no, first_seen_at + v * interval '3 days',
      CASE WHEN v = ${VERSIONS_AN_ITEM - 1} THEN 'infinity' ELSE first_seen_at + (v + 1) * interval '3 days' END,
      organisation_id, key, 1, v * 1000, item_no > 1, v * 1000, v * 1000, '{}'
    FROM item CROSS JOIN generate_series(0, ${VERSIONS_AN_ITEM - 1}) v`;
  await owner`
    INSERT INTO inventory_span (host_id, valid_from, last_read_at, organisation_id, scopes)
    SELECT h.id, at, at + interval '23 hours', ${organisationId}, '[{"name":"docker","status":"complete","reason":null}]'
    FROM host h CROSS JOIN generate_series(1, ${DAYS}) d,
      LATERAL (SELECT ${PLAN_DAY}::timestamptz - d * interval '1 day' AS at) t`;
}
