import { cpuSeconds, type HistoryBenchResult } from './bench-history.ts';
import type { SeriesBytes } from './measure-bytes.ts';
import type { QueriesResult } from './measure-queries.ts';
import type { RollUpCost } from './measure-roll-up.ts';
import { QUERIES, type QueryName } from './query-times.ts';

const NAME_WIDTH = 40;
const VALUE_WIDTH = 14;

/** What each is to reach, milliseconds. */
const AIMS: Record<QueryName, number> = { fleet: 150, year: 80, asOf: 100, compare: 200, growers: 500 };
const NAMES: Record<QueryName, string> = {
  fleet: 'fleet page, 200 hosts',
  year: 'a store’s year, 600 points at most',
  asOf: 'inventory as of a moment, 2,000 items',
  compare: 'two moments, 20,000 versions between',
  growers: 'top 50 growers over 30 days',
};

/** For people: a line a figure. */
export function historyTable({ hosts, bytes, rollUp, queries, growing }: HistoryBenchResult): string {
  return [
    ...(bytes === null ? [] : bytesLines('Simulated', bytes.simulated)),
    ...(bytes === null ? [] : bytesLines('Another at each beat', bytes.restless)),
    ...(rollUp === null ? [] : rollUp.map((cost) => rollUpLine(hosts, cost))),
    ...(queries === null ? [] : queriesLines(queries)),
    ...(queries !== null && queries.scales.length > 1 ? [`grow with the fleet: ${growing.join(', ') || 'none'}`] : []),
  ].join('\n');
}

function bytesLines(name: string, { prometheus, ...bytes }: SeriesBytes): string[] {
  const samples = bytes.samples.toLocaleString('en-US');
  return [
    `${name}: ${bytes.hosts} hosts × 16 resources × ${bytes.days} days, ${samples} samples, ${bytes.seconds.toFixed(0)} s:`,
    line('bytes a sample', bytes.bytesPerSample.toFixed(2), 'blocks at rest, index included; to reach: 4'),
    line('  of it encoded readings', bytes.encodedBytesPerSample.toFixed(2), 'the rest is rows, pages and the index'),
    line('hours, bytes a sample', bytes.hoursBytesPerSample.toFixed(2), 'beside it'),
    line('days, bytes a sample', bytes.daysBytesPerSample.toFixed(2), 'beside it'),
    line('hours and days, MB a host and year', bytes.rolledMegabytesAHostYear.toFixed(1), 'once blocks are dropped'),
    prometheus === null
      ? line('Prometheus, bytes a sample', 'not measured', 'promtool is not on the PATH')
      : line(
          'Prometheus, bytes a sample',
          prometheus.bytesPerSample.toFixed(2),
          `${prometheus.version}, ${prometheus.hosts} of the hosts, ${prometheus.days} days`,
        ),
  ];
}

function rollUpLine(hosts: number, cost: RollUpCost): string {
  const { beatSeconds, workerSeconds, postgresSeconds, wallSeconds } = cost;
  const parts = `worker ${workerSeconds.toFixed(1)}, Postgres ${postgresSeconds.toFixed(1)}, elapsed ${wallSeconds.toFixed(1)}`;
  return line(
    `an hour rolled up, beats of ${beatSeconds} s, s`,
    (cpuSeconds(cost) ?? 0).toFixed(1),
    `CPU for ${hosts.toLocaleString('en-US')} hosts: ${parts}; to reach: 60 for 10,000`,
  );
}

function queriesLines({ scales, brought }: QueriesResult): string[] {
  const head = scales.map(({ hosts }) => `${hosts.toLocaleString('en-US')} hosts`.padStart(VALUE_WIDTH)).join('');
  return [
    `${'p95 / fastest of 50 calls, ms'.padEnd(NAME_WIDTH)}${head}`,
    ...QUERIES.map((name) => {
      const values = scales.map(({ times }) => `${times[name].p95.toFixed(1)} / ${times[name].fastest.toFixed(1)}`);
      const meaning = `to reach: ${AIMS[name]}; brought ${brought[name]}`;
      return `${NAMES[name].padEnd(NAME_WIDTH)}${values.map((value) => value.padStart(VALUE_WIDTH)).join('')}  ${meaning}`;
    }),
    row(
      'filled after, s',
      scales.map(({ fillSeconds }) => fillSeconds.toFixed(0)),
    ),
    row(
      'database, GB',
      scales.map(({ databaseBytes }) => (databaseBytes / 1e9).toFixed(1)),
    ),
  ];
}

const row = (name: string, values: readonly string[]): string =>
  name.padEnd(NAME_WIDTH) + values.map((value) => value.padStart(VALUE_WIDTH)).join('');

const line = (name: string, value: string, meaning: string): string =>
  `${name.padEnd(NAME_WIDTH)}${value.padStart(VALUE_WIDTH)}  ${meaning}`;
