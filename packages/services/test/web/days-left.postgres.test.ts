import { CRITICAL_DAYS_LEFT, CURRENT_FORECAST_HOURS, type FleetRow, MAX_FLEET_PAGE, STATES } from '@silt/domain';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type FleetPageQuery, openWebServices, type WebServices } from '../../src/index.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  addSamples,
  createTestFleet,
  HOUR_MILLISECONDS,
  SPACE,
  setStatus,
  storeOf,
  type TestFleet,
  type TestHost,
} from '../fleet-rows.ts';

const GIB = 2 ** 30;
const ROOT = 'mount:/';
const DATA = 'mount:/data';
const NOW = Date.now();

let fleet: TestFleet;
let services: WebServices;
let ours: string;

interface Shape {
  fill?: number | null;
  tags?: string[];
  silentHours?: number;
  /** p10, p50, p90; null = no date. */
  days?: [number, number, number | null] | null;
  verdict?: string;
  reason?: string;
  alarm?: boolean;
  saidHoursAgo?: number;
  clock?: string;
}

async function add(organisationId: string, name: string, shape: Shape): Promise<TestHost> {
  const { fill = 0.5, tags = [], silentHours = 0, days = null, alarm = false, saidHoursAgo = 0 } = shape;
  const { verdict = days ? 'filling' : null, reason = days ? 'trend' : 'no-growth', clock = 'space' } = shape;
  const host = await addHost(fleet.owner, organisationId, name);
  await fleet.owner`UPDATE host SET tags = ${tags} WHERE id = ${host.id}`;
  await addLayout(fleet.owner, host, 1, {
    stores: [storeOf(ROOT, '/'), storeOf(DATA, '/data')],
    entries: [...SPACE(ROOT), ...SPACE(DATA)],
  });
  await setStatus(fleet.owner, host, {
    at: new Date(NOW - silentHours * HOUR_MILLISECONDS),
    readings: [(fill ?? 0) * 100 * GIB, 100 * GIB, GIB, 100 * GIB].map(Math.round),
    fullest: fill === null ? null : { storeKey: ROOT, used: Math.round(fill * 100 * GIB), capacity: 100 * GIB },
    beatSeconds: 600,
  });
  if (verdict !== null)
    await fleet.owner`
      UPDATE host_status SET days_left_p10 = ${days?.[0] ?? null}, days_left_p50 = ${days?.[1] ?? null},
        days_left_p90 = ${days?.[2] ?? null}, days_left_store_key = ${DATA}, days_left_clock = ${clock},
        forecast_verdict = ${verdict}, forecast_reason = ${reason}, forecast_alarm = ${alarm},
        forecast_at = ${new Date(NOW - saidHoursAgo * HOUR_MILLISECONDS)}
      WHERE host_id = ${host.id}`;
  return host;
}

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  services = openWebServices({
    webDatabaseUrl: fleet.urls.silt_web,
    authDatabaseUrl: fleet.urls.silt_auth,
    authSecret: 'a secret of thirty-two characters',
    publicUrl: 'http://127.0.0.1:4760',
    collector: { url: 'ws://127.0.0.1:4301/collect', pin: null, keyPin: null },
  });
  ours = await addOrganisation(fleet.owner, 'Ours');
  await add(ours, 'full', { fill: 1, days: [0, 0, 0], verdict: 'full', reason: 'at-capacity', tags: ['db'] });
  await add(ours, 'soon', { days: [1, 1.5, 3], alarm: true, tags: ['ci'] });
  await add(ours, 'week', { days: [5, 6.25, 8], alarm: true, tags: ['ci', 'db'] });
  await add(ours, 'year', { fill: 0.3, days: [200, 300, null], tags: ['far'] });
  await add(ours, 'steady', { fill: 0.96, verdict: 'steady' });
  await add(ours, 'young', { fill: 0.2, verdict: 'too-short', reason: 'few-days' });
  await add(ours, 'new', { fill: 0.1, tags: ['new'] });
  await add(ours, 'silent', { days: [1, 2, 3], alarm: true, silentHours: 5, saidHoursAgo: 5, tags: ['gone'] });
  await add(ours, 'late', { days: [0.5, 1, 2], alarm: true, saidHoursAgo: CURRENT_FORECAST_HOURS + 1 });
  await addHost(fleet.owner, ours, 'awaited');
});

