import type { VolumeLeftover } from '../../inventory/index.ts';
import { keyOf } from '../../items/run/make-item.ts';
import type { SeriesName } from '../../series.ts';
import { btrfsOf, type DoomedSubvolume, deleteSubvolumes, othersLeft, subvolumesIn } from '../btrfs-layers.ts';
import { awaitCleaner } from '../btrfs-steps.ts';
import {
  beginAnswer,
  type DockerPlace,
  type DockerRoot,
  dockerLine,
  pathIn,
  SMALL_BYTES,
  stoodForADay,
  waitForSecondLook,
  wasFoundADayAgo,
  wayTo,
} from '../docker-place.ts';
import { growthFor, standingOf } from '../hysteresis.ts';
import { fallsBy, heldSeriesOf } from '../promise.ts';
import { defineRule, type FindingInput, type MissingFact, type RemedyStep, type RuleAnswer } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { destroy, expectAfter, look, precondition } from '../steps.ts';
import { firstSubjects } from '../subjects.ts';
import { isUsedByPath } from '../volume-use.ts';
import { text } from './text.ts';

const ID = 'dind-leftover';

export type DindLeftover = {
  place: DockerPlace;
  volume: string;
  isAnonymous: boolean;
  driverFolders: string[];
  layerCount: number;
  /** A removal has broken off: the nested daemon's other folders are gone. */
  isHalfRemoved: boolean;
  /** Deepest first; empty where its storage driver makes none. */
  subvolumes: DoomedSubvolume[];
  leftOutCount: number;
  /** No other subvolumes lie in it. */
  isWhole: boolean;
  /** What comes back, as far as Docker and the quota groups tell; null = not known. */
  bytes: number | null;
  /** Nothing has used it for a day or longer. */
  isConfirmed: boolean;
  /** What falls when it is deleted; null = store not known. */
  usedSeries: SeriesName | null;
  /** Other volumes of the kind, of which no finding is made. */
  leftOutSubjects: number;
};

export const dindLeftover = defineRule<DindLeftover>({
  id: ID,
  needsPast: false,
  basis: ['captured', 'btrfs-subvolume(8)', 'btrfs-property(8)'],
  wasSeen: true,
  check(input) {
    const { answer, roots } = beginAnswer<DindLeftover>(input);
    for (const one of roots) {
      const leftovers = one.root.dataRoot?.layers.leftovers ?? null;
      if (leftovers === null) answer.cannotTell.push({ subject: one.place.rootKey, missing: 'data-root' });
      for (const leftover of leftovers ?? []) judge(leftover, { one, input, answer });
    }
    return { ...answer, findings: firstSubjects(answer.findings, ID, input) };
  },
  promise: ({ bytes, isConfirmed, usedSeries }) => (isConfirmed ? fallsBy(bytes, usedSeries) : null),
  remedy: (evidence) => [
    ...wayTo(evidence.place),
    ...looksAt(evidence),
    ...(evidence.isConfirmed ? deletionOf(evidence) : [waitForSecondLook()]),
  ],
  text,
  // docker-btrfs-4-volume-rm-failed, seen again after a day.
  example: {
    place: {
      ...{ rootKey: 'docker:/srv/lab/run/b/docker.sock', dataRoot: '/srv/lab/mnt/dbtr/docker' },
      ...{ socket: '/srv/lab/run/b/docker.sock', unit: null, nestedInContainerId: null, isInPod: false },
    },
    volume: '651048c646f037307e9d96c9ef5bc190652f197eef9c35b75f84e67fefa92a1e',
    ...{ isAnonymous: true, driverFolders: ['btrfs'], layerCount: 0, isHalfRemoved: true },
    subvolumes: [
      {
        path: '/srv/lab/mnt/dbtr/docker/volumes/651048c646f037307e9d96c9ef5bc190652f197eef9c35b75f84e67fefa92a1e/_data/btrfs/ro-backup',
        ...{ isReadOnly: true, isReceived: false },
      },
    ],
    ...{ leftOutCount: 0, isWhole: true, bytes: null, isConfirmed: true },
    ...{ usedSeries: 'dataUsedBytes', leftOutSubjects: 0 },
  },
});

interface Judging {
  one: DockerRoot;
  input: FindingInput;
  answer: RuleAnswer<DindLeftover>;
}

