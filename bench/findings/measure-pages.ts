import { openWebServices, type WebServices } from '@silt/services';
import type { HistoryStage } from '../history/history-stage.ts';
import { readPostmaster } from '../history/postgres-cpu.ts';
import { type QueryTimes, timesOf } from '../history/query-times.ts';
import { type CpuCost, costOf, cpuOf, dividedBy } from './cpu-cost.ts';

const CALLS = 50;
/** What pages ask for. */
const LIST_LIMIT = 50;
const GROUP_LIMIT = 50;
const FLEET_LIMIT = 200;

export const PAGE_QUERIES = [
  ...(['standing', 'severity', 'host', 'words', 'wordGroups', 'byRule', 'byHost', 'counts', 'fleet'] as const),
];
export type PageQuery = (typeof PAGE_QUERIES)[number];

export interface PageTimes extends QueryTimes {
  /** Of one call. */
  cost: CpuCost;
  /** By the last one, so that nothing empty is measured. */
  brought: number;
}
export type PagesResult = Record<PageQuery, PageTimes>;

/** Calls of the pages' own services on a fleet that `fillFindings` filled. */
export async function measurePages(
  { admin, database, organisationId }: HistoryStage,
  log: (line: string) => void,
): Promise<PagesResult> {
  const web = openWebServices({
    webDatabaseUrl: database.urls.silt_web,
    authDatabaseUrl: database.urls.silt_auth,
    authSecret: 'of a benchmark that nobody signs in to',
    publicUrl: 'http://127.0.0.1',
    collector: { url: 'ws://127.0.0.1/collect', pin: null, keyPin: null },
  });
  try {
    const postmaster = await readPostmaster(admin);
    const hosts = await admin<{ id: string }[]>`SELECT public_id AS id FROM host ORDER BY id LIMIT ${CALLS}`;
    const calls = callsOf(
      web,
      organisationId,
      hosts.map(({ id }) => id),
    );
    const result = {} as PagesResult;
    for (const name of PAGE_QUERIES) {
      result[name] = await timeCalls(calls[name], postmaster);
      const { p50, p95, cost } = result[name];
      log(`pages: ${name}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${cpuOf(cost).toFixed(1)} ms of CPU`);
    }
    return result;
  } finally {
    await web.close();
  }
}

/** The call of a turn; resolves to how much it brought. */
type Call = (turn: number) => Promise<number>;

/** Each turn asks for another page, host or word, as people do. */
function callsOf(web: WebServices, organisationId: string, hostIds: readonly string[]): Record<PageQuery, Call> {
  const standing = { list: 'standing', language: 'en' } as const;
  type Filter = Omit<Parameters<WebServices['findings']['list']>[1], 'list' | 'language' | 'limit'>;
  const list = async (filter: Filter) =>
    (await web.findings.list(organisationId, { ...standing, limit: LIST_LIMIT, ...filter })).findings.length;
  const groups = async (by: 'rule' | 'host', filter: Partial<Filter> = {}) =>
    (await web.findings.groups(organisationId, { ...standing, by, offset: 0, limit: GROUP_LIMIT, ...filter })).groups
      .length;
  return {
    standing: (turn) => list({ offset: LIST_LIMIT * (turn % 5) }),
    severity: (turn) => list({ offset: 0, severities: [of(['critical', 'warning', 'notice'] as const, turn)] }),
    host: (turn) => list({ offset: 0, hostId: of(hostIds, turn) }),
    words: (turn) => list({ offset: 0, text: of(WORDS, turn) }),
    wordGroups: (turn) => groups('rule', { text: of(WORDS, turn) }),
    byRule: () => groups('rule'),
    byHost: (turn) => groups('host', { offset: GROUP_LIMIT * (turn % 5) }),
    counts: async () => Object.values(await web.findings.counts(organisationId)).reduce((sum, count) => sum + count, 0),
    fleet: async (turn) => {
      const page = { offset: FLEET_LIMIT * (turn % 3), limit: FLEET_LIMIT };
      return (await web.fleetPage(organisationId, { sort: 'fill', descending: true, ...page })).hosts.length;
    },
  };
}

const WORDS = ['docker', 'host-00012', 'tag-3', 'space docker', 'nothing has this name'] as const;

const of = <One>(all: readonly One[], turn: number): One => all[turn % all.length] as One;

/** Once without the clock, so that all is in memory; then 50 times. */
async function timeCalls(call: Call, postmaster: number): Promise<PageTimes> {
  const milliseconds: number[] = [];
  let brought = 0;
  for (let turn = 0; turn < CALLS; turn += 1) brought = Math.max(brought, await call(turn));
  const cost = await costOf(postmaster, async () => {
    for (let turn = 0; turn < CALLS; turn += 1) {
      const startedAt = performance.now();
      await call(turn);
      milliseconds.push(performance.now() - startedAt);
    }
  });
  return { ...timesOf(milliseconds), cost: dividedBy(cost, CALLS), brought };
}
