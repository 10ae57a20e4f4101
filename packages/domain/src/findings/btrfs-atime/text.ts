import type { Language, RuleText } from '../rule.ts';
import type { AccessTimes } from './rule.ts';

export const text: Record<Language, RuleText<AccessTimes>> = {
  en: {
    name: 'Reading writes access times',
    title: ({ dataRoot }) => `${dataRoot}: btrfs writes when files are read`,
    seen: ({ mountPoint, mode }) =>
      `${mountPoint} is mounted with ${mode}${mode === 'relatime' ? ': the first read of a file in a day writes its access time' : ': each read of a file writes its access time'}.`,
    why: () =>
      'On btrfs a new access time copies metadata that layers and snapshots share until then. A backup or a search that reads through all of them makes gigabytes of metadata, and no file was changed.',
  },
  'zh-CN': {
    name: '读取文件会写入访问时间',
    title: ({ dataRoot }) => `${dataRoot}：btrfs 在读取文件时也会写入`,
    seen: ({ mountPoint, mode }) =>
      `${mountPoint} 以 ${mode} 挂载：${mode === 'relatime' ? '文件每天首次被读取时会写入访问时间' : '文件每次被读取都会写入访问时间'}。`,
    why: () =>
      '在 btrfs 上，更新访问时间会复制原本由镜像层和快照共享的元数据。备份或搜索把它们全部读一遍，就可能产生数 GB 的元数据，而文件并没有变化。',
  },
};
