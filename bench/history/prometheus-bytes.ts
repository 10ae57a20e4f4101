import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BenchHost } from './bench-hosts.ts';

const DAY_MILLISECONDS = 86_400_000;
/** All 90 days of 100 hosts are 16 GB of text; every tenth host has series of all kinds. */
const HOST_STEP = 10;
const DAYS = 10;
/** What a Prometheus that keeps 90 days makes of its blocks in the end. */
const BLOCK_HOURS = 162;
const LINES_A_PIECE = 4_096;

export interface PrometheusBytes {
  version: string;
  hosts: number;
  days: number;
  samples: number;
  bytesPerSample: number;
}

/**
 * Blocks of Prometheus' TSDB (Debian package `prometheus`) of every tenth host's first 10 days.
 *
 * @returns null when promtool is not on the PATH.
 */
export async function measurePrometheus(all: readonly BenchHost[], from: number): Promise<PrometheusBytes | null> {
  const version = spawnSync('promtool', ['--version'], { encoding: 'utf8' });
  if (version.error || version.status !== 0) return null;
  const hosts = all.filter((_, place) => place % HOST_STEP === 0);
  const folder = mkdtempSync(join(tmpdir(), 'silt-prometheus-'));
  try {
    const counted = { samples: 0 };
    const text = join(folder, 'samples.txt');
    await pipeline(openMetrics(hosts, { from, to: from + DAYS * DAY_MILLISECONDS }, counted), createWriteStream(text));
    const blocks = join(folder, 'blocks');
    const made = spawnSync(
      'promtool',
      ['tsdb', 'create-blocks-from', `--max-block-duration=${BLOCK_HOURS}h`, 'openmetrics', text, blocks],
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`promtool: ${made.stderr.trim().split('\n').at(-1)}`);
    return {
      version: /version (\S+)/.exec(version.stdout)?.[1] ?? 'unknown',
      ...{ hosts: hosts.length, days: DAYS, samples: counted.samples },
      bytesPerSample: bytesIn(blocks) / counted.samples,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md: one family, times in seconds. */
async function* openMetrics(
  hosts: readonly BenchHost[],
  range: { from: number; to: number },
  counted: { samples: number },
): AsyncGenerator<string> {
  yield '# TYPE silt_reading gauge\n';
  for (const [number, host] of hosts.entries()) {
    let lines: string[] = [];
    for (const { takenAt, layout, readings } of host.history({ ...range, stepSeconds: 60 })) {
      for (const [place, value] of readings.entries()) {
        if (Number.isNaN(value)) continue;
        const { storeKey = '', series = '' } = host.layouts[layout]?.entries[place] ?? {};
        lines.push(
          `silt_reading{host="${number}",store="${storeKey}",series="${series}"} ${value} ${takenAt / 1_000}\n`,
        );
        counted.samples += 1;
      }
      if (lines.length < LINES_A_PIECE) continue;
      yield lines.join('');
      lines = [];
    }
    yield lines.join('');
  }
  yield '# EOF\n';
}

const bytesIn = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
