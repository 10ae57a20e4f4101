import { compactedBefore, type Sql } from '@silt/db';
import type { RegisteredHost } from '@silt/services';
import { benchHosts, COLLECTOR_VERSION, registerBenchHosts } from './bench-hosts.ts';
import { fillItems, MANY_ITEMS_NUMBER } from './fill-items.ts';
import { type HistoryStage, rollUpAll } from './history-stage.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Simulated hosts, which all others are copies of. */
const TEMPLATES = 8;
const YEAR_DAYS = 365;
const ROLLED_DAYS = 90;
export const BLOCK_DAYS = 7;
/** Copies with a year of hours and days, and with the samples that are not rolled up yet. */
export const YEAR_HOSTS = 100;
const EARLY_STEP_SECONDS = 300;
const STEP_SECONDS = 60;
/** So that nobody is silent before the run is over. */
const BEAT_SECONDS = 3_600;
const TAGS = 12;

/** Spread over the copies, the same for the same number; 7919 and 100003 are primes. */
const SPREAD = '(c.number::bigint * 7919 % 100003)';

export interface FilledFleet {
  /** Simulated hosts, whose copies the others are. */
  templates: RegisteredHost[];
  /** Midnight UTC: what is before it is rolled up. */
  closed: number;
  /** Hosts so far. */
  hosts: number;
}

/** Hosts with a year of history, loaded and rolled up by the product's functions: a sample each 5 minutes, then a minute. */
export async function fillTemplates(stage: HistoryStage, log: (line: string) => void): Promise<FilledFleet> {
  const now = new Date();
  const closed = compactedBefore(now).getTime();
  const blocksFrom = closed - BLOCK_DAYS * DAY_MILLISECONDS;
  const from = closed - YEAR_DAYS * DAY_MILLISECONDS;
  const days = Math.ceil((now.getTime() - from) / DAY_MILLISECONDS) + 1;
  const simulated = benchHosts(TEMPLATES, { anchorAt: now, days });
  const hosts = await registerBenchHosts(stage.demo, stage.organisationId, simulated);
  const load = { hosts, collectorVersion: COLLECTOR_VERSION };
  await stage.demo.loadHistory({
    ...{ ...load, from, earlyFrom: from },
    ...{ now: new Date(blocksFrom), stepSeconds: EARLY_STEP_SECONDS },
  });
  await rollUpAll(stage);
  log(`queries: ${TEMPLATES} hosts have a year of hours and days`);
  await stage.demo.loadHistory({ ...load, from: blocksFrom, earlyFrom: blocksFrom, now, stepSeconds: STEP_SECONDS });
  await rollUpAll(stage);
  await stage.admin`DELETE FROM series_block WHERE start_at < ${new Date(blocksFrom)}`;
  await stage.admin`
    CREATE TABLE bench_copy (number integer PRIMARY KEY, host_id bigint NOT NULL, template_id bigint NOT NULL)`;
  return { templates: hosts, closed, hosts: hosts.length };
}

/**
 * Copies of the templates until there are `hosts`: each with 7 days of blocks, 90 days of hours and days, some tens of
 * items; the first 100 with a year and what is hot; the first one with 2,000 items. Rows lie as the worker writes them,
 * day by day.
 */
export async function growFleet(
  { admin, organisationId }: HistoryStage,
  fleet: FilledFleet,
  hosts: number,
): Promise<FilledFleet> {
  const numbers = { first: fleet.hosts - TEMPLATES + 1, last: hosts - TEMPLATES };
  // Only a superuser may: no foreign key is checked row by row, and the log need not reach the disk.
  await admin`SET session_replication_role = replica`;
  await admin`SET synchronous_commit = off`;
  await admin`SET work_mem = '256MB'`;
  await addHosts(admin, { organisationId, templates: fleet.templates, ...numbers });
  const copy = new HostCopies(admin, numbers);
  await copy.rows('resource', {}, 'resource_no');
  await copy.rows('layout', {}, 'layout_no');
  await copy.rows('host_status', STATUS_CHANGES, 'observed_at');
  await copy.rows('snapshot', {}, 'observed_at', { lastNumber: YEAR_HOSTS });
  for (let daysAgo = YEAR_DAYS; daysAgo > 0; daysAgo -= 1) {
    const from = fleet.closed - daysAgo * DAY_MILLISECONDS;
    const some = daysAgo > ROLLED_DAYS ? { lastNumber: YEAR_HOSTS } : {};
    const day = new Date(from).toISOString().slice(0, 10);
    if (daysAgo <= BLOCK_DAYS) {
      const condition = `t.start_at >= '${day}T00:00Z' AND t.start_at < '${day}T24:00Z'`;
      await copy.rows('series_block', {}, 'start_at, resource_no', { condition });
    }
    for (const table of ['series_hour', 'series_day']) {
      await copy.rows(table, {}, 'resource_no', { condition: `t.day = '${day}'`, ...some });
    }
  }
  await fillItems(admin, { organisationId, ...numbers, closed: fleet.closed });
  await admin`RESET session_replication_role`;
  await admin`VACUUM ANALYZE`;
  await admin`CHECKPOINT`;
  return { ...fleet, hosts };
}

