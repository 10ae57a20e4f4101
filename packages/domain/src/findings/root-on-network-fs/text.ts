import type { Language, RuleText } from '../rule.ts';
import type { RootOnNetwork } from './rule.ts';

export const text: Record<Language, RuleText<RootOnNetwork>> = {
  en: {
    name: 'Data root on a network file system',
    title: ({ daemon, dataRoot, fileSystemType }) => `${daemon}: data root ${dataRoot} on ${fileSystemType}`,
    seen: ({ dataRoot, fileSystemType, source }) =>
      `${dataRoot} lies on ${fileSystemType}${source === null ? '' : ` from ${source}`}.`,
    why: () =>
      'overlay needs what such file systems do not have, so that Docker falls back to copying whole layers, or does not start. Its databases need locks that a network can lose.',
  },
  'zh-CN': {
    name: '数据目录位于网络文件系统',
    title: ({ daemon, dataRoot, fileSystemType }) => `${daemon}：数据目录 ${dataRoot} 位于 ${fileSystemType}`,
    seen: ({ dataRoot, fileSystemType, source }) =>
      `${dataRoot} 位于 ${fileSystemType}${source === null ? '' : `，来源为 ${source}`}。`,
    why: () =>
      '这类文件系统不具备 overlay 所需的特性，Docker 会退回到整层复制，或根本无法启动；其数据库依赖的文件锁在网络上也可能失效。',
  },
};
