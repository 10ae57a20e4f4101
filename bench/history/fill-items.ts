import type { Sql } from '@silt/db';

const DAY_MILLISECONDS = 86_400_000;
const MINUTE_MILLISECONDS = 60_000;
/** Number of the copy that has many items; the others have some tens. */
export const MANY_ITEMS_NUMBER = 1;
export const MANY_ITEMS = 2_000;
/** Of each of its items between the two moments that are compared: 20,000 of all. */
export const VERSIONS_BETWEEN = 10;
const ITEMS_OF_OTHERS = 40;
const VERSIONS_OF_OTHERS = 3;
/** Days before the closed ones' end: the earlier moment, within the blocks, and when the items began. */
const EARLIER_DAYS = 6;
const FIRST_SEEN_DAYS = 30;
const SLOW_BEAT_MINUTES = 5;

/** The two moments that are compared: 20,000 versions begin between them on the host with many items. */
export const comparedMoments = (closed: number): { a: Date; b: Date } => ({
  a: new Date(closed - EARLIER_DAYS * DAY_MILLISECONDS),
  b: new Date(closed),
});

interface Copies {
  organisationId: string;
  /** Numbers of the copies. */
  first: number;
  last: number;
  /** Midnight UTC. */
  closed: number;
}

/**
 * Of each copy: its stores, a daemon on the fullest one, then containers, volumes that containers use, images and
 * subvolumes in turns. The one with many items has had a first version of each since before the earlier moment, and then
 * ten that differ in size.
 */
export async function fillItems(admin: Sql, copies: Copies): Promise<void> {
  const { a, b } = comparedMoments(copies.closed);
  const firstSeen = new Date(copies.closed - FIRST_SEEN_DAYS * DAY_MILLISECONDS);
  await insertItems(admin, copies, firstSeen);
  const many = { ...copies, first: MANY_ITEMS_NUMBER, last: MANY_ITEMS_NUMBER };
  if (copies.first <= MANY_ITEMS_NUMBER) await insertVersions(admin, many, { a, b, versions: VERSIONS_BETWEEN });
  const others = { ...copies, first: Math.max(copies.first, MANY_ITEMS_NUMBER + 1) };
  await insertVersions(admin, others, { a, b, versions: VERSIONS_OF_OTHERS - 1 });
  await insertReads(admin, copies, firstSeen);
}

/** Item 1 is the store, item 2 the daemon; n − 1 is the container that a volume is for. */
async function insertItems(admin: Sql, { organisationId, first, last }: Copies, firstSeen: Date): Promise<void> {
  await admin`
    INSERT INTO item (host_id, item_no, organisation_id, key, kind, scope, first_seen_at)
    SELECT c.host_id, n, ${organisationId},
      CASE WHEN n = 1 THEN 'store:' || s.fullest_store_key WHEN n = 2 THEN 'daemon:docker:/run/docker.sock'
        ELSE k.kind || ':docker:/run/docker.sock:' || md5(c.number || ' ' || n) || md5(n || ' ' || c.number) END,
      k.kind, CASE WHEN n <= 2 THEN 'docker' ELSE 'docker ' || k.kind || 's docker:/run/docker.sock' END, ${firstSeen}
    FROM bench_copy c JOIN host_status s ON s.host_id = c.host_id
    CROSS JOIN LATERAL generate_series(1,
      CASE WHEN c.number = ${MANY_ITEMS_NUMBER}::int THEN ${MANY_ITEMS}::int ELSE ${ITEMS_OF_OTHERS}::int END) n
    CROSS JOIN LATERAL (SELECT CASE n WHEN 1 THEN 'store' WHEN 2 THEN 'daemon'
      ELSE (ARRAY['container', 'volume', 'image', 'subvolume'])[(n - 3) % 4 + 1] END AS kind) k
    WHERE c.number BETWEEN ${first}::int AND ${last}::int
    ORDER BY c.host_id, n`;
}

