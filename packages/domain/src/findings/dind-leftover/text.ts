import { formatBytes } from '../../units.ts';
import { countWords } from '../count-words.ts';
import type { Language, RuleText } from '../rule.ts';
import type { DindLeftover } from './rule.ts';

const readOnlyCount = ({ subvolumes }: DindLeftover): number =>
  subvolumes.filter((one) => one.isReadOnly === true).length;

export const text: Record<Language, RuleText<DindLeftover>> = {
  en: {
    name: 'Storage of a nested Docker left in a volume',
    title: ({ volume }) => `A nested Docker has left its storage in the volume ${volume}`,
    seen(evidence) {
      const { isAnonymous, isHalfRemoved, layerCount, subvolumes, leftOutCount, bytes, leftOutSubjects } = evidence;
      const count = subvolumes.length + leftOutCount;
      const readOnly = readOnlyCount(evidence);
      return [
        `No container uses this ${isAnonymous ? 'anonymous' : 'named'} volume. It holds ${countWords(layerCount, 'layer', 'layers')} of another Docker`,
        count === 0
          ? '.'
          : `, and ${countWords(count, 'btrfs subvolume', 'btrfs subvolumes')}${readOnly === 0 ? '' : ` (${readOnly} read-only)`}.`,
        isHalfRemoved ? ' A removal has broken off half-way.' : '',
        bytes === null ? ' How much it holds is not known.' : ` It holds up to ${formatBytes(bytes)}.`,
        leftOutSubjects === 0
          ? ''
          : ` ${countWords(leftOutSubjects, 'more volume', 'more volumes')} of the kind are not told here.`,
      ].join('');
    },
    why: ({ subvolumes }) =>
      subvolumes.length === 0
        ? 'The space stays taken until somebody removes the volume: no container refers to it, so nobody will.'
        : 'Docker cannot always remove it: kernels before 4.18 do not delete a subvolume as a folder, and a read-only one stops every kernel. du and Docker leave subvolumes out, so the space seems to belong to nothing.',
  },
  'zh-CN': {
    name: '卷中遗留的嵌套 Docker 存储',
    title: ({ volume }) => `嵌套 Docker 在卷 ${volume} 中遗留了存储`,
    seen(evidence) {
      const { isAnonymous, isHalfRemoved, layerCount, subvolumes, leftOutCount, bytes, leftOutSubjects } = evidence;
      const count = subvolumes.length + leftOutCount;
      const readOnly = readOnlyCount(evidence);
      return [
        `没有容器使用这个${isAnonymous ? '匿名卷' : '命名卷'}，其中有另一个 Docker 的 ${layerCount} 个层`,
        count === 0 ? '。' : `和 ${count} 个 btrfs 子卷${readOnly === 0 ? '' : `（其中 ${readOnly} 个只读）`}。`,
        isHalfRemoved ? '曾有一次删除中途失败。' : '',
        bytes === null ? '占用空间未知。' : `最多占用 ${formatBytes(bytes)}。`,
        leftOutSubjects === 0 ? '' : `另有 ${leftOutSubjects} 个同类卷未逐一列出。`,
      ].join('');
    },
    why: ({ subvolumes }) =>
      subvolumes.length === 0
        ? '没有容器引用它，不会有人顺手清理；在删除该卷之前，空间一直被占用。'
        : 'Docker 不一定能删除它：4.18 之前的内核无法像删除目录那样删除子卷，而只读子卷在任何内核上都会使删除失败。du 和 Docker 都不统计子卷，看上去这些空间不属于任何东西。',
  },
};
