import { formatBytes } from '../../units.ts';
import type { Language, RuleText } from '../rule.ts';
import { percentText, percentTextZh } from '../thin-pools.ts';
import type { DmContainerFull } from './rule.ts';

export const text: Record<Language, RuleText<DmContainerFull>> = {
  en: {
    name: "A container's thin device is full, its pool is not",
    title: ({ containerName }) => `${containerName}: the container's own file system is full`,
    seen: ({ usedBytes, capacityBytes, isOutOfInodes, poolFreeBytes, deviceId }) =>
      `${isOutOfInodes ? 'It has no inode left.' : `${percentText(usedBytes, capacityBytes)} of its ${formatBytes(capacityBytes)} are used.`} It is device ${deviceId} of the pool${poolFreeBytes === null ? '.' : `, which has ${formatBytes(poolFreeBytes)} free.`}`,
    why: () =>
      'Each container of this driver has a device of fixed size. When that is full the container fails, and often cannot start again, while df on the host and the pool look fine.',
  },
  'zh-CN': {
    name: '容器的精简设备已满，而存储池未满',
    title: ({ containerName }) => `${containerName}：容器自己的文件系统已满`,
    seen: ({ usedBytes, capacityBytes, isOutOfInodes, poolFreeBytes, deviceId }) =>
      `${isOutOfInodes ? 'inode 已用完。' : `共 ${formatBytes(capacityBytes)}，已用 ${percentTextZh(usedBytes, capacityBytes)}。`}它是池中的 ${deviceId} 号设备${poolFreeBytes === null ? '。' : `，池还有 ${formatBytes(poolFreeBytes)} 空闲。`}`,
    why: () =>
      '该驱动下每个容器都有一个固定大小的设备。设备一满，容器就会出错，往往再也无法启动，而宿主机的 df 和存储池看起来都正常。',
  },
};
