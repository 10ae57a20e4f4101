import type { FindingListName } from '@silt/domain';
import { FINDING_LISTS } from '@silt/domain';
import { SEVERITIES, type Severity } from '@silt/domain/findings';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  type FindingMatch,
  openDatabase,
  readFindingGroups,
  readFindingPage,
  type Sql,
  withOrganisation,
} from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const STORE = 'mount:/';
const MATCH: FindingMatch = { words: [], severities: [], rule: null, hostId: null, storeKey: STORE };

interface Row {
  host: string;
  rule: string;
  severity: Severity;
  state: string;
  day: number;
  promised: number | null;
}

const row = (
  host: string,
  rule: string,
  severity: Severity,
  state: string,
  day: number,
  promised = null as number | null,
) => ({
  ...{ host, rule, severity, state, day, promised },
});

const ROWS: readonly Row[] = [
  row('a', 'fs-full', 'critical', 'open', 5),
  row('a', 'inodes-low', 'warning', 'new', 4, 10),
  row('a', 'fs-date', 'warning', 'muted', 3),
  row('b', 'fs-full', 'warning', 'reopened', 2, 20),
  row('b', 'fs-date', 'notice', 'open', 1),
  row('b', 'inodes-low', 'critical', 'resolved', 6),
  row('c', 'fs-full', 'notice', 'open', 7),
  row('c', 'fs-date', 'critical', 'muted', 8, 30),
];
const LIST_OF: Record<string, FindingListName> = { muted: 'muted', resolved: 'resolved' };
const listOf = ({ state }: Row): FindingListName => LIST_OF[state] ?? 'standing';

let database: TestDatabase;
let owner: Sql;
let web: Sql;
let organisationId: string;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'));
  owner = openDatabase(database.urls.silt_owner, { applicationName: 'test', max: 1 });
  web = openDatabase(database.urls.silt_web, { applicationName: 'test', max: 1 });
  const [organisation] = await owner<[{ id: string }]>`
    INSERT INTO organisation (name, slug) VALUES ('Ours', 'ours') RETURNING id`;
  organisationId = organisation.id;
  await owner`INSERT INTO host (organisation_id, name) SELECT ${organisationId}, unnest(ARRAY['a', 'b', 'c'])`;
  for (const [no, { host, rule, severity, state, day, promised }] of ROWS.entries()) {
    const at = new Date(Date.UTC(2026, 2, day));
    await owner`
      INSERT INTO finding (host_id, finding_no, organisation_id, rule, subject, subject_hash, store_key, severity, state,
        evidence, first_seen_at, last_seen_at, stands_since, state_since, resolved_at, promised_bytes)
      SELECT id, ${no}, ${organisationId}, ${rule}, 'x', 'x', ${STORE}, ${severity}, ${state}, '{}', ${at}, ${at}, ${at}, ${at},
        ${state === 'resolved' ? at : null}, ${promised}
      FROM host WHERE name = ${host}`;
  }
});
afterAll(async () => {
  await Promise.all([owner.end(), web.end()]);
  await database.drop();
});

test.each([
  ['the first of several pages', { offset: 0, limit: 2 }, 2],
  ['one in the middle', { offset: 2, limit: 2 }, 2],
  ['a last one that is not full', { offset: 3, limit: 2 }, 2],
  ['a last one with a single line', { offset: 4, limit: 2 }, 1],
  ['one that has exactly all', { offset: 0, limit: 5 }, 5],
  ['one with room for more', { offset: 0, limit: 9 }, 5],
  ['one beyond the last', { offset: 7, limit: 2 }, 0],
])('the total of a list is that of all pages: of %s', async (_, page, lines) => {
  const { findings, total } = await withOrganisation(web, organisationId, (tx) =>
    readFindingPage(tx, organisationId, MATCH, { list: 'standing', ...page }),
  );
  expect([findings.length, total]).toEqual([lines, 5]);
});

test('of nothing the total is zero', async () => {
  const match = { ...MATCH, words: [{ text: 'nothing has this name', rules: [] }] };
  const page = { list: 'standing', offset: 0, limit: 2 } as const;
  expect(await withOrganisation(web, organisationId, (tx) => readFindingPage(tx, organisationId, match, page))).toEqual(
    {
      ...{ findings: [], total: 0 },
    },
  );
});

test.each(
  FINDING_LISTS.flatMap((list) =>
    (['rule', 'host'] as const).flatMap((by) =>
      [[], ['warning', 'notice'] as const].map((severities) => ({ list, by, severities })),
    ),
  ),
)('groups by $by of what is $list, of severities $severities, add up to the rows', async ({ list, by, severities }) => {
  const read = await withOrganisation(web, organisationId, (tx) =>
    readFindingGroups(tx, organisationId, { ...MATCH, severities }, { list, by, offset: 0, limit: 9 }),
  );
  const asked = ROWS.filter(({ severity }) => severities.length === 0 || severities.some((one) => one === severity));
  const keyed = Map.groupBy(
    asked.filter((one) => listOf(one) === list),
    (one) => one[by],
  );
  const expected = [...keyed].map(([key, rows]) => ({
    key,
    counts: countsOf(rows),
    hosts: new Set(rows.map(({ host }) => host)).size,
    oldestAt: new Date(Date.UTC(2026, 2, Math.min(...rows.map(({ day }) => day)))),
    promisedBytes: rows.some(({ promised }) => promised !== null)
      ? rows.reduce((sum, { promised }) => sum + (promised ?? 0), 0)
      : null,
  }));
  const groups = read.groups.map(({ hostName, key, ...group }) => ({ key: hostName ?? key, ...group }));
  expect(sorted(groups)).toEqual(sorted(expected));
  expect(read).toMatchObject({
    total: keyed.size,
    lists: Object.fromEntries(FINDING_LISTS.map((name) => [name, asked.filter((one) => listOf(one) === name).length])),
    counts: countsOf(ROWS.filter((one) => listOf(one) === 'standing')),
  });
});

const countsOf = (rows: readonly Row[]): Record<Severity, number> =>
  Object.fromEntries(
    SEVERITIES.map((severity) => [severity, rows.filter((one) => one.severity === severity).length]),
  ) as Record<Severity, number>;

const sorted = <Group extends { key: string }>(groups: readonly Group[]): Group[] =>
  groups.toSorted((one, other) => (one.key < other.key ? -1 : 1));
