import { openDatabase, type Sql } from '@silt/db';
import type { ForecastOutcome, SeriesName } from '@silt/domain';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { storeForecast } from '../../src/web/store-forecast.ts';
import {
  addHost,
  addLayout,
  addOrganisation,
  createTestFleet,
  SPACE,
  storeOf,
  type TestFleet,
  type TestHost,
} from '../fleet-rows.ts';

const ROOT = 'mount:/';
const OTHER = 'mount:/other';
const DAY = 86_400_000;
const NOW = Date.parse('2026-05-14T09:00:00Z');

let fleet: TestFleet;
let web: Sql;
let organisationId: string;
let host: TestHost;

interface Said {
  storeKey?: string;
  series?: SeriesName;
  clock?: string;
  /** Days ago. */
  made: number;
  confirmed?: number;
  days?: [number, number, number | null];
  scored?: { ago: number; outcome: ForecastOutcome; actualDays?: number };
}

async function say({ storeKey = ROOT, series = 'usedBytes', clock = 'space', made, days, scored, ...rest }: Said) {
  const ago = (count: number): Date => new Date(NOW - count * DAY);
  await fleet.owner`
    INSERT INTO forecast (host_id, resource_no, organisation_id, made_at, confirmed_at, clock, verdict, reason, alarm,
      horizon_days, days_left_p10, days_left_p50, days_left_p90, slope_low, slope_mid, slope_high, used, capacity,
      window_from, window_to, window_points, due_at, scored_at, outcome, actual_days, actual_slope)
    SELECT host_id, resource_no, organisation_id, ${ago(made)}, ${ago(rest.confirmed ?? made)}, ${clock},
      ${days ? 'filling' : 'steady'}, ${days ? 'trend' : 'no-growth'}, false, 7, ${days?.[0] ?? null},
      ${days?.[1] ?? null}, ${days?.[2] ?? null}, 1, 2, 3, 60, 100, ${ago(made + 29)}, ${ago(made)}, 696,
      ${ago(made - 7)}, ${scored ? ago(scored.ago) : null}, ${scored?.outcome ?? null}, ${scored?.actualDays ?? null},
      ${scored ? 2.5 : null}
    FROM resource WHERE host_id = ${host.id} AND store_key = ${storeKey} AND series = ${series}`;
}

beforeAll(async () => {
  fleet = await createTestFleet(inject('postgresUrl'));
  web = openDatabase(fleet.urls.silt_web, { applicationName: 'test', max: 1 });
  organisationId = await addOrganisation(fleet.owner, 'Ours');
  host = await addHost(fleet.owner, organisationId, 'one');
  const inodes = (['usedInodes', 'capacityInodes'] as const).map((series) => ({ storeKey: ROOT, series }));
  await addLayout(fleet.owner, host, 1, {
    stores: [storeOf(ROOT, '/'), storeOf(OTHER, '/other')],
    entries: [...SPACE(ROOT), ...inodes, ...SPACE(OTHER)],
  });
  await say({ made: 200, scored: { ago: 190, outcome: 'held' } });
  await say({ made: 30, days: [5, 6, 8], scored: { ago: 23, outcome: 'in-time', actualDays: 7 } });
  await say({ made: 12, confirmed: 9, days: [4, 6, 9], scored: { ago: 3, outcome: 'later' } });
  // Two days old, with three days left then: a day is left, sooner than the two of the inodes.
  await say({ made: 2, confirmed: 0.01, days: [2.5, 3, 4] });
  await say({ series: 'usedInodes', clock: 'inodes', made: 0.1, days: [1, 2, 3] });
  await say({ series: 'usedInodes', clock: 'inodes', made: 20, scored: { ago: 13, outcome: 'missed' } });
  await say({ storeKey: OTHER, made: 1 });
});

afterAll(async () => {
  await web.end();
  await fleet.drop();
});

const context = () => ({ sql: web, organisationId, now: new Date(NOW) });
const read = (query: { at?: Date; storeKey?: string } = {}) =>
  storeForecast(context(), { hostId: host.publicId, storeKey: ROOT, ...query });

test('the clock that counts is the one with the earliest date, not with the fewest days when it was said', async () => {
  const view = await read();
  expect(view.clocks.map(({ clock, unit, stops }) => [clock, unit, stops])).toEqual([
    ['space', 'bytes', true],
    ['inodes', 'count', true],
  ]);
  expect(view.earliest).toBe('space');
  expect(view.clocks[0]).toMatchObject({
    verdict: 'filling',
    daysLeft: { p10: 2.5, p50: 3, p90: 4 },
    slopePerDay: { low: 1, mid: 2, high: 3 },
    madeAt: '2026-05-12T09:00:00.000Z',
    window: { points: 696 },
  });
});

test('past forecasts are those of the clock that counts, the score is of all clocks in 90 days', async () => {
  const { past, score } = await read();
  expect(past.map(({ outcome }) => outcome)).toEqual(['later', 'in-time']);
  expect(past[1]).toMatchObject({ actualDays: 7, actualSlope: 2.5 });
  expect(score.outcomes).toMatchObject({ 'in-time': 1, later: 1, missed: 1, held: 0 });
  expect(score.dateError).toBeCloseTo(1 / 7);
});

test('of a past moment it is what was said then, with what became of it, and the score of then', async () => {
  const at = new Date(NOW - 10 * DAY);
  const { clocks, past, score } = await read({ at });
  expect(clocks.map(({ clock }) => clock)).toEqual(['space']);
  // Confirmed a day after that moment, which nobody knew then.
  expect(clocks[0]?.confirmedAt).toBe(at.toISOString());
  expect(past.map(({ outcome, madeAt }) => [outcome, madeAt === clocks[0]?.madeAt])).toEqual([
    ['later', true],
    ['in-time', false],
  ]);
  expect(score.outcomes).toMatchObject({ later: 0, 'in-time': 1 });
});

test('a store without a date has a steady clock and no earliest one; before anything was said there is nothing', async () => {
  const other = await read({ storeKey: OTHER });
  expect(other).toMatchObject({ earliest: null, past: [], clocks: [{ clock: 'space', verdict: 'steady' }] });
  const early = await read({ at: new Date(NOW - 300 * DAY) });
  expect(early).toMatchObject({ clocks: [], earliest: null, past: [] });
});

test('a host of others is not found, a moment to come is refused, an unknown store has no forecast', async () => {
  const others = await addOrganisation(fleet.owner, 'Others');
  const foreign = await addHost(fleet.owner, others, 'theirs');
  await expect(storeForecast(context(), { hostId: foreign.publicId, storeKey: ROOT })).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(read({ at: new Date(NOW + DAY) })).rejects.toMatchObject({ code: 'bad-input' });
  expect((await read({ storeKey: 'mount:/no' })).clocks).toEqual([]);
});