/** Version 0 begins with the item; the others at moments of their own between a and b, the last of which goes on. */
async function insertVersions(
  admin: Sql,
  { organisationId, first, last }: Copies,
  { a, b, versions }: { a: Date; b: Date; versions: number },
): Promise<void> {
  await admin`
    INSERT INTO item_version (host_id, item_no, valid_from, valid_to, organisation_id, name, store_no, parent_no, owner_no,
      size_bytes, counted, least_bytes, most_bytes, state, attributes)
    SELECT i.host_id, i.item_no, CASE WHEN v = 0 THEN i.first_seen_at ELSE m.at END,
      CASE WHEN v = ${versions}::int THEN 'infinity'::timestamptz ELSE m.next END, ${organisationId},
      CASE WHEN i.item_no <= 2 THEN i.key ELSE i.kind || '-' || i.item_no END,
      CASE WHEN i.item_no > 2 THEN 1 END, CASE WHEN i.item_no > 2 THEN 2 END,
      CASE WHEN i.kind = 'volume' THEN i.item_no - 1 END,
      z.bytes, i.item_no > 2 AND i.kind <> 'image', z.bytes, z.bytes,
      CASE i.kind WHEN 'container' THEN 'running' WHEN 'volume' THEN 'in use' END,
      CASE i.kind
        WHEN 'container' THEN jsonb_build_object('image', 'registry.example.org/team/service:1.' || v, 'restarts', 0,
          'composeProject', 'project-' || i.item_no % 50, 'composeService', 'web')
        WHEN 'volume' THEN jsonb_build_object('driver', 'local', 'anonymous', false)
        ELSE '{}' END
    FROM bench_copy c JOIN item i ON i.host_id = c.host_id
    CROSS JOIN generate_series(0, ${versions}::int) v
    CROSS JOIN LATERAL (
      SELECT (${b}::timestamptz - ${a}::timestamptz) / ${versions}::int AS each,
        i.item_no * 7919 % 1000 / 1000.0 AS part
    ) d
    CROSS JOIN LATERAL (SELECT ${a}::timestamptz + d.each * (v - 1 + d.part * 0.9 + 0.05) AS at,
      ${a}::timestamptz + d.each * (v + d.part * 0.9 + 0.05) AS next) m
    CROSS JOIN LATERAL (SELECT CASE WHEN i.item_no > 2
      THEN ((i.item_no * 104729 % 1009) * 1000000 + v * 20000000)::bigint END AS bytes) z
    WHERE c.number BETWEEN ${first}::int AND ${last}::int
    ORDER BY v, i.host_id, i.item_no`;
}

/** A span a day, each of scopes that were read in full; the last one goes on to now. */
async function insertReads(admin: Sql, { organisationId, first, last }: Copies, firstSeen: Date): Promise<void> {
  const names = ['docker', ...['container', 'volume', 'image', 'subvolume'].map(docker)];
  const scopes = names.map((name) => ({ name, status: 'complete', reason: null }));
  const gap = SLOW_BEAT_MINUTES * MINUTE_MILLISECONDS;
  await admin`
    INSERT INTO inventory_span (host_id, valid_from, last_read_at, organisation_id, scopes)
    SELECT c.host_id, at, least(now(), at + interval '1 day' - make_interval(secs => ${gap / 1_000}::double precision)),
      ${organisationId}, ${JSON.stringify(scopes)}::text::jsonb
    FROM bench_copy c CROSS JOIN generate_series(${firstSeen}::timestamptz, now(), interval '1 day') at
    WHERE c.number BETWEEN ${first}::int AND ${last}::int ORDER BY at, c.host_id`;
  await admin`
    INSERT INTO inventory_state (host_id, organisation_id, stream_no, sequence, observed_at)
    SELECT host_id, ${organisationId}, 1, 1, now() FROM bench_copy WHERE number BETWEEN ${first}::int AND ${last}::int`;
}

const docker = (kind: string): string => `docker ${kind}s docker:/run/docker.sock`;
