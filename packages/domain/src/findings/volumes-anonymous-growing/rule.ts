import type { DockerVolume } from '../../inventory/index.ts';
import { volumeKey } from '../../items/run/docker-items.ts';
import { isUsedByPath } from '../../items/run/volume-use.ts';
import type { SeriesName } from '../../series.ts';
import {
  beginAnswer,
  byHand,
  DAY_MILLISECONDS,
  type DockerPlace,
  type DockerRoot,
  dockerLine,
  SMALL_BYTES,
  stoodForADay,
  wayTo,
} from '../docker-place.ts';
import { countFor, growthFor, standingOf } from '../hysteresis.ts';
import { fallsBy, heldSeriesOf } from '../promise.ts';
import { defineRule, type FindingInput, type RemedyStep } from '../rule.ts';
import { destroy, expectAfter, look, precondition } from '../steps.ts';
import { text } from './text.ts';

const ID = 'volumes-anonymous-growing';
const WEEK_DAYS = 7;
/** One a day: more than what people leave by hand. */
const MIN_NEW = 7;
const MAX_MAKERS = 5;
/** In one finding, and in one line of a shell. */
const MAX_VOLUMES = 64;
const MAX_NAMES_IN_LINE = 8;
/** From Engine API 1.42 (Docker 23) on a prune leaves named volumes alone (Docker, Engine API version history). */
const CAREFUL_PRUNE_API = [1, 42] as const;
const ANONYMOUS_NAME = /^[0-9a-f]{64}$/;

export type VolumeMaker = { container: string; image: string; destination: string };

export type AnonymousVolumes = {
  place: DockerPlace;
  /** Anonymous ones that no container uses. */
  unusedCount: number;
  /** Of these, made within the last 7 days and unused for a day or longer. */
  newCount: number;
  /** All the unused ones together; null = not read. */
  bytes: number | null;
  /** Those that nothing has used for a day, the first ones by name. */
  volumes: string[];
  leftOutCount: number;
  /** Of `volumes`; null = not read. */
  volumesBytes: number | null;
  /** What falls when they are deleted; null = store not known. */
  usedSeries: SeriesName | null;
  /** Containers that have an anonymous volume now: who made the others is not recorded. */
  makers: VolumeMaker[];
  /** `docker volume prune` takes named ones too; null = version not read. */
  prunesNamed: boolean | null;
};

export const volumesAnonymousGrowing = defineRule<AnonymousVolumes>({
  id: ID,
  needsPast: true,
  basis: ['moby/moby#14515', 'Docker, Engine API version history, v1.42'],
  wasSeen: false,
  check(input) {
    const { answer, roots } = beginAnswer<AnonymousVolumes>(input);
    for (const one of roots) {
      const { root, place } = one;
      const isRead = root.daemons.every(
        ({ volumes }) => volumes?.every(({ references }) => references !== null) === true,
      );
      if (!isRead) {
        answer.cannotTell.push({ subject: place.rootKey, missing: 'docker-socket' });
        continue;
      }
      const evidence = evidenceOf(one, input);
      const standing = standingOf(input, ID, place.rootKey);
      if (evidence.newCount < countFor(standing, 'notice', MIN_NEW)) continue;
      const smallBytes = growthFor(standing, 'warning', SMALL_BYTES);
      const severity = evidence.bytes !== null && evidence.bytes < smallBytes ? 'notice' : 'warning';
      answer.findings.push({ subject: place.rootKey, storeKey: root.storeKey, severity, evidence });
    }
    return answer;
  },
  remedy: (evidence) => {
    const { place, volumes } = evidence;
    const lines: string[] = [];
    for (let first = 0; first < volumes.length; first += MAX_NAMES_IN_LINE) {
      lines.push(dockerLine(place, 'volume', 'rm', '--', ...volumes.slice(first, first + MAX_NAMES_IN_LINE)));
    }
    return [
      ...wayTo(place),
      look(
        dockerLine(place, 'volume', 'ls', '--filter', 'dangling=true'),
        'The volumes that no container uses. Those with long hexadecimal names are the anonymous ones.',
        '没有容器使用的卷；名称为长十六进制串的是匿名卷。',
      ),
      precondition(
        'Nobody misses what is in them. A database whose container was removed without -v has left its data in such a volume: look into the big ones first.',
        '确认没有人需要其中的数据。若数据库容器被删除时没有加 -v，其数据就留在这样的卷里：请先查看较大的卷。',
        dockerLine(place, 'system', 'df', '-v'),
      ),
      ...lines.map((line) =>
        destroy(
          line,
          'Removes exactly these. Docker refuses one that a container uses by now.',
          '只删除这些卷。若某个卷此时已被容器使用，Docker 会拒绝。',
        ),
      ),
      ...othersWait(evidence),
      pruneNote(evidence),
      byHand(
        'Cure what makes them: "docker run --rm" or "docker rm -v" removes them with the container, "docker compose down -v" with the project; or give that path a named volume.',
        '从源头解决：“docker run --rm” 或 “docker rm -v” 会随容器一起删除，“docker compose down -v” 会随项目一起删除；也可以为该路径指定命名卷。',
      ),
      expectAfter(
        'The list is short, and stays so for a week.',
        '列表变短，并在一周内保持不变。',
        dockerLine(place, 'volume', 'ls', '--filter', 'dangling=true'),
      ),
    ];
  },
  promise: ({ volumesBytes, usedSeries }) => fallsBy(volumesBytes, usedSeries),
  text,
  // docker-btrfs-2-dind-running with seven copies of the nested daemon's volume that nothing uses.
  example: {
    place: {
      ...{ rootKey: 'docker:/srv/lab/run/b/docker.sock', dataRoot: '/srv/lab/mnt/dbtr/docker' },
      ...{ socket: '/srv/lab/run/b/docker.sock', unit: null, nestedInContainerId: null, isInPod: false },
    },
    ...{ unusedCount: 7, newCount: 7, bytes: null, leftOutCount: 0, prunesNamed: true },
    ...{ volumesBytes: null, usedSeries: 'dataUsedBytes' },
    volumes: ['0', '1', '2', '3', '5', '6', '7'].map(
      (digit) => `${digit}9b2f5e715d602cc5336bea175b7355b0c688d2f982daa0bc51f69967e380850`,
    ),
    makers: [
      { container: 'dind1', image: 'dind:1', destination: '/var/lib/docker' },
      { container: 'c3', image: 'app:1', destination: '/data' },
      { container: 'c1', image: 'app:1', destination: '/data' },
    ],
  },
});

