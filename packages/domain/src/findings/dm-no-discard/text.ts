import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { DmNoDiscard } from './rule.ts';

const SEEN_EN: Record<DmNoDiscard['discard'], string> = {
  ignored: 'The pool ignores discards.',
  'not-passed-down': 'The pool takes discards and does not pass them down to its file.',
  'not-done': 'The file keeps far more than the pool uses.',
};
const SEEN_ZH: Record<DmNoDiscard['discard'], string> = {
  ignored: '该池忽略 discard。',
  'not-passed-down': '该池接受 discard，但不向下传给其文件。',
  'not-done': '文件占用远多于池的已用量。',
};

export const text: Record<Language, RuleText<DmNoDiscard>> = {
  en: {
    name: 'Deleted data does not come back from a thin pool',
    title: ({ poolName }) => `${poolName}: what is deleted in this thin pool is not given back`,
    seen: ({ discard, usedBytes, allocatedBytes }) =>
      `${SEEN_EN[discard]} The pool uses ${formatBytes(usedBytes)}${allocatedBytes === null ? '' : `, its file takes ${formatBytes(allocatedBytes)}`}.`,
    why: () => 'Removing files, containers and images frees nothing below. It fills by what was ever written at once.',
  },
  'zh-CN': {
    name: '精简池不归还已删除的数据',
    title: ({ poolName }) => `${poolName}：在该精简池中删除的数据没有被归还`,
    seen: ({ discard, usedBytes, allocatedBytes }) =>
      `${SEEN_ZH[discard]}池已用 ${formatBytes(usedBytes)}${allocatedBytes === null ? '' : `，其文件占用 ${formatBytes(allocatedBytes)}`}。`,
    why: () => '删除文件、容器和镜像并不会在下层释放空间，占用只会随历史写入的峰值不断增长。',
  },
};
