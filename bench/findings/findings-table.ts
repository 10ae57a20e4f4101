import { ASK_SECONDS, type FindingsBenchResult, judgeShare, surveyCpu, surveySecondsAnHour } from './bench-findings.ts';
import { type CpuCost, cpuOf } from './cpu-cost.ts';
import type { HealthResult } from './measure-health.ts';
import type { JudgingResult } from './measure-judging.ts';
import { PAGE_QUERIES, type PageQuery, type PagesResult } from './measure-pages.ts';
import { SURVEY_STEPS, type SurveyStep, type SurveysResult } from './measure-surveys.ts';

const NAME_WIDTH = 44;
const VALUE_WIDTH = 10;

const NAMES: Record<PageQuery, string> = {
  standing: 'list, all that stand',
  severity: 'list, of one severity',
  host: 'list, of one host',
  words: 'list, with words',
  wordGroups: 'groups by rule, with words',
  byRule: 'groups by rule',
  byHost: 'groups by host',
  counts: 'counts',
  fleet: 'fleet page, 200 hosts with counts',
};
/** What p95 is to reach, milliseconds; the others have no bound. */
const AIMS: Partial<Record<PageQuery, number>> = {
  ...{ standing: 100, severity: 100, host: 100, counts: 100, byRule: 200, byHost: 200 },
};
const STEP_NAMES: Record<SurveyStep, string> = {
  decode: '  frame read',
  check: '  checked',
  pack: '  compressed',
  store: '  stored',
};
const MAX_SHARE = 0.5;
const MAX_HEALTH_MILLISECONDS = 1_000;

/** For people: a line a figure. */
export function findingsTable(result: FindingsBenchResult): string {
  const { hosts, pages, health, judging } = result;
  return [
    `${hosts.toLocaleString('en-US')} hosts:`,
    ...(pages === null ? [] : pageLines(pages)),
    ...(health === null ? [] : healthLines(health)),
    ...(judging === null ? [] : judgingLines(judging, result)),
  ].join('\n');
}

const pageLines = (pages: PagesResult): string[] => [
  row('50 calls, ms', ['p50', 'p95', 'fastest', 'CPU', 'Postgres'], ''),
  ...PAGE_QUERIES.map((name) => {
    const { p50, p95, fastest, cost, brought } = pages[name];
    const aim = AIMS[name] === undefined ? '' : `p95 to reach: ${AIMS[name]}; `;
    const values = [p50, p95, fastest, cost.worker, cost.postgres].map((value) => value.toFixed(1));
    return row(NAMES[name], values, `${aim}brought ${brought}`);
  }),
];

const costHead = (name: string): string => row(name, ['CPU', 'Postgres', 'together', 'elapsed'], '');

const costRow = (name: string, cost: CpuCost, meaning = ''): string =>
  row(
    name,
    [cost.worker, cost.postgres, cpuOf(cost), cost.elapsed].map((value) => value.toFixed(2)),
    meaning,
  );

const healthLines = ({ run, found, idleAsk }: HealthResult): string[] => [
  costHead('a run, ms'),
  costRow("rules of Silt's own health, all hosts", run, `to reach: ${MAX_HEALTH_MILLISECONDS}; ${found} are silent`),
  costRow('asking who is due', idleAsk, `each ${ASK_SECONDS} s; nobody is`),
];

function judgingLines(judging: JudgingResult, result: FindingsBenchResult): string[] {
  const { hosts, first, warm, rulesAlone, findingsAHost, surveys } = judging;
  return [
    costHead('a host, ms'),
    costRow('judged the first time', first, `${hosts} simulated hosts`),
    costRow('judged', warm, `${findingsAHost.toFixed(1)} findings each`),
    costRow('  the rules alone, asked once', rulesAlone, `${(cpuOf(warm) / cpuOf(rulesAlone)).toFixed(1)} times less`),
    row(
      'all judged each 5 minutes, of a core',
      [(judgeShare(result) ?? 0).toFixed(3)],
      `to reach: ${MAX_SHARE} for 10,000`,
    ),
    ...surveyLines(surveys, result.hosts),
  ];
}

const surveyLines = ({ surveys, costs, stored, json }: SurveysResult, hosts: number): string[] => [
  costHead(`a survey of ${surveys}, ms`),
  ...SURVEY_STEPS.map((step) => costRow(STEP_NAMES[step], costs[step])),
  row(
    'an hour of surveys, CPU s',
    [surveySecondsAnHour(costs, hosts).toFixed(0)],
    `${surveyCpu(costs).toFixed(2)} ms each`,
  ),
  row('stored a host, kB', [kilobytes(stored.median), kilobytes(stored.largest)], 'median, largest'),
  row('as JSON, kB', [kilobytes(json.median), kilobytes(json.largest)], ''),
];

const kilobytes = (bytes: number): string => (bytes / 1_000).toFixed(1);

const row = (name: string, values: readonly string[], meaning: string): string =>
  `${name.padEnd(NAME_WIDTH)}${values.map((value) => value.padStart(VALUE_WIDTH)).join('')}  ${meaning}`.trimEnd();
