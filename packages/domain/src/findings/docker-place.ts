import { type Root, rootsOf } from '../items/run/places.ts';
import { clientWords } from './docker-client.ts';
import type {
  Evidence,
  FindingInput,
  FindingPast,
  MissingFact,
  RemedyStep,
  RuleAnswer,
  StandingFinding,
} from './rule.ts';
import { shellLine } from './shell-quote.ts';
import { dryRun, edit, look, precondition, run } from './steps.ts';

export const DAY_MILLISECONDS = 24 * 3_600_000;
/** Less than this is worth an act, but not this week. */
export const SMALL_BYTES = 1024 ** 3;
/** What a storage driver names a layer: the same as the probe's. Only such names come into a command that deletes. */
export const LAYER_NAME = /^[0-9a-f]{64}(-init)?$/;
const PROBE = 'docker';

/** Where the commands of a remedy are typed, and which daemon they speak to. */
export type DockerPlace = {
  /** Least key of the daemons of the data root: subject of what is about the root as a whole. */
  rootKey: string;
  /** A path in the daemon's own mount namespace. */
  dataRoot: string;
  socket: string | null;
  /** systemd's; null = it runs in none, or not known. */
  unit: string | null;
  /** Of a nested daemon: paths and socket are of this container. */
  nestedInContainerId: string | null;
  isInPod: boolean;
};

export interface DockerRoot {
  root: Root;
  place: DockerPlace;
}

/** An answer to begin with, and the data roots of the host. What nothing is known of is told in the answer. */
export function beginAnswer<E extends Evidence>(input: FindingInput): { answer: RuleAnswer<E>; roots: DockerRoot[] } {
  const { inventory, snapshot } = input;
  const answer: RuleAnswer<E> = { findings: [], cannotTell: [] };
  const missing = missingOfDocker(input);
  if (missing !== null) answer.cannotTell.push({ subject: null, missing });
  const roots: DockerRoot[] = [];
  for (const root of inventory === null ? [] : rootsOf(inventory, snapshot.layout)) {
    const place = placeOf(root);
    if (place === null) answer.cannotTell.push({ subject: root.subject, missing: 'docker-socket' });
    else roots.push({ root, place });
  }
  return { answer, roots };
}

/** null = where its folder is was not read. */
function placeOf({ subject, daemons, dataRoot: folder }: Root): DockerPlace | null {
  const first = daemons.find(({ state }) => state === 'answers') ?? daemons[0];
  const dataRoot = folder?.path ?? first?.dataRoot ?? null;
  if (first === undefined || dataRoot === null || !dataRoot.startsWith('/')) return null;
  const { socket, unit, nestedInContainerId, podUid } = first;
  return { rootKey: subject, dataRoot, socket, unit, nestedInContainerId, isInPod: podUid !== null };
}

/** Why Docker's own words and records are not there on a host that has Docker; null = they are, or it has none. */
function missingOfDocker({ inventory, snapshot: { layout } }: FindingInput): MissingFact | null {
  if (inventory !== null && inventory.docker !== null) return null;
  const reports = inventory?.probes ?? [];
  if (reports.some(({ probe, status }) => probe === PROBE && status === 'failed')) return 'probe-failed';
  return layout.daemons.length > 0 ? 'docker-socket' : null;
}

const isADayAgo = (since: number | null, now: number): boolean => since !== null && now - since >= DAY_MILLISECONDS;

/** An item was first seen a day or more ago, in whatever state: no proof that nobody needs it. */
export const wasThereADayAgo = (past: FindingPast | null, itemKey: string, now: number): boolean =>
  isADayAgo(past?.firstSeenAt(itemKey) ?? null, now);

/** An item has been in the state that it has now, such as `unused`, for a day or longer: what was in use until an hour ago has not. */
export const stoodForADay = (past: FindingPast | null, itemKey: string, now: number): boolean =>
  isADayAgo(past?.stateSince(itemKey) ?? null, now);

/** A rule has found the same of a subject for a day or longer. */
export const wasFoundADayAgo = (standing: StandingFinding | null, now: number): boolean =>
  isADayAgo(standing?.since ?? null, now);

export const pathIn = ({ dataRoot }: Pick<DockerPlace, 'dataRoot'>, below: string): string =>
  `${dataRoot.replace(/\/+$/, '')}/${below}`;

/** A line of Docker's client for the daemon of the place. */
export const dockerLine = ({ socket }: DockerPlace, ...words: readonly string[]): string =>
  shellLine(...clientWords(socket), ...words);

