import type { DockerContainer } from '../../inventory/index.ts';
import type { SeriesName } from '../../series.ts';
import {
  beginAnswer,
  byHand,
  configureDaemon,
  type DockerPlace,
  dockerLine,
  SMALL_BYTES,
  wayTo,
} from '../docker-place.ts';
import { growthFor, standingOf } from '../hysteresis.ts';
import { fallsBy, heldSeriesOf } from '../promise.ts';
import { defineRule } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { expectAfter, look } from '../steps.ts';
import { text } from './text.ts';

const ID = 'log-unbounded';
/** The one driver of Docker's that keeps all there is unless it is told otherwise (Docker, Configure logging drivers). */
const UNBOUNDED_DRIVER = 'json-file';
const WRITING_STATES = new Set(['running', 'paused', 'restarting']);
const MAX_CONTAINERS = 20;
const LOG_LINES = '{ "log-driver": "json-file", "log-opts": { "max-size": "100m", "max-file": "3" } }';

/** What Docker's own bounded driver, `local`, keeps of a container unless it is told otherwise: 5 files of 20 MB. */
const BIG_LOG_BYTES = 100_000_000;

type UnboundedLog = {
  id: string;
  name: string;
  logPath: string | null;
  /** On disk, with its rotated siblings; null = not read. */
  logBytes: number | null;
};

export type UnboundedLogs = {
  place: DockerPlace;
  /** The biggest logs first. */
  containers: UnboundedLog[];
  leftOutCount: number;
  /** Of all of them whose log was read; null = of none. */
  bytes: number | null;
  /** Logs of `BIG_LOG_BYTES` or more. */
  bigCount: number;
  /** What falls when the containers are made anew; null = store not known. */
  usedSeries: SeriesName | null;
  /** New containers have a bound; those named here were made before. null = not read. */
  isDaemonBounded: boolean | null;
};

/** A notice as long as the logs are small: the bound is missing all the same. */
export const logUnbounded = defineRule<UnboundedLogs>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'moby/moby#27957', 'Docker, Local file logging driver'],
  wasSeen: true,
  check(input) {
    const { answer, roots } = beginAnswer<UnboundedLogs>(input);
    for (const { root, place } of roots) {
      const subject = place.rootKey;
      const isSilent = root.daemons.every(({ containers }) => containers === null);
      const writing = root.daemons
        .flatMap(({ containers }) => containers ?? [])
        .filter(({ state }) => WRITING_STATES.has(state));
      if (isSilent || writing.some(isUnknown)) answer.cannotTell.push({ subject, missing: 'docker-socket' });
      const logs = writing.filter(isUnbounded).map(logOf).toSorted(biggestFirst);
      if (logs.length === 0) continue;
      const read = logs.flatMap(({ logBytes }) => logBytes ?? []);
      const bytes = read.length === 0 ? null : read.reduce((sum, one) => sum + one, 0);
      const evidence = {
        ...{ place, containers: logs.slice(0, MAX_CONTAINERS), bytes },
        leftOutCount: Math.max(0, logs.length - MAX_CONTAINERS),
        bigCount: read.filter((one) => one >= BIG_LOG_BYTES).length,
        usedSeries: heldSeriesOf(input.snapshot, root.storeKey),
        isDaemonBounded: root.daemons[0]?.logMaxSizeSet ?? null,
      };
      const largeBytes = growthFor(standingOf(input, ID, subject), 'warning', SMALL_BYTES);
      const severity = (bytes ?? 0) >= largeBytes ? 'warning' : 'notice';
      answer.findings.push({ subject, storeKey: root.storeKey, severity, evidence });
    }
    return answer;
  },
  remedy: ({ place, containers, isDaemonBounded }) => {
    const paths = containers.flatMap(({ logPath }) => logPath ?? []);
    const ids = containers.map(({ id }) => id);
    return [
      ...wayTo(place),
      ...(paths.length === 0
        ? []
        : [
            look(
              shellLine('ls', '-lS', '--', ...paths),
              'The logs as they are now, the biggest first.',
              '当前的日志，最大的在前。',
            ),
          ]),
      ...(isDaemonBounded === true ? [] : configureDaemon(place, LOG_LINES)),
      byHand(
        'The bound holds for new containers only: make these anew, with "docker compose up -d --force-recreate" or the way they were made. The old log goes with the old container: save it first if somebody needs it.',
        '上限只对新容器生效：请重新创建这些容器，例如 “docker compose up -d --force-recreate”，或按原来的方式创建。旧日志会随旧容器消失：若有人需要，请先保存。',
      ),
      expectAfter(
        'Each shows a max-size; a container that was made anew has another id, use its name.',
        '每个容器都显示 max-size；重新创建的容器 ID 已变，请使用名称查询。',
        dockerLine(place, 'inspect', '--format', '{{.Name}} {{.HostConfig.LogConfig}}', '--', ...ids),
      ),
    ];
  },
  promise: ({ bytes, usedSeries }) => fallsBy(bytes, usedSeries),
  text,
  // incident2-overlay-leak; the logs themselves were not captured.
  example: {
    place: {
      ...{ rootKey: 'docker:/srv/lab/run/e/docker.sock', dataRoot: '/srv/lab/mnt/ext/docker' },
      ...{ socket: '/srv/lab/run/e/docker.sock', unit: null, nestedInContainerId: null, isInPod: false },
    },
    containers: [
      {
        id: '9d3bf377a96d3c7e747c7dc0711ac025314b69c7acf7d5a186cd367da35b0361',
        name: 'o4',
        logPath:
          '/srv/lab/mnt/ext/docker/containers/9d3bf377a96d3c7e747c7dc0711ac025314b69c7acf7d5a186cd367da35b0361/9d3bf377a96d3c7e747c7dc0711ac025314b69c7acf7d5a186cd367da35b0361-json.log',
        logBytes: null,
      },
      {
        id: 'ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767',
        name: 'o1',
        logPath:
          '/srv/lab/mnt/ext/docker/containers/ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767/ce26b0af7dc9ed2021ce69c1a7f3c831701292222422240159ff102257de5767-json.log',
        logBytes: null,
      },
    ],
    ...{ leftOutCount: 0, bytes: null, bigCount: 0, usedSeries: 'usedBytes', isDaemonBounded: false },
  },
});

const isUnknown = ({ details }: DockerContainer): boolean =>
  details === null ||
  details.logDriver === null ||
  (details.logDriver === UNBOUNDED_DRIVER && details.logMaxSizeSet === null);

const isUnbounded = ({ details }: DockerContainer): boolean =>
  details !== null && details.logDriver === UNBOUNDED_DRIVER && details.logMaxSizeSet === false;

const logOf = ({ id, names, details }: DockerContainer): UnboundedLog => ({
  ...{ id, name: names[0] ?? id.slice(0, 12) },
  ...{ logPath: details?.logPath ?? null, logBytes: details?.logBytes ?? null },
});

const biggestFirst = (a: UnboundedLog, b: UnboundedLog): number =>
  (b.logBytes ?? -1) - (a.logBytes ?? -1) || (a.id < b.id ? -1 : 1);
