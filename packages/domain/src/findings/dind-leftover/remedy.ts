import { formatBytes } from '../../units.ts';
import { deleteSubvolumes, othersLeft } from '../btrfs-layers.ts';
import { awaitCleaner } from '../btrfs-steps.ts';
import { firstNames } from '../count-words.ts';
import { type DockerPlace, dockerLine, pathIn, waitForSecondLook, wayTo } from '../docker-place.ts';
import type { RemedyStep } from '../rule.ts';
import { shellLine } from '../shell-quote.ts';
import { destroy, expectAfter, look, precondition } from '../steps.ts';
import { type DindLeftover, folderOf, type LeftVolume } from './evidence.ts';

/** Of volumes that are not to be deleted yet. */
const MAX_LOOKED_AT = 3;
const MAX_NAMED = 5;

/** A block for each volume that may be deleted, each checked before it goes; what has to wait is told. */
export function remedyOf(evidence: DindLeftover): RemedyStep[] {
  const { place, volumes } = evidence;
  const doomed = volumes.filter(({ isConfirmed }) => isConfirmed);
  if (doomed.length === 0) {
    const seen = volumes.slice(0, MAX_LOOKED_AT);
    return [...wayTo(place), ...seen.flatMap((one) => looksAt(place, one)), waitForSecondLook()];
  }
  return [
    ...wayTo(place),
    ...doomed.flatMap((one) => [isUnwanted(one), ...looksAt(place, one), ...deletionOf(place, one)]),
    ...nextOnes(evidence, doomed.length),
    ...waitingOnes(evidence),
    afterwards(
      place,
      doomed.some(({ subvolumes }) => subvolumes.length > 0),
    ),
  ];
}

function isUnwanted({ volume, isAnonymous, bytes }: LeftVolume): RemedyStep {
  const size = bytes === null ? '' : ` (${formatBytes(bytes)})`;
  return isAnonymous
    ? precondition(
        `Volume ${volume}${size}: nobody wants the images and containers of that nested Docker any more.`,
        `卷 ${volume}${size}：没有人再需要那个嵌套 Docker 的镜像和容器。`,
      )
    : precondition(
        `Volume ${volume}${size}: somebody gave it its name. Ask its owner first: the images and containers of that nested Docker will be gone.`,
        `卷 ${volume}${size}：它是有人命名的，请先询问其所有者。那个嵌套 Docker 的镜像和容器将全部消失。`,
      );
}

function looksAt(place: DockerPlace, { volume, subvolumes, isWhole }: LeftVolume): RemedyStep[] {
  const steps = [
    look(
      dockerLine(place, 'ps', '-a', '--no-trunc', '--filter', `volume=${volume}`),
      'Must list no container. If it lists one, the volume is in use again: leave it alone.',
      '不应列出任何容器。若列出了容器，说明该卷又被使用：请不要动它。',
    ),
    look(
      shellLine('ls', '-la', pathIn(place, folderOf(volume))),
      'What the nested Docker has left.',
      '嵌套 Docker 留下的内容。',
    ),
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

const deletionOf = (place: DockerPlace, { volume, subvolumes, leftOutCount }: LeftVolume): RemedyStep[] => [
  ...deleteSubvolumes(subvolumes.map((one) => ({ ...one, path: pathIn(place, `${folderOf(volume)}/${one.path}`) }))),
  ...othersLeft(leftOutCount),
  destroy(
    dockerLine(place, 'volume', 'rm', '--', volume),
    'Removes the volume with what is left in it. Docker refuses it if a container uses it.',
    '删除该卷及其剩余内容。若仍有容器使用，Docker 会拒绝删除。',
  ),
];

/** Those that may be deleted too, and are not told in full. */
function nextOnes({ counts, others }: DindLeftover, shown: number): RemedyStep[] {
  const count = counts.confirmed - shown;
  if (count === 0) return [];
  const names = firstNames(
    others.flatMap(({ volume, isConfirmed }) => (isConfirmed ? [volume] : [])),
    count,
    MAX_NAMED,
  );
  return [
    precondition(
      `${count.toLocaleString('en-US')} more can go as well. The next look after these are gone has the steps for the next ones: ${names.en}.`,
      `还有 ${count.toLocaleString('en-US')} 个也可以删除。以上这些删除之后，下一次检查会给出接下来的步骤：${names['zh-CN']}。`,
    ),
  ];
}

/** Those that nothing was seen to use, but not for a day. */
function waitingOnes({ counts, volumes, others }: DindLeftover): RemedyStep[] {
  const count = counts.volumes - counts.confirmed;
  if (count === 0) return [];
  const waiting = [...volumes, ...others].flatMap(({ volume, isConfirmed }) => (isConfirmed ? [] : [volume]));
  const names = firstNames(waiting, count, MAX_NAMED);
  return [
    precondition(
      `Leave these alone for now: ${names.en}. Nothing was seen to use them, but not for a whole day yet. Their deletion is told once it has been 24 hours.`,
      `以下卷暂时不要动：${names['zh-CN']}。它们尚未连续一天处于未使用状态，满 24 小时后才会给出删除步骤。`,
    ),
  ];
}

const afterwards = (place: DockerPlace, hasSubvolumes: boolean): RemedyStep =>
  hasSubvolumes
    ? expectAfter(
        'Docker does not list them any more ("docker volume ls"). btrfs gives the space back in the background; this waits for it.',
        'Docker 不再列出这些卷（“docker volume ls”）。btrfs 会在后台归还空间；此命令等待其完成。',
        awaitCleaner(place.dataRoot),
      )
    : expectAfter('Docker does not list them any more.', 'Docker 不再列出这些卷。', dockerLine(place, 'volume', 'ls'));
