import type { Language, RuleText } from '../rule.ts';
import type { DeviceErrors, DeviceWithErrors } from './rule.ts';

export const text: Record<Language, RuleText<DeviceErrors>> = {
  en: {
    name: 'A device has errors',
    title: ({ mountPoint, errorCount, newErrorCount }) =>
      newErrorCount === null
        ? `${mountPoint}: ${plural(errorCount)} of its devices on record`
        : `${mountPoint}: ${newErrorCount} new ${newErrorCount === 1 ? 'error' : 'errors'} of its devices`,
    seen: ({ errorCount, newErrorCount, devices }) =>
      `btrfs has counted ${plural(errorCount)}${newErrorCount === null ? '; whether they rise is not known yet' : ''}.${devices.map((device) => ` ${nameOf(device, 'device')}: ${kindsOf(device, EN)}.`).join('')}`,
    why: ({ isRedundant }) =>
      isRedundant
        ? 'A disk, its cable or its controller is failing. The other copies serve for now; with the next failure there may be none.'
        : 'A disk, its cable or its controller is failing, and no other device has what it holds: files can be lost already.',
  },
  'zh-CN': {
    name: '设备出现错误',
    title: ({ mountPoint, errorCount, newErrorCount }) =>
      newErrorCount === null
        ? `${mountPoint}：设备累计有 ${errorCount} 个错误`
        : `${mountPoint}：设备新增 ${newErrorCount} 个错误`,
    seen: ({ errorCount, newErrorCount, devices }) =>
      `btrfs 共记录了 ${errorCount} 个错误${newErrorCount === null ? '，尚不清楚是否在增长' : ''}。${devices.map((device) => `${nameOf(device, '设备')}：${kindsOf(device, ZH)}。`).join('')}`,
    why: ({ isRedundant }) =>
      isRedundant
        ? '磁盘、线缆或控制器正在出故障。目前还有其他副本可用，再坏一次就可能没有了。'
        : '磁盘、线缆或控制器正在出故障，而其他设备上没有它的数据：可能已有文件丢失。',
  },
};

const plural = (count: number): string => `${count} ${count === 1 ? 'error' : 'errors'}`;
const nameOf = ({ id, path }: DeviceWithErrors, word: string): string => path ?? `${word} ${id}`;

type Kind = Exclude<keyof DeviceWithErrors, 'id' | 'path'>;
const EN: Record<Kind, string> = {
  ...{ write: 'write', read: 'read', flush: 'flush', corruption: 'checksum', generation: 'generation' },
};
const ZH: Record<Kind, string> = {
  ...{ write: '写入', read: '读取', flush: '刷写', corruption: '校验和', generation: '代数' },
};
const KINDS = ['write', 'read', 'flush', 'corruption', 'generation'] as const;

const kindsOf = (device: DeviceWithErrors, words: Record<Kind, string>): string =>
  KINDS.filter((kind) => device[kind] > 0)
    .map((kind) => `${words[kind]} ${device[kind]}`)
    .join(', ');
