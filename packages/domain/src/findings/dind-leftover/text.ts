import { formatBytes } from '../../units.ts';
import { countWords } from '../count-words.ts';
import type { Language, RuleText } from '../rule.ts';
import type { DindLeftover } from './evidence.ts';

const number = (count: number): string => count.toLocaleString('en-US');
const onlyVolume = ({ counts, volumes }: DindLeftover): string | null =>
  counts.volumes === 1 ? (volumes[0]?.volume ?? null) : null;

function useInEnglish(evidence: DindLeftover): string {
  const { volumes, anonymous } = evidence.counts;
  if (onlyVolume(evidence) !== null) return `No container uses this ${anonymous === 1 ? 'anonymous' : 'named'} volume.`;
  if (anonymous === volumes) return 'No container uses them, and nobody gave them a name.';
  return `No container uses them; ${countWords(volumes - anonymous, 'has a name that somebody gave it', 'have a name that somebody gave them')}.`;
}

function sizeInEnglish({ counts: { volumes, unknownSizes }, bytes }: DindLeftover): string {
  if (unknownSizes === volumes) return `How much ${volumes === 1 ? 'it holds' : 'they hold'} is not known.`;
  if (volumes === 1) return `It holds up to ${formatBytes(bytes)}.`;
  if (unknownSizes === 0) return `Together they hold up to ${formatBytes(bytes)}.`;
  return `Together they hold up to ${formatBytes(bytes)}, not counting ${number(unknownSizes)} whose size is not known.`;
}

function waitInEnglish({ counts: { volumes, confirmed } }: DindLeftover): string {
  if (confirmed === volumes) return '';
  const who =
    volumes === 1
      ? 'It has'
      : confirmed === 0
        ? 'None of them has'
        : `${countWords(volumes - confirmed, 'of them has', 'of them have')}`;
  return `${who} ${confirmed === 0 && volumes > 1 ? 'yet' : 'not'} been seen unused for a whole day.`;
}

function useInChinese(evidence: DindLeftover): string {
  const { volumes, anonymous } = evidence.counts;
  if (onlyVolume(evidence) !== null) return `没有容器使用这个${anonymous === 1 ? '匿名卷' : '命名卷'}。`;
  return `没有容器使用它们${anonymous === volumes ? '，且均为匿名卷' : `，其中 ${number(volumes - anonymous)} 个是有人命名的`}。`;
}

function sizeInChinese({ counts: { volumes, unknownSizes }, bytes }: DindLeftover): string {
  if (unknownSizes === volumes) return '占用空间未知。';
  const all = `${volumes === 1 ? '最多占用' : '合计最多占用'} ${formatBytes(bytes)}`;
  return unknownSizes === 0 ? `${all}。` : `${all}，另有 ${number(unknownSizes)} 个大小未知。`;
}

function waitInChinese({ counts: { volumes, confirmed } }: DindLeftover): string {
  if (confirmed === volumes) return '';
  return `${confirmed === 0 ? '' : `其中 ${number(volumes - confirmed)} 个`}尚未连续一天处于未使用状态。`;
}

export const text: Record<Language, RuleText<DindLeftover>> = {
  en: {
    name: 'Storage of a nested Docker left in volumes',
    title(evidence) {
      const volume = onlyVolume(evidence);
      if (volume !== null) return `A nested Docker has left its storage in the volume ${volume}`;
      return `${evidence.place.dataRoot}: ${number(evidence.counts.volumes)} volumes hold what nested Dockers left`;
    },
    seen(evidence) {
      const { volumes, layers, subvolumes, readOnly, halfRemoved, untold } = evidence.counts;
      const [it, holds, dockers] =
        volumes === 1 ? ['It', 'holds', 'another Docker'] : ['They', 'hold', 'other Dockers'];
      const nested = countWords(subvolumes, 'btrfs subvolume', 'btrfs subvolumes');
      const readOnlyOnes = readOnly === 0 ? '' : ` (${number(readOnly)} read-only)`;
      return [
        useInEnglish(evidence),
        waitInEnglish(evidence),
        `${it} ${holds} ${countWords(layers, 'layer', 'layers')} of ${dockers}${subvolumes === 0 ? '' : `, and ${nested}${readOnlyOnes}`}.`,
        halfRemoved === 0
          ? ''
          : `A removal has broken off half-way${volumes === 1 ? '' : ` in ${number(halfRemoved)}`}.`,
        sizeInEnglish(evidence),
        untold === 0
          ? ''
          : `Of ${countWords(untold, 'more volume', 'more volumes')} it cannot be told whether something uses ${untold === 1 ? 'it' : 'them'}.`,
      ]
        .filter((one) => one !== '')
        .join(' ');
    },
    why: ({ counts }) =>
      counts.subvolumes === 0
        ? 'The space stays taken until somebody removes the volumes: no container refers to them, so nobody will.'
        : 'Docker cannot always remove such a volume: kernels before 4.18 do not delete a subvolume as a folder, and a read-only one stops every kernel. du and Docker leave subvolumes out, so the space seems to belong to nothing.',
  },
  'zh-CN': {
    name: '卷中遗留的嵌套 Docker 存储',
    title(evidence) {
      const volume = onlyVolume(evidence);
      if (volume !== null) return `嵌套 Docker 在卷 ${volume} 中遗留了存储`;
      return `${evidence.place.dataRoot}：${number(evidence.counts.volumes)} 个卷中有嵌套 Docker 遗留的存储`;
    },
    seen(evidence) {
      const { volumes, layers, subvolumes, readOnly, halfRemoved, untold } = evidence.counts;
      const readOnlyOnes = readOnly === 0 ? '' : `（其中 ${number(readOnly)} 个只读）`;
      return [
        useInChinese(evidence),
        waitInChinese(evidence),
        `其中有${volumes === 1 ? '另一个' : '其他'} Docker 的 ${number(layers)} 个层`,
        subvolumes === 0 ? '。' : `和 ${number(subvolumes)} 个 btrfs 子卷${readOnlyOnes}。`,
        halfRemoved === 0
          ? ''
          : volumes === 1
            ? '曾有一次删除中途失败。'
            : `有 ${number(halfRemoved)} 个的删除曾中途失败。`,
        sizeInChinese(evidence),
        untold === 0 ? '' : `另有 ${number(untold)} 个卷无法判断是否仍被使用。`,
      ].join('');
    },
    why: ({ counts }) =>
      counts.subvolumes === 0
        ? '没有容器引用它们，不会有人顺手清理；在删除这些卷之前，空间一直被占用。'
        : 'Docker 不一定能删除这样的卷：4.18 之前的内核无法像删除目录那样删除子卷，而只读子卷在任何内核上都会使删除失败。du 和 Docker 都不统计子卷，看上去这些空间不属于任何东西。',
  },
};
