import { holderWords } from '../holders.ts';
import type { Language, RuleText } from '../rule.ts';
import type { UpperTwice } from './rule.ts';

const placesOf = ({ places }: UpperTwice, language: Language): string =>
  places
    .map(({ device, holder }) =>
      holder === null
        ? device
        : language === 'en'
          ? `${device} by ${holderWords(holder).en}`
          : `${device}：${holderWords(holder)['zh-CN']}`,
    )
    .join(language === 'en' ? ', ' : '；');

export const text: Record<Language, RuleText<UpperTwice>> = {
  en: {
    name: 'One layer mounted twice for writing',
    title: ({ container, upperDir }) => `${container?.name ?? upperDir}: its writable layer is mounted twice`,
    seen: (evidence) =>
      `${evidence.upperDir} is the upper folder of ${evidence.deviceCount} overlays at the same time: device ${placesOf(evidence, 'en')}${evidence.leftOutCount === 0 ? '' : `, and ${evidence.leftOutCount} more`}.`,
    why: () =>
      'The kernel promises nothing for this: each overlay keeps its own idea of what is in the folder. Files that are written through both get lost or damaged.',
  },
  'zh-CN': {
    name: '同一可写层被挂载两次',
    title: ({ container, upperDir }) => `${container?.name ?? upperDir}：可写层被挂载了两次`,
    seen: (evidence) =>
      `${evidence.upperDir} 同时是 ${evidence.deviceCount} 个 overlay 的上层目录，设备号：${placesOf(evidence, 'zh-CN')}${evidence.leftOutCount === 0 ? '' : `，另有 ${evidence.leftOutCount} 处`}。`,
    why: () => '内核对这种情况不作任何保证：每个 overlay 对目录内容各有一套认识，经两边写入的文件可能丢失或损坏。',
  },
};