afterAll(async () => {
  await services.close();
  await fleet.drop();
});

const page = (change: Partial<FleetPageQuery> = {}, organisationId = ours) =>
  services.fleetPage(organisationId, { sort: 'days-left', descending: false, offset: 0, limit: 50, ...change });
const names = async (change: Partial<FleetPageQuery> = {}) => (await page(change)).hosts.map(({ name }) => name);

describe('the fleet in order of days left', () => {
  test('has the soonest first, the full before all, then those without a date by fill, the unknown last', async () => {
    const dated = ['full', 'soon', 'week', 'year'];
    expect(await names()).toEqual([...dated, 'steady', 'late', 'young', 'new', 'silent', 'awaited']);
  });

  test('the other way round has the latest date first, and those without a date and the unknown last again', async () => {
    const dated = ['year', 'week', 'soon', 'full'];
    expect(await names({ descending: true })).toEqual([
      ...[...dated, 'steady', 'late', 'young', 'new', 'silent', 'awaited'],
    ]);
  });

  test('goes on where the page before it ended', async () => {
    const pages = [await names({ limit: 4 }), await names({ offset: 4, limit: 4 }), await names({ offset: 8 })];
    expect(pages.flat()).toEqual(await names());
  });
});

describe('a row', () => {
  test('says which clock of which store it is, and the interval beside the date', async () => {
    const [, , week] = (await page()).hosts;
    expect(week?.forecast).toEqual({
      ...{ storeKey: DATA, storeName: '/data', clock: 'space', verdict: 'filling', reason: 'trend', alarm: true },
      ...{ daysLeft: { p10: 5, p50: 6.25, p90: 8 }, madeAt: new Date(NOW).toISOString() },
    });
  });

  test('of a date that may be too far away has no p90, and of no date no days', async () => {
    const rows = new Map((await page()).hosts.map((row) => [row.name, row]));
    expect(rows.get('year')?.forecast?.daysLeft).toEqual({ p10: 200, p50: 300, p90: null });
    expect(rows.get('steady')?.forecast).toMatchObject({ daysLeft: null, verdict: 'steady' });
    expect([rows.get('new')?.forecast, rows.get('awaited')?.forecast]).toEqual([null, null]);
  });

  test('of a silent host says what was said last, and its state is unknown', async () => {
    const silent = (await page()).hosts.find(({ name }) => name === 'silent');
    expect(silent).toMatchObject({ state: 'unknown', forecast: { daysLeft: { p50: 2 }, alarm: true } });
    expect(silent?.forecast?.madeAt).toBe(new Date(NOW - 5 * HOUR_MILLISECONDS).toISOString());
  });

  test('with a clock that this version does not know says nothing of it', async () => {
    const theirs = await addOrganisation(fleet.owner, 'Newer');
    await add(theirs, 'newer', { days: [1, 2, 3], clock: 'snapshotQuota' });
    expect((await page({}, theirs)).hosts[0]).toMatchObject({ name: 'newer', forecast: null });
  });
});

test('a group by tag tells the soonest date of its hosts that counts, with its interval', async () => {
  const { tags } = await page({ groupByTag: true });
  expect(Object.fromEntries(tags?.map(({ tag, soonest }) => [tag ?? '', soonest]) ?? [])).toEqual({
    '': null,
    ci: { p10: 1, p50: 1.5, p90: 3 },
    db: { p10: 0, p50: 0, p90: 0 },
    far: { p10: 200, p50: 300, p90: null },
    ...{ gone: null, new: null },
  });
});