function judge(leftover: VolumeLeftover, { one: { root, place }, input, answer }: Judging): void {
  const { inventory, past, now, snapshot } = input;
  const { volume, isAnonymous, driverFolders, entryCount, companions, nestedSubvolumes } = leftover;
  const subject = keyOf('leftover', place.rootKey, volume);
  const use = useOf(volume, { root, place }, input);
  if (use === 'in use' || inventory === null) return;
  if (use !== 'unused') {
    answer.cannotTell.push({ subject, missing: use });
    return;
  }
  const folder = `volumes/${volume}/_data`;
  const nested = subvolumesIn(btrfsOf(inventory, root.storeKey), place, { folder, seen: nestedSubvolumes });
  const told = root.daemons.flatMap((daemon) => daemon.volumes ?? []).find(({ name }) => name === volume);
  const bytes = told === undefined ? null : freedBytesOf(nested.bytes, told.sizeBytes);
  const standing = standingOf(input, ID, subject);
  const isSmall = bytes !== null && bytes < growthFor(standing, 'warning', SMALL_BYTES);
  // Docker's count does not tell of what used it by its path: only this rule looked for that.
  const isConfirmed = stoodForADay(past, subject, now) && wasFoundADayAgo(standing, now);
  answer.findings.push({
    subject,
    storeKey: root.storeKey,
    severity: isAnonymous && !isSmall ? 'warning' : 'notice',
    evidence: {
      ...{ place, volume, isAnonymous, driverFolders, layerCount: entryCount, isHalfRemoved: companions.length === 0 },
      ...{ subvolumes: nested.subvolumes, leftOutCount: nested.leftOutCount },
      isWhole: nested.isWhole || nestedSubvolumes.length === 0,
      ...{ bytes, isConfirmed, usedSeries: heldSeriesOf(snapshot, root.storeKey), leftOutSubjects: 0 },
    },
  });
}

/**
 * Docker's size of a volume has what is in its subvolumes, but of files with the same inode number the first one alone
 * (moby, pkg/directory), which snapshots share: it and that of the quota groups are not added.
 */
const freedBytesOf = (nestedBytes: number | null, sizeBytes: number | null): number | null =>
  nestedBytes === null || sizeBytes === null ? null : Math.max(nestedBytes, sizeBytes);

/** By the daemons' own counts, and by folders of the volume that containers or daemons use past them. */
function useOf(volume: string, { root, place }: DockerRoot, input: FindingInput): 'in use' | 'unused' | MissingFact {
  const lists = root.daemons.map(({ volumes }) => volumes?.filter(({ name }) => name === volume) ?? null);
  const references = lists.flatMap((list) => list ?? []).map((one) => one.references);
  if (references.some((count) => count !== null && count > 0)) return 'in use';
  if (isUsedByPath(volume, { root, place }, input)) return 'in use';
  if (lists.some((list) => list === null) || references.some((count) => count === null)) return 'docker-socket';
  // On disk, and no daemon lists it: one that is being made or removed.
  return references.length === 0 ? 'second-look' : 'unused';
}

function looksAt({ place, volume, subvolumes, isWhole }: DindLeftover): RemedyStep[] {
  const folder = pathIn(place, `volumes/${volume}/_data`);
  const steps = [
    look(
      dockerLine(place, 'ps', '-a', '--no-trunc', '--filter', `volume=${volume}`),
      'Must list no container. If it lists one, the volume is in use again: stop.',
      '不应列出任何容器。若列出了容器，说明该卷又被使用：请停手。',
    ),
    look(shellLine('ls', '-la', folder), 'What the nested Docker has left.', '嵌套 Docker 留下的内容。'),
  ];
  if (subvolumes.length === 0) return steps;
  const listing = `${shellLine('btrfs', 'subvolume', 'list', place.dataRoot)} | ${shellLine('grep', '-F', '-e', `volumes/${volume}/`)}`;
  const list = isWhole
    ? look(
        listing,
        'The subvolumes in the volume: those of the next lines, and no others.',
        '该卷中的子卷：应只有下文列出的这些。',
      )
    : look(
        listing,
        'The subvolumes in the volume. Subvolumes were not all read: what else is listed must be deleted too, the deepest first.',
        '该卷中的子卷。未能读取全部子卷：列出的其他子卷也要删除，由最深层开始。',
      );
  return [...steps, list];
}

function deletionOf({ place, volume, isAnonymous, subvolumes, leftOutCount }: DindLeftover): RemedyStep[] {
  return [
    isAnonymous
      ? precondition(
          'Nobody wants the images and containers of that nested Docker any more.',
          '没有人再需要那个嵌套 Docker 的镜像和容器。',
        )
      : precondition(
          'Somebody gave this volume a name: ask its owner first. The images and containers of that nested Docker will be gone.',
          '这个卷是有人命名的：请先询问其所有者。那个嵌套 Docker 的镜像和容器将全部消失。',
        ),
    ...deleteSubvolumes(subvolumes),
    ...othersLeft(leftOutCount),
    destroy(
      dockerLine(place, 'volume', 'rm', '--', volume),
      'Removes the volume with what is left in it. Docker refuses it if a container uses it.',
      '删除该卷及其剩余内容。若仍有容器使用，Docker 会拒绝删除。',
    ),
    subvolumes.length === 0
      ? expectAfter(
          'Docker does not list the volume any more.',
          'Docker 不再列出该卷。',
          dockerLine(place, 'volume', 'ls'),
        )
      : expectAfter(
          'Docker does not list the volume any more. btrfs gives the space back in the background; this waits for it.',
          'Docker 不再列出该卷。btrfs 会在后台归还空间；此命令等待其完成。',
          awaitCleaner(place.dataRoot),
        ),
  ];
}