/** How to get to where the paths of the place are; nothing for a daemon of the host. */
export function wayTo({ nestedInContainerId: id, isInPod }: DockerPlace): RemedyStep[] {
  if (id === null) return [];
  const en = 'This daemon runs in a container, and the paths below are of that container: type all lines in there.';
  const zh = '该守护进程运行在容器内，下文的路径都是容器内的路径：请在容器内执行所有命令。';
  if (isInPod) return [precondition(`${en} Use kubectl exec.`, `${zh}可用 kubectl exec 进入。`)];
  return [precondition(en, zh, `${shellLine('docker', 'exec', '-it', id)} sh`)];
}

/** Stops the daemon, as systemd knows it. */
export function stopDaemon({ unit }: DockerPlace): RemedyStep {
  const en = 'Stops Docker. Without live-restore every container of it stops too: take a window for it.';
  const zh = '停止 Docker。若未启用 live-restore，其上的所有容器也会停止：请安排维护窗口。';
  const units = unit === 'docker.service' ? ['docker.socket', unit] : [unit ?? ''];
  if (unit !== null) return run(shellLine('systemctl', 'stop', ...units), en, zh);
  return byHand(
    `${en} It is of no systemd unit: stop it the way it was started.`,
    `${zh}它不属于任何 systemd 单元：请按启动它的方式停止。`,
  );
}

export function startDaemon({ unit }: DockerPlace): RemedyStep {
  const en = 'Starts Docker again.';
  const zh = '重新启动 Docker。';
  if (unit !== null) return run(shellLine('systemctl', 'start', unit), en, zh);
  return byHand(
    `${en} It is of no systemd unit: start it the way it was started.`,
    `${zh}它不属于任何 systemd 单元：请按原来的方式启动。`,
  );
}

/** An act that no line of a shell stands for. */
export const byHand = (en: string, zh: string): RemedyStep => ({
  ...{ kind: 'run', command: null, isDestructive: false, note: { en, 'zh-CN': zh } },
});

/** Prints the files of layerdb that name a layer: nothing, if no record does. */
export function recordsNaming(place: DockerPlace, driver: string, name: string): RemedyStep {
  const files = ['cache-id', 'mount-id', 'init-id'].map((file) => `--include=${file}`);
  return look(
    shellLine('grep', '-rlF', ...files, '-e', name, pathIn(place, `image/${driver}/layerdb`)),
    `${name}: must print nothing. If it prints a file, a record names this layer: stop, it is no leftover.`,
    `${name}：必须没有任何输出。若输出了文件，说明有记录引用该层：请停手，它不是遗留物。`,
  );
}

/** Prints the processes that have a layer mounted: nothing, if none has. */
export function mountsNaming(name: string): RemedyStep {
  return look(
    `${shellLine('grep', '-lF', '-e', name)} /proc/[0-9]*/mountinfo`,
    'Must print nothing. A process that it prints has the layer mounted: stop.',
    '必须没有任何输出。若输出了某个进程，说明该层仍被挂载：请停手。',
  );
}

/** What to say instead of a deletion that has no proof yet. */
export const waitForSecondLook = (): RemedyStep =>
  precondition(
    'Delete nothing yet: it was seen once, and work in progress looks the same. Look again in a day; the deletion is told once it has stood for 24 hours.',
    '暂时不要删除：目前只看到一次，正在进行的操作看起来也是这样。请一天后再看；持续存在满 24 小时后才会给出删除步骤。',
  );

/** After the daemon was started without what had been moved aside. */
export const verifyContainers = (place: DockerPlace): RemedyStep =>
  look(
    dockerLine(place, 'ps', '-a'),
    'All containers are listed, and those that ran before run. If one does not start, stop Docker, move back what was moved aside, and start it again.',
    '所有容器都在列表中，原先运行的都已运行。若有容器无法启动，请停止 Docker，把移走的内容移回原处，再重新启动。',
  );

const CONFIGURATION = '/etc/docker/daemon.json';

/** A change of the daemon's configuration, from its lines to the daemon that runs with them. */
export function configureDaemon({ unit }: DockerPlace, lines: string): RemedyStep[] {
  const restartEn = 'Puts it into force. Without live-restore every container restarts with it.';
  const restartZh = '使配置生效。若未启用 live-restore，所有容器都会随之重启。';
  return [
    edit(
      lines,
      `Add this to ${CONFIGURATION}, or to the file that the daemon was started with; keep what stands there.`,
      `把以下内容并入 ${CONFIGURATION}（或启动守护进程时指定的配置文件），保留原有内容。`,
    ),
    dryRun(
      shellLine('dockerd', '--validate', `--config-file=${CONFIGURATION}`),
      'Checks the file and starts nothing (Docker 23 and later).',
      '只检查该文件，不启动任何东西（Docker 23 及以后）。',
    ),
    unit === null ? byHand(restartEn, restartZh) : run(shellLine('systemctl', 'restart', unit), restartEn, restartZh),
  ];
}
