import type { Language, RuleText } from '../rule.ts';
import type { DmLoopLvm } from './rule.ts';

export const text: Record<Language, RuleText<DmLoopLvm>> = {
  en: {
    name: 'A thin pool lies on loop files',
    title: ({ poolName }) => `${poolName}: this thin pool lies on loop files`,
    seen: ({ loopFile, dataDevice, dockerVersion }) =>
      `Its data is in ${loopFile ?? `loop device ${dataDevice ?? ''}`}.${dockerVersion === null ? '' : ` Docker is ${dockerVersion}.`}`,
    why: () =>
      'It is slow, and it dies with the file system below: one did at 8 % of its data. Docker warns of it, and has dropped the devicemapper driver in version 25.',
  },
  'zh-CN': {
    name: '精简池建在 loop 文件上',
    title: ({ poolName }) => `${poolName}：该精简池建在 loop 文件上`,
    seen: ({ loopFile, dataDevice, dockerVersion }) =>
      `数据位于 ${loopFile ?? `loop 设备 ${dataDevice ?? ''}`}。${dockerVersion === null ? '' : `Docker 版本为 ${dockerVersion}。`}`,
    why: () =>
      '它很慢，并且会随下层文件系统一起失效：曾有一个池在数据只用了 8% 时失效。Docker 对此有警告，并在 25 版中移除了 devicemapper 驱动。',
  },
};