describe('the page of a host', () => {
  const hoursAgo = (hours: number): Date => new Date(NOW - hours * HOUR_MILLISECONDS);
  let host: TestHost;

  /** Resource 1 is what is used of `/`, 3 of `/data`; `days` are p50, with p10 and p90 a day beside it. */
  const say = (
    resourceNo: number,
    { made, confirmed, days, alarm = false }: { made: number; confirmed: number; days: number | null; alarm?: boolean },
  ) => fleet.owner`
    INSERT INTO forecast (host_id, resource_no, made_at, organisation_id, confirmed_at, clock, verdict, reason, alarm,
      horizon_days, days_left_p10, days_left_p50, days_left_p90, used, capacity, window_points, due_at)
    VALUES (${host.id}, ${resourceNo}, ${hoursAgo(made)}, ${ours}, ${hoursAgo(confirmed)}, 'space',
      ${days === null ? 'steady' : 'filling'}, ${days === null ? 'no-growth' : 'trend'}, ${alarm}, 7,
      ${days === null ? null : days - 1}, ${days}, ${days === null ? null : days + 1}, 50, 100, 700, ${hoursAgo(-1)})`;

  beforeAll(async () => {
    host = await add(ours, 'told', { days: [1, 2, 3], alarm: true });
    const readings = [50 * GIB, 100 * GIB, GIB, 100 * GIB];
    await addSamples(
      fleet.owner,
      host,
      [72, 71, 24, 0].map((hours) => ({ at: hoursAgo(hours), readings })),
    );
    await say(1, { made: 96, confirmed: 0, days: null });
    await say(3, { made: 96, confirmed: 40, days: 30 });
    await say(3, { made: 36, confirmed: 0, days: 5, alarm: true });
  });

  test('has of each store what was said last, with the days that are left by then', async () => {
    const { row, stores } = await services.getHost(ours, host.publicId);
    expect(row).toMatchObject({ state: 'critical', forecast: { storeName: '/data', daysLeft: { p50: 2 } } });
    const byName = new Map(stores.map(({ store, ...view }) => [store.name, view]));
    expect(byName.get('/')).toMatchObject({ state: 'ok', forecast: { verdict: 'steady', daysLeft: null } });
    // Said a day and a half ago, and again just now: 5 − 1.5.
    expect(byName.get('/data')).toMatchObject({
      ...{ state: 'warning', forecast: { clock: 'space', alarm: true, daysLeft: { p10: 2.5, p50: 3.5, p90: 4.5 } } },
    });
    expect(Date.parse(byName.get('/data')?.forecast?.madeAt ?? '')).toBe(NOW);
  });

  test('of a moment before has what was said then, and the state of then', async () => {
    const at = hoursAgo(71);
    const { row, stores } = await services.getHost(ours, host.publicId, at);
    // Said 25 hours before, and again until later than that moment.
    const then = { storeName: '/data', madeAt: at.toISOString(), daysLeft: { p50: 30 - 25 / 24 }, alarm: false };
    expect(row).toMatchObject({ state: 'ok', forecast: then });
    expect(stores.find(({ store }) => store.name === '/data')).toMatchObject({ state: 'ok', forecast: then });
    const { host: sameRow, view } = await services.getStore(ours, host.publicId, DATA, at);
    expect([sameRow.forecast, view.forecast]).toEqual([row.forecast, row.forecast]);
  });

  test('before anything was said has no forecast', async () => {
    const { row, stores } = await services.getHost(ours, host.publicId, hoursAgo(97));
    expect(row.forecast).toBeNull();
    expect(stores.filter(({ forecast }) => forecast !== null)).toEqual([]);
  });

  test('of one that fell silent has what was said last, as of then, and its state is unknown', async () => {
    await fleet.owner`UPDATE host_status SET last_seen_at = ${hoursAgo(30)} WHERE host_id = ${host.id}`;
    await fleet.owner`
      UPDATE forecast SET confirmed_at = ${hoursAgo(30)} WHERE host_id = ${host.id} AND confirmed_at > ${hoursAgo(30)}`;
    const { stores } = await services.getHost(ours, host.publicId);
    // Said 36 hours ago for the first time, 30 hours ago for the last: 5 − 0.25.
    expect(stores.find(({ store }) => store.name === '/data')).toMatchObject({
      ...{ state: 'unknown', forecast: { madeAt: hoursAgo(30).toISOString(), daysLeft: { p50: 4.75 } } },
    });
  });
});

