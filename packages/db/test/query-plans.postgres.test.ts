import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  openDatabase,
  readFleetPage,
  readGrowers,
  readItemHoldings,
  readItemsAt,
  readReadingsAt,
  readScopesAt,
  type Sql,
  type TransactionSql,
  withOrganisation,
} from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { fillFleet, PLAN_DAY, PLAN_HOSTS, PLAN_STORE } from './plan-fleet.ts';

/** Tables that grow with hosts and time: they are read by an index alone. */
const BIG =
  /^(snapshot|series_block|series_hour|series_day|item|item_version|inventory_span|resource)(_\d+|_default)?$/;
const DAY_MILLISECONDS = 86_400_000;
const FILL_TIMEOUT_MILLISECONDS = 120_000;
const INT8 = 20;
const VALIDITY = 'item_version_host_id_valid_to_valid_from_idx';

let database: TestDatabase;
let owner: Sql;
/** As silt_web; the server tells it the plan of each statement that it has run (auto_explain). */
let web: Sql;
let notices: string[] = [];
let organisationId: string;
let host: { hostId: number; organisationId: string };

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  ({ organisationId, host } = await fillFleet(owner));
  const admin = postgres(database.adminUrl, { max: 1 });
  const settings = {
    ...{ session_preload_libraries: 'auto_explain', 'auto_explain.log_min_duration': '0' },
    ...{ 'auto_explain.log_analyze': 'on', 'auto_explain.log_buffers': 'on', 'auto_explain.log_timing': 'off' },
    ...{ 'auto_explain.log_format': 'json', 'auto_explain.log_level': 'notice', jit: 'off' },
  };
  for (const [name, value] of Object.entries(settings))
    await admin.unsafe(`ALTER DATABASE ${database.name} SET ${name} = '${value}'`);
  await admin.end();
  web = postgres<{ bigint: postgres.PostgresType<number> }>(database.urls.silt_web, {
    max: 1,
    onnotice: ({ message }) => notices.push(message ?? ''),
    types: { bigint: { to: INT8, from: [INT8], serialize: String, parse: Number } },
  });
}, FILL_TIMEOUT_MILLISECONDS);

afterAll(async () => {
  await Promise.all([owner.end(), web.end()]);
  await database.drop();
});

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  'Actual Loops'?: number;
  'Actual Rows'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

interface Seen {
  /** Big tables that were read from end to end. */
  scanned: string[];
  indexes: string[];
  /** Blocks of 8 KiB, over all statements. */
  buffers: number;
}

async function plansOf(read: (tx: TransactionSql) => Promise<unknown>): Promise<Seen> {
  await withOrganisation(web, organisationId, async (tx) => {
    await read(tx);
    notices = [];
    await read(tx);
  });
  const plans = notices.filter((notice) => notice.includes('plan:')).map((notice) => notice.split('plan:')[1] ?? '');
  const seen: Seen = { scanned: [], indexes: [], buffers: 0 };
  for (const { Plan } of plans.map((text): { Plan: PlanNode } => JSON.parse(text))) {
    visit(Plan, seen);
    seen.buffers += (Plan['Shared Hit Blocks'] ?? 0) + (Plan['Shared Read Blocks'] ?? 0);
  }
  return { ...seen, indexes: [...new Set(seen.indexes)].sort() };
}

function visit(node: PlanNode, seen: Seen): void {
  const table = node['Relation Name'] ?? '';
  // A node that never ran has read nothing, nor has a scan of an empty partition.
  if (node['Actual Loops'] === 0) return;
  const rows = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0);
  if (node['Node Type'].includes('Seq Scan') && BIG.test(table) && rows > 0) seen.scanned.push(table);
  if (node['Index Name']) seen.indexes.push(node['Index Name']);
  for (const child of node.Plans ?? []) visit(child, seen);
}

const FILTER = {
  sort: 'fill',
  descending: true,
  words: ['host-1'],
  states: [],
  tag: null,
  untagged: false,
  groupByTag: true,
} as const;
const at = (daysAgo: number): Date => new Date(PLAN_DAY.getTime() - daysAgo * DAY_MILLISECONDS);

test.each([0, 10, 29])('the items of a host %s days ago are read by the validity of versions', async (daysAgo) => {
  const { scanned, indexes, buffers } = await plansOf((tx) => readItemsAt(tx, host, at(daysAgo)));
  expect(scanned).toEqual([]);
  expect(indexes).toEqual(['item_pkey', VALIDITY]);
  // 2,000 items, of which 10 versions each are kept: 100 blocks of items, as many of versions and of their index.
  expect(buffers).toBeLessThan(600);
});

test('how scopes were read at a moment takes a span, and those before it only for what was not read in it', async () => {
  const last = await plansOf((tx) => readScopesAt(tx, host, at(5), ['docker']));
  const searched = await plansOf((tx) => readScopesAt(tx, host, at(5), ['never read']));
  for (const { scanned, indexes } of [last, searched]) {
    expect(scanned).toEqual([]);
    expect(indexes).toEqual(['inventory_span_pkey']);
  }
  expect(last.buffers).toBeLessThan(10);
  expect(searched.buffers).toBeLessThan(100);
});

test('the readings at a moment are a probe of the samples', async () => {
  const { scanned, indexes, buffers } = await plansOf((tx) => readReadingsAt(tx, host, at(0.5)));
  expect(scanned).toEqual([]);
  expect(indexes).toContain('snapshot_default_pkey');
  expect(buffers).toBeLessThan(100);
});

test('what a store held over a month is read once, by the validity of versions', async () => {
  const range = { from: at(30).getTime() / 1_000, to: PLAN_DAY.getTime() / 1_000, bucketSeconds: 3_600 };
  const { scanned, indexes, buffers } = await plansOf((tx) => readItemHoldings(tx, host, PLAN_STORE, range));
  expect(scanned).toEqual([]);
  expect(indexes).toContain(VALIDITY);
  // All 20,000 versions of the host.
  expect(buffers).toBeLessThan(2_000);
});

test('growers take some index probes a host, whether or not it has a day at the beginning of the range', async () => {
  const growersSince = (daysAgo: number) =>
    plansOf((tx) => readGrowers(tx, organisationId, { from: at(daysAgo), limit: 20 }));
  for (const daysAgo of [30, 35]) {
    const { scanned, indexes, buffers } = await growersSince(daysAgo);
    expect(scanned).toEqual([]);
    expect(indexes).toContain('resource_organisation_id_series_idx');
    // One date at once, or host by host: which is cheaper, the size of the fleet says.
    expect(indexes.some((index) => index.startsWith('series_day_default_'))).toBe(true);
    expect(buffers).toBeLessThan(20 * PLAN_HOSTS);
  }
});

test('a page of the fleet reads hosts and their status once, and the layouts of its own hosts alone', async () => {
  const filter = { ...FILTER, words: [], offset: 100, limit: 100 };
  const { scanned, buffers } = await plansOf((tx) => readFleetPage(tx, organisationId, filter, PLAN_DAY));
  expect(scanned).toEqual([]);
  expect(buffers).toBeLessThan(1_500);
});

test('a fleet that is searched by words reads the layout of each host by its key, for the name of its fullest store', async () => {
  const filter = { ...FILTER, offset: 100, limit: 100 };
  const { scanned, buffers } = await plansOf((tx) => readFleetPage(tx, organisationId, filter, PLAN_DAY));
  expect(scanned).toEqual([]);
  expect(buffers).toBeLessThan(1_500 + 3 * PLAN_HOSTS);
});