/** Fills and growth spread over the fleet, so that orders and states are none of the templates'. */
const STATUS_CHANGES = {
  last_seen_at: 'now()',
  beat_seconds: String(BEAT_SECONDS),
  readings: `ARRAY(SELECT r + ${SPREAD} * 4096 FROM unnest(t.readings) WITH ORDINALITY AS u (r, n) ORDER BY n)`,
  fullest_fill: `${SPREAD} / 100003.0`,
  growth_per_day: `(${SPREAD} - 30000) * 10000.0`,
};

async function addHosts(
  admin: Sql,
  options: { organisationId: string; templates: readonly RegisteredHost[]; first: number; last: number },
): Promise<void> {
  const { organisationId, templates, first, last } = options;
  const templateIds = templates.map(({ hostId }) => hostId);
  await admin`
    INSERT INTO host (organisation_id, name, tags, facts, simulated, first_seen_at)
    SELECT ${organisationId}, 'bench-' || lpad(n::text, 5, '0'), ARRAY['tag-' || n % ${TAGS}::int], t.facts, true,
      t.first_seen_at
    FROM generate_series(${first}::int, ${last}::int) n
    JOIN host t ON t.id = (${templateIds}::bigint[])[n % ${TEMPLATES}::int + 1] ORDER BY n`;
  await admin`
    INSERT INTO bench_copy
    SELECT n, h.id, (${templateIds}::bigint[])[n % ${TEMPLATES}::int + 1]
    FROM generate_series(${first}::int, ${last}::int) n JOIN host h ON h.name = 'bench-' || lpad(n::text, 5, '0')`;
  await admin`ANALYZE bench_copy, host`;
}

/** Rows of the templates for their copies of some numbers. */
class HostCopies {
  readonly #admin: Sql;
  readonly #numbers: { first: number; last: number };
  readonly #columns = new Map<string, string[]>();

  constructor(admin: Sql, numbers: { first: number; last: number }) {
    this.#admin = admin;
    this.#numbers = numbers;
  }

  /** @param changes SQL of the columns that are another; c = the copy, t = the row of its template. */
  async rows(
    table: string,
    changes: Record<string, string>,
    order: string,
    { condition = 'true', lastNumber = Number.POSITIVE_INFINITY }: { condition?: string; lastNumber?: number } = {},
  ): Promise<void> {
    const last = Math.min(this.#numbers.last, lastNumber);
    if (last < this.#numbers.first) return;
    const columns = await this.#columnsOf(table);
    const values = columns.map((name) => (name === 'host_id' ? 'c.host_id' : (changes[name] ?? `t.${name}`)));
    await this.#admin.unsafe(
      `INSERT INTO ${table} (${columns.join(', ')})
      SELECT ${values.join(', ')} FROM bench_copy c JOIN ${table} t ON t.host_id = c.template_id
      WHERE c.number BETWEEN ${this.#numbers.first} AND ${last} AND ${condition}
      ORDER BY c.host_id, ${order.replace(/\w+/g, 't.$&')}`,
    );
  }

  async #columnsOf(table: string): Promise<string[]> {
    const known = this.#columns.get(table);
    if (known) return known;
    const rows = await this.#admin<{ name: string }[]>`
      SELECT attname AS name FROM pg_attribute
      WHERE attrelid = ${table}::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;
    const names = rows.map(({ name }) => name);
    this.#columns.set(table, names);
    return names;
  }
}

/** Public id of the copy with 2,000 items, of those with a year, and the store of each that is looked at. */
export async function readLookedAt(
  admin: Sql,
): Promise<{ many: { hostId: string; storeKey: string }; years: { hostId: string; storeKey: string }[] }> {
  const rows = await admin<{ number: number; hostId: string; storeKey: string }[]>`
    SELECT c.number, h.public_id AS "hostId", s.fullest_store_key AS "storeKey"
    FROM bench_copy c JOIN host h ON h.id = c.host_id JOIN host_status s ON s.host_id = c.host_id
    WHERE c.number <= ${YEAR_HOSTS} ORDER BY c.number`;
  const many = rows.find(({ number }) => number === MANY_ITEMS_NUMBER);
  if (!many) throw new Error('no host has many items');
  return { many, years: [...rows] };
}
