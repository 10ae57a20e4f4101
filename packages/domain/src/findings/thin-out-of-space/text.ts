import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import type { ThinOutOfSpace } from './rule.ts';

const WRITES_EN: Record<ThinOutOfSpace['writes'], string> = {
  queueing: 'Writers that need a new block hang. After 60 seconds their writes fail.',
  'timed-out': 'The 60 seconds of waiting are over: writes fail, and some are lost already.',
  erroring: 'It is set up to fail such writes at once.',
  'not known': 'This kernel does not say whether writes wait or fail.',
};
const WRITES_ZH: Record<ThinOutOfSpace['writes'], string> = {
  queueing: '需要新块的写入正在挂起，60 秒后会失败。',
  'timed-out': '60 秒的等待已过：写入正在失败，部分数据已经丢失。',
  erroring: '按其设置，这类写入会立即失败。',
  'not known': '该内核未说明写入是在等待还是失败。',
};

export const text: Record<Language, RuleText<ThinOutOfSpace>> = {
  en: {
    name: 'A thin pool is out of data space',
    title: ({ poolName }) => `${poolName}: the thin pool has no data block left`,
    seen: ({ capacityBytes, writes }) =>
      `${capacityBytes === null ? 'All of it' : `All of its ${formatBytes(capacityBytes)}`} is used. ${WRITES_EN[writes]}`,
    why: () =>
      'Each file system and container in the pool loses writes now, while df on them shows room. Enlarging the pool, or freeing blocks, ends it at once.',
  },
  'zh-CN': {
    name: '精简池数据空间耗尽',
    title: ({ poolName }) => `${poolName}：精简池已没有空闲的数据块`,
    seen: ({ capacityBytes, writes }) =>
      `${capacityBytes === null ? '全部空间' : `全部 ${formatBytes(capacityBytes)}`} 已用完。${WRITES_ZH[writes]}`,
    why: () => '池中的每个文件系统和容器此刻都在丢失写入，而它们的 df 仍显示有空间。扩大精简池或释放数据块可立即恢复。',
  },
};
