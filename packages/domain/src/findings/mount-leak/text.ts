import { formatBytes } from '../../units.ts';
import { countWords, firstNames } from '../count-words.ts';
import { shortId } from '../docker-client.ts';
import { holderName, kindOf } from '../holders.ts';
import type { Language, RuleText, Translated } from '../rule.ts';
import type { HeldMount, HeldMounts } from './evidence.ts';

const MAX_NAMED = 5;

const number = (count: number): string => count.toLocaleString('en-US');
const nameOf = ({ container, containerId, mountId }: HeldMount): string =>
  container?.name ?? shortId(containerId ?? mountId);

function holderOf({ holder, namespaces: [namespace] }: HeldMounts): Translated {
  if (holder !== null) return holderName(holder, kindOf(holder));
  return { en: `Mount namespace ${namespace}`, 'zh-CN': `挂载命名空间 ${namespace}` };
}

const namesOf = ({ mounts, counts }: HeldMounts): Translated =>
  firstNames([...new Set(mounts.map(nameOf))], counts.containers, MAX_NAMED);

type State = 'gone' | 'being removed' | 'gone or being removed' | 'stopped';

function stateOf({ counts: { containers, gone, beingRemoved } }: HeldMounts): State {
  if (gone === containers) return 'gone';
  if (beingRemoved === containers) return 'being removed';
  return gone + beingRemoved === containers ? 'gone or being removed' : 'stopped';
}

const STATE_IN_CHINESE: Record<State, string> = {
  gone: '已消失',
  'being removed': '正在删除',
  'gone or being removed': '已消失或正在删除',
  stopped: '未在运行',
};

function stateInEnglish({ counts: { containers, gone, beingRemoved } }: HeldMounts): string {
  if (containers === 1) {
    if (gone === 1) return 'No daemon knows the container any more.';
    return beingRemoved === 1 ? 'Its removal does not come to its end.' : 'The container does not run.';
  }
  const parts = [
    gone === 0 ? '' : countWords(gone, 'is known to no daemon any more', 'are known to no daemon any more'),
    beingRemoved === 0 ? '' : `the removal of ${number(beingRemoved)} does not come to its end`,
  ].filter((one) => one !== '');
  return parts.length === 0 ? 'None of the containers runs.' : `Of the containers, ${parts.join(', and ')}.`;
}

function stateInChinese({ counts: { containers, gone, beingRemoved } }: HeldMounts): string {
  if (containers === 1) {
    if (gone === 1) return '该容器已不为任何守护进程所知。';
    return beingRemoved === 1 ? '其删除操作无法完成。' : '该容器未在运行。';
  }
  const parts = [
    gone === 0 ? '' : `${number(gone)} 个已不为任何守护进程所知`,
    beingRemoved === 0 ? '' : `${number(beingRemoved)} 个的删除操作无法完成`,
  ].filter((one) => one !== '');
  return parts.length === 0 ? '这些容器都未在运行。' : `这些容器中，${parts.join('，')}。`;
}

export const text: Record<Language, RuleText<HeldMounts>> = {
  en: {
    name: 'Leaked mounts',
    title(evidence) {
      const { containers } = evidence.counts;
      const [holder, state] = [holderOf(evidence).en, stateOf(evidence)];
      return containers > 1
        ? `${holder} holds the mounts of ${number(containers)} containers that ${state === 'stopped' ? 'do not run' : `are ${state}`}`
        : `${holder} holds the mount of container ${namesOf(evidence).en}, which ${state === 'stopped' ? 'does not run' : `is ${state}`}`;
    },
    seen(evidence) {
      const { counts, bytes, namespaces, processCount, leftOutSubjects } = evidence;
      const isOne = counts.mounts === 1;
      const where = namespaces.length === 1 ? `namespace ${namespaces[0]}` : `namespaces ${namespaces.join(', ')}`;
      return [
        `${isOne ? 'The layer' : 'Layers'} of ${namesOf(evidence).en} ${isOne ? 'is' : 'are'} still mounted in mount ${where}, where ${countWords(processCount, 'process lives', 'processes live')}.`,
        stateInEnglish(evidence),
        counts.unreached === 0
          ? ''
          : `No unmount of the daemon reaches ${counts.unreached === counts.mounts ? (isOne ? 'it' : 'them') : `${number(counts.unreached)} of them`} there.`,
        counts.heldByOthers === 0
          ? ''
          : isOne
            ? 'Others hold it too.'
            : `Others hold ${number(counts.heldByOthers)} of them too.`,
        bytes === 0
          ? ''
          : `The containers have written ${formatBytes(bytes)}${counts.unknownSizes === 0 ? '' : ', as far as that is known'}.`,
        leftOutSubjects === 0
          ? ''
          : `${countWords(leftOutSubjects, 'more holder is', 'more holders are')} not told here.`,
      ]
        .filter((one) => one !== '')
        .join(' ');
    },
    why: () =>
      'While another process holds such a mount, docker rm fails with "device or resource busy" or leaves the container in "Removal In Progress", and the space of its layer does not come back.',
  },
  'zh-CN': {
    name: '挂载泄漏',
    title(evidence) {
      const { containers } = evidence.counts;
      const [holder, state] = [holderOf(evidence)['zh-CN'], STATE_IN_CHINESE[stateOf(evidence)]];
      return containers > 1
        ? `${holder} 仍占着 ${number(containers)} 个${state}的容器的挂载`
        : `${holder} 仍占着容器 ${namesOf(evidence)['zh-CN']} 的挂载，而该容器${state}`;
    },
    seen(evidence) {
      const { counts, bytes, namespaces, processCount, leftOutSubjects } = evidence;
      const isOne = counts.mounts === 1;
      return [
        `${namesOf(evidence)['zh-CN']}${counts.containers > MAX_NAMED ? '容器' : ' '}的层仍挂载在挂载命名空间 ${namespaces.join('、')} 中，其中有 ${number(processCount)} 个进程。`,
        stateInChinese(evidence),
        counts.unreached === 0
          ? ''
          : `守护进程的卸载操作无法传播到${counts.unreached === counts.mounts ? '那里' : `其中 ${number(counts.unreached)} 个`}。`,
        counts.heldByOthers === 0
          ? ''
          : `${isOne ? '它' : `其中 ${number(counts.heldByOthers)} 个`}还被其他持有者占用。`,
        bytes === 0
          ? ''
          : `这些容器共写入 ${formatBytes(bytes)}${counts.unknownSizes === 0 ? '' : '（仅计已知部分）'}。`,
        leftOutSubjects === 0 ? '' : `另有 ${number(leftOutSubjects)} 个持有者未逐一列出。`,
      ].join('');
    },
    why: () =>
      '只要别的进程还持有这样的挂载，docker rm 就会报 “device or resource busy”，或让容器停在 “Removal In Progress”，其层占用的空间也不会释放。',
  },
};
