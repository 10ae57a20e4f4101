import type { FindingInput } from '@silt/domain/findings';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { addSamples, DAY_MILLISECONDS, type TestHost } from '../fleet-rows.ts';
import { at, CAPACITY, JudgeStage, NOW, ROOT, scriptedRule } from './judge-stage.ts';

let stage: JudgeStage;

beforeAll(async () => {
  stage = await JudgeStage.open(inject('postgresUrl'));
});
beforeEach(() => stage.begin());
afterAll(() => stage.close());

const KEY = 'volume:docker:x:data';

/** Keeps what the rule was answered at its last call. */
function asking(question: (past: NonNullable<FindingInput['past']>) => unknown) {
  const answers: unknown[] = [];
  const { rule } = scriptedRule('fs-full', {
    check: ({ past }) => {
      if (past) answers.push(question(past));
      return { findings: [], cannotTell: [] };
    },
  });
  return { rule, last: () => answers.at(-1), answers };
}

async function addVersions(host: TestHost, versions: readonly [from: Date, to: Date | null, state: string | null][]) {
  await stage.owner`
    INSERT INTO item (host_id, item_no, organisation_id, key, kind, scope, first_seen_at)
    VALUES (${host.id}, 1, ${stage.organisationId}, ${KEY}, 'volume', 's', ${versions[0]?.[0] ?? at(0)})`;
  for (const [from, to, state] of versions) {
    await stage.owner`
      INSERT INTO item_version (host_id, item_no, valid_from, valid_to, organisation_id, name, counted, state, attributes)
      VALUES (${host.id}, 1, ${from}, coalesce(${to}::timestamptz, 'infinity'), ${stage.organisationId}, 'data', true,
        ${state}, '{}')`;
  }
  await stage.survey(host, at(0));
  await stage.owner`
    INSERT INTO inventory_state (host_id, organisation_id, stream_no, sequence, observed_at)
    VALUES (${host.id}, ${stage.organisationId}, 1, 1, ${at(0)})`;
}
const daysAgo = (days: number): Date => new Date(NOW - days * DAY_MILLISECONDS);

test('when an item was first seen, and since when its state is what it is now', async () => {
  const host = await stage.addTelling('a');
  await addVersions(host, [
    [daysAgo(90), daysAgo(30), 'unused'],
    [daysAgo(30), daysAgo(5), 'in-use'],
    [daysAgo(5), daysAgo(2), 'unused'],
    [daysAgo(2), null, 'unused'],
  ]);
  const { rule, last } = asking((past) => [
    past.firstSeenAt(KEY),
    past.stateSince(KEY),
    past.firstSeenAt('none'),
    past.stateSince('none'),
  ]);
  await stage.judge(at(0), [rule]);
  expect(last()).toEqual([daysAgo(90).getTime(), daysAgo(5).getTime(), null, null]);
});

test.each<[string, readonly [Date, Date | null, string | null][], Date | null]>([
  [
    'was gone between',
    [
      [daysAgo(9), daysAgo(4), 'unused'],
      [daysAgo(1), null, 'unused'],
    ],
    daysAgo(1),
  ],
  ['is gone now', [[daysAgo(9), daysAgo(4), 'unused']], null],
  ['has no state', [[daysAgo(9), null, null]], null],
  ['has one for a year', [[daysAgo(365), null, 'unused']], daysAgo(365)],
])('an item that %s', async (_, versions, since) => {
  const host = await stage.addTelling('a');
  await addVersions(host, versions);
  const { rule, last } = asking((past) => past.stateSince(KEY));
  await stage.judge(at(0), [rule]);
  expect(last()).toBe(since?.getTime() ?? null);
});

