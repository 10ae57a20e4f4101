import { CRITICAL_FILL, WARN_FILL } from '../fill.ts';
import type { ClockForecast, ClockName } from '../forecast/clocks/clock.ts';
import { CRITICAL_DAYS_LEFT, stateOfForecast } from '../forecast/state-of-forecast.ts';
import type { SeriesName } from '../series.ts';
import type { Layout, ProbeReport } from '../snapshot.ts';
import { clientWords } from './docker-client.ts';
import { daysFor, fillFor } from './hysteresis.ts';
import type { FindingPast, MissingFact, RemedyStep, Severity, StandingFinding } from './rule.ts';
import { shellLine } from './shell-quote.ts';
import { look } from './steps.ts';

/** Whether the store has the series at all: what it does not have is not missing. */
export const hasSeries = ({ entries }: Pick<Layout, 'entries'>, storeKey: string, series: SeriesName): boolean =>
  entries.some((entry) => entry.storeKey === storeKey && entry.series === series);

/** null = no past, or never forecast. */
export const clockOf = (past: FindingPast | null, storeKey: string, clock: ClockName): ClockForecast | null =>
  past?.forecasts.get(storeKey)?.clocks.find((one) => one.clock === clock) ?? null;

type Grave = Extract<Severity, 'critical' | 'warning'>;

/** null = nothing is to be feared of it. Alarms are held by the forecast itself. */
export function severityOfClock(clock: ClockForecast | null, standing: StandingFinding | null): Grave | null {
  const state = clock === null ? 'ok' : stateOfForecast(clock);
  if (state !== 'critical' && state !== 'warning') return null;
  const days = clock?.daysLeft?.p50 ?? Number.POSITIVE_INFINITY;
  return days <= daysFor(standing, 'critical', CRITICAL_DAYS_LEFT) ? 'critical' : state;
}

/** Of what is filled to `WARN_FILL` or more; null = of less. */
export function severityOfFill(fill: number, standing: StandingFinding | null): Grave | null {
  if (fill >= fillFor(standing, 'critical', CRITICAL_FILL)) return 'critical';
  return fill >= fillFor(standing, 'warning', WARN_FILL) ? 'warning' : null;
}

/** Why a reading of one probe is null, as its report has it. */
export const missingOf = (probes: readonly ProbeReport[], probe: string, right: MissingFact): MissingFact =>
  probes.find((one) => one.probe === probe)?.status === 'unavailable' ? right : 'probe-failed';

const MAX_SOCKETS = 8;

/** Sockets of the host's own daemons whose data root lies on the store, the first ones by name. */
export const dockerSocketsOn = ({ daemons }: Pick<Layout, 'daemons'>, storeKey: string): string[] =>
  daemons
    .filter((daemon) => daemon.storeKey === storeKey && (daemon.containerId ?? null) === null && daemon.socket !== '')
    .map(({ socket }) => socket)
    .sort()
    .slice(0, MAX_SOCKETS);

/** What holds the most below a mount point, and what Docker says that it holds there. */
export const lookAtHolders = (mountPoint: string, dockerSockets: readonly string[]): RemedyStep[] => [
  look(
    `${shellLine('du', '-x', '-h', '-d', '2', '--', mountPoint)} | sort -h | tail -n 20`,
    'The largest folders come last. It reads every folder of the file system, so it may take minutes.',
    '最大的目录排在最后。该命令会读取文件系统中的每个目录，可能需要几分钟。',
  ),
  ...dockerSockets.map((socket) =>
    look(
      shellLine(...clientWords(socket), 'system', 'df'),
      'What images, containers, volumes and build cache hold, and how much of it nothing uses. The daemon walks its layers for it.',
      '镜像、容器、卷和构建缓存各占多少空间，其中多少没有被使用。守护进程会为此遍历各层。',
    ),
  ),
];

export const percentText = (share: number): string => `${(100 * share).toFixed(share > 0.995 && share < 1 ? 1 : 0)} %`;
export const countText = (count: number): string => count.toLocaleString('en-US');
/** `0.4`, `12`. */
export const daysText = (days: number): string => (days < 10 ? days.toFixed(1) : days.toFixed(0));
