import { openWebServices, type WebServices } from '@silt/services';
import { fillTemplates, growFleet, readLookedAt } from './fill-fleet.ts';
import { comparedMoments } from './fill-items.ts';
import type { HistoryStage } from './history-stage.ts';
import { QUERIES, type QueryName, type ScaleTimes, timesOf } from './query-times.ts';

const CALLS = 50;
const YEAR_SECONDS = 365 * 86_400;
/** What pages ask for. */
const HISTORY_POINTS = 600;
const FLEET_LIMIT = 200;
const INVENTORY_LIMIT = 2_000;
const GROWER_LIMIT = 50;
const GROWER_DAYS = 30;

export interface QueriesResult {
  scales: (ScaleTimes & { fillSeconds: number; databaseBytes: number })[];
  /** What the calls brought, so that nothing empty is measured. */
  brought: Record<QueryName, number>;
}

/** The same database at each size, from the smallest on. */
export async function measureQueries(
  stage: HistoryStage,
  { sizes, log }: { sizes: readonly number[]; log: (line: string) => void },
): Promise<QueriesResult> {
  let startedAt = performance.now();
  let fleet = await fillTemplates(stage, log);
  const web = openWeb(stage);
  try {
    const result: QueriesResult = { scales: [], brought: { fleet: 0, year: 0, asOf: 0, compare: 0, growers: 0 } };
    for (const hosts of [...sizes].sort((one, other) => one - other)) {
      fleet = await growFleet(stage, fleet, hosts);
      const fillSeconds = (performance.now() - startedAt) / 1_000;
      const [size] = await stage.admin<[{ bytes: number }]>`SELECT pg_database_size(current_database()) AS bytes`;
      log(`queries: ${hosts} hosts after ${fillSeconds.toFixed(0)} s, ${(size.bytes / 1e9).toFixed(1)} GB`);
      const calls = await callsOf(stage, web, fleet.closed);
      const times = {} as ScaleTimes['times'];
      for (const name of QUERIES) {
        const { milliseconds, brought } = await timeCalls(calls[name]);
        times[name] = timesOf(milliseconds);
        result.brought[name] = brought;
        log(
          `queries: ${hosts} hosts, ${name}: p50 ${times[name].p50.toFixed(1)} ms, p95 ${times[name].p95.toFixed(1)} ms`,
        );
      }
      result.scales.push({ hosts, times, fillSeconds, databaseBytes: size.bytes });
      startedAt = performance.now();
    }
    return result;
  } finally {
    await web.close();
  }
}

const openWeb = ({ database }: HistoryStage): WebServices =>
  openWebServices({
    webDatabaseUrl: database.urls.silt_web,
    authDatabaseUrl: database.urls.silt_auth,
    authSecret: 'of a benchmark that nobody signs in to',
    publicUrl: 'http://127.0.0.1',
    collector: { url: 'ws://127.0.0.1/collect', pin: null, keyPin: null },
  });

/** The call of a turn; resolves to how much it brought. */
type Call = (turn: number) => Promise<number>;

/** Each turn asks for another host, moment or order, as people do. */
async function callsOf(
  { admin, organisationId }: HistoryStage,
  web: WebServices,
  closed: number,
): Promise<Record<QueryName, Call>> {
  const { many, years } = await readLookedAt(admin);
  const { a, b } = comparedMoments(closed);
  return {
    fleet: async (turn) => {
      const page = { offset: 0, limit: FLEET_LIMIT, ...FLEET_PAGES[turn % FLEET_PAGES.length] };
      return (await web.fleetPage(organisationId, { sort: 'fill', descending: true, ...page })).hosts.length;
    },
    year: async (turn) => {
      const { hostId, storeKey } = years[turn % years.length] ?? many;
      const query = { hostId, storeKey, rangeSeconds: YEAR_SECONDS, points: HISTORY_POINTS };
      return (await web.storeHistory(organisationId, query)).times.length;
    },
    asOf: async (turn) => {
      const at = new Date(a.getTime() + ((b.getTime() - a.getTime()) * (turn % CALLS)) / CALLS);
      return (await web.getInventory(organisationId, { hostId: many.hostId, at, limit: INVENTORY_LIMIT })).items.length;
    },
    compare: async () => {
      const { stores } = await web.compare(organisationId, { hostId: many.hostId, storeKey: null, a, b });
      return stores.reduce((sum, { changes }) => sum + changes.length, 0);
    },
    growers: async () =>
      (await web.fleetGrowers(organisationId, { rangeDays: GROWER_DAYS, limit: GROWER_LIMIT })).length,
  };
}

type FleetPage = Partial<Parameters<WebServices['fleetPage']>[1]>;
const FLEET_PAGES: readonly FleetPage[] = [
  {},
  { sort: 'name', descending: false },
  { sort: 'growth' },
  { offset: 400 },
  { states: ['warning'] },
  { tag: 'tag-3' },
  { groupByTag: true },
  { text: 'bench-00' },
];

/** Once without the clock, so that all is in memory; then 50 times. */
async function timeCalls(call: Call): Promise<{ milliseconds: number[]; brought: number }> {
  let brought = 0;
  for (let turn = 0; turn < CALLS; turn += 1) brought = await call(turn);
  const milliseconds: number[] = [];
  for (let turn = 0; turn < CALLS; turn += 1) {
    const startedAt = performance.now();
    await call(turn);
    milliseconds.push(performance.now() - startedAt);
  }
  return { milliseconds, brought };
}