test('the state of items that are older than the survey proves nothing', async () => {
  const host = await stage.addTelling('a');
  await addVersions(host, [[daysAgo(365), null, 'unused']]);
  const { rule, last } = asking((past) => past.stateSince(KEY));
  await stage.survey(host, at(1));
  await stage.judge(at(3), [rule]);
  expect(last()).toBeNull();
  await stage.owner`UPDATE inventory_state SET observed_at = ${at(4)}, stale_since = ${at(4)} WHERE host_id = ${host.id}`;
  await stage.survey(host, at(4));
  await stage.judge(at(6), [rule]);
  expect(last()).toBeNull();
  await stage.owner`UPDATE inventory_state SET stale_since = NULL WHERE host_id = ${host.id}`;
  await stage.survey(host, at(4));
  await stage.look(host, 12, [rule]);
  expect(last()).toBe(daysAgo(365).getTime());
});

test('growth of a week and the value of a day ago; too little of it is nothing', async () => {
  const [host, young] = [await stage.addTelling('a', 800_000), await stage.addTelling('b', 800_000)];
  // 10,000 a day, to 800,000 now.
  const past = (days: readonly number[]) =>
    days.map((day) => ({ at: daysAgo(day), readings: [800_000 - 10_000 * day, day === 1.5 ? null : CAPACITY] }));
  await addSamples(stage.owner, host, past([5, 4, 3, 2, 1.5, 0.5]));
  await addSamples(stage.owner, young, past([2, 0.5]));
  const { rule, answers } = asking((asked) => [
    asked.growthPerDay(ROOT, 'usedBytes'),
    asked.valueADayAgo(ROOT, 'usedBytes'),
    asked.valueADayAgo(ROOT, 'capacityBytes'),
    asked.growthPerDay(ROOT, 'deviceErrors'),
  ]);
  await stage.judge(at(0), [rule]);
  const [old, ofYoung] = answers.slice(-2) as number[][];
  expect(Math.abs((old?.[0] ?? 0) - 10_000)).toBeLessThan(1);
  expect(old?.slice(1)).toEqual([785_000, CAPACITY, null]);
  expect(ofYoung).toEqual([null, 780_000, CAPACITY, null]);
});

test('forecasts that are said now, with the days that are left of them, and what stands', async () => {
  const host = await stage.addTelling('a');
  const forecast = (resourceNo: number, clock: string, confirmedAt: Date) => stage.owner`
    INSERT INTO forecast (host_id, resource_no, made_at, organisation_id, confirmed_at, clock, verdict, reason, alarm,
      horizon_days, days_left_p10, days_left_p50, days_left_p90, window_points, due_at)
    VALUES (${host.id}, ${resourceNo}, ${daysAgo(1)}, ${stage.organisationId}, ${confirmedAt}, ${clock}, 'filling', 'trend',
      true, 7, 3, 4, NULL, 9, 'infinity')`;
  await forecast(1, 'space', at(-30));
  const { rule, last } = asking((past) => [past.forecasts.get(ROOT), past.standing('fs-full', 'x')]);
  await stage.judge(at(0), [rule]);
  expect(last()).toMatchObject([
    { earliest: { clock: 'space', daysLeft: { p10: 2, p50: 3, p90: null } }, clocks: [{ stops: true, alarm: true }] },
    null,
  ]);
  await stage.owner`UPDATE forecast SET confirmed_at = ${daysAgo(0.9)} WHERE host_id = ${host.id}`;
  await stage.owner`
    INSERT INTO finding (host_id, finding_no, organisation_id, rule, subject, subject_hash, severity, state, evidence,
      first_seen_at, last_seen_at, stands_since, state_since)
    VALUES (${host.id}, 1, ${stage.organisationId}, 'fs-full', 'x', 'h', 'notice', 'muted', '{"n":7}', ${at(-9)}, ${at(-1)},
      ${at(-9)}, ${at(-1)})`;
  await stage.look(host, 6, [rule]);
  expect(last()).toEqual([undefined, { since: at(-9).getTime(), severity: 'notice', evidence: { n: 7 } }]);
});
