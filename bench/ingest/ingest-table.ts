import type { IngestBenchResult } from './bench-ingest.ts';

const NAME_WIDTH = 34;
const VALUE_WIDTH = 12;

/** For people: a line a figure, with what it means. */
export function ingestTable(result: IngestBenchResult): string {
  const { figures, baselines, saturated, server } = result;
  const milliseconds = (p50: number, p99: number) => `${p50.toFixed(1)} / ${p99.toFixed(1)}`;
  const lines: [string, string, string][] = [
    ['snapshots/s', whole(figures.snapshotsPerSecond), 'acknowledged, every collector with 64 under way'],
    ['readings/s', whole(figures.readingsPerSecond), 'the same, times the readings of a snapshot'],
    ['INSERT, rows/s', whole(baselines.insertedRowsPerSecond), 'snapshot rows, 500 a statement, one connection'],
    ['ratioToInsert', figures.ratioToInsert.toFixed(2), 'snapshots/s ÷ INSERT rows/s'],
    ['COPY, rows/s', whole(baselines.copiedRowsPerSecond), 'narrow rows, one a reading, one connection'],
    ['ratioToCopy', figures.ratioToCopy.toFixed(2), 'readings/s ÷ COPY rows/s'],
    ['COPY of snapshots, rows/s', whole(baselines.copiedSnapshotsPerSecond), 'snapshot rows, one connection'],
    ['ratioToCopySnapshots', figures.ratioToCopySnapshots.toFixed(2), 'snapshots/s ÷ COPY of snapshots, rows/s'],
    [
      'ack p50 / p99 at half load, ms',
      milliseconds(figures.ackP50Ms, figures.ackP99Ms),
      `from due to acknowledged, at ${whole(result.halfLoadPerSecond)} snapshots/s`,
    ],
    [
      'ack p50 / p99 saturated, ms',
      milliseconds(saturated.ackP50Ms, saturated.ackP99Ms),
      'mostly the wait behind the collector’s own 64',
    ],
    ['gateway, MB', whole(figures.gatewayMb), 'most that was resident (VmHWM)'],
    ['stored', whole(result.storedSnapshots), 'rows in the database = snapshots acknowledged: checked'],
  ];
  const rows = lines.map(
    ([name, value, meaning]) => `${name.padEnd(NAME_WIDTH)}${value.padStart(VALUE_WIDTH)}  ${meaning}`,
  );
  const durability = `fsync ${server.fsync}, synchronous_commit ${server.synchronousCommit}`;
  return [`Postgres ${server.version}, ${durability}; all on one machine.`, ...rows].join('\n');
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
