import { expect, test } from 'vitest';
import { type FindingsBenchResult, findingsFigures, judgeShare } from '../findings/bench-findings.ts';
import { type CpuCost, coreShare, NO_COST } from '../findings/cpu-cost.ts';
import { findingsTable } from '../findings/findings-table.ts';
import { PAGE_QUERIES, type PagesResult } from '../findings/measure-pages.ts';
import { bytesOf } from '../findings/measure-surveys.ts';

const cost = (worker: number, postgres: number): CpuCost => ({ worker, postgres, elapsed: 99 });

const NOTHING: FindingsBenchResult = { hosts: 10_000, pages: null, health: null, judging: null };
const JUDGED: FindingsBenchResult = {
  ...NOTHING,
  judging: {
    ...{ hosts: 200, first: cost(30, 5), warm: cost(10, 2), rulesAlone: cost(3, 0), findingsAHost: 6 },
    surveys: {
      surveys: 800,
      costs: { decode: cost(1, 0), check: cost(2, 0), pack: cost(1.5, 0), store: cost(0, 0.5) },
      stored: { median: 10_000, largest: 90_000 },
      json: { median: 80_000, largest: 900_000 },
    },
  },
};
const HEALTH = { run: cost(300, 200), found: 100, idleAsk: cost(10, 90) };

test('the share of a core is of worker and Postgres together, not of the time that passed', () => {
  expect(coreShare(cost(10, 2), { times: 10_000, seconds: 300 })).toBeCloseTo(0.4);
  expect(judgeShare(JUDGED)).toBeCloseTo(0.4);
});

test('asking who is due counts where it was measured', () => {
  // 0.1 s each 10 s
  expect(judgeShare({ ...JUDGED, health: HEALTH })).toBeCloseTo(0.41);
});

test('what was not measured is null, not zero', () => {
  const { hosts, ...figures } = findingsFigures(NOTHING);
  expect(new Set(Object.values(figures))).toEqual(new Set([null]));
  expect(judgeShare({ ...NOTHING, health: HEALTH })).toBeNull();
});

test('an hour of surveys is twelve of each host', () => {
  // 5 ms · 10,000 · 12
  expect(findingsFigures(JUDGED)).toMatchObject({
    surveyCpuMs: 5,
    surveySecondsAnHour: 600,
    rulesShareOfJudging: 0.25,
  });
});

test('of several pages the slowest counts', () => {
  const pages = Object.fromEntries(
    PAGE_QUERIES.map((name, place) => [name, { fastest: 1, p50: 2, p95: 10 + place, cost: NO_COST, brought: 1 }]),
  ) as PagesResult;
  const { listP95Ms, groupsP95Ms, wordsP95Ms } = findingsFigures({ ...NOTHING, pages });
  expect([listP95Ms, wordsP95Ms, groupsP95Ms]).toEqual([12, 14, 16]);
});

test('the table names each part that was measured, and no other', () => {
  expect(findingsTable(NOTHING)).toBe('10,000 hosts:');
  expect(findingsTable({ ...JUDGED, health: HEALTH })).toMatch(
    /health[\s\S]*judged[\s\S]*stored a host, kB +10\.0 +90\.0/,
  );
});

test('bytes of no survey are an error, not a zero', () => {
  expect(bytesOf([30, 10, 20])).toEqual({ median: 20, largest: 30 });
  expect(() => bytesOf([])).toThrow();
});
