import { startTestPostgres } from '@silt/db/testing';
import { withStage } from '../history/history-stage.ts';
import { type CpuCost, coreShare, cpuOf } from './cpu-cost.ts';
import { fillFindings } from './fill-findings.ts';
import { type HealthResult, measureHealth } from './measure-health.ts';
import { type JudgingResult, measureJudging } from './measure-judging.ts';
import { measurePages, type PageQuery, type PagesResult, type PageTimes } from './measure-pages.ts';
import { SURVEY_STEPS, type SurveyCosts } from './measure-surveys.ts';

/** `judging` has the surveys too. */
export const PARTS = ['pages', 'health', 'judging'] as const;
export type Part = (typeof PARTS)[number];

/** From a judgement of a host to the next, and from asking who is due to the next time. */
export const JUDGE_SECONDS = 300;
export const ASK_SECONDS = 10;

export interface FindingsBenchOptions {
  /** Of the fleet with pages and health; judging is scaled to it. */
  hosts: number;
  /** Simulated ones that are judged. */
  judged: number;
  parts: readonly Part[];
  log: (line: string) => void;
}

/** null = the part was left out. */
export interface FindingsBenchResult {
  hosts: number;
  pages: PagesResult | null;
  health: HealthResult | null;
  judging: JudgingResult | null;
}

export async function benchFindings({ hosts, judged, parts, log }: FindingsBenchOptions): Promise<FindingsBenchResult> {
  const server = await startTestPostgres({ durable: true });
  try {
    const isLarge = parts.includes('pages') || parts.includes('health');
    // Each in a database of its own.
    const large = isLarge
      ? await withStage(server.url, async (stage) => {
          await fillFindings(stage.admin, { organisationId: stage.organisationId, hosts });
          log(`filled: ${hosts} hosts`);
          return {
            pages: parts.includes('pages') ? await measurePages(stage, log) : null,
            health: parts.includes('health') ? await measureHealth(stage, log) : null,
          };
        })
      : { pages: null, health: null };
    const judging = parts.includes('judging')
      ? await withStage(server.url, (stage) => measureJudging(stage, { hosts: judged, log }))
      : null;
    return { hosts, ...large, judging };
  } finally {
    await server.stop();
  }
}

/** What `--json` prints; null = not measured. Times are p95 of 50 calls, the slowest of those that the name means. */
export interface FindingsFigures {
  hosts: number;
  listP95Ms: number | null;
  groupsP95Ms: number | null;
  wordsP95Ms: number | null;
  countsP95Ms: number | null;
  fleetP95Ms: number | null;
  /** CPU of a call, web server and Postgres together, of the same. */
  listCpuMs: number | null;
  groupsCpuMs: number | null;
  wordsCpuMs: number | null;
  countsCpuMs: number | null;
  fleetCpuMs: number | null;
  /** CPU of worker and Postgres together. */
  judgeCpuMsAHost: number | null;
  /** Of `hosts` judged each 5 minutes; with asking who is due where that was measured. */
  judgeShareOfCore: number | null;
  /** Of all that judging costs, what the rules asked once cost alone. */
  rulesShareOfJudging: number | null;
  healthCpuMs: number | null;
  surveyCpuMs: number | null;
  /** CPU of the gateway and Postgres for an hour of surveys of `hosts`. */
  surveySecondsAnHour: number | null;
  surveyBytesMedian: number | null;
  surveyBytesLargest: number | null;
}

const LISTS: readonly PageQuery[] = ['standing', 'severity', 'host'];
const GROUPS: readonly PageQuery[] = ['byRule', 'byHost'];
const WITH_WORDS: readonly PageQuery[] = ['words', 'wordGroups'];

export function findingsFigures(result: FindingsBenchResult): FindingsFigures {
  const { hosts, pages, health, judging } = result;
  const worst = (names: readonly PageQuery[], figureOf: (times: PageTimes) => number): number | null =>
    rounded(pages && Math.max(...names.map((name) => figureOf(pages[name]))), 1);
  const p95 = (...names: PageQuery[]): number | null => worst(names, (times) => times.p95);
  const cpu = (...names: PageQuery[]): number | null => worst(names, ({ cost }) => cpuOf(cost));
  const surveys = judging?.surveys ?? null;
  return {
    hosts,
    listP95Ms: p95(...LISTS),
    groupsP95Ms: p95(...GROUPS),
    wordsP95Ms: p95(...WITH_WORDS),
    countsP95Ms: p95('counts'),
    fleetP95Ms: p95('fleet'),
    listCpuMs: cpu(...LISTS),
    groupsCpuMs: cpu(...GROUPS),
    wordsCpuMs: cpu(...WITH_WORDS),
    countsCpuMs: cpu('counts'),
    fleetCpuMs: cpu('fleet'),
    judgeCpuMsAHost: rounded(judging && cpuOf(judging.warm), 2),
    judgeShareOfCore: rounded(judgeShare(result), 3),
    rulesShareOfJudging: rounded(judging && cpuOf(judging.rulesAlone) / cpuOf(judging.warm), 2),
    healthCpuMs: rounded(health && cpuOf(health.run), 0),
    surveyCpuMs: rounded(surveys && surveyCpu(surveys.costs), 2),
    surveySecondsAnHour: rounded(surveys && surveySecondsAnHour(surveys.costs, hosts), 0),
    surveyBytesMedian: surveys?.stored.median ?? null,
    surveyBytesLargest: surveys?.stored.largest ?? null,
  };
}

/** Share of one core; null = not measured. */
export function judgeShare({ hosts, judging, health }: FindingsBenchResult): number | null {
  if (judging === null) return null;
  const asking = health === null ? 0 : coreShare(health.idleAsk, { times: 1, seconds: ASK_SECONDS });
  return coreShare(judging.warm, { times: hosts, seconds: JUDGE_SECONDS }) + asking;
}

/** Of one survey, milliseconds. */
export const surveyCpu = (costs: SurveyCosts): number =>
  SURVEY_STEPS.reduce((sum, step) => sum + cpuOf(costs[step] as CpuCost), 0);

export const surveySecondsAnHour = (costs: SurveyCosts, hosts: number): number =>
  (surveyCpu(costs) * hosts * (3_600 / JUDGE_SECONDS)) / 1_000;

const rounded = (value: number | null, digits: number): number | null =>
  value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
