import type { Language, RuleText } from '../rule.ts';
import type { ThinFailed } from './rule.ts';

export const text: Record<Language, RuleText<ThinFailed>> = {
  en: {
    name: 'A thin pool has failed',
    title: ({ poolName }) => `${poolName}: the thin pool is dead`,
    seen: ({ state, metadataDevice }) =>
      `${state === 'failed' ? 'The kernel says Fail: it does no I/O.' : 'The kernel could not read its metadata.'}${metadataDevice === null ? '' : ` The metadata is on device ${metadataDevice}.`}`,
    why: () =>
      'Nothing in the pool can be read or written. Most often the device of the metadata is gone, and all comes back with it, unless somebody formats or repairs in haste.',
  },
  'zh-CN': {
    name: '精简池已失效',
    title: ({ poolName }) => `${poolName}：精简池已失效`,
    seen: ({ state, metadataDevice }) =>
      `${state === 'failed' ? '内核报告 Fail：不再进行任何读写。' : '内核无法读取其元数据。'}${metadataDevice === null ? '' : `元数据位于设备 ${metadataDevice}。`}`,
    why: () => '池中的一切都无法读写。多半是元数据所在设备丢失，设备恢复后一切都会回来，除非有人匆忙格式化或修复。',
  },
};