function evidenceOf(one: DockerRoot, input: FindingInput): AnonymousVolumes {
  const { root, place } = one;
  const { past, now, inventory, snapshot } = input;
  const all = root.daemons.flatMap(({ volumes }) => volumes ?? []);
  // Subvolumes in one are for the rule of leftovers, which deletes these first.
  const nested = new Set(root.dataRoot?.layers.leftovers?.map(({ volume }) => volume) ?? []);
  const unused = all.filter(
    ({ anonymous, references, name }) =>
      anonymous &&
      references === 0 &&
      !nested.has(name) &&
      (inventory === null || !isUsedByPath(name, root, inventory)),
  );
  const standing = unused.filter(({ name }) => stoodForADay(past, volumeKey(root, name), now));
  const named = standing.filter(({ name }) => ANONYMOUS_NAME.test(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const listed = named.slice(0, MAX_VOLUMES);
  const containers = root.daemons.flatMap((daemon) => daemon.containers ?? []);
  const anonymous = new Set(all.filter((one) => one.anonymous).map(({ name }) => name));
  const makers = containers.flatMap(({ names: [container], id, image, mounts }) =>
    mounts
      .filter(({ name }) => name !== null && anonymous.has(name))
      .map(({ destination }) => ({ container: container ?? id, image, destination })),
  );
  const first = inventory?.docker?.daemons.find(({ key }) => key === place.rootKey);
  return {
    ...{ place, unusedCount: unused.length, newCount: standing.filter((one) => isNew(one, now)).length },
    ...{ bytes: sizeOf(unused), volumes: listed.map(({ name }) => name), leftOutCount: named.length - listed.length },
    ...{ volumesBytes: sizeOf(listed), usedSeries: heldSeriesOf(snapshot, root.storeKey) },
    ...{ makers: makers.slice(0, MAX_MAKERS), prunesNamed: prunesNamed(first?.apiVersion ?? null) },
  };
}

const sizeOf = (volumes: readonly DockerVolume[]): number | null =>
  volumes.reduce<number | null>(
    (sum, { sizeBytes }) => (sum === null || sizeBytes === null ? null : sum + sizeBytes),
    0,
  );

/** By Docker's own date: of a host that was just enrolled, all would be new by ours. */
const isNew = ({ createdAt }: DockerVolume, now: number): boolean =>
  createdAt !== null && now - Date.parse(createdAt) <= WEEK_DAYS * DAY_MILLISECONDS;

function prunesNamed(apiVersion: string | null): boolean | null {
  const [major, minor] = (apiVersion ?? '').split('.').map(Number);
  if (major === undefined || minor === undefined || Number.isNaN(major) || Number.isNaN(minor)) return null;
  const [carefulMajor, carefulMinor] = CAREFUL_PRUNE_API;
  return major < carefulMajor || (major === carefulMajor && minor < carefulMinor);
}

const othersWait = ({ leftOutCount }: AnonymousVolumes): RemedyStep[] =>
  leftOutCount === 0
    ? []
    : [
        precondition(
          `${leftOutCount} more are told when these are gone.`,
          `另有 ${leftOutCount} 个，会在这些删除后列出。`,
        ),
      ];

function pruneNote({ prunesNamed: isDangerous }: AnonymousVolumes): RemedyStep {
  return isDangerous === false
    ? precondition(
        '"docker volume prune" removes all unused anonymous volumes at once, those made since the last look too, and leaves named ones alone.',
        '“docker volume prune” 会一次删除所有未使用的匿名卷（包括上次检查之后产生的），不会动命名卷。',
      )
    : precondition(
        'Do not use "docker volume prune" here: before Docker 23 it removes unused named volumes too.',
        '请不要在此使用 “docker volume prune”：Docker 23 之前，它会连未使用的命名卷一起删除。',
      );
}