describe('the state of a host', () => {
  const FILLS = [null, 0.5, 0.849, 0.85, 0.949, 0.95, 1.2];
  const VERDICTS = [null, 'full', 'filling', 'steady', 'noisy', 'too-short'];
  const DAYS = [null, 0, CRITICAL_DAYS_LEFT, CRITICAL_DAYS_LEFT + 0.001, 30];
  const AGES = [0, CURRENT_FORECAST_HOURS - 0.1, CURRENT_FORECAST_HOURS + 0.1];
  const CASES = FILLS.length * VERDICTS.length * DAYS.length * AGES.length * 4;
  let grid: string;

  beforeAll(async () => {
    grid = await addOrganisation(fleet.owner, 'Grid');
    // A host for each case: its name is what it is.
    await fleet.owner`
      WITH cases AS (
        SELECT *, concat_ws(' ', 'fill', coalesce(fill::text, 'none'), coalesce(verdict, 'none'), 'alarm', alarm, 'days',
          coalesce(days::text, 'none'), 'age', age, 'silent', silent) AS name
        FROM unnest(${FILLS}::double precision[]) AS fill CROSS JOIN unnest(${VERDICTS}::text[]) AS verdict
          CROSS JOIN unnest(${DAYS}::double precision[]) AS days CROSS JOIN unnest(${AGES}::double precision[]) AS age
          CROSS JOIN unnest(ARRAY[true, false]) AS alarm CROSS JOIN unnest(ARRAY[true, false]) AS silent
      ), hosts AS (
        INSERT INTO host (organisation_id, name) SELECT ${grid}, name FROM cases RETURNING id, name
      )
      INSERT INTO host_status (host_id, organisation_id, last_seen_at, observed_at, boot_id, booted_at,
        clock_skew_milliseconds, beat_seconds, layout_no, readings, probes, probes_read, probes_total,
        fullest_store_key, fullest_resource, fullest_used, fullest_capacity, fullest_fill, days_left_p10, days_left_p50,
        days_left_store_key, days_left_clock, forecast_verdict, forecast_reason, forecast_alarm, forecast_at)
      SELECT id, ${grid}, at, at, 'boot', at, 0, 600, 1, '{}', '[]', 3, 4, CASE WHEN fill IS NOT NULL THEN 'a' END,
        CASE WHEN fill IS NOT NULL THEN 'space' END, fill * 1000, CASE WHEN fill IS NOT NULL THEN 1000 END, fill,
        days, days, CASE WHEN verdict IS NOT NULL THEN 'a' END, CASE WHEN verdict IS NOT NULL THEN 'space' END, verdict,
        CASE WHEN verdict IS NOT NULL THEN 'trend' END, alarm AND verdict IS NOT NULL,
        CASE WHEN verdict IS NOT NULL THEN ${new Date(NOW)}::timestamptz - age * interval '1 hour' END
      FROM cases JOIN hosts USING (name),
        LATERAL (SELECT ${new Date(NOW)}::timestamptz - CASE WHEN silent THEN interval '1 day' ELSE interval '0' END) t (at)`;
    await fleet.owner`ANALYZE host, host_status`;
  });

  test(`is in the counts, the filters and the rows the same, over ${CASES} cases of fill and forecast`, async () => {
    const rows: FleetRow[] = [];
    for (const state of STATES) {
      for (let offset = 0, total = 1; offset < total; offset += MAX_FLEET_PAGE) {
        const part = await page({ sort: 'name', states: [state], offset, limit: MAX_FLEET_PAGE }, grid);
        expect(part.hosts.filter((row) => row.state !== state).map(({ name }) => name)).toEqual([]);
        expect(part.counts[state]).toBe(part.total);
        total = part.total;
        rows.push(...part.hosts);
      }
    }
    expect(rows.length).toBe(CASES);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(CASES);
    for (const state of STATES) expect(rows.filter((row) => row.state === state).length).toBeGreaterThan(20);
  });

  test('in order of days left is unknown last, and dates ascend before', async () => {
    const { total } = await page({ limit: 1 }, grid);
    const rows: FleetRow[] = [];
    for (let offset = 0; offset < total; offset += MAX_FLEET_PAGE)
      rows.push(...(await page({ offset, limit: MAX_FLEET_PAGE }, grid)).hosts);
    const firstUnknown = rows.findIndex(({ state }) => state === 'unknown');
    expect(rows.slice(firstUnknown).every(({ state }) => state === 'unknown')).toBe(true);
    const dates = rows.slice(0, firstUnknown).map(({ forecast }) => {
      const isCurrent = forecast && NOW - Date.parse(forecast.madeAt) < CURRENT_FORECAST_HOURS * HOUR_MILLISECONDS;
      return (isCurrent ? forecast.daysLeft?.p50 : null) ?? Number.POSITIVE_INFINITY;
    });
    expect(dates).toEqual(dates.toSorted((one, other) => one - other));
  });
});
